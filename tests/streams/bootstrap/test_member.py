"""`simpul worker` where it cannot start: what is missing is named, with its remedy."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from connectors.journal.kafka import topic
from connectors.kafka.cluster import make
from connectors.ports import Unusable
from streams import bootstrap
from streams.bootstrap.topics import Names
from streams.settings import Database, Kafka, Settings
from tests.services import WORKER, address, cluster, empty_database
from tests.streams.cli.everything import app
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json


def distributed(folder: Path, name: str) -> Settings:
    file = folder / "inventory.json"
    file.write_bytes(to_json(INVENTORY))
    kafka = Kafka(servers=address("kafka"), prefix=f"{name}-{WORKER}.", replicas=1)
    return Settings(data=folder / "data", inventory=file, kafka=kafka, database=Database(url=empty_database()))


def test_without_raw_topics_it_says_how_they_are_made(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"no topic lonely-.*raw\.snmp.*simpul topics"):
        bootstrap.member(distributed(tmp_path, "lonely"))


def test_without_a_journal_it_says_how_that_is_made(tmp_path: Path) -> None:
    settings = distributed(tmp_path, "journalless")
    assert settings.kafka is not None
    make(cluster(), [one for one in bootstrap.topics(settings) if one.name != Names(settings.kafka.prefix).events])
    with pytest.raises(Unusable, match="simpul topics"):
        bootstrap.member(settings)


def test_a_rehearsal_needs_no_raw_topics(tmp_path: Path) -> None:
    settings = distributed(tmp_path, "rehearsed")
    assert settings.kafka is not None
    names = Names(settings.kafka.prefix)
    others = [one for one in bootstrap.topics(settings) if one.name in (names.effects, names.dead)]
    make(cluster(), [topic(names.events, settings.domains, recorded=True, replicas=1), *others])
    house = bootstrap.member(settings, recorded=True)
    assert house.group.raw == ()
    house.close()


def test_on_one_machine_there_is_no_such_worker(tmp_path: Path) -> None:
    config = tmp_path / "simpul.toml"
    config.write_text('inventory = "inventory.json"\n')
    ran = CliRunner().invoke(app, ["worker", "--config", str(config)])
    assert ran.exit_code == 2
    assert "[kafka]" in ran.stderr
