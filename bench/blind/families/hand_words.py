"""By hand: power, precursors, cards, planned work, words of no meaning."""

from bench.blind.case import FAR, Case
from bench.blind.families.hand_net import both, homes, link, port

HOUR = 3600.0


def degraded(case: Case) -> str:
    """Weak light on a ring port"""
    case.trap(60, port(case, "A1", "A2"), "signal_degraded", severity="minor")
    return "no incident: a precursor"


def hot(case: Case) -> str:
    """A core router is warm"""
    case.trap(60, "R1", "high_temperature", severity="major")
    return "no incident: a precursor"


def restarted(case: Case) -> str:
    """A router says that it was started"""
    case.trap(60, "A1", "device_restart")
    return "no incident: it is over"


def unknown(case: Case) -> str:
    """Alarms of a router that the inventory lacks"""
    case.alarm(60, "snmp:10.9.9.9", ("PE-BARU/xe-0", "link_down"))
    case.alarm(90, "zabbix:noc", ("PE-BARU", "device_unreachable"))
    return "no incident: not ours, or not yet; shown as unresolved"


def mains_back(case: Case) -> str:
    """Mains fail for twenty minutes; the battery holds"""
    case.fault("POP-A1", 60, 1260, parts=[], optional=True)
    case.alarm(60, "power:dcpms", ("POP-A1", "power_failure"))
    case.alarm(65, "power:dcpms", ("POP-A1", "on_battery"))
    case.alarm(1260, "power:dcpms", ("POP-A1", "power_failure"), "cleared")
    case.alarm(1270, "power:dcpms", ("POP-A1", "on_battery"), "cleared")
    return "the site's mains at most; nobody is told"


def battery_empty(case: Case) -> str:
    """Mains fail; an hour later the router is gone"""
    case.fault("POP-A1", 60, right=["A1"], parts=[("POP-A1", HOUR, FAR)])
    case.alarm(60, "power:dcpms", ("POP-A1", "power_failure"))
    case.alarm(65, "power:dcpms", ("POP-A1", "on_battery"))
    case.trap(HOUR, port(case, "R1", "A1"))
    case.trap(HOUR + 1, port(case, "A2", "A1"))
    case.poll(HOUR + 80, "A1")
    return "the site's power; its customers are told when it dies"


def mains_elsewhere(case: Case) -> str:
    """Mains fail at one site while a link of another is cut"""
    case.fault("POP-A3", 60, parts=[], optional=True)
    case.fault(link(case, "R1", "A1"), 300)
    case.alarm(60, "power:dcpms", ("POP-A3", "power_failure"))
    both(case, 300, "R1", "A1")
    return "the cut link is its own incident; mains of POP-A3 have nothing to do with it"


def gasp(case: Case) -> str:
    """One home loses power and says so with its last breath"""
    ont = homes(case, "SP1")[0]
    case.fault(ont, 60, optional=True)
    case.alarm(60, "olt:OLT-1", (ont, "dying_gasp"), severity="major")
    case.alarm(65, "olt:OLT-1", (ont, "device_unreachable"))
    return "that home at most"


def street_dark(case: Case) -> str:
    """All homes of a splitter lose power at once, and say so"""
    onts = homes(case, "SP1")
    for place, ont in enumerate(onts):
        site = case.net.sites[ont]
        alike = [one for other in onts for one in case.physics.alike(other)]
        case.fault(ont, 60, right=[site, *alike], optional=place > 0)
        case.alarm(60 + place, "olt:OLT-1", (ont, "dying_gasp"), severity="major")
        case.alarm(65 + place, "olt:OLT-1", (ont, "device_unreachable"))
    case.faults[0].tellable, case.faults[0].optional = False, True
    return "no electricity in that street: homes or nothing; not the splitter, no crew for fibre"


def card_alone(case: Case) -> str:
    """An OLT says that a card failed, and nothing is down"""
    case.trap(60, "OLT-1", "card_failure")
    case.fault("OLT-1", 60, parts=[], optional=True)
    return "the OLT's card or nothing; nobody is told"


def card_with_ports(case: Case) -> str:
    """An OLT says that a card failed; both its PON ports are dark with all homes"""
    ports = [port(case, "OLT-1", "SP1"), port(case, "OLT-1", "SP2")]
    case.fault("OLT-1", 60, parts=[(one, 60, FAR) for one in ports])
    case.trap(60, "OLT-1", "card_failure")
    for place, one in enumerate(ports):
        case.trap(62 + place, one, "loss_of_signal")
    for place, ont in enumerate(homes(case, "SP1") + homes(case, "SP2")):
        case.alarm(65 + place, "olt:OLT-1", (ont, "device_unreachable"))
    return "one incident, the OLT (its card), not two feeders"


def within_the_window(case: Case) -> str:
    """Planned work takes a router down and up again"""
    window = {"start": case.at(600), "end": case.at(600 + HOUR), "reason": "upgrade"}
    case.other(0, "maintenance", objects=["A1"], **window)
    case.fault("A1", 900, 1800, right=[], optional=True)
    case.faults[0].right = []
    for at, state in ((900, "raised"), (1800, "cleared")):
        case.trap(at, port(case, "R1", "A1"), state=state)
        case.trap(at + 1, port(case, "A2", "A1"), state=state)
        case.poll(at + 60, "A1", state)
    return "no incident: planned"


def beside_the_window(case: Case) -> str:
    """During planned work at one router another one dies"""
    window = {"start": case.at(30), "end": case.at(2 * HOUR), "reason": "upgrade"}
    case.other(0, "maintenance", objects=["A1"], **window)
    case.fault("A3", 600)
    case.trap(600, port(case, "A2", "A3"))
    case.trap(601, port(case, "R2", "A3"))
    case.poll(680, "A3")
    case.poll(685, "CSR-1")
    case.poll(690, "BTS-1")
    return "A3 is an incident: nobody planned that"


def overrun(case: Case) -> str:
    """The window is over and the router is still down"""
    window = {"start": case.at(60), "end": case.at(1800), "reason": "upgrade"}
    case.other(0, "maintenance", objects=["A1"], **window)
    case.fault("A1", 120)
    case.trap(120, port(case, "R1", "A1"))
    case.trap(121, port(case, "A2", "A1"))
    case.poll(190, "A1")
    case.faults[0].told = [1800]
    return "A1 is an incident from the window's end on"


def clear_alone(case: Case) -> str:
    """A clear of something that nobody raised"""
    case.trap(60, port(case, "A1", "A2"), state="cleared")
    return "no incident"


def raise_after_clear(case: Case) -> str:
    """A raise that arrives after its clear"""
    case.trap(100, port(case, "A1", "A2"), state="cleared")
    case.trap(60, port(case, "A1", "A2"), received=130)
    return "no incident: it was over when it arrived"


def five_times(case: Case) -> str:
    """The same alarm five times, cleared once"""
    for place in range(5):
        case.trap(60 + 10 * place, port(case, "A1", "A2"))
    case.trap(140, port(case, "A1", "A2"), state="cleared")
    return "no incident that stands: one alarm, and it is over"


CASES = (
    degraded, hot, restarted, unknown, mains_back, battery_empty, mains_elsewhere, gasp, street_dark, card_alone,
    card_with_ports, within_the_window, beside_the_window, overrun, clear_alone, raise_after_clear, five_times,
)  # fmt: skip
