"""What every list of passes must do, asked of each: a link opens once, a session lasts until its end."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread

import msgspec
import pytest

from connectors.access.passes import (
    IDLE_US,
    LINK_US,
    RENEWED_US,
    SESSION_US,
    MemoryPasses,
    Pass,
    Passes,
    PassFolder,
    PassList,
    named,
)
from connectors.store.database import Database
from connectors.store.shared.passes import PostgresPasses
from tests.integration.house import until
from tests.services import empty_database, shared_database

MAKERS: dict[str, Callable[[Path], PassList]] = {
    "memory": lambda _: MemoryPasses(),
    "folder": lambda folder: PassFolder(folder / "passes"),
    "postgres": lambda _: PostgresPasses(shared_database()),
    "postgres, watched": lambda _: PostgresPasses(shared_database(), 3600),
}
FEW = 20
ANI = Pass(id="t1", name="ani", role="technical", until_us=0, scope=("door:/",))


class Clock:
    def __init__(self) -> None:
        self.now = 1_772_326_800_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=MAKERS)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PassList]:
    made = MAKERS[request.param](tmp_path)
    yield made
    made.close()


@pytest.fixture
def passes(kept: PassList, clock: Clock) -> Passes:
    return Passes(kept, clock, FEW)


def test_a_link_opens_once(passes: Passes) -> None:
    secret = passes.link()
    session = passes.redeem(secret)
    assert session is not None
    found = passes.session(session)
    assert found is not None
    assert (found.id, found.name, found.role) == ("", "console", "noc_operator")
    assert passes.redeem(secret) is None
    assert passes.session(secret) is None, "a link is no session"


def test_a_link_runs_out(passes: Passes, clock: Clock) -> None:
    secret = passes.link()
    clock.now += LINK_US
    assert passes.redeem(secret) is None


def test_a_session_is_its_holders_while_it_is_used(passes: Passes, clock: Clock) -> None:
    secret = passes.open(ANI)
    found = passes.session(secret)
    assert found is not None
    assert (found.id, found.name, found.role, found.scope) == ("t1", "ani", "technical", ("door:/",))
    clock.now += IDLE_US - 1
    assert passes.session(secret) is not None
    clock.now += 1
    assert passes.session(secret) is None, "nobody used it for half an hour"


def test_who_uses_a_session_keeps_it_and_not_for_ever(passes: Passes, clock: Clock) -> None:
    secret, began = passes.open(ANI), clock.now
    assert not passes.tires(use(passes, secret)), "it was used just now"
    clock.now += RENEWED_US
    assert passes.tires(use(passes, secret))
    passes.renew(secret, use(passes, secret))
    while clock.now + IDLE_US - 1 < began + SESSION_US:
        clock.now += IDLE_US - 1
        passes.renew(secret, use(passes, secret))
    clock.now = began + SESSION_US - 1
    passes.renew(secret, use(passes, secret))
    clock.now += 1
    assert passes.session(secret) is None, "twelve hours are the most"


def use(passes: Passes, secret: str) -> Pass:
    found = passes.session(secret)
    assert found is not None
    return found


def test_what_is_gone_is_not_renewed(passes: Passes) -> None:
    secret = passes.open(ANI)
    found = use(passes, secret)
    passes.close(secret)
    passes.renew(secret, found)
    assert passes.session(secret) is None


def test_sessions_are_listed_and_revoked(passes: Passes, clock: Clock) -> None:
    one, other = passes.open(ANI), passes.open(msgspec.structs.replace(ANI, name="budi"))
    passes.link()
    listed = passes.sessions()
    assert sorted(made.name for made in listed.values()) == ["ani", "budi"]
    assert not any(name in one or name in other for name in listed), "the names tell no secret"
    [short] = [name for name, made in listed.items() if made.name == "ani"]
    assert passes.revoke(short) == 1
    assert passes.revoke("budi") == 1
    assert passes.revoke("console") == 0, "a link is no session"
    assert passes.session(one) is passes.session(other) is None


def test_a_link_falls_with_who_made_it(passes: Passes) -> None:
    standing = {"t1"}
    good, bad = passes.link(issuer="t1"), passes.link(issuer="t2")
    session = passes.redeem(good, standing.__contains__)
    assert session is not None
    assert use(passes, session).id == "t1", "so does its session"
    assert passes.redeem(bad, standing.__contains__) is None
    assert passes.redeem(bad) is None, "it was used all the same"


def test_a_session_ends_when_it_is_closed(passes: Passes) -> None:
    one, other = passes.open(ANI), passes.open(ANI)
    passes.close(one)
    passes.close("nobody's")
    assert passes.session(one) is None
    assert passes.session(other) is not None


@pytest.mark.parametrize("secret", ["", "x", "../../etc/passwd", "é" * 300])
def test_what_is_no_secret(passes: Passes, secret: str) -> None:
    assert passes.session(secret) is None
    assert passes.redeem(secret) is None


def test_the_oldest_make_room(passes: Passes, clock: Clock) -> None:
    first = passes.open(ANI)
    for _ in range(FEW - 1):
        clock.now += 1
        last = passes.open(ANI)
    assert passes.session(first) is not None
    clock.now += 1
    passes.link()
    assert passes.session(first) is None
    assert passes.session(last) is not None


def test_what_has_run_out_goes(kept: PassList, passes: Passes, clock: Clock) -> None:
    link, session = passes.link(), passes.open(ANI)
    clock.now += LINK_US
    kept.tidy(clock.now, FEW)
    assert kept.find(named("link", link)) is None
    assert kept.find(named("session", session)) is not None


def test_the_folder_stays_small_and_holds_no_secret(tmp_path: Path, clock: Clock) -> None:
    passes = Passes(PassFolder(tmp_path / "passes"), clock, FEW)
    for _ in range(FEW + 3):
        clock.now += 1
        last = passes.link()
    kept = list((tmp_path / "passes").iterdir())
    assert len(kept) == FEW
    assert not any(last in path.name or last in path.read_text() for path in kept)
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "passes", *kept))


# The doors of two machines, on PostgreSQL


@pytest.fixture
def databases() -> Iterator[tuple[Database, Database]]:
    url = empty_database()
    with closing(Database(url, patience_s=60)) as one, closing(Database(url, patience_s=60)) as other:
        yield one, other


def test_a_session_is_known_at_once_at_another_door_and_its_end_soon(
    databases: tuple[Database, Database], clock: Clock
) -> None:
    here = Passes(PostgresPasses(databases[0]), clock)
    with closing(PostgresPasses(databases[1], 0.01)) as kept:
        there = Passes(kept, clock)
        secret = here.open(ANI)
        assert there.session(secret) is not None
        here.close(secret)
        until("the session's end there", lambda: there.session(secret) is None)


def test_a_link_is_redeemed_at_one_door(databases: tuple[Database, Database], clock: Clock) -> None:
    doors = [Passes(PostgresPasses(database), clock) for database in databases]
    start, secret, sessions = Barrier(2), doors[0].link(), []

    def redeem(door: Passes) -> None:
        start.wait()
        sessions.append(door.redeem(secret))

    threads = [Thread(target=redeem, args=(door,)) for door in doors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([session for session in sessions if session is not None]) == 1
