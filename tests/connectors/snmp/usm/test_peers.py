"""net-snmp's snmptrap and snmpinform, version 3, at a real socket: every level and protocol, and who is refused why."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from connectors.metrics import INFORMS, SNMP_ENGINES
from connectors.snmp.usm.security import Trust
from tests.connectors.snmp.usm.station import (
    ENGINE,
    LOOPBACK,
    ONCE,
    USERS,
    Station,
    during,
    named,
    speaks,
    user,
)

pytestmark = pytest.mark.skipif(shutil.which("snmptrap") is None, reason="needs net-snmp: apt install snmp")
AUTHS = ["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]
PRIVS = ["DES", "AES-128", "AES-192", "AES-256", "AES-192-C", "AES-256-C"]
TOOLS = ["snmptrap", "snmpinform"]


def sends(tool: str, *options: list[str]) -> Callable[[Station], Awaitable[None]]:
    """Each in turn, and all are well."""

    async def act(station: Station) -> None:
        for one in options:
            more = [*ONCE, *one] if tool == "snmpinform" else one
            assert await station.says(tool, more) == 0
        await station.heard()

    return act


def taken(station: Station) -> list[tuple[str, str]]:
    return [(alarm.object, alarm.state) for alarm in station.inlet.taken]


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("priv", PRIVS)
@pytest.mark.parametrize("auth", AUTHS)
def test_every_digest_with_every_cipher(tmp_path: Path, tool: str, auth: str, priv: str) -> None:
    station = Station(tmp_path, [user("noc", auth, priv)])
    during(station, sends(tool, speaks("noc", auth, priv)))
    assert taken(station) == [("R1/ge-0/0/1", "raised")]
    assert station.refused() == {}
    assert station.counter.counted(INFORMS, "taken") == (tool == "snmpinform")


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", ["open", "signs", "noc"])
def test_every_level(tmp_path: Path, tool: str, name: str) -> None:
    auth, priv = {"open": ("", ""), "signs": ("SHA-256", ""), "noc": ("SHA-256", "AES-128")}[name]
    station = during(Station(tmp_path), sends(tool, speaks(name, auth, priv)))
    assert taken(station) == [("R1/ge-0/0/1", "raised")]


@pytest.mark.parametrize("tool", TOOLS)
def test_by_ipv6(tmp_path: Path, tool: str) -> None:
    station = during(Station(tmp_path, host="::1"), lambda one: speak(one, tool))
    assert taken(station) == [("R1/ge-0/0/1", "raised")]
    assert station.inlet.taken[0].source == "snmp:10.0.0.1"  # whose trap it forwards
    assert station.counter.counted(SNMP_ENGINES, "learned") == (tool == "snmptrap")


async def speak(station: Station, tool: str) -> None:
    assert await station.says(tool, [*ONCE, *speaks()] if tool == "snmpinform" else speaks()) == 0
    await station.inlet.until(taken=1)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (speaks(signs="another-word"), "wrong_digest"),
        (speaks(auth="SHA-512"), "wrong_digest"),
        (speaks(seals="another-word"), "decryption_error"),
        (speaks("nobody"), "unknown_user"),
        (speaks(priv=""), "wrong_level"),
        (speaks(auth="", priv=""), "wrong_level"),
        (speaks("signs"), "wrong_level"),
        (speaks("open"), "wrong_level"),
    ],
    ids=["password", "digest", "cipher", "user", "not encrypted", "not signed", "encrypted", "signed"],
)
@pytest.mark.parametrize("tool", TOOLS)
def test_who_is_not_believed_is_counted_by_reason_and_source(
    tmp_path: Path, tool: str, options: list[str], reason: str
) -> None:
    async def act(station: Station) -> None:
        status = await station.says(tool, [*ONCE, *options] if tool == "snmpinform" else options)
        assert status == (0 if tool == "snmptrap" else 1)  # an inform is not acknowledged
        await station.heard()

    station = during(Station(tmp_path), act)
    assert taken(station) == []
    assert reason in station.refused()
    assert station.refused_of(reason)[LOOPBACK] == station.refused()[reason]
    assert (reason in station.reports()) == (tool == "snmpinform")  # a trap's sender asks for no answer
    assert station.counter.counted(INFORMS, "taken") == 0


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ("7,5000", "6,5000", {"not_in_time_window": 1}),
        ("7,5000", "7,4000", {"not_in_time_window": 1}),
        ("7,5000", "7,4900", {}),
        ("7,5000", "7,90000", {}),
        ("7,5000", "8,1", {}),
        ("7,5000", "2147483647,5000", {"not_in_time_window": 1}),
    ],
    ids=["boots before", "time before", "late", "later", "booted", "boots at their end"],
)
def test_boots_and_time_of_a_sender(tmp_path: Path, first: str, second: str, reason: dict[str, int]) -> None:
    station = Station(tmp_path)
    during(station, sends("snmptrap", *(speaks(engine=ENGINE, clock=one) for one in (first, second))))
    assert station.refused() == reason
    assert len(taken(station)) == 2 - len(reason)


def test_clocks_are_kept_over_restarts(tmp_path: Path) -> None:
    during(Station(tmp_path), sends("snmptrap", speaks(engine=ENGINE, clock="7,5000")))
    second = Station(tmp_path)
    during(
        second, sends("snmptrap", *(speaks(engine=ENGINE, clock=one) for one in ("7,4999", "7,5000", "6,9", "7,5001")))
    )
    assert second.refused() == {"replayed": 2, "not_in_time_window": 1}
    assert len(taken(second)) == 1
    assert second.counter.counted(SNMP_ENGINES, "learned") == 0


def test_an_engine_is_learned_once_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    station = Station(tmp_path)
    during(station, sends("snmptrap", *(speaks(engine=ENGINE, clock=f"7,{n}") for n in (1, 2))))
    assert station.counter.counted(SNMP_ENGINES, "learned") == 1
    told = capsys.readouterr().out
    assert told.count("snmp_engine_learned") == 1
    assert ENGINE in told
    assert LOOPBACK in told


def test_an_engine_that_is_named_is_not_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    station = Station(tmp_path, trust=named(**{LOOPBACK: ENGINE}))
    during(station, sends("snmptrap", speaks(engine=ENGINE, clock="7,1")))
    assert len(taken(station)) == 1
    assert "snmp_engine_learned" not in capsys.readouterr().out


def test_another_engine_than_the_one_that_is_named(tmp_path: Path) -> None:
    station = Station(tmp_path, trust=named(**{LOOPBACK: ENGINE}))
    during(station, sends("snmptrap", speaks(engine="8000000009090909", clock="7,1")))
    assert (taken(station), station.refused()) == ([], {"wrong_engine": 1})


def test_no_engine_is_learned_where_none_shall_be(tmp_path: Path) -> None:
    station = Station(tmp_path, trust=Trust({}, learn=False))
    during(station, sends("snmptrap", speaks(engine=ENGINE, clock="7,1")))
    assert (taken(station), station.refused()) == ([], {"unknown_engine": 1})


def test_whose_key_is_wrong_is_not_learned(tmp_path: Path) -> None:
    station = Station(tmp_path)
    during(station, sends("snmptrap", speaks(engine=ENGINE, clock="7,1", signs="another-word")))
    assert station.counter.counted(SNMP_ENGINES, "learned") == 0
    assert station.engines.clock(bytes.fromhex(ENGINE)) is None


def test_an_inform_is_not_acknowledged_while_the_journal_is_full(tmp_path: Path) -> None:
    async def act(station: Station) -> None:
        station.inlet.full = True
        assert await station.says("snmpinform", [*ONCE, *speaks()]) == 1
        station.inlet.full = False
        assert await station.says("snmpinform", [*ONCE, *speaks()]) == 0

    station = during(Station(tmp_path), act)
    assert (station.counter.counted(INFORMS, "journal_full"), station.counter.counted(INFORMS, "taken")) == (1, 1)
    assert len(taken(station)) == 1


def test_an_inform_to_an_engine_that_is_not_ours(tmp_path: Path) -> None:
    async def act(station: Station) -> None:
        assert await station.says("snmpinform", [*ONCE, *speaks(engine=ENGINE, clock="1,1")]) == 1

    station = during(Station(tmp_path), act)
    assert station.refused() == {"unknown_engine": 1}
    assert station.reports() == {"unknown_engine": 1}


def test_we_are_the_same_engine_after_a_restart_one_boot_later(tmp_path: Path) -> None:
    """An inform that was meant for us before is too old then: it is repeated under the new boots."""
    first, second = (during(Station(tmp_path), sends("snmpinform", speaks())) for _ in range(2))
    assert (first.engines.own, first.engines.boots + 1) == (second.engines.own, second.engines.boots)
    own = first.engines.own.hex()
    third = Station(tmp_path)

    async def act(station: Station) -> None:
        assert await station.says("snmpinform", [*ONCE, *speaks(engine=own, clock=f"{second.engines.boots},0")]) == 0

    during(third, act)
    assert third.reports()["not_in_time_window"] == 1


def test_versions_are_heard_side_by_side(tmp_path: Path) -> None:
    async def act(station: Station) -> None:
        assert await station.says("snmptrap", ["-v", "2c", "-c", "public"]) == 0
        assert await station.says("snmptrap", speaks()) == 0
        assert await station.says("snmpinform", ["-v", "2c", "-c", "public", *ONCE]) == 0
        assert await station.says("snmpinform", [*ONCE, *speaks()]) == 0
        await station.inlet.until(taken=4)

    assert len(taken(during(Station(tmp_path, USERS), act))) == 4
