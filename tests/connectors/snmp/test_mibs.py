"""MIB files become catalogues: what the text says, what is proposed, and what waits for staff."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from connectors.snmp.catalogue import SHIPPED, Catalogue, compiled, load
from connectors.snmp.mibs import BadMib, Modules, catalogue_text, proposed
from connectors.snmp.trap import Trap
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import Alarm
from dev.local.tools import program
from tests.connectors.snmp.house import NOW, translator

FOLDER = Path(__file__).parent / "mibs"
ACME = "1.3.6.1.4.1.32473.2.4.7.0"
SLOT = "1.3.6.1.4.1.32473.2.4.7.1.1.1.1"


def made(mib: str, folder: Path = FOLDER) -> str:
    known = {oid: entry.file for oid, entry in load().entries.items()}
    return catalogue_text(proposed(Modules([folder]).mib(mib), known))


def catalogue(text: str) -> Catalogue:
    return compiled([{"mine.toml": text.encode()}])


def alarms(of: Catalogue, trap: str, **varbinds: int | bytes) -> list[Alarm]:
    told = Trap("v2c", b"public", trap, 0, tuple(varbinds.items()), repr((trap, varbinds)).encode())
    return translator(MemoryCounter(), of).alarms(told, "10.0.0.1", NOW)


ALARM_MIB = made("ACME-ALARM-MIB")
READ = tomllib.loads(ALARM_MIB)
TRAPS: dict[str, Any] = {one["name"]: one for one in READ["traps"]}


def test_every_notification_is_there_with_its_number() -> None:
    assert READ["mib"] == "ACME-ALARM-MIB"
    assert READ["source"] == "the text of ACME-ALARM-MIB of 2024-05-06"
    numbers = {one["name"]: one["oids"] for one in READ["traps"]}
    assert numbers["acmeBoardFail"] == [f"{ACME}.1"]
    assert numbers["acmeModeOff"] == [f"{ACME}.13"]
    assert len(numbers) == 12  # of 13: one has an object that nobody declares
    assert "# acmeFanDoorOpened is left out: ACME-SMI has no acmeLostObject" in ALARM_MIB
    assert READ["objects"]["acmeBoardSlot"] == SLOT


@pytest.mark.parametrize(
    ("raised", "cleared", "qualifier"),
    [
        ("acmeSyncLossSet", "acmeSyncLossClear", "acme-sync-loss:{acmeBoardSlot}"),
        ("acmeBoardFail", "acmeBoardFailRestored", "acme-board-fail:{acmeBoardVoltage.index}"),
        ("acmeTunnelDown", "acmeTunnelUp", "acme-tunnel:{ifIndex}:{ifName}"),
    ],
)
def test_a_pair_by_its_names(raised: str, cleared: str, qualifier: str) -> None:
    [first], [last] = TRAPS[raised]["alarms"], TRAPS[cleared]["alarms"]
    assert (first["state"], last["state"]) == ("raised", "cleared")
    assert first["qualifier"] == last["qualifier"] == qualifier
    assert f"# Ended by {cleared}, by its name." in ALARM_MIB


def test_a_port_is_proposed_where_one_is_named() -> None:
    for name in ("acmeTunnelDown", "acmeTunnelUp"):
        [alarm] = TRAPS[name]["alarms"]
        assert (alarm["object"], alarm["name"]) == ("port", ["{ifName}", "if-{ifIndex}"])


def test_that_something_is_down_is_proposed_and_not_said() -> None:
    """Whoever reads the file decides: until then the trap is no evidence."""
    assert [one["alarm_type"] for one in TRAPS["acmeBoardFail"]["alarms"]] == ["?card_failure"]
    told = {alarm["alarm_type"] for trap in READ["traps"] for alarm in trap["alarms"]}
    assert {kind for kind in told if not kind.startswith("?")} == {"other"}
    [alarm] = alarms(catalogue(ALARM_MIB), f"{ACME}.1")
    assert (alarm.alarm_type, alarm.qualifier, alarm.severity) == ("other", f"{ACME}.1", "indeterminate")


def test_states_in_an_object_make_a_raise_and_a_clear() -> None:
    of = catalogue(ALARM_MIB.replace('severity = "?"', 'severity = "major"'))
    laser = "1.3.6.1.4.1.32473.2.4.7.1.1.1.3.5"
    [raised] = alarms(of, f"{ACME}.7", **{f"{SLOT}.5": 5, laser: 2})
    [cleared] = alarms(of, f"{ACME}.7", **{f"{SLOT}.5": 5, laser: 1})
    assert (raised.state, cleared.state) == ("raised", "cleared")
    assert raised.qualifier == cleared.qualifier == "acme-laser:5"
    [unknown] = alarms(of, f"{ACME}.7", **{f"{SLOT}.5": 5, laser: 3})
    assert unknown.qualifier == f"{ACME}.7"  # neither: kept under its OID


def test_severities_in_an_object_are_those_of_the_alarms() -> None:
    of = catalogue(ALARM_MIB)
    number, severity = "1.3.6.1.4.1.32473.2.4.7.1.3.0", "1.3.6.1.4.1.32473.2.4.7.1.2.0"
    told = [alarms(of, f"{ACME}.8", **{number: 77, severity: value})[0] for value in (1, 4, 0)]
    assert [(one.state, one.severity) for one in told] == [
        ("raised", "critical"),
        ("raised", "warning"),
        ("cleared", None),
    ]
    assert {one.qualifier for one in told} == {"acme-generic:77"}


@pytest.mark.parametrize(
    ("trap", "key", "hole"),
    [
        ("acmeWordyAlarm", "qualifier", "?acme-wordy"),  # a text alone says which alarm it is
        ("acmeConfigSaved", "state", "?"),
        ("acmeConfigSaved", "severity", "?"),
        ("acmeModeOn", "state", "?raised"),
        ("acmeModeOff", "state", "?cleared"),
    ],
)
def test_what_the_mib_does_not_say_is_a_hole(trap: str, key: str, hole: str) -> None:
    assert TRAPS[trap]["alarms"][0][key] == hole
    entry = next(one for one in catalogue(ALARM_MIB).unfinished if one.name == trap)
    assert f"alarms[0].{key}: {hole}" in entry.holes


def test_a_hole_that_is_filled_is_read() -> None:
    of = catalogue(ALARM_MIB.replace('"?card_failure"', '"card_failure"'))
    [alarm] = alarms(of, f"{ACME}.1", **{"1.3.6.1.4.1.32473.2.4.7.1.1.1.2.5": 48})
    assert (alarm.alarm_type, alarm.state, alarm.severity) == ("card_failure", "raised", "major")
    assert alarm.qualifier == "acme-board-fail:5"


def test_traps_of_version_1() -> None:
    text = made("ACME-OLD-MIB")
    of = catalogue(text)
    breaker = "1.3.6.1.4.1.32473.9.1.0"
    [raised] = alarms(of, "1.3.6.1.4.1.32473.9.0.4", **{breaker: 1})
    [cleared] = alarms(of, "1.3.6.1.4.1.32473.9.0.4", **{breaker: 0})
    assert (raised.state, raised.severity, cleared.state) == ("raised", "major", "cleared")
    assert raised.qualifier == cleared.qualifier
    assert "# acmeOldRestart is left out: snmpv2-mib.toml knows it" in text  # a generic trap: 1.3.6.1.6.3.1.1.5.1


def test_a_module_that_is_not_at_hand_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "mine.mib").write_bytes((FOLDER / "ACME-ALARM-MIB.mib").read_bytes())
    with pytest.raises(BadMib) as caught:
        made("ACME-ALARM-MIB", tmp_path)
    assert "ACME-SMI (for " in caught.value.what
    assert "ACME-UNUSED-MIB" not in caught.value.what  # imported, and no notification asks for it
    assert "--mibs" in caught.value.remedy
    assert str(tmp_path) in caught.value.remedy


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("NOTIFICATION-TYPE\n    STATUS current", "NOTIFICATION-TYPE\n    STATUS", "mine.mib: "),
        ("ACME-ALARM-MIB DEFINITIONS", "ACME-OTHER-MIB DEFINITIONS", "no file has the module ACME-ALARM-MIB"),
    ],
)
def test_a_text_that_cannot_be_read(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (FOLDER / "ACME-ALARM-MIB.mib").read_text()
    assert old in text
    (tmp_path / "mine.mib").write_text(text.replace(old, new))
    with pytest.raises(BadMib, match=says):
        made("ACME-ALARM-MIB", tmp_path)


def test_numbers_that_go_in_a_circle(tmp_path: Path) -> None:
    text = (FOLDER / "ACME-OLD-MIB.my").read_text().replace("{ enterprises 32473 9 }", "{ acmeOldBreaker 9 }")
    (tmp_path / "old.my").write_text(text)
    mib = Modules([tmp_path]).mib("ACME-OLD-MIB")
    assert "of ACME-OLD-MIB has no number" in mib.flawed["acmeOldMajorBreakerTrap"]
    assert [one.name for one in mib.notifications] == ["acmeOldRestart"]


def test_a_hole_does_not_hide_what_is_shipped() -> None:
    """Importing a MIB again must not take away what is read of it."""
    down = "1.3.6.1.6.3.1.1.5.3"
    mine = f"""
mib = "X"
source = "made up"
[[traps]]
name = "x"
oids = ["{down}", "1.3.6.1.4.1.32473.1.0.1"]
[[traps.alarms]]
alarm_type = "?"
state = "raised"
"""
    of = compiled([{"if-mib.toml": (SHIPPED / "if-mib.toml").read_bytes()}, {"mine.toml": mine.encode()}])
    assert of.entries[down].file == "if-mib.toml"
    assert [one.name for one in of.unfinished] == ["x"]


def test_names_and_numbers_that_a_catalogue_has_no_room_for(tmp_path: Path) -> None:
    """An object called as what every rule may name, two notifications by one number."""
    old = (FOLDER / "ACME-OLD-MIB.my").read_text()
    more = """
    device OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory DESCRIPTION "x" ::= { acmeOld 2 }
    acmeFault TRAP-TYPE ENTERPRISE acmeOld VARIABLES { device } DESCRIPTION "y" ::= 5
    acmeAgain TRAP-TYPE ENTERPRISE acmeOld DESCRIPTION "z" ::= 4
    END
    """
    (tmp_path / "old.my").write_text(old.replace("END\n", more))
    of = catalogue(made("ACME-OLD-MIB", tmp_path))
    assert {oid: entry.name for oid, entry in of.entries.items()} == {
        "1.3.6.1.4.1.32473.9.0.4": "acmeOldMajorBreakerTrap",
        "1.3.6.1.4.1.32473.9.0.5": "acmeFault",
    }


def test_a_mib_as_it_is_published() -> None:
    """NET-SNMP-AGENT-MIB, with the modules that net-snmp ships beside it."""
    program("snmptrap", "snmp")
    folder = Path("/usr/share/snmp/mibs")
    of = catalogue(made("NET-SNMP-AGENT-MIB", folder))
    assert {oid: entry.name for oid, entry in of.entries.items()} == {
        "1.3.6.1.4.1.8072.4.0.1": "nsNotifyStart",
        "1.3.6.1.4.1.8072.4.0.2": "nsNotifyShutdown",
        "1.3.6.1.4.1.8072.4.0.3": "nsNotifyRestart",
    }
