"""What a month's recap knows, before it is laid out in tables. Pure: the same rows and moment give the same recap."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from correlator.events import Category, StaffRole
from correlator.reports import downtime
from correlator.reports.downtime import Evidence, Outage
from correlator.reports.facts import CampaignFacts, Facts, RcaFacts
from correlator.reports.network import Network
from correlator.reports.recap.counting import Counts, counts_of
from correlator.reports.report import Period, months_before
from correlator.rows.quality import ImprovementRow, SurveyedRow, SurveyRow

COUNTED = ("messages", "sent", "delivered", "failed", "uncertain")


@dataclass(frozen=True, slots=True)
class Recap:
    """`outages`: of all months that are told of, the eldest first; `evidence`: of the last one."""

    moment_us: int
    network: Network
    divisions: Mapping[Category, StaffRole]
    counts: Counts
    outages: Sequence[Outage]
    evidence: Sequence[Evidence]
    rcas: Sequence[RcaFacts]  # opened in the month, or not closed by now
    notices: Mapping[str, Counter[str]]  # kind -> messages, sent, delivered ...
    surveys: Sequence[SurveyRow] = ()
    surveyed: Sequence[SurveyedRow] = ()
    improvements: Sequence[ImprovementRow] = ()

    def opened_in(self, period: Period) -> list[Outage]:
        return [one for one in self.outages if period.holds(one.opened_us)]


def recap_of(facts: Facts, period: Period, months: int) -> Recap:
    """`facts` hold the rows of so many months, of which `period` is the last."""
    counts = counts_of(facts, months_before(period, months))
    outages = outages_of(facts, counts)
    during = period, facts.moment_us
    return Recap(
        moment_us=facts.moment_us,
        network=facts.network,
        divisions=facts.divisions,
        counts=counts,
        outages=outages,
        evidence=downtime.evidence(outages, facts.affected, counts.down, facts.network, during),
        rcas=_once(row for row in facts.rcas if period.holds(row.opened_us) or row.state != "closed"),
        notices=_notices(facts.campaigns, period),
        surveys=facts.surveys,
        surveyed=facts.surveyed,
        improvements=facts.improvements,
    )


def outages_of(facts: Facts, counts: Counts) -> list[Outage]:
    """Each outage whose ticket was counted."""
    tickets = counts.outages
    rows = {row.id: row for row in facts.incidents if row.id in tickets}
    found = [downtime.outage_of(row, tickets[name], facts.moment_us) for name, row in rows.items()]
    return sorted(found, key=lambda one: (one.opened_us, one.number))


def _once(rows: Iterable[RcaFacts]) -> list[RcaFacts]:
    """By id; one that is archived meanwhile comes twice."""
    found = {row.id: row for row in rows}
    return [found[name] for name in sorted(found)]


def _notices(campaigns: Iterable[CampaignFacts], period: Period) -> dict[str, Counter[str]]:
    """A message that was released in the month counts, whatever became of it when. Each campaign once."""
    start_us, end_us = period.start_us, period.end_us
    seen: set[str] = set()
    sums: dict[str, list[int]] = {}
    for row in campaigns:
        if not start_us <= row.at_us < end_us or row.id in seen:
            continue
        seen.add(row.id)
        found = sums.get(row.kind)
        if found is None:
            found = sums[row.kind] = [0] * len(COUNTED)
        found[0] += row.size
        found[1] += row.sent
        found[2] += row.delivered
        found[3] += row.failed
        found[4] += row.uncertain
    return {kind: Counter(dict(zip(COUNTED, found, strict=True))) for kind, found in sums.items()}
