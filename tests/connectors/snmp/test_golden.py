"""Captured datagrams: what must come of each, and what pysnmp reads in it."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.metrics import TRAPS_UNKNOWN
from connectors.snmp.catalogue import SHIPPED, Catalogue, compiled, load
from connectors.snmp.trap import Trap, parse
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import EVENTS
from tests.connectors.snmp import oracle
from tests.connectors.snmp.house import NOW, translator

FOLDER = Path(__file__).parents[2] / "golden" / "traps"
GOLDEN: dict[str, dict[str, Any]] = {path.stem: tomllib.loads(path.read_text()) for path in FOLDER.glob("*.toml")}
TOLD = ("object", "qualifier", "alarm_type", "severity", "state", "text")


def octets(name: str) -> bytes:
    return bytes.fromhex(GOLDEN[name]["datagram"])


def trap_of(name: str) -> Trap:
    trap = parse(octets(name))
    assert isinstance(trap, Trap), trap
    return trap


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_what_comes_of_it(name: str) -> None:
    golden, trap = GOLDEN[name], trap_of(name)
    assert golden["provenance"]
    assert golden["mib"]
    assert trap.oid == golden["trap"]
    alarms = translator(MemoryCounter()).alarms(trap, golden["sender"], NOW)
    told = [{key: value for key in TOLD if (value := getattr(alarm, key)) is not None} for alarm in alarms]
    assert told == golden["alarms"]
    assert {alarm.time for alarm in alarms} == {NOW}


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_pysnmp_reads_the_same(name: str) -> None:
    assert msgspec.structs.replace(trap_of(name), meaning=b"", acknowledgement=None) == oracle.read(octets(name))


@pytest.mark.parametrize(
    ("raised", "cleared"),
    [
        ("link-down-if-name", "link-up"),
        ("link-down-v1", "link-up"),
        ("link-down-shut", "link-up"),
        ("bgp-backward-transition", "bgp-established"),
        ("bgp-backward-transition-v1", "bgp-established"),
        ("ospf-neighbor-down", "ospf-neighbor-full"),
        ("module-disabled", "module-enabled"),
        ("ups-on-battery", "ups-alarm-removed"),
        ("ups-on-battery-v1", "ups-alarm-removed"),
        ("ont-dying-gasp", "ont-online"),
        ("alarm-state-active", "alarm-state-clear"),
        ("isis-adjacency-down", "isis-adjacency-up"),
        ("isis-overload", "isis-overload-left"),
        ("bfd-session-down", "bfd-session-up"),
        ("cisco-entity-alarm-asserted", "cisco-entity-alarm-cleared"),
        ("cisco-entity-alarm-asserted-minor", "cisco-entity-alarm-cleared"),
        ("cisco-temperature-warning", "cisco-temperature-normal"),
        ("cisco-fan-failed", "cisco-fan-normal"),
        ("cisco-supply-failed", "cisco-supply-normal"),
        ("junos-supply-failure", "junos-supply-ok"),
        ("junos-fan-failure", "junos-fan-ok"),
        ("junos-over-temperature", "junos-temperature-ok"),
        ("junos-card-failed", "junos-card-ok"),
        ("junos-card-offline", "junos-card-online"),
        ("junos-card-failed", "junos-card-online"),
        ("junos-card-removed", "junos-card-inserted"),
        ("huawei-bfd-down", "huawei-bfd-up"),
        ("huawei-bfd-multihop-down", "huawei-bfd-multihop-up"),
        ("huawei-board-invalid", "huawei-board-resume"),
        ("huawei-board-removed", "huawei-board-inserted"),
        ("huawei-power-invalid", "huawei-power-resume"),
        ("huawei-optical-fail", "huawei-optical-resume"),
        ("apc-on-battery", "apc-power-restored"),
        ("apc-on-battery-v1", "apc-power-restored"),
        ("apc-low-battery", "apc-battery-returned"),
        ("nokia-card-failure", "nokia-card-inserted"),
        ("nokia-fan-failure", "nokia-fan-failure-cleared"),
        ("nokia-dwdm-los", "nokia-dwdm-los-cleared"),
        ("nokia-dwdm-board-fault", "nokia-dwdm-board-fault-cleared"),
        ("nokia-dwdm-hot", "nokia-dwdm-cool"),
        ("ciena-link-down", "ciena-link-up"),
        ("ciena-rx-power-low", "ciena-rx-power-normal"),
        ("ciena-rx-power-low-warning", "ciena-rx-power-normal"),
        ("ciena-supply-faulted", "ciena-supply-online"),
        ("huawei-pon-los", "huawei-pon-los-recovered"),
        ("huawei-ont-los", "huawei-ont-los-recovered"),
        ("huawei-ont-distributed-mode-los", "huawei-ont-los-recovered"),
        ("huawei-ont-dying-gasp", "huawei-ont-dying-gasp-recovered"),
        ("huawei-ont-signal-fail", "huawei-ont-signal-fail-recovered"),
        ("huawei-pon-many-offline", "huawei-pon-many-offline-restored"),
        ("huawei-olt-board-fault", "huawei-olt-board-restored"),
        ("huawei-olt-power-input-fault", "huawei-olt-power-input-recovered"),
        ("huawei-olt-board-hot", "huawei-olt-board-cool"),
        ("zte-onu-los", "zte-onu-los-restored"),
        ("zte-onu-dying-gasp", "zte-onu-dying-gasp-restored"),
        ("zte-onu-signal-degraded", "zte-onu-signal-degraded-restored"),
        ("zte-pon-los", "zte-pon-los-restored"),
        ("zte-card-down", "zte-card-up"),
        ("zte-mains-off", "zte-mains-on"),
        ("eltek-mains-lost", "eltek-mains-back"),
        ("eltek-battery-low", "eltek-battery-low-over"),
        ("eltek-loads-cut-off", "eltek-loads-back"),
        ("ericsson-alarm-major", "ericsson-alarm-cleared"),
        ("minilink-radio-defect", "minilink-radio-defect-cleared"),
        ("adva-loss-of-signal", "adva-loss-of-signal-cleared"),
        ("adva-fan-fault", "adva-fan-fault-cleared"),
        ("adva-fibre-loss", "adva-fibre-loss-cleared"),
        ("adva-demarcation-los", "adva-demarcation-los-cleared"),
        ("fiberhome-hot", "fiberhome-cool"),
        ("fiberhome-supply-fault", "fiberhome-supply-ok"),
        ("zte-c600-card-not-running", "zte-c600-card-running"),
        ("zte-c600-card-offline", "zte-c600-card-online"),
        ("zte-c600-card-shut-down", "zte-c600-card-shut-down-cleared"),
        ("zte-c600-mains-off", "zte-c600-mains-on"),
        ("zte-c600-on-battery", "zte-c600-off-battery"),
        ("zte-c600-fan-fault", "zte-c600-fan-fault-cleared"),
        ("zte-c600-rx-power-low", "zte-c600-rx-power-normal"),
        ("zte-c600-module-unplugged", "zte-c600-module-plugged-in"),
        ("zte-fibre-loss", "zte-fibre-loss-cleared"),
        ("zte-uplink-down", "zte-uplink-up"),
        ("zte-uplink-shut", "zte-uplink-up"),
        ("zte-epon-dark-fibre", "zte-epon-light"),
        ("zte-epon-dark-no-power", "zte-epon-light"),
        ("zte-epon-onu-off-fibre", "zte-epon-onu-back"),
        ("zte-epon-onu-off-power", "zte-epon-onu-back"),
        ("zte-epon-onu-power-off", "zte-epon-onu-power-on"),
        ("fiberhome-light-lost", "fiberhome-light-back"),
        ("fiberhome-board-fault", "fiberhome-board-normal"),
        ("zte-onu-down-recorded", "zte-onu-up-recorded"),
        ("ericsson-irp-new", "ericsson-irp-cleared"),
        ("ericsson-irp-changed", "ericsson-irp-cleared"),
    ],
)
def test_a_clear_names_the_alarm_that_was_raised(raised: str, cleared: str) -> None:
    """An alarm is its object and qualifier, else its object and type (contract, section 2)."""

    def keys(name: str) -> set[tuple[str, str]]:
        return {(one["object"], one.get("qualifier") or one["alarm_type"]) for one in GOLDEN[name]["alarms"]}

    assert keys(raised) <= keys(cleared)
    assert {one["state"] for one in GOLDEN[raised]["alarms"]} == {"raised"}
    assert {one["state"] for one in GOLDEN[cleared]["alarms"]} == {"cleared"}


def test_the_page_says_where_they_come_from() -> None:
    """None is of a device: who reads the page must know."""
    origins = Counter(one["provenance"].partition(":")[0] for one in GOLDEN.values())
    made_up = sum("32473" in one["trap"] for one in GOLDEN.values())
    page = (Path(__file__).parents[3] / "docs" / "decisions" / "0079-trap-catalogues.md").read_text()
    assert set(origins) == {"captured from net-snmp 5.9.3", "from the MIB", "from what others recorded"}
    recorded = origins["from what others recorded"]
    assert f"| written by net-snmp after the MIB's objects | {len(GOLDEN) - made_up - recorded} |" in page
    assert f"| written by net-snmp after what others recorded of a device | {recorded} |" in page
    assert f"| of made-up or unknown MIBs (enterprise 32473) | {made_up} |" in page
    assert "| captured from a device | 0 |" in page


def test_every_shipped_file_has_a_golden_datagram() -> None:
    entries = load().entries
    files = {path.stem for path in (Path(__file__).parents[3] / "connectors/snmp/catalogue").glob("*.toml")}
    names = {entries[one["trap"]].file for one in GOLDEN.values() if one["trap"] in entries}
    assert names == {f"{stem}.toml" for stem in files}


ALONE: dict[str, Catalogue] = {path.name: compiled([{path.name: path.read_bytes()}]) for path in SHIPPED.glob("*.toml")}


@pytest.mark.parametrize("file", sorted(ALONE))
def test_a_catalogue_reads_what_is_its_own_and_nothing_else(file: str) -> None:
    """Each datagram by each file alone: who does not own it must keep it as a trap that nobody knows."""
    owned = load().entries
    read = 0
    for name, golden in GOLDEN.items():
        counter = MemoryCounter()
        translator(counter, ALONE[file]).alarms(trap_of(name), golden["sender"], NOW)
        entry = owned.get(golden["trap"])
        if entry is None or entry.file != file:
            assert counter.counted(TRAPS_UNKNOWN) == 1, f"{file} reads {name}"
        read += counter.counted(TRAPS_UNKNOWN) == 0
    assert read


@pytest.mark.parametrize("file", sorted(ALONE))
def test_what_says_that_something_is_down_can_end(file: str) -> None:
    """Evidence that no trap of its MIB clears would hold an incident open for ever."""
    known: dict[str, set[tuple[str, str, str]]] = {"raised": set(), "cleared": set()}
    for entry in ALONE[file].entries.values():
        for rule in entry.rules:
            if rule.alarm_type not in EVENTS:
                known[rule.state] |= {
                    (rule.alarm_type, rule.object, "".join(literal for literal, _ in template.parts))
                    for template in rule.qualifier or rule.name
                }
    assert known["raised"] <= known["cleared"]
