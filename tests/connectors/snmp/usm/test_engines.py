"""Clocks of engines: what is new, late, old or there again; what a restart knows of it."""

from pathlib import Path

import pytest

from connectors.ports import Unusable
from connectors.snmp.usm import engines as module
from connectors.snmp.usm.engines import Clock, Engines, forget, listed

T0 = 1_772_323_200_000_000
ENGINE = bytes.fromhex("8000000001020304")
S = 1_000_000


def clock() -> Clock:
    return Clock(7, -1, 0, T0, "10.0.0.1", learned=True)


def said(one: Clock, *messages: tuple[int, int, int]) -> list[str | None]:
    """(boots, time, seconds since T0), each with a digest of its own."""
    return [one.reason(boots, time, bytes([n]), T0 + at * S) for n, (boots, time, at) in enumerate(messages)]


def test_what_is_said_again_is_not_taken() -> None:
    one = clock()
    assert one.reason(7, 100, b"a", T0) is None
    assert one.reason(7, 100, b"a", T0) == "replayed"
    assert one.reason(7, 100, b"b", T0) is None  # another in the same second
    assert one.reason(7, 99, b"c", T0) is None  # late
    assert one.reason(7, 99, b"c", T0) == "replayed"


def test_what_is_older_than_the_window_is_not_taken() -> None:
    assert said(clock(), (7, 1_000, 0), (7, 850, 0), (7, 849, 0)) == [None, None, "not_in_time_window"]


def test_the_window_moves_with_our_clock() -> None:
    assert said(clock(), (7, 1_000, 0), (7, 999, 149), (7, 999, 150)) == [None, None, "not_in_time_window"]


def test_what_is_newer_than_all_is_taken_whatever_our_clock_says() -> None:
    assert said(clock(), (7, 1_000, 0), (7, 1_001, 100_000), (7, 900_000, 100_001)) == [None, None, None]


def test_boots_only_grow() -> None:
    assert said(clock(), (7, 9, 0), (8, 1, 0), (7, 10, 0)) == [None, None, "not_in_time_window"]
    assert said(clock(), (2**31 - 1, 9, 0)) == ["not_in_time_window"]


def test_a_message_is_known_again_however_many_came_since(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SEEN", 3)
    one = clock()
    assert [one.reason(7, 100 + n, bytes([n]), T0) for n in range(5)] == [None] * 5
    assert len(one.seen) == 3
    assert [one.reason(7, 100 + n, bytes([n]), T0) for n in range(5)] == ["replayed"] * 5


def test_what_is_too_old_anyway_is_not_remembered() -> None:
    one = clock()
    assert [one.reason(7, 100 * n, bytes([n]), T0) for n in range(1, 5)] == [None] * 4
    assert list(one.seen.values()) == [300, 400]


def test_who_we_are_is_kept_and_boots_grow(tmp_path: Path) -> None:
    path = tmp_path / "snmp.db"
    first = Engines(path, T0)
    assert (first.boots, first.time(T0 + 5 * S)) == (1, 5)
    first.close()
    second = Engines(path, T0 + 100 * S)
    assert (second.own, second.boots, second.time(T0 + 100 * S)) == (first.own, 2, 0)
    assert path.stat().st_mode & 0o777 == 0o600
    second.close()
    assert 5 <= len(first.own) <= 32
    assert first.own[0] & 0x80


def test_another_file_another_engine(tmp_path: Path) -> None:
    both = [Engines(tmp_path / name, T0) for name in ("a.db", "b.db")]
    assert both[0].own != both[1].own
    for one in both:
        one.close()


def met(path: Path) -> Engines:
    engines = Engines(path, T0)
    engines.meet(ENGINE, clock())
    one = engines.clock(ENGINE)
    assert one is not None
    assert one.reason(7, 100, b"a", T0) is None
    engines.save()
    return engines


def test_a_kill_forgets_no_clock(tmp_path: Path) -> None:
    killed = met(tmp_path / "snmp.db")  # and never closed
    again = Engines(tmp_path / "snmp.db", T0 + S)
    one = again.clock(ENGINE)
    assert one is not None
    assert [one.reason(7, time, b"a", T0 + S) for time in (99, 100, 101)] == ["replayed", "replayed", None]
    for engines in (killed, again):
        engines.close()


def test_an_engine_can_be_forgotten_while_we_run(tmp_path: Path) -> None:
    """A device that was replaced says the same id and begins its boots anew."""
    engines = met(tmp_path / "snmp.db")
    assert not engines.forgotten(ENGINE)
    assert forget(tmp_path / "snmp.db", ENGINE)
    assert engines.forgotten(ENGINE)
    assert engines.clock(ENGINE) is None
    assert not forget(tmp_path / "snmp.db", ENGINE)
    engines.close()


def test_what_is_listed(tmp_path: Path) -> None:
    assert listed(tmp_path / "snmp.db") == (None, 0, {})
    assert not forget(tmp_path / "snmp.db", ENGINE)
    engines = met(tmp_path / "snmp.db")
    own, boots, others = listed(tmp_path / "snmp.db")
    assert (own, boots) == (engines.own, 1)
    assert {engine: (one.source, one.boots, one.latest) for engine, one in others.items()} == {
        ENGINE: ("10.0.0.1", 7, 100)
    }
    engines.close()


def test_a_file_that_is_another_thing(tmp_path: Path) -> None:
    (tmp_path / "snmp.db").write_bytes(b"hello" * 1000)
    with pytest.raises(Unusable, match=r"snmp\.db"):
        Engines(tmp_path / "snmp.db", T0)
