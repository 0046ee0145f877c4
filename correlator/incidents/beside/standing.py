"""The incidents that live, in the order in which they opened, and which of them have to do with each other."""

from dataclasses import dataclass, replace

from correlator.incidents.index import engine_of, index_of, out_under_work
from correlator.related import Failed, Related, Where
from correlator.rows.incidents import LIVE, IncidentRow
from correlator.state import Draft

FEW = 50  # standing incidents; of more it is dear to look what would be near a rival
NEIGHBOURS_MOST = 1_000  # standing incidents that are evaluated together; the newest count

Near = tuple[int, Failed]  # with the number of the part in which it failed


@dataclass(frozen=True, slots=True)
class Standing:
    """Incidents that live, in the order in which they opened, and what each says is broken: looked at once a change."""

    related: Related
    rows: list[IncidentRow]
    failed: tuple[Failed, ...]

    def _place(self, incident: IncidentRow) -> int:
        return next(place for place, row in enumerate(self.rows) if row.id == incident.id)

    def near(self, incident: IncidentRow, *, at_risk: bool) -> list[Near]:
        """What failed before it and has to do with it, and last itself; `at_risk`: also by what both put at risk."""
        return [(where.part, failed) for _, where, failed in self._till(incident, at_risk=at_risk)]

    def partly_over(self, incident: IncidentRow) -> tuple[list[Near], list[IncidentRow]]:
        """What failed before it and has to do with it, without that of which a part is repaired; and all that lives."""
        *before, _ = self._till(incident, at_risk=False)
        whole = [(where.part, failed) for row, where, failed in before if not (row.ended_us and row.status == "open")]
        return whole, [row for row, _, _ in before] if len(whole) < len(before) else []

    def _till(self, incident: IncidentRow, *, at_risk: bool) -> list[tuple[IncidentRow, Where, Failed]]:
        groups = self.related.groups(self.failed, at_risk=at_risk)[: self._place(incident) + 1]
        among = zip(self.rows, groups, self.failed, strict=False)
        return [one for one in among if one[1].group == groups[-1].group][-NEIGHBOURS_MOST:]

    def work_since(self, incident: IncidentRow) -> list[Near]:
        """What is out under planned work, was seen after it, and has to do with it."""
        later = self._place(incident) + 1
        if all(row.status != "suspected" for row in self.rows[later:]):
            return []
        groups = self.related.groups(self.failed, at_risk=False)
        mine, found = groups[later - 1].group, zip(self.rows[later:], groups[later:], self.failed[later:], strict=True)
        return [(where.part, out) for row, where, out in found if row.status == "suspected" and where.group == mine]

    def near_a_rival(self, incident: IncidentRow, failed: Failed) -> list[Near]:
        """What failed before it and has to do with this, and last this: had it been broken under that incident."""
        if len(self.rows) > FEW:
            *before, (part, _) = self.near(incident, at_risk=False)
            return [*before, (part, failed)]
        every = tuple(failed if row.id == incident.id else was for row, was in zip(self.rows, self.failed, strict=True))
        return replace(self, failed=every).near(incident, at_risk=False)

    def on_one_word(self) -> set[Failed]:
        """What is broken by one word alone."""
        return {failed for row, failed in zip(self.rows, self.failed, strict=True) if row.alone}


def standing(draft: Draft, besides: IncidentRow | None = None) -> Standing:
    """Those that live, what is out under planned work, and this one."""
    index = index_of(draft)
    rows = {row.id: row for name in index.live if (row := draft.state.incidents[name]).status in LIVE}
    rows |= {row.id: row for row in out_under_work(draft)}
    if besides is not None:
        rows[besides.id] = besides
    ordered = sorted(rows.values(), key=lambda row: (row.opened_us or row.suspected_us, row.id))
    return Standing(index.related, ordered, tuple(failed_elements(draft, row) for row in ordered))


def failed_elements(draft: Draft, incident: IncidentRow) -> tuple[int, ...]:
    """What the incident says is broken.

    A device with a dead card is broken only where its links are dark, a group without mains where something is lost.
    """
    mine = "" if incident.home else incident.id  # of another domain's the words are there
    return engine_of(draft).roots.broken(incident.broken, incident.cards, mine)
