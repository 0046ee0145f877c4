"""The inventory changes while something is broken: what stands, waits and is open is looked at by it."""

from datetime import timedelta

import msgspec
import pytest

from correlator.events import Maintenance
from correlator.world import World
from tests.correlator.service_desk.house import INVENTORY, MAIL, Shift
from topology.compile import compile_inventory
from topology.model import Customer, Inventory, Service

NEW = Customer(id="CU-10", segment="residential", email=MAIL)
WITHOUT = tuple(row for row in INVENTORY.customers if row.id not in ("CU-1", "CU-2"))
SERVICES = tuple(row for row in INVENTORY.services if row.id not in ("SV-1", "SV-2"))
CUT_SHORT = msgspec.structs.replace(INVENTORY, customers=WITHOUT, services=SERVICES)
ELSEWHERE = msgspec.structs.replace(
    INVENTORY,
    services=(
        *SERVICES,
        *(Service(id=f"SV-{n}", customer=f"CU-{n}", product="dia", attach=(f"HUB/{n}",)) for n in (1, 2)),
    ),
)
MORE = msgspec.structs.replace(
    INVENTORY,
    customers=(*INVENTORY.customers, NEW),
    services=(*INVENTORY.services, Service(id="SV-10", customer="CU-10", product="broadband", attach=("AGG/10",))),
)


class Changing(Shift):
    def change(self, inventory: Inventory, wait: float = 30) -> None:
        self.move_to(World(compile_inventory(inventory), self.world.policy))
        self.wait(wait)

    def heard(self, customer: str) -> list[str]:
        return [message.kind for message in self.messages(customer=customer) if message.kind in ("outage", "restored")]


def test_who_is_moved_to_what_works_hears_that_it_works_again() -> None:
    shift = Changing()
    shift.cut("SP-A")
    shift.change(ELSEWHERE)
    assert (shift.heard("CU-1"), shift.heard("CU-3")) == (["outage", "restored"], ["outage"])
    shift.mend("SP-A")
    assert (shift.heard("CU-1"), shift.heard("CU-3")) == (["outage", "restored"], ["outage", "restored"])


def test_who_comes_to_what_is_cut_off_hears_of_it() -> None:
    shift = Changing()
    incident = shift.cut("SP-A")
    shift.change(MORE)
    assert shift.heard("CU-10") == ["outage"]
    assert (incident.customers_down, incident.down_now) == (7, 7)


def test_the_call_of_one_whom_the_inventory_had_not_is_under_the_outage() -> None:
    shift = Changing()
    incident = shift.cut("SP-A")
    ticket = shift.complain("CU-10", name="call")
    assert shift.state.complaints["call"].incident is None
    shift.change(MORE)
    assert shift.state.complaints["call"].incident == incident.id
    assert ticket.parent == incident.ticket


def test_who_was_gone_for_a_while_is_told_once_that_it_began_and_once_that_it_is_over() -> None:
    shift = Changing()
    shift.cut("SP-A")
    shift.change(CUT_SHORT)
    shift.change(INVENTORY)
    shift.mend("SP-A")
    assert [shift.heard(f"CU-{n}") for n in (1, 2, 3)] == [["outage", "restored"]] * 3


@pytest.mark.parametrize("hours", [0, 1])
def test_who_was_gone_when_it_ended_hears_so_when_they_are_there_again(hours: int) -> None:
    shift = Changing()
    shift.cut("SP-A")
    shift.complain("CU-2")
    shift.change(CUT_SHORT)
    shift.mend("SP-A")
    shift.wait(hours=hours)
    assert (shift.heard("CU-1"), shift.heard("CU-3")) == (["outage"], ["outage", "restored"])
    shift.change(INVENTORY)
    assert (shift.heard("CU-1"), shift.heard("CU-3")) == (["outage", "restored"], ["outage", "restored"])
    assert shift.heard("CU-2") == ["outage"], "who complained is asked"


def test_who_comes_back_after_days_hears_no_more_of_it() -> None:
    shift = Changing()
    shift.cut("SP-A")
    shift.change(CUT_SHORT)
    shift.mend("SP-A")
    shift.wait(days=2)
    shift.change(INVENTORY)
    assert shift.heard("CU-1") == ["outage"]


def test_what_was_told_of_an_element_that_no_row_had_is_found_when_the_row_comes() -> None:
    bare = msgspec.structs.replace(
        INVENTORY,
        devices=tuple(row for row in INVENTORY.devices if row.id != "HUB"),
        links=tuple(row for row in INVENTORY.links if row.id not in ("LK-M", "LK-M2")),
        services=tuple(row for row in INVENTORY.services if row.id not in ("SV-7", "SV-8")),
    )
    shift = Changing(topology=compile_inventory(bare))
    for element, kind in (("CORE/m", "loss_of_signal"), ("CORE/m2", "loss_of_signal"), ("HUB", "device_unreachable")):
        shift.alarm(element, kind)
    shift.wait(hours=2)
    assert not [row for row in shift.state.incidents.values() if row.opened_us]
    shift.change(INVENTORY, wait=2)
    assert shift.incident("SP-M").customers_down == 2
    assert all(row.known for row in shift.state.alarms.values())


def test_while_its_root_is_no_more_in_the_inventory_those_who_were_down_under_it_are() -> None:
    renamed = msgspec.structs.replace(
        INVENTORY,
        spans=tuple(msgspec.structs.replace(row, id=f"{row.id}-X") for row in INVENTORY.spans),
        links=tuple(
            msgspec.structs.replace(row, routes=tuple(tuple(f"{name}-X" for name in way) for way in row.routes))
            for row in INVENTORY.links
        ),
    )
    shift = Changing()
    incident = shift.cut("SP-A")
    shift.order("accept_root", incident.id, root="SP-A")
    shift.change(renamed)
    shift.alarm("PAPUA", "device_unreachable", "cleared")
    shift.wait(60)
    assert (incident.root, incident.status, incident.down_now) == ("SP-A", "open", 6)
    assert shift.told("restored") == []


def test_staff_are_told_that_planned_work_names_what_is_no_more() -> None:
    shift = Changing()
    start = shift.now + timedelta(hours=1)
    for n, name in enumerate(("HUB", "BALI")):
        end = start + timedelta(hours=4)
        work = Maintenance(id=f"w-{n}", time=shift.now, objects=(name,), start=start, end=end, reason="card swap")
        shift.fold(work)
    swapped = tuple(msgspec.structs.replace(row, id="HUB-2") if row.id == "HUB" else row for row in INVENTORY.devices)
    links = tuple(msgspec.structs.replace(row, b=row.b.replace("HUB", "HUB-2")) for row in INVENTORY.links)
    services = tuple(
        msgspec.structs.replace(row, attach=tuple(port.replace("HUB", "HUB-2") for port in row.attach))
        for row in INVENTORY.services
    )
    shift.change(msgspec.structs.replace(INVENTORY, devices=swapped, links=links, services=services), wait=1)
    [alert] = shift.alerts("work_void")
    assert (alert.about, "HUB" in alert.text, "BALI" in alert.text) == ("w-0", True, False)
    shift.wait(hours=6)
    shift.change(INVENTORY)
    assert len(shift.alerts("work_void")) == 1
