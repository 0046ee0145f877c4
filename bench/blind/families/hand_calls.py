"""By hand: callers and probes."""

from bench.blind.case import Case
from bench.blind.families.hand_net import homes, owner, port, services
from bench.blind.physics import device_of

DEAD = "Internet mati total"


def _call(case: Case, when: float, service: str, text: str = DEAD) -> None:
    case.complaint(when, owner(case, service), service, text, channel="phone")


def one_caller(case: Case) -> str:
    """One caller says that all is dead"""
    _call(case, 60, services(case, "SP1")[0])
    return "a ticket, no incident"


def callers_of_a_tree(case: Case) -> str:
    """Five of six homes of a splitter call within ten minutes; the OLT says nothing"""
    case.fault("SP1", 30, silent=True)
    for place, service in enumerate(services(case, "SP1")[:5]):
        _call(case, 60 + 110 * place, service)
    return "the splitter, its feeder: go and look"


def callers_from_everywhere(case: Case) -> str:
    """Five callers, none with anything in common"""
    for place, device in enumerate(("SP1", "SP2", "A1", "A3", "BR-1")):
        mine = [one for one in services(case, device) if device_of(case.physics.services[one]["attach"][0]) != "BTS-1"]
        _call(case, 60 + 500 * place, mine[0])
    return "five tickets, no incident"


def bills_of_a_tree(case: Case) -> str:
    """All homes of a splitter call about their bill"""
    for place, service in enumerate(services(case, "SP1")):
        _call(case, 60 + 100 * place, service, "Tagihan bulan ini kok naik?")
    return "no incident: it is about money"


def slow_homes(case: Case) -> str:
    """Three homes of a splitter say that it is slow"""
    for place, service in enumerate(services(case, "SP1")[:3]):
        _call(case, 60 + 200 * place, service, "internet lambat sekali malam ini")
    return "no outage is told: slow is not down"


def two_callers_and_an_alarm(case: Case) -> str:
    """An ONT is gone, and its customer calls"""
    ont = homes(case, "SP1")[0]
    case.fault(ont, 30)
    case.alarm(60, "olt:OLT-1", (ont, "device_unreachable"))
    _call(case, 300, services(case, ont)[0])
    _call(case, 900, services(case, ont)[0])
    return "that home (drop, ONT, power)"


def callers_of_a_router(case: Case) -> str:
    """All four offices of a router call; poller and neighbours say that it is well"""
    case.fault("A1", 30, silent=True)
    for place, service in enumerate(services(case, "A1")):
        _call(case, 60 + 120 * place, service, "DIA kami down, tidak ada trafik")
    return "the router: it answers and does not forward"


def callers_then_alarms(case: Case) -> str:
    """Homes call first; the OLT is gone ten minutes later in the poller's eyes"""
    case.fault("OLT-1", 30)
    for place, service in enumerate(services(case, "SP1")[:3] + services(case, "SP2")[:3]):
        _call(case, 60 + 60 * place, service)
    case.poll(600, "OLT-1")
    case.trap(601, port(case, "A2", "OLT-1"))
    return "the OLT, its uplink; one incident with the calls in it"


def one_probe(case: Case) -> str:
    """A probe says that one service is gone; all else is well"""
    service = services(case, "A1")[0]
    attach = case.physics.services[service]["attach"][0]
    case.fault(attach, 30, silent=True, right=[service], optional=True)
    case.alarm(60, "probe:sla", (service, "service_down"))
    return "that service or its port at most"


def probes_of_a_router(case: Case) -> str:
    """Probes say that all services of a router are gone"""
    case.fault("A1", 30, silent=True)
    for place, service in enumerate(services(case, "A1")):
        case.alarm(60 + 20 * place, "probe:sla", (service, "service_down"))
    return "the router: it does not forward"


def a_bank_calls(case: Case) -> str:
    """A bank with two circuits calls; one of them is cut"""
    case.fault(case.physics.links[_first(case)]["routes"][0][0], 30)
    row = case.physics.links[_first(case)]
    case.trap(60, row["a"])
    case.trap(62, row["b"])
    _call(case, 300, services(case, "BR-2")[0], "Mau tanya, apakah link kami aman?")
    return "the circuit; the bank works and is told of no outage"


def _first(case: Case) -> str:
    return next(one for one, ends in sorted(case.physics.ends.items()) if "BR-2" in ends)


CASES = (
    one_caller, callers_of_a_tree, callers_from_everywhere, bills_of_a_tree, slow_homes, two_callers_and_an_alarm,
    callers_of_a_router, callers_then_alarms, one_probe, probes_of_a_router, a_bank_calls,
)  # fmt: skip
