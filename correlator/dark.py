"""Whose service is down by what stands now, whichever incident explains it: what customers are told rests on it.

Their only way is a link that is dark at both ends, or a probe says that the service is down.
"""

from collections.abc import Iterator, Mapping

from correlator.customers import Customers
from correlator.rows.incidents import AlarmRow
from topology import impact as reach
from topology.down import down
from topology.graph import Topology

LINK_DARK = ("loss_of_signal", "link_down")


def customers(topology: Topology, alarms: Mapping[str, AlarmRow], presumed: str | None = None) -> Customers:
    """By number, ascending. `presumed`: an incident whose alarms a repair has ended, though nobody said so."""
    told: set[str] = set()
    probed: set[str] = set()
    for row in alarms.values():
        if row.active and not row.shelved_until_us and (presumed is None or row.incident != presumed):
            if row.alarm_type in LINK_DARK:
                told.add(row.object)
            elif row.alarm_type == "service_down":
                probed.add(row.object)
    failed = {link for name in told for link in _dark(topology, name, told)}
    failed |= {element for name in probed if (element := topology.find(name)) is not None}
    return reach.customers_of(topology, reach.services_down(topology, down(topology, failed)))


def _dark(topology: Topology, name: str, told: set[str]) -> Iterator[int]:
    """Links of which this object's alarm is told: as a whole, or at this end and at the other."""
    element = topology.find(name)
    if element is None:
        return
    kind = topology.kind_of(element)
    if kind == "link":
        yield element
    elif kind == "port":
        for link in topology.links_of(element):
            if all(topology.ids[port] in told for port in topology.ports_of(link)):
                yield link
