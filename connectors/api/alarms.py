"""Alarms one by one: which incident explains one, or why none does. From rows: no door has an engine."""

from collections.abc import Iterable, Iterator
from typing import Any, get_args

from connectors.api import views
from connectors.api.affected import Worlds
from connectors.api.rows import Rows
from correlator.incidents import why_none
from correlator.incidents.unexplained import takes_down
from correlator.rows.incidents import AlarmRow, IncidentRow, WindowRow
from correlator.wording import sentences
from correlator.world import World
from topology import impact
from topology.domains import element_of
from topology.model import Language


class Explained:
    """Safe to call from several threads."""

    def __init__(self, rows: Rows, worlds: Worlds) -> None:
        self._rows = rows
        self._worlds = worlds

    def asked(self, name: str) -> list[dict[str, Any]]:
        """Of an object, the alarms that stand, or else those that are kept; or the one alarm of an event's id."""
        found: dict[str, tuple[str, AlarmRow]] = {}
        for domain, row in self._on(name) or self._of_event(name):
            if row.key not in found or found[row.key][1].incident is None:  # handed over: who explains it has it
                found[row.key] = domain, row
        standing = [one for one in found.values() if one[1].stands] or list(found.values())
        return [self._said(domain, row) for domain, row in sorted(standing, key=lambda one: one[1].key)]

    def of_event(self, name: str) -> AlarmRow | None:
        """The alarm that one of its events names; of several domains the one that explains it."""
        found = [row for _, row in self._of_event(name)]
        return min(found, key=lambda row: row.incident is None, default=None)

    def of_events(self, names: Iterable[str]) -> list[dict[str, Any]]:
        """The alarms that these events name, as GET /alarms tells them: what stands first, of these the newest."""
        now_us = self._rows.clock()
        rows = {row.key: row for name in names if (row := self.of_event(name)) is not None}
        order = sorted(rows.values(), key=lambda row: (not row.stands, -row.first_us, row.key))
        return [views.alarm(row, now_us) for row in order]

    def _on(self, name: str) -> list[tuple[str, AlarmRow]]:
        each = ((domain, self._rows.live(domain)) for domain in self._rows.domains)
        return [(domain, row) for domain, live in each for _, row in live.each("alarms", f"{name}\x1f")]

    def _of_event(self, name: str) -> Iterator[tuple[str, AlarmRow]]:
        """Any id that is remembered, as a command may name it (`incidents.arguments`)."""
        for domain in self._rows.domains:
            live = self._rows.live(domain)
            rows = [row for _, row in live.naming("alarms", name) if name in (row.first_id, row.last_id)]
            if not rows:
                keys = [member.alarm for _, member in live.naming("members", name) if member.event == name]
                rows = [row for key in keys if (row := live.one("alarms", key)) is not None]
            yield from ((domain, row) for row in rows)

    def _said(self, domain: str, row: AlarmRow) -> dict[str, Any]:
        now_us, world, live = self._rows.clock(), self._worlds[domain](), self._rows.live(domain)
        incident: IncidentRow | None = live.one("incidents", row.incident) if row.incident else None
        ticket = self._rows.ticket(row.reported.ticket, domain) if row.reported and row.reported.ticket else None
        around = why_none.Around(
            now_us=now_us,
            limit_min=world.policy.faults.unexplained_min,
            suspected=incident is not None and incident.status == "suspected",
            work=self._work(row, world, now_us),
            blind=self._blind(row, world, domain),
            ticket=ticket.number if ticket else "",
        )
        said = why_none.lines(row, around)
        return {**views.alarm(row, now_us), "why": {one: sentences(said, one) for one in get_args(Language)}}

    def _work(self, row: AlarmRow, world: World, now_us: int) -> list[WindowRow]:
        topology = world.topology
        found = []
        for _, window in sorted(self._rows.known().windows.items()):
            if window.start_us <= now_us < window.end_us:
                elements = [element for name in window.objects if (element := topology.find(name)) is not None]
                if takes_down(topology, impact.down(topology, elements), row.object):
                    found.append(window)
        return found

    def _blind(self, row: AlarmRow, world: World, domain: str) -> list[str]:
        """Sources that lost sight of its device, or of the site where that is."""
        topology, element = world.topology, element_of(world.topology, row.object)
        if element < 0 or not (topology.is_device(element) or topology.kind_of(element) == "port"):
            return []
        device = topology.device_of(element)
        places = {topology.ids[device], topology.ids[topology.site_of(device)]}
        return sorted({lost.source for _, lost in self._rows.live(domain).each("sources") if lost.object in places})
