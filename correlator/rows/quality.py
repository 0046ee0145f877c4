"""The rows of continual improvement (SOP 9): surveys with who was asked, who wants no survey, the register."""

from typing import Literal

import msgspec

from correlator.events import AnsweredBy, StaffRole
from correlator.rows.service_desk import Entry

SurveyState = Literal["planned", "running", "closed", "cancelled"]
ImprovementSource = Literal["rca", "repeat", "survey", "hand"]
ImprovementState = Literal["open", "done", "signed", "dropped"]


class SurveyRow(msgspec.Struct):
    """The survey of a half-year, from which the Customer Satisfaction Index is made (SOP 9)."""

    id: str  # CSI-2026-1: the first half of 2026
    state: SurveyState
    planned_by: str
    start_us: int
    sample: int  # customers to ask, of each product
    seed: str  # the sample is drawn by it, from the inventory in force when it starts
    inventory: str = ""  # hash of that inventory
    round: int = 0  # 1: the reminder went
    end_us: int | None = None
    asked: dict[str, int] = {}  # product -> customers
    trail: list[Entry] = msgspec.field(default_factory=list)


class SurveyedRow(msgspec.Struct):
    """One customer of a survey's sample, asked about one product."""

    survey: str
    customer: str
    product: str
    asked_us: int | None = None
    reminded_us: int | None = None
    answered_us: int | None = None
    score: int | None = None  # 1 to 5
    via: AnsweredBy | None = None
    words: bool = False  # they wrote something, which lies sealed
    declined: bool = False  # they want no survey any more


class OptOutRow(msgspec.Struct, frozen=True):
    """A customer who is asked in no survey. What they must know of their service they are told all the same."""

    customer: str
    at_us: int
    by: str


class ImprovementRow(msgspec.Struct):
    """An entry of the improvement register (SOP 9)."""

    id: str
    source: ImprovementSource
    about: str  # a record's, survey's or element's id; by hand: who proposed it
    what: str
    role: StaffRole  # whose matter it is: reminders go there
    due_us: int
    opened_us: int
    opened_by: str
    state: ImprovementState = "open"
    owner: str | None = None  # the person
    evidence: str | None = None  # what shows that it was done, and works
    done_us: int | None = None
    done_by: str | None = None
    signed_us: int | None = None
    signed_by: str | None = None
    rung: int = 0  # of the ladder: 0 its role, 1 the supervisor ...
    warned: bool = False
    trail: list[Entry] = msgspec.field(default_factory=list)

    def is_late(self, now_us: int) -> bool:
        """Open, and its time is over."""
        return self.state == "open" and self.due_us < now_us


class SentReportRow(msgspec.Struct, frozen=True):
    """A report that went to a role by itself, so that one that did not arrive can be told."""

    id: str  # of the alert that it is
    report: str
    label: str
    role: StaffRole
    at_us: int
