"""By hand: ports, links, devices."""

from bench.blind.case import FAR, Case
from bench.blind.families.hand_net import both, homes, link, port, span

HOUR = 3600.0


def one_blip(case: Case) -> str:
    """A port goes down for twenty seconds"""
    case.trap(60, port(case, "A1", "A2"))
    case.trap(80, port(case, "A1", "A2"), state="cleared")
    return "no incident: it was over before anybody could look"


def both_ends(case: Case) -> str:
    """Both ends of a ring link say that it is down"""
    case.fault(link(case, "A1", "A2"), 60)
    both(case, 60, "A1", "A2")
    return "the link or its span; the ring carries, so nobody is told"


def one_end(case: Case) -> str:
    """One end of a ring link says so, and it stays"""
    case.fault(link(case, "A1", "A2"), 60)
    case.trap(60, port(case, "A1", "A2"), "loss_of_signal")
    return "the link, its span or that port, within the hour; nobody is told"


def two_kinds(case: Case) -> str:
    """One end tells by trap and by syslog, and loses its neighbour"""
    case.fault(link(case, "A2", "A3"), 60)
    case.trap(60, port(case, "A2", "A3"))
    case.trap(61, port(case, "A2", "A3"), "loss_of_signal")
    case.trap(80, port(case, "A2", "A3"), "neighbor_down")
    return "one incident, the link or its span"


def neighbours_only(case: Case) -> str:
    """Both ends lose their neighbour, and the line is up"""
    case.fault(link(case, "A2", "A3"), 60)
    case.trap(70, port(case, "A2", "A3"), "neighbor_down")
    case.trap(72, port(case, "A3", "A2"), "neighbor_down")
    return "the link; nobody is told"


def manager_only(case: Case) -> str:
    """The optical manager says that a link has no light"""
    case.fault(link(case, "A2", "A3"), 60)
    case.alarm(60, "ems:optic", (link(case, "A2", "A3"), "loss_of_signal"))
    return "the link or its span"


def broken_fibre(case: Case) -> str:
    """Both ends are down, and the fibre monitor names the span"""
    case.fault(span(case, "R1", "A1"), 60)
    both(case, 60, "R1", "A1")
    case.alarm(75, "otdr:ftms", (span(case, "R1", "A1"), "fiber_break"))
    return "the span; nobody is told"


def break_alone(case: Case) -> str:
    """The fibre monitor names a span whose ends are well"""
    case.alarm(60, "otdr:ftms", (span(case, "R1", "A1"), "fiber_break"))
    case.fault(span(case, "R1", "A1"), 60, parts=[], optional=True)
    return "the span or nothing; nobody is told"


def switched(case: Case) -> str:
    """A protected link has lost a route"""
    first = case.physics.links[link(case, "R1", "R2")]["routes"]
    case.fault(first[0][0], 60, right=first[1])
    case.trap(62, port(case, "R1", "R2"), "protection_switch")
    case.trap(63, port(case, "R2", "R1"), "protection_switch")
    return "one of its two spans; nobody is down"


def router_dead(case: Case) -> str:
    """A router of the ring: poller and both neighbours"""
    case.fault("A1", 60)
    case.trap(61, port(case, "R1", "A1"))
    case.trap(62, port(case, "A2", "A1"))
    case.poll(150, "A1")
    return "the router or its site; its customers are told"


def poll_alone(case: Case) -> str:
    """The poller cannot reach a router whose neighbours see it well"""
    case.poll(60, "A1")
    case.fault("A1", 60, parts=[], optional=True)
    return "its management at most; no customer is told, for both neighbours have light"


def poll_blip(case: Case) -> str:
    """A missed poll, well again a minute later"""
    case.poll(60, "A1")
    case.poll(125, "A1", "cleared")
    return "no incident"


def olt_dead(case: Case) -> str:
    """The router's port and the poller: an OLT is gone"""
    case.fault("OLT-1", 60)
    case.trap(60, port(case, "A2", "OLT-1"))
    case.poll(130, "OLT-1")
    return "the OLT, its site, its uplink: nobody can tell which; twelve homes are told"


def tower_dead(case: Case) -> str:
    """A radio hop: the near port, and the poller of router and base station"""
    case.fault("CSR-1", 60)
    case.trap(60, port(case, "A3", "CSR-1"))
    case.poll(130, "CSR-1")
    case.poll(140, "BTS-1")
    return "the tower's router, its site, the hop"


def base_station(case: Case) -> str:
    """One base station is gone, its router answers"""
    case.fault("BTS-1", 60, right=["BTS-1", link(case, "CSR-1", "BTS-1")])
    case.trap(60, port(case, "CSR-1", "BTS-1"))
    case.poll(130, "BTS-1")
    return "the base station, its patch"


def branch(case: Case) -> str:
    """The circuit of a branch office with one way"""
    case.fault(span(case, "R1", "BR-1"), 60)
    case.trap(60, port(case, "R1", "BR-1"))
    case.poll(130, "BR-1")
    return "the circuit or the branch router; the bank is told"


def branch_of_two(case: Case) -> str:
    """One of two circuits of a branch office"""
    case.fault(span(case, "R1", "BR-2"), 60)
    both(case, 60, "R1", "BR-2")
    return "the circuit; the bank works by the other one and is not told"


def ring_cut_twice(case: Case) -> str:
    """Two cuts leave two routers and an OLT without a way out"""
    case.fault(link(case, "R1", "A1"), 60)
    case.fault(link(case, "A2", "A3"), 1500)
    both(case, 60, "R1", "A1")
    case.trap(1500, port(case, "A3", "A2"))
    for place, name in enumerate(("A1", "A2", "OLT-1")):
        case.poll(1580 + place, name)
    return "two incidents, both cuts; those behind are told"


def pon_dark(case: Case) -> str:
    """A PON port without light, and all its homes"""
    case.fault("SP1", 60)
    case.trap(60, port(case, "OLT-1", "SP1"), "loss_of_signal")
    for place, ont in enumerate(homes(case, "SP1")):
        case.alarm(62 + place, "olt:OLT-1", (ont, "device_unreachable"))
    return "splitter, feeder or PON port; six homes are told"


def one_home(case: Case) -> str:
    """One home's ONT is gone for hours"""
    ont = homes(case, "SP1")[0]
    case.fault(ont, 60, optional=True)
    case.alarm(62, "olt:OLT-1", (ont, "device_unreachable"))
    return "that home at most, never the splitter"


def two_homes(case: Case) -> str:
    """Two of six homes are gone, an hour apart"""
    for when, ont in zip((60, 3700), homes(case, "SP1"), strict=False):
        case.fault(ont, when, optional=True)
        case.alarm(when, "olt:OLT-1", (ont, "device_unreachable"))
    return "those homes at most, never the splitter"


def half_a_minute(case: Case) -> str:
    """A ring link is down for half a minute, both ends"""
    case.fault(link(case, "A1", "A2"), 60, 90, optional=True)
    both(case, 60, "A1", "A2")
    both(case, 90, "A1", "A2", "cleared")
    return "nothing, or an incident that ends"


def repaired(case: Case) -> str:
    """A cut, repaired, all clears"""
    case.fault(link(case, "R1", "A1"), 60, HOUR)
    both(case, 60, "R1", "A1")
    both(case, HOUR, "R1", "A1", "cleared")
    return "one incident, resolved"


def repaired_without_clears(case: Case) -> str:
    """A cut that the crew says is repaired; no clear comes"""
    case.fault(link(case, "R1", "A1"), 60, HOUR)
    both(case, 60, "R1", "A1")
    case.other(HOUR, "restored", object=span(case, "R1", "A1"))
    return "one incident, resolved by the crew's word"


def again(case: Case) -> str:
    """Said to be repaired, and down again at once"""
    case.fault(link(case, "R1", "A1"), 60, FAR)
    both(case, 60, "R1", "A1")
    case.other(HOUR, "restored", object=span(case, "R1", "A1"))
    both(case, HOUR + 200, "R1", "A1")
    return "it stands: the splice did not hold"


CASES = (
    one_blip, both_ends, one_end, two_kinds, neighbours_only, manager_only, broken_fibre, break_alone, switched,
    router_dead, poll_alone, poll_blip, olt_dead, tower_dead, base_station, branch, branch_of_two, ring_cut_twice,
    pon_dark, one_home, two_homes, half_a_minute, repaired, repaired_without_clears, again,
)  # fmt: skip
