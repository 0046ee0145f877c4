"""The register that many intakes share: whatever they ask at the same time, a number is one complaint's."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg
import pytest

from connectors.intake_ids import Entry
from connectors.intake_register import LAST_NUMBER
from connectors.ports import Accepted, JournalFull
from connectors.store.database import Database
from connectors.store.shared.intake_register import DRAWING, PostgresRegister
from correlator.wire import BadInput
from tests.integration.house import until
from tests.services import empty_database, kill, own, services

T0 = 1_772_323_200_000_000  # 2026-03-01T00:00Z
PROCESSES, FRAMES, ENTRIES, COMPLAINTS = 4, 40, 8, 200

# An intake of its own: complaints that others are told of too, in an order of its own.
ASKER = """
import json, random, sys
from connectors.intake_ids import Entry
from connectors.store.shared.intake_register import PostgresRegister
from connectors.store.database import Database
url, seed, t0, frames, entries, complaints = sys.argv[1], *map(int, sys.argv[2:])
database, drawn, said = Database(url, patience_s=60), random.Random(seed), {}
register = PostgresRegister(database)
print("ready", flush=True)
sys.stdin.readline()
for frame in range(frames):
    asked = [Entry("complaint", f"c{drawn.randrange(complaints)}") for _ in range(entries)]
    asked.append(Entry("command", f"k{drawn.randrange(complaints)}"))
    for one, answer in zip(asked, register.admit(asked, t0 + frame)):
        said.setdefault(one.id, []).append(answer.number)
    register.journaled(asked)
database.close()
print(json.dumps(said))
"""


@pytest.fixture
def url() -> str:
    return empty_database()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    made = Database(url, patience_s=0.05)
    yield made
    made.close()


def test_many_intakes_at_once(url: str) -> None:
    numbers = [T0, FRAMES, ENTRIES, COMPLAINTS]
    command = [sys.executable, "-c", ASKER, url]
    asking = [
        subprocess.Popen(
            [*command, str(seed), *map(str, numbers)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for seed in range(PROCESSES)
    ]
    for one in asking:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in asking:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    told = [json.loads(one.communicate()[0]) for one in asking]
    assert [one.returncode for one in asking] == [0] * PROCESSES
    given: dict[str, set[str]] = {}
    for said in told:
        for name, drawn in said.items():
            given.setdefault(name, set()).update(drawn)
    complaints = {name: drawn for name, drawn in given.items() if name.startswith("c")}
    assert all(len(drawn) == 1 for drawn in complaints.values()), "a complaint has one number, whoever is asked"
    last = len(complaints)
    assert last > COMPLAINTS / 2
    assert sorted(min(drawn) for drawn in complaints.values()) == [f"NT-20260301-{n:06}" for n in range(1, last + 1)]


def test_what_was_answered_stays_though_the_server_is_killed(tmp_path: Path) -> None:
    with closing(Database(own("postgres", tmp_path), patience_s=60)) as database:
        register, told = PostgresRegister(database), {}
        given = (f"c{n}" for n in count())

        def answered() -> bool:
            name = next(given)
            try:
                (told[name],) = register.admit([Entry("complaint", name)], T0)
            except JournalFull:
                return False
            return True

        for _ in range(30):
            assert answered()
        kill("postgres", tmp_path)
        until("word that the server is away", lambda: not answered())
        own("postgres", tmp_path)
        until("word that it is back", answered)
        again = [register.admit([Entry("complaint", name)], T0)[0] for name in told]
        assert again == list(told.values())
        numbers = [answer.number for answer in again if isinstance(answer, Accepted)]
        assert len(set(numbers)) == len(told)
    services("stop", "--forget", folder=tmp_path)


def test_the_numbers_of_a_day_end(url: str, database: Database) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("insert into register_days values ('20260301', %s)", (LAST_NUMBER - 1,))
    register = PostgresRegister(database)
    first, second = register.admit([Entry("complaint", "c1"), Entry("complaint", "c2")], T0)
    assert first == Accepted("c1", "NT-20260301-899999")
    assert isinstance(second, BadInput)
    assert second.field == "number"
    assert register.admit([Entry("complaint", "c2", "NT-20260301-900000")], T0) == [
        Accepted("c2", "NT-20260301-900000")
    ]


def test_a_long_run_of_numbers_that_were_brought_along_is_passed_over(url: str, database: Database) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into register_numbers select 'NT-20260301-' || lpad(n::text, 6, '0'), 'x' || n, %s"
            " from generate_series(2, 1200) n",
            (T0,),
        )
    answers = PostgresRegister(database).admit([Entry("complaint", "c1"), Entry("complaint", "c2")], T0)
    assert answers == [Accepted("c1", "NT-20260301-000001"), Accepted("c2", "NT-20260301-001201")]


def test_a_book_that_is_locked_admits_nothing(url: str, database: Database) -> None:
    register = PostgresRegister(database)
    with psycopg.connect(url) as other:
        other.execute("select pg_advisory_xact_lock(%s)", (DRAWING,))
        with pytest.raises(JournalFull, match="lock timeout"):
            register.admit([Entry("complaint", "c1")], T0)
        assert register.admit([Entry("command", "k1")], T0) == [Accepted("k1")], "who needs no number waits for nobody"
    assert register.admit([Entry("complaint", "c1")], T0) == [Accepted("c1", "NT-20260301-000001")]
