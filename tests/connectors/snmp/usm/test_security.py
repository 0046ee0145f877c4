"""What USM admits and refuses, and what it answers: pysnmp writes the messages and reads the answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.metrics import SNMP_ENGINES, SNMP_V3_REFUSED
from connectors.snmp.trap import Trap, as_v2c, parse, pdu_of
from connectors.snmp.usm.engines import Engines, forget
from connectors.snmp.usm.protocols import AUTH, PRIV
from connectors.snmp.usm.security import STATS, Admitted, Refused, Trust, Usm
from connectors.snmp.usm.users import User
from connectors.telemetry.metrics import MemoryCounter
from tests.connectors.snmp.test_golden import octets
from tests.connectors.snmp.usm import peer
from tests.connectors.snmp.usm.peer import Said
from tests.connectors.snmp.usm.station import ENGINE, T0, named, user

SENDER = bytes.fromhex(ENGINE)
SOURCE = "10.0.0.1"
TRAP = pdu_of(octets("link-down-standard").replace(b"\x04\x06public", b"\x04\x01*").replace(b"\x30\x77", b"\x30\x72"))
INFORM = b"\xa6" + TRAP[1:]
REPORTABLE = 4
S = 1_000_000


class House:
    def __init__(self, folder: Path, trust: Trust | None = None) -> None:
        self.users = {one.name: one for one in (user("open"), user("signs", "SHA"), user("noc", "SHA-256", "AES-128"))}
        self.path = folder / "snmp.db"
        self.engines = Engines(self.path, T0)
        self.counter = MemoryCounter()
        by_name = {name.encode(): one for name, one in self.users.items()}
        self.usm = Usm(by_name, self.engines, trust or Trust({}), self.counter)

    def said(self, name: str = "noc", engine: bytes = SENDER, **more: Any) -> Said:
        return Said(self.users[name], engine, **more)

    def reason(self, said: Said, pdu: bytes = TRAP, source: str = SOURCE, now_us: int = T0) -> str | None:
        found = self.usm.admit(peer.message(said, pdu), source, now_us)
        return found.reason if isinstance(found, Refused) else None

    def asked(self, name: str = "noc", **more: Any) -> Said:
        """An inform to us, in time."""
        flags = peer.FLAGS[self.users[name].level] | REPORTABLE
        return self.said(name, **{"engine": self.engines.own, "boots": 1, "time": 0, "flags": flags} | more)

    def report(self, said: Said, now_us: int = T0, pdu: bytes = INFORM) -> tuple[str, peer.Heard]:
        found = self.usm.admit(peer.message(said, pdu), SOURCE, now_us)
        assert isinstance(found, Refused)
        assert found.report is not None
        return found.reason, peer.read(said.user, found.report)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.usm.close()


@pytest.mark.parametrize("name", ["open", "signs", "noc"])
def test_a_trap_says_what_it_said(house: House, name: str) -> None:
    found = house.usm.admit(peer.message(house.said(name), TRAP), SOURCE, T0)
    assert isinstance(found, Admitted)
    trap, plain = parse(as_v2c(found.pdu)), parse(octets("link-down-standard"))
    assert isinstance(trap, Trap)
    assert isinstance(plain, Trap)
    assert (trap.oid, trap.varbinds, trap.uptime_cs) == (plain.oid, plain.varbinds, plain.uptime_cs)


@pytest.mark.parametrize("name", ["open", "signs", "noc"])
def test_an_inform_is_answered_at_its_level(house: House, name: str) -> None:
    asked = house.asked(name)
    found = house.usm.admit(peer.message(asked, INFORM), SOURCE, T0)
    assert isinstance(found, Admitted)
    inform = parse(as_v2c(found.pdu))
    assert isinstance(inform, Trap)
    assert inform.acknowledgement is not None
    heard = peer.read(asked.user, house.usm.response(found, pdu_of(inform.acknowledgement), T0 + 7 * S))
    assert (heard.number, heard.kind, heard.user) == (4711, "response", name)
    assert heard.flags == peer.FLAGS[asked.user.level]
    assert (heard.engine, heard.boots, heard.time) == (house.engines.own, 1, 7)
    assert [pair[0] for pair in heard.pairs][:2] == ["1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.1.1.4.1.0"]
    assert len(heard.pairs) == 5


def test_two_answers_are_sealed_with_another_salt_each(house: House) -> None:
    found = house.usm.admit(peer.message(house.asked(), INFORM), SOURCE, T0)
    assert isinstance(found, Admitted)
    assert house.usm.response(found, TRAP, T0) != house.usm.response(found, TRAP, T0)


def test_who_asks_who_we_are_is_told_and_not_counted_as_refused(house: House) -> None:
    asked = Said(User("", "noAuthNoPriv"), b"", 0, 0, REPORTABLE)
    reason, heard = house.report(asked, T0 + 3 * S, b"\xa0\x0c\x02\x02\x12\x67\x02\x01\x00\x02\x01\x00\x30\x00")
    assert (reason, heard.kind) == ("discovery", "report")
    assert (heard.engine, heard.boots, heard.time) == (house.engines.own, 1, 3)
    assert heard.pairs == [(STATS["discovery"], "1")]
    assert house.counter.by_label(SNMP_V3_REFUSED, "discovery") == {}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"engine": SENDER}, "unknown_engine"),
        ({"boots": 2}, "not_in_time_window"),
        ({"boots": 0}, "not_in_time_window"),
        ({"time": 151}, "not_in_time_window"),
        ({"model": 4}, "unknown_security_model"),
    ],
)
def test_what_an_informs_sender_is_told(house: House, more: dict[str, Any], reason: str) -> None:
    found, heard = house.report(house.asked(**more))
    assert (found, heard.pairs[0][0], heard.pairs[0][1]) == (reason, STATS[found], "1")  # type: ignore[index]
    signed = reason == "not_in_time_window"  # it tells the time, so it is signed: `peer.read` has checked it
    assert heard.flags == (1 if signed else 0)
    assert house.counter.by_label(SNMP_V3_REFUSED, reason) == {SOURCE: 1}


def test_users_that_an_informs_sender_may_not_be(house: House) -> None:
    noc = house.users["noc"]
    strangers = {
        "unknown_user": User("nobody", "authPriv", noc.auth, noc.priv, noc.auth_password, noc.priv_password),
        "wrong_digest": User("noc", "authPriv", noc.auth, noc.priv, "another-word", noc.priv_password),
        "decryption_error": User("noc", "authPriv", noc.auth, noc.priv, noc.auth_password, "another-word"),
        "wrong_level": User("noc", "authNoPriv", noc.auth, None, noc.auth_password),
    }
    for reason, stranger in strangers.items():
        flags = peer.FLAGS[stranger.level] | REPORTABLE
        found, heard = house.report(Said(stranger, house.engines.own, 1, 0, flags))
        assert (found, heard.pairs, heard.flags) == (reason, [(STATS[found], "1")], 0)  # type: ignore[index]


def test_a_number_that_is_in_clear_comes_back(house: House) -> None:
    """RFC 3412, 7.1 (3 b): the Report has the request's number where it can be read."""
    found = house.usm.admit(peer.message(house.asked("open", engine=SENDER), INFORM), SOURCE, T0)
    assert isinstance(found, Refused)
    assert found.report is not None
    number = TRAP[2:8]
    assert number[:2] == b"\x02\x04"
    assert number in found.report


def test_time_within_the_window_both_ways(house: House) -> None:
    now = T0 + 1_000 * S
    assert [house.reason(house.asked(time=time), INFORM, now_us=now) for time in (850, 1_150, 849, 1_151)] == [
        None,
        None,
        "not_in_time_window",
        "not_in_time_window",
    ]


def test_a_trap_that_is_there_twice(house: House) -> None:
    datagram = peer.message(house.said(), TRAP)
    first, second = (house.usm.admit(datagram, SOURCE, T0) for _ in range(2))
    assert isinstance(first, Admitted)
    assert second == Refused("replayed")


def test_a_trap_under_our_engine_and_an_inform_without_a_wish_for_an_answer(house: House) -> None:
    own = house.engines.own
    assert house.reason(house.said(engine=own, boots=1, time=0)) == "wrong_engine"
    assert house.reason(house.said(), INFORM) == "wrong_engine"


def test_other_pdus_are_no_notifications(house: House) -> None:
    assert house.reason(house.asked(), b"\xa0" + TRAP[1:]) == "not_a_trap"


@pytest.mark.parametrize("flags", [2, 6])
def test_flags_that_cannot_be(house: House, flags: int) -> None:
    assert house.reason(house.said("open", flags=flags)) == "bad_flags"


def test_flags_that_are_not_what_is_there(house: House) -> None:
    assert house.reason(house.said("noc", flags=1)) == "bad_flags"  # encrypted, and says it is not
    assert house.reason(house.said("signs", flags=3)) == "bad_flags"


def test_an_engine_that_moves_is_told_once(house: House) -> None:
    for time, source in enumerate((SOURCE, "10.0.0.2", SOURCE, "10.0.0.2", SOURCE), 1):
        assert house.reason(house.said(time=time), source=source) is None
    assert house.counter.counted(SNMP_ENGINES, "learned") == 1
    assert house.counter.counted(SNMP_ENGINES, "moved") == 2  # there, and back


def test_nothing_is_learned_of_who_does_not_sign(house: House) -> None:
    assert house.reason(house.said("open")) is None
    assert house.engines.clock(SENDER) is None


def test_an_engine_that_is_named_speaks_from_its_address_alone(tmp_path: Path) -> None:
    house = House(tmp_path, named(**{SOURCE: ENGINE, "2001:db8::7": "8000000007070707"}))
    six = house.said(engine=bytes.fromhex("8000000007070707"))
    assert house.reason(house.said()) is None
    assert house.reason(six) == "wrong_engine"
    assert house.reason(six, source="2001:db8::7") is None
    assert house.reason(house.said("open", engine=b"\x80\0\0\0\1\1\1\1")) == "wrong_engine"
    assert house.reason(house.said(engine=b"\x80\0\0\0\1\1\1\1"), source="10.0.0.9") == "unknown_engine"
    house.usm.close()


def test_no_more_engines_are_learned_than_there_may_be(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.snmp.usm.engines.MOST_ENGINES", 2)
    others = [house.said(engine=bytes((128, 0, 0, 0, 1, n))) for n in range(3)]
    assert [house.reason(one) for one in others] == [None, None, "unknown_engine"]
    assert house.reason(house.said(engine=bytes((128, 0, 0, 0, 1, 0)), time=2)) is None


def test_a_link_local_sender_has_no_zone(house: House) -> None:
    assert house.reason(house.said(), source="fe80::1%eth0") is None
    clock = house.engines.clock(SENDER)
    assert clock is not None
    assert clock.source == "fe80::1"


def test_a_device_that_was_replaced_is_heard_once_somebody_says_so(house: House) -> None:
    assert house.reason(house.said(boots=7)) is None
    house.usm.save()
    assert house.reason(house.said(boots=1, time=2)) == "not_in_time_window"
    assert forget(house.path, SENDER)
    assert house.reason(house.said(boots=1, time=3)) is None
    assert house.reason(house.said(boots=1, time=2)) is None


def test_a_long_key_is_not_made_for_who_does_not_sign(house: House) -> None:
    noc = house.users["noc"]
    stranger = User("noc", "authPriv", AUTH["SHA-256"], PRIV["AES-128"], "another-word", noc.priv_password)
    assert house.reason(Said(stranger, SENDER)) == "wrong_digest"
    assert noc._priv_keys is None
    assert noc._known == {}
