"""The monthly recap of complaints and outages (SOP 7, 8): lines of rows added up, told in tables."""

from correlator.reports.recap.document import MONTHLY
from correlator.reports.recap.recap import Recap, recap_of

__all__ = ["MONTHLY", "Recap", "recap_of"]
