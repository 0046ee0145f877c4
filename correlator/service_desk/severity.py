"""The class of an outage (SOP 4.3): by what broke, whatever protection saves, and by how many are down."""

from dataclasses import dataclass

from correlator.effects import Reason
from correlator.events import TicketSeverity
from correlator.policy.care import CarePolicy
from correlator.roots import EXTERNAL
from correlator.rows.incidents import IncidentRow
from topology.graph import Topology

RANK: dict[TicketSeverity, int] = {"Minor": 0, "Major": 1, "Critical": 2}
SERIOUS_FIBRE = ("feeder", "metro", "backbone")
SOURCE = "SOP 4.3"
MORE = 2  # words told at once
STREET = "rumah di sana tanpa listrik, jaringan baik / homes there without mains, the network is well"
OUTSIDE = "di luar jaringan / outside the network"


@dataclass(frozen=True, slots=True)
class Judgement:
    severity: TicketSeverity
    reason: Reason


def of_outage(topology: Topology, policy: CarePolicy, incident: IncidentRow, customers_down: int) -> Judgement:
    """The highest class that any member of `equivalent` gives, or the breadth; the reason names root and member.

    What stands on one word alone is Critical by its breadth only, until a second one bears it out.
    """
    on_one_word = incident.alone and incident.peak < MORE
    root = OUTSIDE if incident.root == EXTERNAL else incident.root
    others = [member for member in incident.equivalent if member != incident.root]
    for member in (incident.root, *others):
        broken = None if on_one_word else critical_by_what_broke(topology, member)
        if broken:
            named = root if member == incident.root else f"{root}, atau / or {member}"
            return Judgement("Critical", Reason(broken[0], f"{named}: {broken[1]}", SOURCE))
    if customers_down >= policy.critical_customers:
        text = f"{root}: {customers_down} pelanggan terputus / customers down"
        return Judgement("Critical", Reason("wide", text, SOURCE))
    if incident.services_down > 0 or customers_down > 0:
        what = STREET if incident.street else "layanan terputus total / services entirely down"
        text = f"{root}: {what}"
        return Judgement("Major", Reason("service_down", text, SOURCE))
    return Judgement(
        "Minor", Reason("nothing_down", f"{root}: tidak ada layanan terputus / no service is down", SOURCE)
    )


def critical_by_what_broke(topology: Topology, name: str) -> tuple[str, str] | None:
    """A reason's code and words where the element alone makes the outage Critical; None otherwise."""
    element = topology.find(name)
    if element is None:
        return None
    kind, tier = topology.kind_of(element), topology.tier_of(element)
    match kind:
        case "span" | "conduit" if tier in SERIOUS_FIBRE:
            return f"{tier}_fibre", f"serat {tier} putus / {tier} fibre is cut"
        case "link" | "device" | "splitter" if tier == "backbone":
            return "backbone", f"{kind} backbone down / backbone {kind} is down"
        case "port" if any(topology.tier_of(link) == "backbone" for link in topology.links_of(element)):
            return "backbone_port", "port pada link backbone / port on a backbone link"
        case "site" if topology.site_kind(element) == "datacenter":
            return "data_centre", "pusat data padam / data centre is down"
        case "site" if tier == "backbone":
            return "backbone_site", "lokasi dengan perangkat backbone / site with a backbone device"
        case "risk_group":
            return critical_group(topology, element)
        case _:
            return None


def critical_group(topology: Topology, group: int) -> tuple[str, str] | None:
    for member in topology.members_of(group):
        match topology.kind_of(member):
            case "site" if topology.site_kind(member) == "datacenter":
                return "data_centre", f"pusat data {topology.ids[member]} ikut padam / its data centre is down"
            case "site" if topology.tier_of(member) == "backbone":
                return "backbone_group", f"ada perangkat backbone di / has a backbone device in {topology.ids[member]}"
            case "device" | "splitter" if topology.tier_of(member) == "backbone":
                return "backbone_group", f"ada perangkat backbone / has the backbone device {topology.ids[member]}"
    return None
