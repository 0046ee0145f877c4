"""Many call and no incident accounts for it: when staff are told, of whom, and where these are.

Two gateways, each joined to three routers with so many homes each: no single element takes the homes of all.
"""

from functools import cache
from random import Random
from typing import Any

import pytest

from correlator import kernel
from correlator.effects import Alert
from correlator.incidents.complaints import MANY_CALLS
from correlator.incidents.many_calls import counting
from correlator.incidents.many_calls.counting import KIND
from correlator.state import Draft
from tests.correlator.incidents.night import Night
from tests.correlator.service_desk.house import CUTS
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.model import Customer, Device, Inventory, Link, Service, Site, Span

MINUTE = 60


@cache
def town(homes: int, regions: tuple[str, str, str] = ("Banten", "Banten", "Bengkulu")) -> Topology:
    """CU-1-0 is the first home at R-1."""
    routers, gateways = (1, 2, 3), (1, 2)
    names = [f"{router}-{home}" for router in routers for home in range(homes)]
    return compile_inventory(
        Inventory(
            sites=(
                *(Site(id=f"DC-{gateway}", kind="pop", region="Banten") for gateway in gateways),
                *(Site(id=f"POP-{n}", kind="pop", region=region) for n, region in zip(routers, regions, strict=True)),
            ),
            spans=tuple(
                Span(id=f"MT-{router}{gateway}", a=f"DC-{gateway}", b=f"POP-{router}", tier="metro", length_km=20)
                for router in routers
                for gateway in gateways
            ),
            devices=(
                *(Device(id=f"GW-{n}", site=f"DC-{n}", role="core", tier="backbone", gateway=True) for n in gateways),
                *(
                    Device(id=f"R-{router}", site=f"POP-{router}", role="aggregation", tier="metro")
                    for router in routers
                ),
            ),
            links=tuple(
                Link(
                    id=f"LK-{router}{gateway}",
                    a=f"GW-{gateway}/{router}",
                    b=f"R-{router}/{gateway}",
                    tier="metro",
                    routes=((f"MT-{router}{gateway}",),),
                )
                for router in routers
                for gateway in gateways
            ),
            services=tuple(
                Service(id=f"SV-{name}", customer=f"CU-{name}", product="broadband", attach=(f"R-{name[0]}",))
                for name in names
            ),
            customers=tuple(Customer(id=f"CU-{name}", segment="residential") for name in names),
        )
    )


def some(count: int, first: int = 0, routers: tuple[int, ...] = (1, 2, 3)) -> list[str]:
    """So many homes, of each router in turn."""
    return [f"CU-{routers[n % len(routers)]}-{n // len(routers)}" for n in range(first, first + count)]


def call(night: Night, callers: list[str], begin: float = 0, apart: float = MINUTE, **said: Any) -> None:
    for place, caller in enumerate(callers):
        night.at(begin + place * apart)
        night.calls(caller, **said)


def told(night: Night, role: str = "noc_operator") -> list[tuple[float | None, str]]:
    """When, and how many in how many minutes, and where, in English."""
    found = [one for one in night.effects if isinstance(one, Alert) and (one.kind, one.role) == (KIND, role)]
    return [(night.seconds(one.at_us), one.text.partition(" / ")[2]) for one in found]


def words(count: int, minutes: int, place: str, before: str = "", of_what: str = "") -> str:
    said = f"{count} customers complained about the network{of_what} within {minutes} min, {place}"
    return f"{said}; no alarm or incident explains it{before}"


@pytest.mark.parametrize(
    ("count", "alerts"),
    [
        pytest.param(9, 0, id="a call less"),
        pytest.param(10, 1, id="enough"),
        pytest.param(19, 1, id="nearly twice as many"),
        pytest.param(20, 2, id="twice as many"),
    ],
)
def test_so_many_are_told_of(count: int, alerts: int) -> None:
    night = Night(town(12))
    call(night, some(count))
    night.at(25 * MINUTE)
    assert len(told(night)) == len(told(night, "care_supervisor")) == alerts
    if alerts:
        assert told(night)[0] == (10 * MINUTE, words(10, 10, "in several regions (Banten 7, Bengkulu 3)"))
    assert not night.state.incidents


def test_it_is_told_how_many_find_it_slow_or_miss_the_television() -> None:
    night = Night(town(12))
    for place, symptom in enumerate(["slow", "slow", "tv", "no_service", "slow", "slow", "slow", "tv", "slow", "slow"]):
        night.at(place * MINUTE)
        night.calls(f"CU-1-{place}", symptom=symptom)
    night.at(25 * MINUTE)
    assert told(night) == [(10 * MINUTE, words(10, 10, "all behind POP-1", of_what=" (7 slow, 2 TV)"))]
    assert not night.state.incidents


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"category": "billing", "symptom": "none"}, id="bills"),
        pytest.param({"category": "service", "symptom": "none"}, id="own devices and others' apps"),
        pytest.param({"symptom": "none"}, id="it works again"),
        pytest.param({"for_others": True}, id="one person for all"),
    ],
)
def test_what_tells_of_no_fault_does_not_count(said: dict[str, Any]) -> None:
    night = Night(town(12))
    call(night, some(36), **said)
    night.at(2 * 60 * MINUTE)
    assert told(night) == []


def test_one_who_calls_ten_times_is_one() -> None:
    night = Night(town(12))
    call(night, some(8) + ["CU-1-0"] * 10)
    night.at(30 * MINUTE)
    assert told(night) == []


def test_calls_half_an_hour_apart_are_not_many() -> None:
    night = Night(town(12))
    call(night, some(30), apart=4 * MINUTE)
    night.at(4 * 60 * MINUTE)
    assert told(night) == []


def test_they_are_told_again_after_an_hour_if_it_goes_on() -> None:
    night = Night(town(120))
    call(night, some(120))
    night.at(200 * MINUTE)
    first, *more = told(night)
    assert first[0] == 10 * MINUTE
    assert [at for at, _ in more] == [20 * MINUTE, 80 * MINUTE]
    assert more[-1][1].endswith("(tadi / before: 20)")
    assert not night.due("many_calls")
    assert not [name for name in night.state.counters if name.startswith("many_calls")]


def test_a_later_day_begins_anew() -> None:
    night = Night(town(40))
    call(night, some(10))
    call(night, some(10, first=10), begin=30 * 60 * MINUTE)
    night.at(31 * 60 * MINUTE)
    assert [text.endswith("explains it") for _, text in told(night)] == [True, True]


@pytest.mark.parametrize(("homes", "count", "alerts"), [(1000, 14, 0), (1000, 15, 1), (3000, 24, 0), (3000, 25, 1)])
def test_in_a_large_network_ten_are_as_usual(homes: int, count: int, alerts: int) -> None:
    """With .5 calls a month each, 3,000 customers make 1.04 of them in half an hour, 9,000 make 3.1."""
    night = Night(town(homes), call_rate_month=0.5)
    call(night, some(count), apart=2)
    night.at(60 * MINUTE)
    assert len(told(night)) == alerts


@pytest.mark.parametrize(
    ("earlier", "apart", "count", "alerts"),
    [
        pytest.param(0, 0, 10, 1, id="a quiet day"),
        pytest.param(94, 14 * MINUTE, 19, 0, id="a call each quarter of an hour, all day"),
        pytest.param(94, 14 * MINUTE, 20, 1, id="... and so many more"),
        pytest.param(35, 6 * MINUTE, 33, 0, id="a busy morning"),
        pytest.param(35, 6 * MINUTE, 34, 1, id="... and so many more"),
    ],
)
def test_on_a_busy_day_more_have_to_call(earlier: int, apart: float, count: int, alerts: int) -> None:
    night = Night(town(200))
    begin = 22 * 60 * MINUTE
    call(night, some(earlier), begin=begin - earlier * apart, apart=apart)
    call(night, some(count, first=300), begin=begin + 30 * MINUTE, apart=2)
    night.at(begin + 40 * MINUTE)
    assert len(told(night)) == alerts


@pytest.mark.parametrize(
    ("callers", "place"),
    [
        pytest.param(some(10), "in several regions (Banten 7, Bengkulu 3)", id="everywhere"),
        pytest.param(some(10, routers=(1, 2)), "in Banten", id="one region"),
        pytest.param([*some(9, routers=(1, 2)), "CU-3-0"], "nearly all in Banten", id="one region but for one"),
    ],
)
def test_where_they_are(callers: list[str], place: str) -> None:
    night = Night(town(40))
    call(night, callers)
    night.at(15 * MINUTE)
    assert [text for _, text in told(night)] == [words(10, 10, place)]


def test_behind_one_site_where_nothing_opens() -> None:
    night = Night(town(400), prior_site=-90, prior_other=-90, prior_patch=-90)
    call(night, [*some(9, routers=(2,)), "CU-3-0"])
    night.at(15 * MINUTE)
    [(_, text)] = told(night)
    assert text == words(10, 10, "nearly all behind POP-2")
    [alert] = [one for one in night.effects if isinstance(one, Alert) and one.role == "care_supervisor"]
    assert alert.about == "POP-2"


def test_what_a_suspicion_has_is_not_told_till_it_opened() -> None:
    night = Night(town(12), settle_share=1.0, settle_odds=1e6)
    call(night, some(12, routers=(1,)), apart=20)
    night.at(6 * MINUTE)
    assert [row.root for row in night.suspected()] == ["POP-1"]
    night.at(60 * MINUTE)
    assert [row.status for row in night.state.incidents.values()] == ["open"]
    assert told(night) == []


def test_what_is_only_suspected_for_long_is_told() -> None:
    night = Night(town(12), settle_share=1.0, settle_odds=1e6, settle_calls_s=36_000)
    call(night, some(12, routers=(1,)), apart=20)
    night.at(60 * MINUTE)
    assert [row.root for row in night.suspected()] == ["POP-1"]
    assert told(night) == [(240 + 900, words(12, 19, "all behind POP-1"))]


def test_a_call_of_an_outage_that_ended_tells_of_no_other() -> None:
    night = Night(calls_alert_customers=2)
    night.broken("SP-A")
    night.at(600)
    night.cleared(*CUTS["SP-A"])
    night.at(1000)
    assert [night.calls(one).after for one in ("CU-1", "CU-2", "CU-3")] == [True, True, True]
    night.at(2700)
    assert told(night) == []


def test_whatever_order_they_come_in_and_after_a_crash_it_is_the_same() -> None:
    heard = []
    for seed in range(4):
        night, callers = Night(town(40)), some(30)
        Random(seed).shuffle(callers)
        for caller in callers:
            night.calls(caller)
            if seed % 2:
                night.rebuilt()
        night.at(5 * MINUTE)
        heard.append(told(night))
    assert heard[0] == heard[1] == heard[2] == heard[3]
    assert [at for at, _ in heard[0]] == [MINUTE]


def test_nobody_is_told_where_the_policy_says_never() -> None:
    night = Night(town(12), calls_alert_customers=0)
    call(night, some(36))
    assert told(night) == []
    assert night.due("many_calls") == []


def test_a_storm_is_counted_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float | None] = []
    night = Night(town(1000))

    def look(draft: Draft, subject: str) -> None:
        looks.append(night.seconds(draft.now_us))
        counting.look(draft, subject)

    monkeypatch.setitem(kernel.DEADLINES, MANY_CALLS, look)
    call(night, some(1000), apart=0.2)
    assert looks == [61.8, 121.8, 181.8]
    assert [at for at, _ in told(night)] == [61.8, 181.8]
