"""The class of a ticket (SOP 4.3): by what broke, by how many are down, by a person's word."""

from tests.correlator.service_desk.house import INVENTORY, Shift, clock, said
from topology.compile import compile_inventory
from topology.model import Customer, Inventory, Service


def test_serious_fibre_is_critical_and_the_reason_names_it() -> None:
    """One of `equivalent` is the metro span: that is enough, whichever of them is listed as root."""
    shift = Shift()
    incident = shift.cut("SP-M")
    ticket = shift.outage("SP-M")
    assert (ticket.severity, incident.severity, ticket.classed_by) == ("Critical", "Critical", "machine")
    assert "SP-M" in ticket.class_reason
    assert "metro" in ticket.class_reason


def test_services_down_are_major() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    assert (shift.outage("SP-A").severity, incident.severity) == ("Major", "Major")


def test_breadth_makes_it_critical() -> None:
    shift = Shift(care={"critical_customers": 6})
    shift.cut("SP-A")
    ticket = shift.outage("SP-A")
    assert ticket.severity == "Critical"
    assert "6 pelanggan" in ticket.class_reason


def test_nobody_down_is_minor() -> None:
    empty = Inventory(
        sites=INVENTORY.sites,
        spans=INVENTORY.spans,
        devices=INVENTORY.devices,
        links=INVENTORY.links,
        services=(Service(id="SV-9", customer="CU-9", product="cloud", attach=("CORE/9",)),),
        customers=(Customer(id="CU-9", segment="enterprise"),),
    )
    shift = Shift(topology=compile_inventory(empty))
    assert shift.cut("SP-A").severity == "Minor"
    assert shift.messages("outage") == []


def test_a_complaint_is_major_when_the_service_is_dead_and_minor_else() -> None:
    shift = Shift()
    assert shift.complain("CU-9").severity == "Major"
    assert shift.complain("CU-9", symptom="slow").severity == "Minor"
    assert shift.complain("CU-9", category="billing", symptom="other").severity == "Minor"
    assert shift.complain("CU-9", category="service", symptom="no_service").severity == "Major"


def test_the_machine_raises_the_class_with_the_impact() -> None:
    shift = Shift(care={"critical_customers": 2})
    incident = shift.cut("SP-B")
    other = shift.cut("SP-P")
    assert incident.severity == "Major"
    shift.order("merge", other.id, into=incident.id)
    shift.order("accept_root", incident.id, root="AGG")
    ticket = shift.state.tickets[incident.ticket or ""]
    assert (ticket.severity, incident.severity) == ("Critical", "Critical")
    assert ("machine", "set_class", "Major", "Critical") in said(ticket)
    assert [a.role for a in shift.alerts("critical", ticket.id)] == ["noc_operator", "technical"]


def test_the_machine_lowers_the_class_on_a_new_root_only() -> None:
    shift = Shift()
    incident = shift.cut("SP-M")
    ticket = shift.outage("SP-M")
    shift.mend("SP-M", wait=1)
    assert ticket.severity == "Critical", "fewer alarms lower nothing"
    shift.order("accept_root", incident.id, root="LK-M")
    assert incident.root == "LK-M"
    assert ticket.severity == "Minor", "LK-M2 carries on beside LK-M"


def test_a_persons_class_stays() -> None:
    shift = Shift(care={"critical_customers": 2})
    incident = shift.cut("SP-B")
    ticket = shift.outage("SP-B")
    shift.order("set_class", incident.id, "service_manager", class_="Minor")
    shift.order("accept_root", incident.id, root="AGG")
    assert (ticket.severity, ticket.classed_by, incident.severity) == ("Minor", "the-service_manager", "Minor")
    assert ("the-service_manager", "set_class", "Major", "Minor") in said(ticket)
    assert clock(ticket, "response").due_us == ticket.opened_us + 120 * 60_000_000


def test_a_persons_class_leaves_what_broke_to_read() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    ticket = shift.outage("SP-A")
    broke = ticket.class_reason
    assert broke.startswith("BGR: ")
    for severity in ("Critical", "Minor"):
        shift.order("set_class", ticket.id, "service_manager", class_=severity)
        assert (ticket.class_reason, ticket.description) == ("the shift decided so", broke)
    shift.order("accept_root", incident.id, root="SP-B")
    assert (ticket.class_reason, ticket.description) == ("the shift decided so", broke.replace("BGR", "SP-B"))


def test_set_class_on_the_ticket_moves_the_incidents_severity_too() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    shift.order("set_class", shift.outage("SP-A").number, "noc_operator", class_="Critical")
    assert incident.severity == "Critical"


def test_an_unknown_class_is_refused_with_the_words_that_are_known() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    for target in (incident.id, shift.outage("SP-A").id):
        shift.order("set_class", target, "noc_operator", class_="Huge")
        refusal = shift.rejected()[-1]
        assert refusal.field == "arguments.class"
        assert "Minor, Major, Critical" in refusal.reason.text
    assert incident.severity == "Major"
    assert shift.outage("SP-A").classed_by == "machine"
