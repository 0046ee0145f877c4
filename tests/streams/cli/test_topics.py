"""`simpul topics` on a real broker: what is missing is told, made, and well from then on."""

from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from tests.connectors.channels.peers import unused_port
from tests.services import WORKER, address
from tests.streams.cli.everything import app

NAMES = ("raw.snmp", "raw.syslog", "events", "effects", "dead")
SETTINGS = """
[kafka]
servers = "{servers}"
prefix = "{prefix}"
patience_s = 20
{more}
[database]
url = "postgresql://nobody.example/"
"""


def topics(config: Path, prefix: str, *words: str, more: str = "replicas = 1") -> Result:
    config.write_text(SETTINGS.format(servers=address("kafka"), prefix=prefix, more=more))
    return CliRunner().invoke(app, ["topics", "--config", str(config), *words])


def test_what_is_missing_is_told_made_and_well_from_then_on(tmp_path: Path) -> None:
    config, prefix = tmp_path / "simpul.toml", f"told-{WORKER}."
    told = topics(config, prefix)
    assert told.output.splitlines() == [f"Topic {prefix}{name} is missing. simpul topics --make" for name in NAMES]
    assert told.exit_code == 1
    made = topics(config, prefix, "--make")
    *lines, last = made.output.splitlines()
    assert [line.split()[:3] for line in lines] == [["Topic", f"{prefix}{name}", "made,"] for name in NAMES]
    again = topics(config, prefix)
    said = again.stdout  # on a busy machine the client's own warnings come besides, elsewhere
    assert (again.exit_code, said) == (made.exit_code, f"{last}\n") == (0, "5 topics, all as they have to be\n")


def test_what_it_cannot_mend_it_still_tells(tmp_path: Path) -> None:
    config, prefix = tmp_path / "simpul.toml", f"left-{WORKER}."
    assert topics(config, prefix, "--make").exit_code == 0
    told = topics(config, prefix, "--make", more="replicas = 2\nraw_partitions = 2\ndays = 1")
    assert told.exit_code == 1
    assert f"Topic {prefix}dead has retention.ms = 86400000 now" in told.output
    assert f"Topic {prefix}raw.snmp has 12 partitions, not 2. Kafka takes none away" in told.output
    assert f"Topic {prefix}events has 1 replicas, not 2. Reassign its partitions" in told.output


def test_more_replicas_than_brokers_are_refused(tmp_path: Path) -> None:
    told = topics(tmp_path / "simpul.toml", f"wide-{WORKER}.", "--make", more="replicas = 3")
    assert (told.exit_code, "set kafka.replicas" in told.stderr) == (2, True)


def test_where_there_are_no_brokers_it_says_so(tmp_path: Path) -> None:
    config = tmp_path / "simpul.toml"
    config.write_text(SETTINGS.format(servers=f"127.0.0.1:{unused_port()}", prefix="", more=""))
    away = CliRunner().invoke(app, ["topics", "--config", str(config)])
    assert (away.exit_code, "Nobody answers" in away.stderr) == (2, True)
    config.write_text("")
    none = CliRunner().invoke(app, ["topics", "--config", str(config)])
    assert (none.exit_code, "no part kafka" in none.stderr) == (2, True)
