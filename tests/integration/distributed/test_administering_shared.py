"""Two machines over one database and one journal: what one is told, the other knows; who is erased is so on both."""

import asyncio
import os
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from connectors.access.passes import Passes
from connectors.intake_ids import Entry
from connectors.intake_register import reconcile
from connectors.kafka.cluster import make
from connectors.ports import Accepted
from connectors.privacy.vault import MasterKey
from connectors.telemetry.metrics import PrometheusCounter
from correlator.events import Complaint, ComplaintIn, Frame, moment
from correlator.wire import BadInput
from streams import bootstrap, clock
from streams.bootstrap.places import journal_of
from streams.bootstrap.shared import Shared, shared
from streams.bootstrap.topics import topics
from streams.complaints import journaled
from streams.files import Files, world_of
from streams.host.worlds import Worlds
from streams.processes.intake.writer import Intake, IntakePorts
from streams.settings import Settings, load
from tests.services import WORKER, address, cluster, empty_database
from tests.streams.cli.everything import app
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json


@dataclass(frozen=True, slots=True)
class Machine:
    """Its settings, and an administrator's terminal there."""

    config: Path

    @property
    def settings(self) -> Settings:
        return load(self.config)

    def say(self, *words: str) -> Result:
        return CliRunner(env={"COLUMNS": "200"}).invoke(app, [*words, "--config", str(self.config)])

    def parts(self) -> closing[Shared]:
        return closing(shared(self.settings))


_numbers = count(1)


@pytest.fixture
def machines(tmp_path: Path) -> tuple[Machine, Machine]:
    MasterKey.of(tmp_path / "master.key")
    shared_by_both = (
        f'[kafka]\nservers = "{address("kafka")}"\nprefix = "shared-{WORKER}-{os.getpid()}-{next(_numbers)}."\n'
        "replicas = 1\nraw_partitions = 3\n"
        f'[database]\nurl = "{empty_database()}"\nmaster_key = "{tmp_path / "master.key"}"\n'
    )
    one, other = (machine(tmp_path / name, shared_by_both) for name in ("one", "other"))
    make(cluster(), topics(one.settings))
    return one, other


def machine(folder: Path, shared_by_both: str) -> Machine:
    folder.mkdir()
    (folder / "inventory.json").write_bytes(to_json(INVENTORY))
    config = folder / "simpul.toml"
    config.write_text(f'data = "{folder / "data"}"\ninventory = "{folder / "inventory.json"}"\n{shared_by_both}')
    return Machine(config)


def put(there: Machine, *complaints: ComplaintIn) -> list[Accepted]:
    """Into the journal, as that machine's door does it."""

    async def run(parts: Shared) -> list[Accepted]:
        with closing(journal_of(there.settings)) as journal:
            ports = IntakePorts(
                journal, parts.register, parts.vault, parts.directory, PrometheusCounter(), clock.steady()
            )
            intake = Intake(there.settings.domain, ports)
            writing = asyncio.create_task(intake.run())
            answers = await asyncio.gather(*map(intake.put, complaints))
            writing.cancel()
            await intake.close()
        assert all(isinstance(answer, Accepted) for answer in answers), answers
        return [answer for answer in answers if isinstance(answer, Accepted)]

    with there.parts() as parts:
        return asyncio.run(run(parts))


def complaint(name: str, customer: str | None = None, contact: str | None = None) -> ComplaintIn:
    time = moment(clock.wall_us())
    return ComplaintIn(id=name, time=time, channel="phone", text="internet mati", customer=customer, contact=contact)


def read(there: Machine, name: str) -> bytes | None:
    """What can be read of a complaint in the journal."""
    with closing(journal_of(there.settings)) as journal, there.parts() as parts:
        frames = journal.read(there.settings.domain, 0, 10_000)
        events = [event for _, frame in frames for event in frame.events]
        found = [event for event in events if isinstance(event, Complaint) and event.id == name][-1]
        owner = f"customer:{found.customer}" if found.customer else f"complaint:{found.id}"
        return parts.vault.unseal(owner, found.sealed or b"")


def test_one_is_prepared_and_the_other_knows(machines: tuple[Machine, Machine]) -> None:
    one, other = machines
    first = bootstrap.prepare(one.settings)
    assert first.token is not None
    assert bootstrap.prepare(other.settings).token is None
    with other.parts() as parts:
        holder = asyncio.run(parts.tokens.verified(first.token))
        assert holder is not None
        assert holder.role == "administrator"
        customer = INVENTORY.customers[0]
        contact = parts.directory.contact(customer.id)
        assert contact is not None
        assert (contact.name, contact.phone) == (customer.name, customer.phone)
        passes = Passes(parts.passes, clock.wall_us)
        link = bootstrap.page_link(one.settings, ("127.0.0.1", 8088))
        assert passes.redeem(link.rpartition("key=")[2]) is not None


def test_a_world_that_one_was_told_of_is_found_by_the_other(machines: tuple[Machine, Machine], tmp_path: Path) -> None:
    one, other = machines
    bootstrap.prepare(one.settings)
    told = world_of(one.settings, Files(one.settings.data))
    last = INVENTORY.customers[-1].id
    fewer = msgspec.structs.replace(
        INVENTORY,
        customers=INVENTORY.customers[:-1],
        services=tuple(row for row in INVENTORY.services if row.customer != last),
    )
    (other.config.parent / "inventory.json").write_bytes(to_json(fewer))
    mine = world_of(other.settings, Files(other.settings.data))
    assert mine.hash != told.hash
    with other.parts() as parts:
        found = Worlds(tmp_path / "worlds", mine, parts.archive).world(told.topology.hash, told.policy.hash)
    assert found.hash == told.hash


def test_tokens_from_the_command_line(machines: tuple[Machine, Machine]) -> None:
    one, other = machines
    made = one.say("token", "issue", "Rina", "--role", "noc_operator")
    assert made.exit_code == 0, made.output
    assert "Rina" in other.say("token", "list").stdout
    assert other.say("token", "issue", "Rina", "--role", "source").exit_code == 2
    assert other.say("token", "revoke", "Rina").exit_code == 0
    with one.parts() as parts:
        assert asyncio.run(parts.tokens.verified(made.stdout.strip())) is None


def test_a_complaint_has_one_number_wherever_it_is_told(machines: tuple[Machine, Machine]) -> None:
    one, other = machines
    first = put(one, complaint("c-1"), complaint("c-2"))
    again = put(other, complaint("c-3"), complaint("c-1"), complaint("c-2"))
    assert [answer.number for answer in again[1:]] == [answer.number for answer in first]
    assert [answer.repeated for answer in again] == [False, True, True]
    assert len({answer.number for answer in (*first, *again)}) == 3


def test_what_one_had_appended_when_it_died_is_a_repeat_at_the_other_once_that_starts(
    machines: tuple[Machine, Machine],
) -> None:
    one, other = machines
    domain, entries = one.settings.domain, (Entry("complaint", "d-1"), Entry("complaint", "d-2"))
    with closing(journal_of(one.settings)) as journal, one.parts() as parts:
        reconcile(parts.register, journal, domain, clock.wall_us())
        admitted = parts.register.admit(entries, clock.wall_us())
        kept = recorded("d-1", admitted[0])
        journal.append(domain, Frame(clock.wall_us(), (kept,)))  # dies here: nothing is marked, the second not appended
    with closing(journal_of(other.settings)) as journal, other.parts() as parts:
        reconcile(parts.register, journal, domain, clock.wall_us())
    again = put(other, complaint("d-1"), complaint("d-2"))
    assert [answer.number for answer in again] == [answer.number for answer in admitted if isinstance(answer, Accepted)]
    assert [answer.repeated for answer in again] == [True, False]


def recorded(name: str, answer: Accepted | BadInput) -> Complaint:
    assert isinstance(answer, Accepted)
    assert answer.number is not None
    return journaled(complaint(name), answer.number, None, None)


def test_who_is_erased_on_one_machine_cannot_be_read_on_the_other(machines: tuple[Machine, Machine]) -> None:
    one, other = machines
    bootstrap.prepare(one.settings)
    customer, bystander = INVENTORY.customers[0], INVENTORY.customers[1]
    put(one, complaint("e-1", customer=customer.id), complaint("e-2", customer=bystander.id))
    put(other, complaint("e-3", contact="+62811999"))
    assert b"internet mati" in (read(other, "e-1") or b"")
    said = other.say("erase", customer.phone or "", "--yes", "--reason", "a request")
    assert said.exit_code == 0, said.output
    assert read(one, "e-1") is None
    assert read(one, "e-2") is not None
    stranger = one.say("erase", "0811 999", "--yes")
    assert stranger.exit_code == 0, stranger.output
    assert "complaint:e-3" in stranger.stdout
    assert read(other, "e-3") is None
    assert one.say("erase", customer.id, "--yes").exit_code == 2, "nothing is left of them"
    with one.parts() as parts:
        record = [msgspec.json.decode(line) for line in parts.erasures.lines()]
    assert [(line["keys"], line["reason"]) for line in record] == [
        ([f"customer:{customer.id}"], "a request"),
        (["complaint:e-3"], None),
    ]


def test_another_master_key_is_refused(machines: tuple[Machine, Machine], tmp_path: Path) -> None:
    one, other = machines
    bootstrap.prepare(one.settings)
    (tmp_path / "master.key").unlink()
    MasterKey.of(tmp_path / "master.key")
    refused = other.say("erase", "CU-1", "--yes")
    assert refused.exit_code == 2
    assert "another master key" in refused.output
