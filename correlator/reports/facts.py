"""What a month's documents are made of."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from correlator.events import Category, StaffRole
from correlator.reports.network import Network
from correlator.reports.totals import Totals
from correlator.rows.incidents import IncidentRow
from correlator.rows.quality import ImprovementRow, SurveyedRow, SurveyRow
from correlator.rows.service_desk import AffectedRow


class Facts(NamedTuple):
    """What is many is counted, what is few are rows; and the moment at which the document is made.

    `incidents`: of all months that are told of, `affected`: of the last: incident -> whom it took down.
    `divisions`: who investigates, by category (SOP 4.2 stage 4).
    """

    moment_us: int
    network: Network
    divisions: Mapping[Category, StaffRole]
    totals: Totals
    incidents: Sequence[IncidentRow] = ()
    affected: Mapping[str, AffectedRow] = {}
    surveys: Sequence[SurveyRow] = ()
    surveyed: Sequence[SurveyedRow] = ()
    improvements: Sequence[ImprovementRow] = ()
