"""Whose service is down by what stands now, whichever incident explains it: what customers are told rests on it.

Their only way is a link that is dark at both ends, or at one while the device at the other is unreachable, and nobody
behind it was told well since; or a probe says that the service is down. Of the last device on a way, which has one
link, and of that link nobody else tells: there one word is enough, until it ends. Of a device with more behind it too,
and of a link to a splitter, until something there is told well since.
"""

from collections.abc import Collection, Iterator
from typing import Protocol

import numpy as np

from correlator.customers import Customers, Services
from correlator.events import SECOND_US
from correlator.rows.counts import LINK_DARK
from correlator.rows.incidents import AlarmRow
from correlator.rows.told_well import ToldWell
from correlator.state import State
from topology import impact as reach
from topology.down import contains, down, down_alone
from topology.graph import Topology

LATER_US = 120 * SECOND_US  # than the word: clocks differ, and polls take their time
NO_FAULT = ("duplicate", "no_fault")  # how a ticket was closed


def customers(topology: Topology, state: State, presumed: str | None = None, others: Collection[str] = ()) -> Customers:
    """Those with a service that is down, by number, ascending."""
    return reach.customers_of(topology, services(topology, state, presumed, others))


def services(
    topology: Topology,
    state: State,
    presumed: str | None = None,
    others: Collection[str] = (),
    again: Collection[str] = (),
) -> Services:
    """By number, ascending. `presumed`: an incident whose alarms a repair has ended, though nobody said so.

    `others`: incidents that speak themselves for whoever is last on a way. `again`: alarms that had ended and stand
    again: each is enough. Of several domains, each hears whether its own part of the network is well.
    """
    dark: dict[str, int] = {}  # since when
    last: set[str] = set()  # of these, who may be alone in telling so
    back: set[str] = set()  # of these, who had ended and stand again
    whole: set[str] = set()
    lost: dict[str, AlarmRow] = {}  # devices
    share = state.share
    for row in state.alarm_counts.down.values():
        if row.shelved_until_us or (presumed is not None and row.incident == presumed):
            continue
        is_theirs = row.incident in others
        if row.alarm_type in LINK_DARK:
            dark[row.object] = max(row.first_us, dark.get(row.object, 0))
            if not is_theirs:
                last.add(row.object)
            if row.key in again:
                back.add(row.object)
        elif row.alarm_type == "service_down":
            whole.add(row.object)
        elif row.alarm_type == "device_unreachable" and (row.key in again or not is_theirs):
            if (other := lost.get(row.object)) is None or other.last_told_us < row.last_told_us:
                lost[row.object] = row
            if row.key in again or _is_last(topology, row.object):
                whole.add(row.object)
    mute = [row for name, row in lost.items() if name not in whole and (share is None or share.has(topology, name))]
    assert state.index is not None, "the state is awake"
    well, told = state.index.told_well, dark.keys() | lost.keys()
    whole |= _without_a_sign(topology, mute, well)
    failed = {one for name in dark for one in _dark(topology, name, told, alone=name in last, again=name in back)}
    failed = {one for one in failed if not _is_bridged(topology, one, dark, well, back)}
    failed |= {element for name in whole if (element := topology.find(name)) is not None}
    return _taken_down(topology, frozenset(failed))


def _taken_down(topology: Topology, failed: frozenset[int]) -> Services:
    """Worked out once while it stays the same: it is asked for at each word of an end."""
    known = topology.memo.dark.get(failed)
    if known is None:
        known = topology.memo.dark[failed] = reach.services_down(topology, down(topology, failed))
    assert isinstance(known, np.ndarray)
    return known


class Told(Protocol):
    """A ticket, or those fields of one that reports read."""

    @property
    def kind(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def customer(self) -> str | None: ...
    @property
    def closed_as(self) -> str | None: ...


def tells(ticket: Told) -> bool:
    """Whether a complaint says that the customer's service was down: theirs, real, and not of the small ones."""
    wide = ticket.severity != "Minor" and ticket.category in ("network", "service")
    return wide and ticket.kind == "complaint" and ticket.customer is not None and ticket.closed_as not in NO_FAULT


def _is_last(topology: Topology, name: str) -> bool:
    """A device behind which nothing lies."""
    known = topology.memo.last.get(name)
    if known is None:
        element = topology.find(name)
        known = element is not None and topology.is_device(element) and _has_one_link(topology, element)
        topology.memo.last[name] = known
    return known


def _without_a_sign(topology: Topology, lost: list[AlarmRow], well: ToldWell) -> set[str]:
    """Of these devices: behind which, or of which, nothing was told well since somebody said that it is lost."""
    found = set()
    for row in lost:
        element = topology.find(row.object)
        if element is None or not topology.is_device(element):
            continue
        if well.last_us(down_alone(topology, element).intervals) <= row.last_told_us:
            found.add(row.object)
    return found


def _has_one_link(topology: Topology, device: int) -> bool:
    """Nothing lies behind it but services of its own."""
    return topology.plant.device_links.size(device - topology.first.device) == 1


def _dark(topology: Topology, name: str, told: set[str], *, alone: bool, again: bool) -> Iterator[int]:
    """Links of which this object's alarm is told: as a whole, or at this end and of the other or its device.

    `alone`: one end of a last link is enough, and the port of a customer itself. `again`: one end of any is.
    """
    element = topology.find(name)
    if element is None:
        return
    kind = topology.kind_of(element)
    if kind == "link":
        yield element
    elif kind == "port":
        links = topology.links_of(element)
        last = [link for link in links if alone and _is_last_link(topology, link)]
        if alone and len(last) == len(links):
            yield element  # nothing lies behind it but a customer
        yield from (link for link in links if again or link in last or _is_told(topology, link, element, told))


def _is_last_link(topology: Topology, link: int) -> bool:
    """Of a link to a last device, or to a splitter, nobody else tells."""
    known = topology.memo.last_links.get(link)
    if known is None:
        ends = topology.ends(link)
        known = any(_has_one_link(topology, device) or topology.role_of(device) == "splitter" for device in ends)
        topology.memo.last_links[link] = known
    return known


def _is_bridged(topology: Topology, element: int, dark: dict[str, int], well: ToldWell, back: set[str]) -> bool:
    """A link, or a port: who has its only way there was told well long after its near end was told dark.

    It is reached by a way that no row has; what its own port says then is no word of its being cut off. But of the last
    device on a way, which has one link.
    """
    known = topology.memo.sides.get(element)
    if known is None:
        known = topology.memo.sides[element] = _sides(topology, element)
    told = [name for name in known if name in dark]
    if not told or not back.isdisjoint(told):
        return False
    return well.last_us(down_alone(topology, element).intervals) > max([dark[name] for name in told]) + LATER_US


def _sides(topology: Topology, element: int) -> tuple[str, ...]:
    """The links of it, and their ports at the near end; none where one of them leads to a last device."""
    behind = down_alone(topology, element).intervals
    links = [element] if topology.kind_of(element) == "link" else topology.links_of(element)
    ends = [end for link in links for end in zip(topology.ports_of(link), topology.ends(link), strict=True)]
    far = {device for _, device in ends if contains(behind, topology.position.item(device))}
    near = [port for port, device in ends if device not in far]
    is_last = any(_has_one_link(topology, device) for device in far)
    return () if is_last else tuple(topology.ids[one] for one in (*links, *near))


def _is_told(topology: Topology, link: int, port: int, told: set[str]) -> bool:
    """At this port, and at the other or of its device."""
    ends = zip(topology.ports_of(link), topology.ends(link), strict=True)
    return all(end == port or not told.isdisjoint(topology.ids[one] for one in (end, device)) for end, device in ends)
