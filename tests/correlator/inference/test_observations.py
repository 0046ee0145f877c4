"""What an alarm of each (kind of object, type) tells, and for whom it speaks, on the network of the scenarios.

CORE-B leads to AGG-1 over LK-BM, whose two routes share a duct (CD-BRIDGE); AGG-1 to BTS-1 and, by two links each, to
OLT-1 and OLT-2, all over MT-MN; OLT-1 over FD-11 and SPL-11 to ONT-11-01, whose mains are PLN-11's.
"""

from functools import cache

import pytest

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Evidence
from correlator.policy.faults import TypeModel
from tests.correlator.inference.telling import START_US, Telling, at_us

WORD, DIRECT, GASP = 6_802_506, 11_407_566, 3_921_973

BRIDGE = "AGG-1 AGG-1/core CD-BRIDGE CORE-B CORE-B/agg1 LK-BM M POP-B"  # what cuts AGG-1 off
TO_OLT = f"{BRIDGE} MT-MN N OLT-1"
TO_SPLITTER = f"{TO_OLT} CAB-11 FD-11 LK-FD-11 OLT-1/pon-1 SPL-11 SPL-11/in"
TO_ONT = f"{TO_SPLITTER} DR-11-01 HOME-11-01 LK-DR-11-01 ONT-11-01 ONT-11-01/pon PLN-11 SPL-11/out-1"
DUCT = "CD-BRIDGE MT-BM-1 MT-BM-2"

# object, type, kind, worth, speaks for, is explained by as well
TABLE: list[tuple[str, AlarmType, str, int, str, str]] = [
    # the end of a link: all that stop it, but for who fails with its own device, and so cannot have told it
    (
        "CORE-B/agg1",
        "loss_of_signal",
        "link_end",
        WORD,
        "AGG-1 AGG-1/core CD-BRIDGE CORE-B/agg1 LK-BM M",
        "CORE-B POP-B",
    ),
    ("CORE-B/agg1", "link_down", "link_end", WORD, "AGG-1 AGG-1/core CD-BRIDGE CORE-B/agg1 LK-BM M", "CORE-B POP-B"),
    (
        "CORE-B/agg1",
        "neighbor_down",
        "neighbour",
        WORD,
        "AGG-1 AGG-1/core CD-BRIDGE CORE-B/agg1 LK-BM M",
        "CORE-B POP-B",
    ),
    (
        "AGG-1/core",
        "loss_of_signal",
        "link_end",
        WORD,
        "AGG-1/core CD-BRIDGE CORE-B CORE-B/agg1 LK-BM POP-B",
        "AGG-1 M",
    ),
    (
        "OLT-1/up-a",
        "loss_of_signal",
        "link_end",
        WORD,
        "AGG-1 AGG-1/olt1a LK-OLT1a M MT-MN OLT-1/up-a",
        "N OLT-1",
    ),
    # a manager in place of both ends: one word
    ("LK-BM", "loss_of_signal", "link_end", WORD, BRIDGE, ""),
    ("LK-BM", "neighbor_down", "neighbour", WORD, BRIDGE, ""),
    # a protected link on its other route
    ("CORE-B/agg1", "protection_switch", "switch", WORD, "MT-BM-1 MT-BM-2", BRIDGE),
    ("LK-BM", "protection_switch", "switch", WORD, "MT-BM-1 MT-BM-2", BRIDGE),
    # a monitor of the fibre
    ("CORE-B/agg1", "fiber_break", "fibre", DIRECT, DUCT, ""),
    ("LK-BM", "fiber_break", "fibre", DIRECT, DUCT, ""),
    ("MT-BM-1", "fiber_break", "fibre", DIRECT, "CD-BRIDGE MT-BM-1", "CD-BRIDGE MT-BM-1"),
    ("MT-MN", "loss_of_signal", "fibre", DIRECT, "MT-MN", "MT-MN"),
    ("CD-BRIDGE", "fiber_break", "fibre", DIRECT, DUCT, DUCT),
    ("SPL-11", "device_unreachable", "fibre", DIRECT, "SPL-11", TO_SPLITTER),
    # a device that is lost
    ("AGG-1", "device_unreachable", "device", WORD, BRIDGE, ""),
    ("OLT-1", "device_unreachable", "device", WORD, TO_OLT, ""),
    ("ONT-11-01", "device_unreachable", "device", WORD, TO_ONT, ""),
    ("ONT-11-01", "link_down", "device", WORD, TO_ONT, ""),
    # power: a gasp speaks for the mains of more than one customer
    ("ONT-11-01", "dying_gasp", "gasp", GASP, "HOME-11-01 PLN-11", ""),
    ("OLT-1", "power_failure", "power", WORD, "N OLT-1", ""),
    ("OLT-1", "on_battery", "power", WORD, "N OLT-1", ""),
    ("N", "power_failure", "power", WORD, "N", ""),
    ("N", "device_unreachable", "power", WORD, "N", ""),
    ("PLN-11", "dying_gasp", "power", WORD, "PLN-11", ""),
    # cards, ports
    ("OLT-1", "card_failure", "card", DIRECT, "OLT-1", "N OLT-1"),
    ("AGG-1/olt1a", "card_failure", "card", DIRECT, "AGG-1/olt1a", ""),
    ("AGG-1/ge-1", "loss_of_signal", "direct", WORD, "AGG-1/ge-1", "M AGG-1"),
    # services
    ("SV-11-01", "service_down", "service", WORD, f"{TO_ONT} SV-11-01", ""),
    ("SV-11-01", "link_down", "service", WORD, f"{TO_ONT} SV-11-01", ""),
    ("SV-BANK", "service_down", "service", WORD, f"{BRIDGE} AGG-1/ge-1 SV-BANK", ""),
    ("SV-VPN", "service_down", "service", WORD, "SV-VPN", ""),
]


@cache
def engine() -> Telling:
    return Telling()


def observed(name: str, alarm_type: AlarmType) -> Evidence:
    seen = engine().told(name, alarm_type)
    assert seen is not None
    return seen


@pytest.mark.parametrize(("name", "alarm_type", "kind", "worth", "credit", "explain"), TABLE)
def test_what_it_tells(name: str, alarm_type: AlarmType, kind: str, worth: int, credit: str, explain: str) -> None:
    seen = observed(name, alarm_type)
    assert (seen.kind, seen.worth) == (kind, worth)
    assert engine().spoken_for(seen) == sorted(credit.split())
    assert [engine().topology.ids[one] for one in seen.explain] == sorted(explain.split(), key=engine().topology.find)
    engine().ended(name, alarm_type)


@pytest.mark.parametrize(
    ("name", "alarm_type"),
    [
        pytest.param("OLT-1", "neighbor_down", id="which neighbour is not said"),
        pytest.param("CORE-B/agg1", "signal_degraded", id="a precursor tells of nothing that is down"),
        pytest.param("OLT-1", "high_temperature", id="nor does heat"),
        pytest.param("OLT-1", "device_restart", id="an event tells of no state"),
        pytest.param("OLT-1", "other", id="nor does what nobody knows"),
        pytest.param("CU-BANK", "service_down", id="a customer is no object of the network"),
        pytest.param("NIX", "loss_of_signal", id="the inventory lacks it"),
        pytest.param("NIX/1", "loss_of_signal", id="and its device"),
    ],
)
def test_what_tells_nothing(name: str, alarm_type: AlarmType) -> None:
    assert engine().told(name, alarm_type) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("CORE-B/agg1 loss_of_signal", "CORE-B/agg1 link_down", True, id="two words for one end"),
        pytest.param("CORE-B/agg1 loss_of_signal", "AGG-1/core loss_of_signal", False, id="the two ends of a link"),
        pytest.param(
            "CORE-B/agg1 loss_of_signal", "CORE-B/agg1 neighbor_down", False, id="the light and the neighbour"
        ),
        pytest.param("CORE-B/agg1 loss_of_signal", "LK-BM loss_of_signal", False, id="an end and a manager's word"),
        pytest.param("ONT-11-01 link_down", "ONT-11-01 device_unreachable", True, id="two words for one loss"),
        pytest.param("ONT-11-01 dying_gasp", "ONT-11-01 device_unreachable", False, id="a gasp and a loss"),
        pytest.param("CORE-B/agg1 fiber_break", "LK-BM fiber_break", True, id="a monitor at a port and of its link"),
        pytest.param("OLT-1 power_failure", "OLT-1 on_battery", True, id="two words for lost mains"),
        pytest.param("OLT-1/no-1 link_down", "OLT-1/no-2 link_down", False, id="two ports that no row names"),
    ],
)
def test_what_is_told_once(one: str, other: str, same: bool) -> None:
    first, second = (observed(*each.split()) for each in (one, other))  # type: ignore[arg-type]
    assert (first is second) is same


def test_a_port_that_no_row_names_speaks_for_itself() -> None:
    seen = observed("AGG-1/ge-99", "loss_of_signal")
    roots = engine().engine.roots
    assert (seen.kind, engine().spoken_for(seen)) == ("direct", [])
    assert roots.speaks_for("AGG-1/ge-99", seen)
    assert (roots.alike("AGG-1/ge-99"), roots.broken(["AGG-1/ge-99"])) == (("AGG-1/ge-99",), ())
    assert not roots.speaks_for("AGG-1/ge-98", seen)


@pytest.mark.parametrize(
    ("name", "alarm_type", "about"),
    [
        ("ONT-11-01", "device_unreachable", ("ONT-11-01", None, "OLT-1")),
        ("OLT-1", "device_unreachable", ("OLT-1", None, None)),
        ("ONT-11-01", "dying_gasp", ("ONT-11-01", None, None)),
        ("OLT-1", "power_failure", ("OLT-1", None, None)),
        ("CORE-B/agg1", "loss_of_signal", (None, "LK-BM", None)),
        ("CORE-B/agg1", "neighbor_down", (None, "LK-BM", None)),
        ("CORE-B/agg1", "protection_switch", (None, "LK-BM", None)),
        ("SV-11-01", "service_down", ("ONT-11-01", None, None)),
        ("SV-BANK", "service_down", ("AGG-1", None, None)),
        ("SV-TOWER", "service_down", ("BTS-1", None, None)),
    ],
)
def test_device_link_and_speaker(name: str, alarm_type: AlarmType, about: tuple[str | None, ...]) -> None:
    seen, names = observed(name, alarm_type), engine().topology.ids
    assert tuple(names[one] if one >= 0 else None for one in (seen.device, seen.link, seen.speaker)) == about


# How long it is told


def test_an_observation_is_as_old_as_the_oldest_alarm_that_tells_it() -> None:
    wire = Telling()
    seen = wire.told("CORE-B/agg1", "loss_of_signal", since=20)
    assert seen is not None
    wire.told("CORE-B/agg1", "link_down", since=10)
    assert seen.first_us == at_us(10)
    assert sorted(seen.alarms.values()) == [at_us(10), at_us(20)]
    assert wire.ended("CORE-B/agg1", "link_down") is None, "another alarm tells it still"
    assert seen.first_us == at_us(20)
    assert wire.ended("CORE-B/agg1") is seen, "nobody tells it any more"
    assert wire.engine.observation("CORE-B/agg1 loss_of_signal") is None
    assert wire.ended("CORE-B/agg1") is None, "it ended once"


def test_a_port_that_says_it_with_two_types_is_believed_more_while_both_stand() -> None:
    wire = Telling()
    seen = wire.told("CORE-B/agg1", "loss_of_signal")
    assert seen is not None
    wire.told("CORE-B/agg1", "link_down")
    assert seen.worth == WORD + 10_200_000
    wire.told("AGG-1/core")
    assert seen.worth == WORD, "where the other end says so too it needs no more"
    wire.ended("AGG-1/core")
    assert seen.worth == WORD + 10_200_000
    wire.ended("CORE-B/agg1", "link_down")
    assert seen.worth == WORD


@pytest.mark.parametrize("name", ["LK-BM", "OLT-1/pon-1", "AGG-1/ge-1"])
def test_of_a_manager_and_of_what_a_customer_may_switch_off_two_types_say_no_more_than_one(name: str) -> None:
    wire = Telling()
    seen = wire.told(name, "loss_of_signal")
    assert seen is not None
    before = seen.worth
    wire.told(name, "link_down")
    assert seen.worth == before


def test_the_word_of_a_manager_is_worth_that_of_one_end() -> None:
    wire = Telling(types={"link_down": TypeModel(0.5, 0.5, 3.0)})
    seen, end = wire.told("LK-BM", "link_down"), wire.told("CORE-B/agg1", "link_down")
    assert seen is not None
    assert end is not None
    assert (seen.worth, end.worth) == (405_465, 405_465)
    assert seen.first_us == START_US
