"""Catalogue files: what is shipped is sound, what is wrong is listed whole, an operator's own come on top."""

from pathlib import Path

import pytest

from connectors.snmp.catalogue import SHIPPED, CatalogueError, Fault, compiled, load

GOOD = b"""
mib = "EXAMPLE-MIB"
source = "made up"

[objects]
exampleUnit = "1.3.6.1.4.1.32473.5.1"
exampleState = "1.3.6.1.4.1.32473.5.2"

[[traps]]
name = "exampleDown"
oids = ["1.3.6.1.4.1.32473.5.0.1"]

[[traps.alarms]]
alarm_type = "card_failure"
state = "raised"
severity = "major"
qualifier = "unit:{exampleUnit.index}"
when = { exampleState = [2, "3"] }
text = "exampleDown {exampleUnit}"
"""


def faults(contents: bytes) -> list[Fault]:
    with pytest.raises(CatalogueError) as caught:
        compiled([{"mine.toml": contents}])
    return list(caught.value.faults)


def changed(old: bytes, new: bytes) -> bytes:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def test_what_is_shipped() -> None:
    shelf = load()
    assert {entry.name for entry in shelf.entries.values()} >= {
        "linkDown",
        "linkUp",
        "coldStart",
        "warmStart",
        "bgpBackwardTransition",
        "bgpEstablished",
        "ospfNbrStateChange",
        "entConfigChange",
        "entStateOperDisabled",
        "upsTrapOnBattery",
        "upsTrapAlarmEntryRemoved",
    }
    assert shelf.version == load().version


def test_a_file_says_what_a_trap_means() -> None:
    (entry,) = compiled([{"mine.toml": GOOD}]).entries.values()
    assert (entry.name, entry.file) == ("exampleDown", "mine.toml")
    fields = entry.fields([("1.3.6.1.4.1.32473.5.1.7.1", b"fan"), ("1.3.6.1.4.1.32473.5.2.0", 3), ("1.3.6.1.4.1.9", 1)])
    assert fields == {
        "exampleUnit": "fan",
        "exampleUnit.index": "7.1",
        "exampleState": "3",
        "exampleState.index": "0",
    }
    assert entry.rules[0].applies(fields)
    assert not entry.rules[0].applies(fields | {"exampleState": "4"})
    assert not entry.rules[0].applies({})


@pytest.mark.parametrize(
    ("contents", "key", "part"),
    [
        (b"\xff", "", "not UTF-8 at octet 0"),
        (b"mib = ", "", "not TOML"),
        (b'mib = "X"\n', "source", "required"),
        (changed(b'"raised"', b'"up"'), "traps[0].alarms[0].state", "'raised' or 'cleared'"),
        (changed(b'"card_failure"', b'"card"'), "traps[0].alarms[0].alarm_type", "'loss_of_signal'"),
        (changed(b'severity = "major"\n', b""), "traps[0].alarms[0]", "needs a severity"),
        (changed(b'severity = "major"\n', b'severity = "bad"\n'), "traps[0].alarms[0].severity", "'critical'"),
        (changed(b"32473.5.0.1", b"32473.5.0.x"), "traps[0].oids[0]", "an OID in numbers"),
        (changed(b'oids = ["1.3.6.1.4.1.32473.5.0.1"]', b"oids = []"), "traps[0].oids", "at least 1"),
        (changed(b'"unit:{exampleUnit.index}"', b'"unit:{"'), "traps[0].alarms[0].qualifier", "a brace has no partner"),
        (changed(b"{exampleUnit}", b"{exampleUnit!r}"), "traps[0].alarms[0].text", "write {name}"),
        (changed(b"{exampleUnit}", b"{other}"), "traps[0].alarms[0].text", "other is not in [objects]"),
        (changed(b"{ exampleState =", b"{ other ="), "traps[0].alarms[0].when", "other is not in [objects]"),
        (changed(b'[2, "3"]', b"[]"), "traps[0].alarms[0].when.exampleState", "a list of whole numbers"),
        (changed(b'[2, "3"]', b"[2.5]"), "traps[0].alarms[0].when.exampleState", "a list of whole numbers"),
        (changed(b'state = "raised"', b'state = "raised"\nobject = "port"'), "traps[0].alarms[0]", "`name` goes with"),
        (changed(b'state = "raised"', b'state = "raised"\nname = "x"'), "traps[0].alarms[0]", "`name` goes with"),
        (changed(b"exampleUnit = ", b"device = "), "objects.device", "a MIB's name is needed"),
        (changed(b'source = "made up"', b'source = "made up"\ncolour = 1'), "colour", "not permitted"),
    ],
)
def test_a_fault_names_file_key_and_remedy(contents: bytes, key: str, part: str) -> None:
    found = faults(contents)
    assert (found[0].file, found[0].key) == ("mine.toml", key)
    assert part in found[0].reason
    assert str(found[0]).startswith("mine.toml")


def test_every_fault_is_listed() -> None:
    broken = GOOD.replace(b'"raised"', b'"up"').replace(b'"major"', b'"bad"').replace(b"32473.5.1", b"x")
    assert {fault.key for fault in faults(broken)} == {
        "objects.exampleUnit",
        "traps[0].alarms[0].state",
        "traps[0].alarms[0].severity",
    }


def test_two_files_that_know_the_same_trap() -> None:
    with pytest.raises(CatalogueError) as caught:
        compiled([{"a.toml": GOOD, "b.toml": GOOD}])
    assert [str(fault) for fault in caught.value.faults] == [
        "b.toml, traps[0].oids: 1.3.6.1.4.1.32473.5.0.1 is in a.toml already"
    ]


def test_an_operators_own_file_replaces_what_is_shipped(tmp_path: Path) -> None:
    mine = (SHIPPED / "if-mib.toml").read_text().replace('severity = "major"', 'severity = "critical"')
    (tmp_path / "mine.toml").write_text(mine)
    shelf = load(tmp_path)
    entry = shelf.entries["1.3.6.1.6.3.1.1.5.3"]
    assert (entry.file, entry.rules[0].severity) == ("mine.toml", "critical")
    assert shelf.version != load().version


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="1 fault") as caught:
        load(tmp_path / "none")
    assert caught.value.faults == (Fault(str(tmp_path / "none"), "", "no such folder"),)
