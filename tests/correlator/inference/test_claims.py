"""What incidents hold and claim: whose an observation is, what of it clears, whose silence counts no more."""

import pytest

from correlator.events import AlarmType
from correlator.inference.port import ComplaintOver, Held, KnownUp, OutOfSight
from tests.correlator.inference.telling import LATE, Telling, standing, together

Alarms = list[tuple[str, AlarmType]]
WORD, MUTE = 6_802_506, -2_302_585
LINKS: Alarms = [(f"AGG-1/{end}", "loss_of_signal") for end in ("bts1", "olt1a", "olt1b", "olt2a", "olt2b")]
LOST: Alarms = [(name, "device_unreachable") for name in ("BTS-1", "OLT-1", "OLT-2")]
STREET: Alarms = [(f"ONT-11-{n:02}", "device_unreachable") for n in range(1, 9)]
N = -11_600_000


def number(wire: Telling, name: str) -> int:
    found = wire.topology.find(name)
    assert found is not None
    return found


# Who explains it


@pytest.mark.parametrize(
    ("name", "alarm_type", "owner"),
    [
        pytest.param("BTS-1", "device_unreachable", "IN-1", id="a device below the root"),
        pytest.param("ONT-21-08", "device_unreachable", "IN-1", id="far below"),
        pytest.param("AGG-1/olt2b", "loss_of_signal", "IN-1", id="a link that stops with it"),
        pytest.param("MT-MN", "fiber_break", "IN-1", id="its own monitor"),
        pytest.param("SV-21-01", "service_down", "IN-1", id="a service below"),
        pytest.param("AGG-1", "device_unreachable", None, id="what lies above"),
        pytest.param("CORE-B/agg1", "loss_of_signal", None, id="a link above"),
        pytest.param("MT-BM-1", "fiber_break", None, id="another fibre"),
        pytest.param("OLT-1/pon-1", "loss_of_signal", None, id="a link below that stops by itself"),
        pytest.param("OLT-1", "power_failure", None, id="lost mains"),
    ],
)
def test_what_the_root_of_an_incident_explains(name: str, alarm_type: AlarmType, owner: str | None) -> None:
    wire = Telling()
    wire.settle("IN-1", "MT-MN", wire.all_told(*LINKS, *LOST))
    seen = wire.told(name, alarm_type)
    assert seen is not None
    assert wire.engine.accounts.owner_of(seen) == owner


def test_the_first_claim_keeps() -> None:
    wire = Telling()
    wire.settle("IN-1", "OLT-1")
    wire.settle("IN-2", "MT-MN", claimed=2)
    accounts = wire.engine.accounts
    owners = [accounts.owner_of(one) for one in wire.all_told(*STREET[:1], *LOST, *LINKS[1:2])]
    assert owners == ["IN-1", "IN-2", "IN-1", "IN-2", "IN-1"]


def test_claims_are_made_again_in_the_order_in_which_they_were_taken() -> None:
    wire = Telling()
    [seen] = wire.all_told(*STREET[:1])
    one, two = standing("IN-1", "OLT-1", claimed=2), standing("IN-2", "MT-MN", claimed=1)
    wire.engine.accounts.reclaim([one, two])
    assert wire.engine.accounts.owner_of(seen) == "IN-2"
    wire.engine.accounts.reclaim([one])
    assert wire.engine.accounts.owner_of(seen) == "IN-1"
    for over in ({"clearing": True}, {"released": True}):
        wire.engine.accounts.reclaim([standing("IN-1", "OLT-1", **over)])
        assert wire.engine.accounts.owner_of(seen) is None


def test_what_is_owned_is_held_and_speaks_for_nobody_new() -> None:
    wire = Telling()
    seen, accounts = wire.all_told(*LINKS, *LOST), wire.engine.accounts
    wire.settle("IN-1", "MT-MN", seen)
    assert accounts.held_by("IN-1") == set(seen)
    assert (wire.roots(), wire.engine.roots.free_for("MT-MN")) == ([], [])
    accounts.own(seen[0], "IN-2")
    assert (seen[0].owner, accounts.held_by("IN-2")) == ("IN-2", {seen[0]})
    accounts.own(seen[0], None)
    assert (seen[0].owner, accounts.held_by("IN-2"), wire.engine.pending()) == (None, set(), True)
    assert wire.engine.roots.free_for("N") == [seen[0]]
    accounts.forget("IN-1")
    assert accounts.held_by("IN-1") == set()


def test_what_is_suspected_is_free_still() -> None:
    wire = Telling()
    seen, accounts = wire.all_told(*LINKS[:1], *LOST[:1]), wire.engine.accounts
    for one in seen:
        accounts.suspect(one, "IN-1")
    assert (accounts.suspected_by("IN-1"), wire.roots()) == (set(seen), ["BTS-1"])
    accounts.suspect(seen[0], "IN-2")
    assert (accounts.suspected_by("IN-1"), accounts.suspected_by("IN-2")) == ({seen[1]}, {seen[0]})
    accounts.own(seen[1], "IN-3")
    assert (seen[1].suspect, accounts.suspected_by("IN-1")) == (None, set())
    assert wire.ended("AGG-1/bts1") is seen[0]
    assert accounts.suspected_by("IN-2") == set()


def test_what_ends_under_an_incident_is_held_no_more() -> None:
    wire = Telling()
    seen, accounts = wire.all_told(*LINKS[:1], *LOST[:1]), wire.engine.accounts
    wire.settle("IN-1", "BTS-1", seen)
    assert wire.ended("AGG-1/bts1") is seen[0]
    assert (seen[0].owner, accounts.held_by("IN-1")) == ("IN-1", {seen[1]})


def test_an_incident_absorbs_what_is_free_and_its_own() -> None:
    wire = Telling()
    mine = wire.all_told(*LINKS, *LOST)
    wire.all_told(("AGG-3/south", "loss_of_signal"))
    one = wire.settle("IN-1", "MT-MN", mine[:2])
    assert wire.engine.accounts.absorbed(one) == sorted(mine[2:], key=lambda told: told.key)


# What clears


def test_what_clears_may_explain_what_comes_late() -> None:
    wire = Telling()
    [late] = wire.all_told(*STREET[:1])
    accounts, root = wire.engine.accounts, number(wire, "MT-MN")
    live = standing("IN-1", "MT-MN")
    accounts.claim(live, [])
    accounts.expose([live])
    assert (accounts.clearing_of(late), accounts.clears(root)) == ([], False)
    clearing = standing("IN-1", "MT-MN", clearing=True)
    accounts.reclaim([])
    accounts.expose([clearing])
    assert (accounts.clearing_of(late), accounts.clears(root)) == (["IN-1"], True)
    assert not accounts.clears(number(wire, "N"))
    accounts.expose([standing("IN-1", "MT-MN", clearing=True, released=True)])
    assert (accounts.clearing_of(late), accounts.clears(root)) == ([], False)


# Services


@pytest.mark.parametrize(
    ("service", "down"), [("SV-11-01", True), ("SV-TOWER", True), ("SV-BANK", False), ("SV-VPN", False)]
)
@pytest.mark.parametrize("clearing", [False, True])
def test_which_services_a_root_takes_down(service: str, down: bool, clearing: bool) -> None:
    wire = Telling()
    accounts, one = wire.engine.accounts, standing("IN-1", "MT-MN", clearing=clearing)
    if not clearing:
        accounts.claim(one, [])
    accounts.expose([one])
    services = [number(wire, service) - wire.topology.first_service]
    assert accounts.takes_down(one, services) is down
    assert not accounts.takes_down(standing("IN-2", "MT-MN", clearing=clearing), services)
    assert accounts.over(services) == (["IN-1"] if down and not clearing else [], ["IN-1"] if clearing else [])


# Whose silence counts


def gain_of_n(wire: Telling) -> float:
    """Of the site of BTS-1 and OLT-1, where BTS-1 and its link are told; OLT-1 and its two links are silent."""
    told = wire.all_told(*LINKS[:1], *LOST[:1], ("N", "power_failure"))
    return (wire.weigh("N", *told).gain - N - 3 * WORD - together(3)) / MUTE


def test_all_who_would_speak_are_missed() -> None:
    assert gain_of_n(Telling()) == pytest.approx(3, abs=1e-5)


@pytest.mark.parametrize(
    ("unseen", "missed"),
    [
        pytest.param(["OLT-1"], 2, id="a device out of sight is not missed, its links are, from the other end"),
        pytest.param(["AGG-1"], 1, id="links of which one end is down and the other is not seen are not missed"),
        pytest.param(["OLT-1", "AGG-1"], 0, id="links of which no end is seen are not missed"),
        pytest.param(["BTS-1"], 3, id="that one is told is told"),
    ],
)
def test_who_is_out_of_sight_is_not_missed(unseen: list[str], missed: float) -> None:
    wire = Telling()
    wire.engine.observe(OutOfSight(tuple(number(wire, name) for name in unseen)))
    assert gain_of_n(wire) == pytest.approx(missed, abs=1e-5)
    wire.engine.observe(OutOfSight(()))
    assert gain_of_n(wire) == pytest.approx(3, abs=1e-5), "in sight again"


def test_who_belongs_to_another_incident_is_not_missed() -> None:
    wire = Telling()
    wire.settle("IN-1", "OLT-1")
    assert gain_of_n(wire) == pytest.approx(0, abs=1e-5)
    told = wire.all_told(*LINKS[:1], *LOST[:1], ("N", "power_failure"))
    as_if = wire.engine.weigh("N", told, 10**13, Held(["IN-1"]))
    assert as_if is not None
    assert (as_if.gain - N - 3 * WORD - together(3)) / MUTE == pytest.approx(3, abs=1e-5), (
        "as if that incident explained nothing"
    )
    assert gain_of_n(wire) == pytest.approx(0, abs=1e-5), "and only for the while"


def test_a_device_with_a_dead_card_is_not_missed() -> None:
    wire = Telling()
    told = wire.all_told(*LINKS[:1], *LOST[:1])
    wire.told("BTS-1", "card_failure")
    wire.ended("BTS-1", "device_unreachable")
    found = wire.weigh("BTS-1", *told[:1])
    assert (found.gain - found.prior, found.share) == (WORD, 1.0)


@pytest.mark.parametrize(
    ("heard", "missed"),
    [
        pytest.param([], 4, id="four ONTs that are silent"),
        pytest.param([("SV-11-05", True)], 5, id="a probe that finds one of them up"),
        pytest.param([("SV-11-05", True), ("SV-11-06", True)], 6, id="two"),
        pytest.param([("SV-11-05", True), ("SV-11-05", False)], 4, id="one that finds it up no longer"),
        pytest.param([("SV-12-01", True)], 4, id="one elsewhere"),
        pytest.param([("SV-VPN", True)], 4, id="one of a service with two legs"),
        pytest.param([("NIX", True)], 4, id="one that nobody knows"),
    ],
)
def test_known_up_speaks_against_it(heard: list[tuple[str, bool]], missed: int) -> None:
    wire = Telling()
    told = wire.all_told(*STREET[:4])
    for name, up in heard:
        wire.engine.observe(KnownUp(f"{name} service_down", name, "service_down", up))
    found = wire.weigh("PLN-11", *told)
    assert (found.gain + 13_300_000 - 4 * WORD - together(4)) / MUTE == pytest.approx(missed, abs=0.01)


@pytest.mark.parametrize(
    ("whole", "told", "missed"),
    [
        pytest.param([], [], 0, id="no monitor has spoken"),
        pytest.param(["MT-BM-2"], [], 1, id="one finds its span well"),
        pytest.param(["MT-BM-1", "MT-BM-2"], [], 2, id="both do"),
        pytest.param(["MT-MN"], [], 0, id="one of another duct"),
        pytest.param(["MT-BM-2"], ["MT-BM-2"], 0, id="one that tells of a break now"),
    ],
)
def test_a_monitor_that_finds_its_span_well_speaks_against_the_duct(
    whole: list[str], told: list[str], missed: int
) -> None:
    wire = Telling()
    seen = wire.all_told(("CD-BRIDGE", "fiber_break"), ("CORE-B/agg1", "loss_of_signal"))
    before = wire.weigh("CD-BRIDGE", *seen).gain
    for name in told:
        wire.told(name, "fiber_break")
    for name in whole:
        wire.engine.observe(KnownUp(f"{name} monitor", name, "fiber_break", True))
    assert (wire.weigh("CD-BRIDGE", *seen).gain - before) / MUTE == pytest.approx(missed, abs=1e-5)
    for name in whole:
        wire.engine.observe(KnownUp(f"{name} monitor", name, "fiber_break", False))
    assert wire.weigh("CD-BRIDGE", *seen).gain == before


def test_a_complaint_that_is_explained_says_nothing_any_more() -> None:
    wire = Telling()
    wire.called("CU-11-01", "CU-11-02", since=LATE - 60)
    services = tuple(int(n) for n in wire.topology.services_of(wire.topology.customer_index["CU-11-01"]))
    wire.engine.observe(ComplaintOver("call of CU-11-01", services))
    assert list(wire.engine.roots.complaints_for("SPL-11")) == ["call of CU-11-02"]
    wire.engine.observe(ComplaintOver("call of CU-11-01", services))
    assert list(wire.engine.roots.complaints_for("SPL-11")) == ["call of CU-11-02"]


# A dead card


def test_of_a_device_with_a_dead_card_the_dark_links_are_broken() -> None:
    wire = Telling()
    roots = wire.engine.roots
    assert roots.broken(["OLT-1"]) == (number(wire, "OLT-1"),)
    wire.told("OLT-1", "card_failure")
    assert (roots.partly_broken("OLT-1"), roots.broken(["OLT-1"]), roots.turned()) == (True, (), {"OLT-1"})
    wire.told("AGG-1/olt1a")
    assert (roots.broken(["OLT-1"]), roots.turned()) == ((number(wire, "LK-OLT1a"),), set())
    wire.told("OLT-1", "device_unreachable")
    assert (roots.partly_broken("OLT-1"), roots.broken(["OLT-1"])) == (False, (number(wire, "OLT-1"),))
    assert roots.turned() == {"OLT-1"}
    wire.ended("OLT-1", "device_unreachable")
    wire.ended("OLT-1", "card_failure")
    assert (roots.partly_broken("OLT-1"), roots.turned()) == (False, {"OLT-1"})


def test_the_incident_of_a_dead_card_explains_its_dark_links() -> None:
    wire = Telling()
    card = wire.told("OLT-1", "card_failure")
    wire.settle("IN-1", "OLT-1", [card] if card else [])
    link, other, lost = wire.all_told(*LINKS[1:2], *LINKS[3:4], *LOST[2:])
    accounts = wire.engine.accounts
    assert [accounts.owner_of(one) for one in (link, other, lost)] == ["IN-1", None, None]


@pytest.mark.parametrize(
    ("without", "missing"),
    [
        pytest.param([], 0, id="all below the span is explained"),
        pytest.param(["IN-1"], 2, id="without the span's: the two devices that are not the other's"),
        pytest.param(["IN-2"], 1, id="without the device's: the device"),
        pytest.param(["IN-1", "IN-2"], 3, id="without both: all three"),
        pytest.param(["IN-9"], 0, id="without one that claims nothing"),
    ],
)
def test_as_if_one_of_two_incidents_explained_nothing(without: list[str], missing: int) -> None:
    """IN-2 claimed OLT-1 before IN-1 claimed all that hangs by MT-MN; links are told, the devices are silent."""
    wire = Telling()
    told = wire.all_told(*LINKS)
    for one in (standing("IN-1", "MT-MN", claimed=2), standing("IN-2", "OLT-1", claimed=1)):
        wire.engine.accounts.claim(one, [])
    wire.engine.accounts.reclaim([standing("IN-1", "MT-MN", claimed=2), standing("IN-2", "OLT-1", claimed=1)])
    found = wire.engine.weigh("MT-MN", told, 10**13, Held(without))
    assert found is not None
    assert (found.gain - found.prior - 5 * WORD - together(5)) / MUTE == pytest.approx(missing, abs=1e-5)
