"""What a month's documents are made of: parts of rows, as many as a month has, read one after the other.

The parts hold no circle, so the collector of circles need not look at millions of them (`gc=False`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from correlator.events import Category, Channel, StaffRole, TicketSeverity
from correlator.reports.network import Network
from correlator.rows.incidents import IncidentRow
from correlator.rows.quality import ImprovementRow, SurveyedRow, SurveyRow
from correlator.rows.service_desk import CampaignRow, ClosedAs, RcaRow, TicketRow


class ClockFacts(msgspec.Struct, array_like=True, gc=False):
    """A `Clock`, field by field: it is kept as a list."""

    name: str
    start_us: int
    due_us: int | None
    met_us: int | None = None
    paused_us: int = 0
    breached: bool = False
    warned: msgspec.Raw = msgspec.Raw()
    budget_us: int = 0
    working: bool = False
    started: bool = True
    since_us: int = 0
    spent_us: int = 0
    spent_working_us: int = 0
    cap_us: int | None = None
    paused_since_us: int | None = None
    skipped: bool = False


class AnswerFacts(msgspec.Struct, array_like=True, gc=False):
    """An `Answer`, field by field as far as the score."""

    at_us: int
    by: msgspec.Raw = msgspec.Raw()
    says: msgspec.Raw = msgspec.Raw()
    how: msgspec.Raw = msgspec.Raw()
    score: int | None = None


class TicketFacts(msgspec.Struct, gc=False):
    """Those fields of a `TicketRow` that documents read: no trail, nobody of the staff."""

    number: str
    kind: str
    category: Category
    severity: TicketSeverity = msgspec.field(name="klass")
    opened_us: int
    incident: str | None = None
    customer: str | None = None
    service: str | None = None
    channel: Channel | None = None
    product: str | None = None
    responded_us: int | None = None
    repaired_us: int | None = None
    closed_us: int | None = None
    closed_as: ClosedAs | None = None
    follows: str | None = None
    clocks: tuple[ClockFacts, ...] = ()
    alarm: str | None = None
    moved_to: str | None = None
    answer: AnswerFacts | None = None


class RcaFacts(msgspec.Struct, gc=False):
    """Those fields of an `RcaRow` that documents read."""

    id: str
    opened_us: int
    incident: str | None = None
    ticket: str | None = None
    state: str = "draft"
    cause_category: str | None = None
    corrective: tuple["StepFacts", ...] = ()
    preventive: tuple["StepFacts", ...] = ()


class StepFacts(msgspec.Struct, gc=False):
    """Of a `CapaAction`."""

    due_us: int | None = None
    done_us: int | None = None


class CampaignFacts(msgspec.Struct, gc=False):
    """Those fields of a `CampaignRow` that documents read: not whom it went to."""

    id: str
    kind: str
    at_us: int
    size: int
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    uncertain: int = 0


class Facts(NamedTuple):
    """The rows of a month's document, and the moment at which it is made; iterables are walked once.

    `tickets`: all that lived since the first month that is told of. `affected`: incident -> ids of its customers.
    `divisions`: who investigates, by category (SOP 4.2 stage 4).
    """

    moment_us: int
    network: Network
    divisions: Mapping[Category, StaffRole]
    tickets: Iterable[TicketFacts] = ()
    incidents: Sequence[IncidentRow] = ()
    affected: Mapping[str, Sequence[str]] = {}
    rcas: Iterable[RcaFacts] = ()
    campaigns: Iterable[CampaignFacts] = ()
    surveys: Sequence[SurveyRow] = ()
    surveyed: Sequence[SurveyedRow] = ()
    improvements: Sequence[ImprovementRow] = ()


def of_ticket(row: TicketRow) -> TicketFacts:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(row), type=TicketFacts)


def of_campaign(row: CampaignRow) -> CampaignFacts:
    return msgspec.convert(msgspec.to_builtins(row), CampaignFacts)


def of_rca(row: RcaRow) -> RcaFacts:
    return msgspec.convert(msgspec.to_builtins(row), RcaFacts)
