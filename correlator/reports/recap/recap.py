"""What a month's recap knows, before it is laid out in tables. Pure: the same rows and moment give the same recap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from correlator.events import Category, StaffRole
from correlator.reports import downtime
from correlator.reports.downtime import Evidence, Outage
from correlator.reports.facts import Facts
from correlator.reports.network import Network
from correlator.reports.report import Period, months_before
from correlator.reports.totals import Months, Totals
from correlator.rows.quality import ImprovementRow, SurveyedRow, SurveyRow


@dataclass(frozen=True, slots=True)
class Recap:
    """`outages`: of all `months` that are told of, the eldest first; `evidence`: of the last one."""

    moment_us: int
    network: Network
    divisions: Mapping[Category, StaffRole]
    months: Sequence[Period]
    totals: Totals
    outages: Sequence[Outage]
    evidence: Sequence[Evidence]
    surveys: Sequence[SurveyRow] = ()
    surveyed: Sequence[SurveyedRow] = ()
    improvements: Sequence[ImprovementRow] = ()

    def opened_in(self, period: Period) -> list[Outage]:
        return [one for one in self.outages if period.holds(one.opened_us)]


def told_of(period: Period, months: int) -> Months:
    """So many months, of which `period` is the last."""
    return Months(period.number - months + 1, period.number)


def recap_of(facts: Facts, period: Period, months: int) -> Recap:
    """`facts` are counted of so many months, of which `period` is the last."""
    outages = outages_of(facts)
    down = [one for one in facts.totals.complaints if one.ended_us is None or one.ended_us > period.start_us]
    during = period, facts.moment_us
    return Recap(
        moment_us=facts.moment_us,
        network=facts.network,
        divisions=facts.divisions,
        months=months_before(period, months),
        totals=facts.totals,
        outages=outages,
        evidence=downtime.evidence(outages, facts.affected, down, facts.network, during),
        surveys=facts.surveys,
        surveyed=facts.surveyed,
        improvements=facts.improvements,
    )


def outages_of(facts: Facts) -> list[Outage]:
    """Each outage whose ticket was counted."""
    tickets = {one.incident: one for one in facts.totals.outages}
    rows = {row.id: row for row in facts.incidents if row.id in tickets}
    found = [downtime.outage_of(row, tickets[name], facts.moment_us) for name, row in rows.items()]
    return sorted(found, key=lambda one: (one.opened_us, one.number))
