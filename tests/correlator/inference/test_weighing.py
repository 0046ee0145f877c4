"""What one root is worth: its prior, what is told, what is silent, who called. The sum is the policy's figures."""

import pytest

from correlator.events import AlarmType
from correlator.inference.port import AlarmHeard, AlarmStrayed, KnownUp
from tests.correlator.inference.telling import LATE, Telling, at_us, together

WORD, DIRECT, GASP = 6_802_506, 11_407_566, 3_921_973
MUTE = -2_302_585  # of a link, a device, an ONT that says nothing, in full
# what silence takes at most where only callers tell: 4 nats, and ln of the whole nats that it would take
GREY_3, GREY_7, GREY_8 = (4_000_000 + more for more in (1_791_759, 2_772_589, 2_890_372))  # 6.9, 16.1 and 18.4 nats
UNSEEN = 2_995_732  # and ln 20 besides, of what has no device and no splitter: it is seldom that no source sees it
Alarms = list[tuple[str, AlarmType]]

ONTS: Alarms = [(f"ONT-11-{n:02}", "device_unreachable") for n in range(1, 9)]
ALL: Alarms = [(f"ONT-{splitter}-{n:02}", "device_unreachable") for splitter in (11, 12, 21) for n in range(1, 9)]
PROBES: Alarms = [(f"SV-11-{n:02}", "service_down") for n in range(1, 9)]
GASPS: Alarms = [(f"ONT-11-{n:02}", "dying_gasp") for n in range(1, 9)]
LINKS: Alarms = [(f"AGG-1/{end}", "loss_of_signal") for end in ("bts1", "olt1a", "olt1b", "olt2a", "olt2b")]
LOST: Alarms = [(name, "device_unreachable") for name in ("BTS-1", "OLT-1", "OLT-2")]
THREE_OF_EIGHT, FOUR_OF_SIXTEEN = 25_215_104, 32_831_854  # calls within a quarter of an hour
OUTSIDE = 4_818_635  # what four calls of all thirty-three customers would be worth for a cause outside
PLN, MT_MN, N = -13_300_000, -14_172_966, -11_600_000

# root, what is told, its prior, words told, words that are missing
SUMS: list[tuple[str, Alarms, int, int, int]] = [
    ("MT-MN", [*LINKS, *LOST], MT_MN, 8 * WORD, 0),
    ("MT-MN", [*LINKS, *LOST, ("MT-MN", "fiber_break")], MT_MN, 8 * WORD + DIRECT, 0),
    ("MT-MN", LINKS, MT_MN, 5 * WORD, 3),
    ("MT-MN", [*LINKS[:3], *LOST], MT_MN, 6 * WORD, 2),
    ("PLN-11", ONTS, PLN, 8 * WORD, 0),
    ("PLN-11", ONTS[:5], PLN, 5 * WORD, 3),
    ("PLN-11", [*ONTS[:5], *PROBES[5:]], PLN, 8 * WORD, 3),
    ("PLN-11", [*ONTS, *PROBES], PLN, 8 * WORD, 0),  # an ONT and the probe behind it tell of one loss
    ("PLN-11", [*ONTS, *PROBES[:1]], PLN, 8 * WORD, 0),
    ("PLN-11", [*ONTS, *GASPS[:3]], PLN, 8 * WORD + 3 * GASP, 0),
    ("N", [*LINKS[:3], ("BTS-1", "device_unreachable")], N, 4 * WORD, 1),
]


@pytest.mark.parametrize(("root", "alarms", "prior", "told", "missing"), SUMS)
def test_what_a_root_gains(root: str, alarms: Alarms, prior: int, told: int, missing: int) -> None:
    wire = Telling()
    seen = wire.all_told(*alarms)
    found = wire.weigh(root, *seen)
    assert found.prior == prior
    assert found.gain == pytest.approx(prior + told + together(len(seen)) + missing * MUTE, abs=missing + 1)
    assert found.share == pytest.approx(len(seen) / (len(seen) + missing))


@pytest.mark.parametrize(
    ("alarms", "told"),
    [
        pytest.param([("ONT-11-01", "device_unreachable")], WORD, id="one word"),
        pytest.param([("ONT-11-01", "device_unreachable"), ("SV-11-01", "service_down")], WORD, id="and its probe"),
        pytest.param([("DR-11-01", "fiber_break")], DIRECT + MUTE, id="a monitor, and the customer is on"),
        pytest.param(
            [("ONT-11-01", "device_unreachable"), ("DR-11-01", "fiber_break")], WORD + DIRECT + together(2), id="both"
        ),
    ],
)
def test_what_one_customer_may_have_switched_off_counts_once(alarms: Alarms, told: int) -> None:
    wire = Telling()
    found = wire.weigh("DR-11-01", *wire.all_told(*alarms))
    assert found.gain - found.prior == pytest.approx(told, abs=1)


def test_among_many_words_the_probe_of_a_lost_device_counts_as_well() -> None:
    """More than fifty words: one that counts twice decides nothing."""
    wire = Telling()
    lost: Alarms = [(f"ONT-{pon}-{n:02}", "device_unreachable") for pon in (11, 12, 21) for n in range(1, 9)]
    probes: Alarms = [(f"SV-{pon}-{n:02}", "service_down") for pon in (11, 12, 21) for n in range(1, 9)]
    seen = wire.all_told(*LINKS[1:], *LOST[1:], *lost, *probes[:20])
    assert len(seen) == 50
    few = wire.weigh("MT-MN", *seen)
    more = wire.weigh("MT-MN", *seen, wire.told("SV-21-05", "service_down"))
    assert more.gain - few.gain == 21 * WORD


@pytest.mark.parametrize(
    ("now", "silence"),
    [
        pytest.param(0, 0, id="nobody can have spoken yet"),
        pytest.param(3, -841_435 * 2 - 12_951, id="links are missed first"),
        pytest.param(44.9, -2_302_582 * 2 - 1_991_168, id="then devices"),
        pytest.param(45, 3 * MUTE, id="in full when a suspicion settles"),
        pytest.param(LATE, 3 * MUTE, id="and so for ever"),
    ],
)
def test_silence_grows_with_the_age_of_what_is_told(now: float, silence: int) -> None:
    """Beside BTS-1: the other device at site N, and its two links."""
    wire = Telling()
    wire.all_told(("AGG-1/bts1", "loss_of_signal"), ("BTS-1", "device_unreachable"))
    wire.told("OLT-1/pon-1", "loss_of_signal")
    wire.told("N", "power_failure")
    found = {one.root: one for one in wire.found(now)}
    assert found["N"].gain == pytest.approx(N + 3 * WORD + together(3) + silence, abs=4)


@pytest.mark.parametrize(
    ("gasps", "roots"),
    [
        pytest.param(3, {"PLN-11"}, id="a third of the lost gasped: it is power"),
        pytest.param(2, {"PLN-11", "LK-FD-11", "OLT-1"}, id="fewer: it may be the fibre"),
    ],
)
def test_dying_gasps_rule_the_fibre_out(gasps: int, roots: set[str]) -> None:
    wire = Telling()
    wire.all_told(*ONTS, *GASPS[:gasps])
    [found] = wire.found()
    named = {found.root, *(name for name, _ in found.alternatives)}
    assert found.root == "PLN-11"
    assert roots <= named
    assert ("LK-FD-11" in named) is (gasps < 3)


def test_a_home_that_its_olt_told_lost_before_it_failed_itself_says_nothing_of_that() -> None:
    """That home had lost its mains, and gasped: it is no sign that the OLT's mains are lost, nor its fibre sound."""
    wire, home = Telling(), "ONT-21-01"
    wire.all_told((home, "dying_gasp"), (home, "device_unreachable"), since=LATE - 120)
    told = {"snmp:OLT-2": at_us(LATE - 120)}
    wire.engine.observe(AlarmHeard(f"{home} device_unreachable", home, "device_unreachable", at_us(LATE - 120), told))
    wire.all_told(("AGG-1/olt2a", "link_down"), ("AGG-1/olt2b", "link_down"), since=LATE - 60)
    wire.told("OLT-2", "device_unreachable", since=LATE - 40)
    found = next(one for one in wire.found() if "OLT-2" in one.members)
    assert sorted(one.kind for one in found.speaks) == ["device", "link_end", "link_end"]


def test_the_share_of_gasps_is_policy() -> None:
    wire = Telling(gasp_share=0.5)
    wire.all_told(*ONTS, *GASPS[:3])
    assert wire.found()[0].alternatives
    wire.told("ONT-11-04", "dying_gasp")
    assert not wire.found()[0].alternatives


@pytest.mark.parametrize(
    ("alarms", "roots"),
    [
        pytest.param([("OLT-1", "power_failure")], [], id="lost mains alone are no outage"),
        pytest.param([("OLT-1", "power_failure"), ("N", "on_battery")], [], id="however many"),
        pytest.param([("OLT-1", "power_failure"), *LINKS[:3], *LOST[:2]], ["N"], id="with what is down they name it"),
    ],
)
def test_lost_mains(alarms: Alarms, roots: list[str]) -> None:
    wire = Telling()
    wire.all_told(*alarms)
    assert wire.roots() == roots


@pytest.mark.parametrize(
    ("sites", "words", "found"),
    [
        pytest.param(("OLT-1", "OLT-2", "AGG-1", "AGG-2"), 4, True, id="four sites, where the policy wants four"),
        pytest.param(("OLT-1", "BTS-1", "OLT-2", "AGG-1"), 4, False, id="four devices at three sites"),
        pytest.param(("OLT-1", "OLT-2", "AGG-1"), 3, False, id="three sites"),
    ],
)
def test_the_cause_is_outside(sites: tuple[str, ...], words: int, found: bool) -> None:
    wire = Telling(external_sites=4)
    for name in sites:
        wire.told(name, "on_battery", since=LATE - 60)
    assert wire.roots() == (["external"] if found else [])
    outside = wire.engine.weigh("external", [wire.told(name, "on_battery") for name in sites], 0)  # type: ignore[misc]
    assert (outside.gain if outside else None) == (-13_300_000 + words * 4_000_000 if found else None)


@pytest.mark.parametrize(
    ("lost", "found"),
    [
        pytest.param(
            {"OLT-1": 0, "OLT-2": 60, "AGG-1": 120, "AGG-2": 180, "AGG-3": 240}, True, id="one soon after the other"
        ),
        pytest.param({"OLT-1": 0, "OLT-2": 60, "AGG-1": 151, "AGG-2": 180, "AGG-3": 240}, False, id="with a pause"),
        pytest.param({"OLT-1": 0, "OLT-2": 0, "AGG-1": 0, "AGG-2": 0, "AGG-4": 0}, False, id="in two regions"),
        pytest.param({f"ONT-11-0{n}": 0 for n in range(1, 6)}, False, id="homes: customers switch off"),
        pytest.param({f"HOME-11-0{n}": 0 for n in range(1, 6)}, False, id="places that share their power"),
    ],
)
def test_public_power_is_lost_at_many_places_of_a_region_at_once(lost: dict[str, float], found: bool) -> None:
    wire = Telling()
    for name, since in lost.items():
        wire.told(name, "on_battery", since=LATE - 241 + since)
    assert wire.roots() == (["external"] if found else [])


def test_where_monitors_of_mains_say_so_all_the_time_five_more_say_little() -> None:
    wire = Telling(stray_rate=0.1)
    for n in range(60):
        wire.engine.observe(AlarmStrayed(f"stray {n}", "OLT-1", "on_battery", at_us(LATE - 100 - 8 * n)))
    for name in ("OLT-1", "OLT-2", "AGG-1", "AGG-2", "AGG-3"):
        wire.told(name, "on_battery", since=LATE - 60)
    assert wire.roots() == []


# Complaints


def test_calls_speak_for_all_that_could_take_the_service_away() -> None:
    wire = Telling()
    wire.called("CU-11-01", "CU-11-02", since=LATE - 60)
    roots = wire.engine.roots
    both = {"call of CU-11-01", "call of CU-11-02"}
    assert set(roots.complaints_for("SPL-11")) == set(roots.complaints_for("MT-MN")) == both
    assert set(roots.complaints_for("DR-11-02")) == {"call of CU-11-02"}
    assert roots.complaints_for("SPL-12") == {}


@pytest.mark.parametrize(
    ("callers", "told", "calls"),
    [
        pytest.param(2, 4, 11_128_832, id="beside alarms seven tenths of what they say"),
        pytest.param(0, 4, 0, id="that nobody called vetoes nothing"),
    ],
)
def test_calls_beside_alarms(callers: int, told: int, calls: int) -> None:
    wire = Telling()
    seen = wire.all_told(*ONTS[:told])
    wire.called(*(f"CU-11-{n:02}" for n in range(8 - callers + 1, 9)), since=LATE - 60)
    found = wire.weigh("PLN-11", *seen)
    assert found.gain == pytest.approx(PLN + told * WORD + together(told) + calls + (8 - told) * MUTE, abs=10)


@pytest.mark.parametrize(("before", "counts"), [(899, True), (901, False)])
def test_who_called_long_before_the_first_alarm_called_for_something_else(before: int, counts: bool) -> None:
    gains = []
    for callers in ((), ("CU-11-07", "CU-11-08")):
        wire = Telling()
        seen = wire.all_told(*ONTS[:4], since=LATE - 60)
        wire.called(*callers, since=LATE - 60 - before)
        [found] = [one for one in wire.found() if "PLN-11" in one.members]
        gains += [wire.weigh("PLN-11", *seen).gain, found.gain]
    assert (gains[2] > gains[0], gains[3] > gains[1]) == (counts, counts)


def test_calls_without_alarms_count_in_full() -> None:
    """Four of the twenty-five below OLT-1; its two links, and a poller, do not miss it."""
    wire = Telling()
    wire.called(*(f"CU-11-{n:02}" for n in range(1, 5)), since=LATE - 60)
    found = wire.weigh("OLT-1")
    assert (found.root, found.share, found.speaks) == ("OLT-1", 0.0, [])
    assert found.gain == pytest.approx(-13_900_000 + FOUR_OF_SIXTEEN - OUTSIDE - GREY_3, abs=3)


@pytest.mark.parametrize(
    ("olt_told", "onts", "probes", "silence"),
    [
        pytest.param(True, 0, 0, -GREY_8 - UNSEEN, id="eight silent ONTs: no more than a fault that no source sees"),
        pytest.param(True, 0, 1, -GREY_8 - UNSEEN - 2_299_570, id="a probe that finds its service up counts besides"),
        pytest.param(True, 1, 0, -GREY_7 - UNSEEN, id="that one ONT is lost may be chance beside it"),
        pytest.param(True, 3, 0, 5 * MUTE, id="where a source tells of it too all who are silent say so"),
        pytest.param(False, 0, 0, MUTE, id="their OLT has never told of any: once"),
    ],
)
def test_silence_is_bounded_where_only_callers_tell(olt_told: bool, onts: int, probes: int, silence: int) -> None:
    wire = Telling()
    if olt_told:
        wire.engine.observe(AlarmHeard("", "ONT-11-01", "device_unreachable", 0))
    seen = wire.all_told(*ONTS[:onts], since=LATE - 60)
    for n in range(probes):
        wire.engine.observe(KnownUp(f"SV-11-0{8 - n} service_down", f"SV-11-0{8 - n}", "service_down", True))
    wire.called(*(f"CU-11-{n:02}" for n in range(4, 8)), since=LATE - 60)
    found = wire.weigh("PLN-11", *seen)
    words = onts * WORD + together(onts) if onts > 1 else 0
    alone = wire.scores.calls((4000, 4000, 4000), 8) - OUTSIDE
    assert len(found.speaks) == (onts if onts > 1 else 0)
    assert found.gain - PLN - words - silence == pytest.approx(alone * 7 // 10 if onts > 1 else alone, abs=30)


@pytest.mark.parametrize(
    ("age", "window"), [(60, "first"), (900, "first"), (900.0001, "second"), (3600, "second"), (3600.0001, "third")]
)
def test_calls_leave_their_windows(age: float, window: str) -> None:
    wire = Telling()
    wire.called("CU-11-01", "CU-11-02", "CU-11-03", "CU-11-04", since=0)
    worth = {"first": FOUR_OF_SIXTEEN - OUTSIDE, "second": 27_236_409 - 3_421_114, "third": 21_667_302}
    found = wire.weigh("OLT-1", now=age)
    assert found.gain == pytest.approx(-13_900_000 + worth[window] - GREY_3, abs=600)


def test_calls_leave_their_windows_also_where_nothing_else_happens() -> None:
    wire = Telling()
    wire.called("CU-11-01", "CU-11-02", "CU-11-03", "CU-11-04", since=0)
    gains = [wire.weigh("OLT-1", now=age).gain + 13_900_000 + GREY_3 for age in (60, 900, 901, 3600, 3601, 14_401)]
    assert gains == pytest.approx([28_013_219, 28_013_219, 23_815_295, 23_815_295, 21_667_302, 0], abs=600)


def test_calls_of_yesterday_say_nothing() -> None:
    wire = Telling()
    wire.called("CU-11-01", "CU-11-02", since=0)
    assert wire.weigh("OLT-1", now=14_401).gain == pytest.approx(-13_900_000 - GREY_3, abs=3)


# ONTs whose OLT is down as well: an access manager tells either all or none of one OLT's; OLT-1 has 16, OLT-2 8


@pytest.mark.parametrize(
    ("told", "speak", "silent", "explained"),
    [
        pytest.param(ALL[:4], 8, 0, 12, id="four of sixteen hardly can have been told: they say nothing"),
        pytest.param(ALL[:5], 13, 11 + 4, 13, id="five are worth more than the rest; none of OLT-2: four"),
        pytest.param(ALL[:16], 24, 4, 24, id="all of OLT-1"),
        pytest.param(ALL[:20], 28, 4, 28, id="all of OLT-1, and four of eight"),
        pytest.param(ALL[:17], 24, 0, 25, id="all of OLT-1; one of eight hardly can have been told"),
        pytest.param(ALL[12:], 16, 0, 20, id="four of OLT-1 hardly can have been told, and all of OLT-2 were"),
    ],
)
def test_onts_below_a_dead_olt(told: Alarms, speak: int, silent: int, explained: int) -> None:
    wire = Telling()
    seen = wire.all_told(*LINKS, *LOST, *told)
    found = wire.weigh("MT-MN", *seen)
    counted = WORD * speak + MUTE * silent
    assert found.gain == pytest.approx(MT_MN + counted + together(speak), abs=30)
    assert (len(found.speaks), len(wire.engine.explained(found))) == (speak, explained)


# What others of one search account for


@pytest.mark.parametrize(
    ("explained", "worth"),
    [
        pytest.param({}, FOUR_OF_SIXTEEN - OUTSIDE, id="four of sixteen called"),
        pytest.param({"call of CU-11-01": "SPL-11"}, THREE_OF_EIGHT, id="its customers leave with the call"),
        pytest.param(
            {"call of CU-12-01": "SPL-12"}, FOUR_OF_SIXTEEN - OUTSIDE, id="a call that did not count takes nobody along"
        ),
        pytest.param({"call of CU-11-01": "MT-MN"}, None, id="nobody is left below"),
        pytest.param({f"call of CU-11-{n:02}": "SPL-11" for n in range(1, 5)}, None, id="nobody is left who called"),
    ],
)
def test_calls_that_another_root_explains(explained: dict[str, str], worth: int | None) -> None:
    wire = Telling()
    wire.called(*(f"CU-11-{n:02}" for n in range(1, 5)), since=LATE - 60)
    situation = wire.engine._situation
    numbers = {name: wire.topology.index[root] for name, root in explained.items()}
    found = situation.told.callers.score(wire.topology.index["OLT-1"], at_us(LATE), numbers)
    assert found == (None if worth is None else pytest.approx(worth, abs=600))


@pytest.mark.parametrize("callers", [0, 1, 3])
def test_a_port_without_light_says_nothing_by_itself_where_the_homes_lost_their_mains(callers: int) -> None:
    wire = Telling()
    *_, port = wire.all_told(*GASPS, *ONTS, ("OLT-1/pon-1", "loss_of_signal"), since=LATE - 100)
    wire.called(*(f"CU-11-0{n}" for n in range(1, callers + 1)), since=LATE - 60)
    assert wire.engine.best_for(port, at_us(LATE), alone=True) is None
