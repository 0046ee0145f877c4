"""State is exactly the rows of the store; what else is kept in memory is a cache that `rebuild` makes from rows.

A `Draft` is the pen of one step: it writes rows through and keeps the list of what changed. A step that raises leaves
the memory spoilt; the host drops it and loads the rows again (`docs/decisions/0003-write-through-draft.md`).
"""

import re
from collections.abc import Callable
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from correlator.deadlines import DeadlineRow, Deadlines
from correlator.effects import Alert, AlertKind, Effect, Noted, Reason, Rejected
from correlator.events import StaffRole, TmfEvent
from correlator.facts import Fact
from correlator.rows.counts import AlarmCounts
from correlator.rows.incidents import AlarmRow, IncidentRow, MemberRow, RepairRow, SourceRow, WindowRow
from correlator.rows.members import Members
from correlator.rows.quality import ImprovementRow, OptOutRow, SentReportRow, SurveyedRow, SurveyRow
from correlator.rows.service_desk import (
    AffectedRow,
    AudienceRow,
    CampaignRow,
    ComplaintRow,
    InformedRow,
    RcaRow,
    ReceiptsRow,
    SaidWellRow,
    TicketRow,
    WaitingNoticeRow,
)
from correlator.rows.sources import VoiceRow
from correlator.rows.subscriptions import SubscriptionRow
from correlator.world import Share, World

if TYPE_CHECKING:
    from correlator.incidents.index import IncidentIndex


FIRST_ID = "id.first"  # the counter that an id of a new kind goes on from (correlator.restored)
MADE = re.compile(r"[A-Z]{2,3}-(\d\d)-[A-Z]?\d{6}")  # an id of a kernel that shares the network; a message's goes on
DIGITS = 6  # of a number in an id, up to a million of a kind
DIGITS_MOST = 18  # of a number in an id: anybody may write one, and Python reads no endless ones


class CounterRow(msgspec.Struct, array_like=True):
    """A number that only grows: ids, the clock (`now_us`), counts shown to people."""

    value: int


class SeenRow(msgspec.Struct, frozen=True, array_like=True):
    """An id that was accepted (contract, "Repeats"), forgotten when `until_us` is past."""

    until_us: int
    refused: Rejected | None = None  # of a command: what was said against it


class TextRow(msgspec.Struct, frozen=True, array_like=True):
    """A word of the state: the worlds in force, the kernel's version."""

    value: str


TABLES: dict[str, type[msgspec.Struct]] = {
    "affected": AffectedRow,
    "alarms": AlarmRow,
    "audiences": AudienceRow,
    "campaigns": CampaignRow,
    "complaints": ComplaintRow,
    "counters": CounterRow,
    "deadlines": DeadlineRow,
    "receipts": ReceiptsRow,
    "waiting_notices": WaitingNoticeRow,
    "incidents": IncidentRow,
    "members": MemberRow,
    "rcas": RcaRow,
    "repairs": RepairRow,
    "said_well": SaidWellRow,
    "seen": SeenRow,
    "sources": SourceRow,
    "texts": TextRow,
    "tickets": TicketRow,
    "informed": InformedRow,
    "voices": VoiceRow,
    "windows": WindowRow,
    "surveys": SurveyRow,
    "surveyed": SurveyedRow,
    "opt_outs": OptOutRow,
    "improvements": ImprovementRow,
    "sent_reports": SentReportRow,
    "subscriptions": SubscriptionRow,
}


class State:
    """All rows, a dict a table, and the caches over them."""

    def __init__(self, rows: dict[str, dict[str, Any]] | None = None) -> None:
        given = rows or {}
        self.tables: dict[str, dict[str, Any]] = {name: dict(sorted(given.get(name, {}).items())) for name in TABLES}
        self.affected: dict[str, AffectedRow] = self.tables[
            "affected"
        ]  # of archived cases: empty while the kernel works
        self.alarms: dict[str, AlarmRow] = self.tables["alarms"]
        self.audiences: dict[str, AudienceRow] = self.tables["audiences"]
        self.campaigns: dict[str, CampaignRow] = self.tables["campaigns"]
        self.complaints: dict[str, ComplaintRow] = self.tables["complaints"]
        self.counters: dict[str, CounterRow] = self.tables["counters"]
        self.receipts: dict[str, ReceiptsRow] = self.tables["receipts"]
        self.waiting_notices: dict[str, WaitingNoticeRow] = self.tables["waiting_notices"]
        self.incidents: dict[str, IncidentRow] = self.tables["incidents"]
        self.members = self.tables["members"] = Members(self.tables["members"])
        self.rcas: dict[str, RcaRow] = self.tables["rcas"]
        self.repairs: dict[str, RepairRow] = self.tables["repairs"]
        self.said_well: dict[str, SaidWellRow] = self.tables["said_well"]  # by customer
        self.seen: dict[str, SeenRow] = self.tables["seen"]
        self.sources: dict[str, SourceRow] = self.tables["sources"]
        self.texts: dict[str, TextRow] = self.tables["texts"]
        self.tickets: dict[str, TicketRow] = self.tables["tickets"]
        self.informed: dict[str, InformedRow] = self.tables["informed"]
        self.voices: dict[str, VoiceRow] = self.tables["voices"]
        self.windows: dict[str, WindowRow] = self.tables["windows"]
        self.surveys: dict[str, SurveyRow] = self.tables["surveys"]
        self.surveyed: dict[str, SurveyedRow] = self.tables["surveyed"]
        self.opt_outs: dict[str, OptOutRow] = self.tables["opt_outs"]
        self.improvements: dict[str, ImprovementRow] = self.tables["improvements"]
        self.sent_reports: dict[str, SentReportRow] = self.tables["sent_reports"]
        self.subscriptions: dict[str, SubscriptionRow] = self.tables["subscriptions"]
        self.alarm_counts = AlarmCounts(self.alarms)
        self.deadlines = Deadlines(self.tables["deadlines"])
        self.quarantined: frozenset[tuple[str, str, int]] = (
            frozenset()
        )  # deadlines (kind, subject, due) that the host skips
        self.stepping: DeadlineRow | None = None  # the deadline in hand, so that a crash can be told from the record's
        self.index: IncidentIndex | None = None  # the caches over them, and the engine; the kernel makes it
        self.share: Share | None = None  # what this kernel decides on, where several share the network

    @property
    def live(self) -> dict[str, None]:
        """Ids of the incidents that are open or clearing."""
        assert self.index is not None, "the state is awake"
        return self.index.live

    @property
    def now_us(self) -> int:
        row = self.counters.get("now_us")
        return row.value if row else 0


class Archived(NamedTuple):
    """A row that left the state: when, its case (an incident, or a ticket alone), and what it said at last."""

    at_us: int
    case: str
    table: str
    key: str
    row: Any


AlarmChange = tuple[Literal["stands", "ended", "earlier", "heard", "hinted", "forgotten", "passed"], AlarmRow]


class Marks:
    """(key, what happened to it) of tickets and alarms that changed in a step, in order: for who subscribed, if any."""

    __slots__ = ("_subscriptions", "changed")

    def __init__(self, subscriptions: dict[str, SubscriptionRow]) -> None:
        self._subscriptions = subscriptions
        self.changed: dict[tuple[str, TmfEvent], None] = {}

    def add(self, key: str, what: TmfEvent) -> None:
        """Subscribers are told at the end of the step, of the row as it is then."""
        if self._subscriptions:
            self.changed[key, what] = None


class Draft:
    """The pen of one step; `changes` holds what it touched, `effects` what it wants done, in order."""

    __slots__ = "_hear", "alarm_changes", "archived", "changes", "effects", "marked", "now_us", "state", "step", "world"

    def __init__(
        self, state: State, world: World, now_us: int, hear: "Callable[[Draft, Fact], None] | None" = None
    ) -> None:
        """`hear`: who acts on the facts that are told; None where nothing may happen that others hear of."""
        self._hear = hear
        self.state = state
        self.world = world
        self.now_us = now_us
        self.step = self._next_step()  # counts steps, so that what moved since the last solve is known from rows
        self.changes: dict[tuple[str, str], Any] = {}  # (table, key) -> row, or None where it was dropped
        self.effects: list[Effect] = []
        self.archived: list[Archived] = []
        self.alarm_changes: list[AlarmChange] = []  # of alarms as evidence, for incidents to heed
        self.marked = Marks(state.subscriptions)

    def _next_step(self) -> int:
        row = self.state.counters.get("step")
        return row.value if row else 0

    def put(self, table: str, key: str, row: msgspec.Struct) -> None:
        """Write a row, new or changed in place."""
        self.state.tables[table][key] = row
        self.changes[table, key] = row

    def drop(self, table: str, key: str) -> None:
        if self.state.tables[table].pop(key, None) is not None:
            self.changes[table, key] = None

    def count(self, name: str) -> int:
        """The next value of a counter, from 1."""
        row = self.state.counters.get(name) or CounterRow(0)
        row.value += 1
        self.put("counters", name, row)
        return row.value

    def arm(self, kind: str, subject: str, due_us: int) -> None:
        """Set a deadline, or move it."""
        key = self.state.deadlines.arm(kind, subject, due_us)
        self.changes["deadlines", key] = self.state.deadlines.rows[key]

    def disarm(self, kind: str, subject: str) -> None:
        self.drop("deadlines", Deadlines.key(kind, subject))

    def tell(self, fact: Fact) -> None:
        """Whom it concerns acts on it at once."""
        assert self._hear is not None, "this draft was made to look, not to act"
        self._hear(self, fact)

    def emit(self, effect: Effect) -> None:
        self.effects.append(effect)

    def new_id(self, prefix: str) -> str:
        """An id for an effect or a row, as `AL-000017`: from a counter of the state, never drawn.

        Where several domains share the network, with the number of ours: `AL-03-000017`.
        """
        name, counters = f"id.{prefix}", self.state.counters
        if name not in counters and FIRST_ID in counters:
            counters[name] = CounterRow(counters[FIRST_ID].value)
        return f"{id_start(self.state, prefix)}{in_order(self.count(name))}"

    def alert(self, role: StaffRole, kind: AlertKind, about: str | None, text: str, reason: Reason) -> None:
        ticket = self.state.tickets.get(about or "")
        alert = Alert(
            id=self.new_id("AL"),
            at_us=self.now_us,
            role=role,
            kind=kind,
            about=about,
            text=text,
            reason=reason,
            matter=ticket.matter if ticket is not None else "",
        )
        self.emit(alert)

    def reject(self, event: str | None, field: str | None, reason: Reason) -> None:
        self.emit(Rejected(id=self.new_id("RJ"), at_us=self.now_us, event=event, field=field, reason=reason))

    def note(self, about: str, code: str, text: str, source: str = "") -> None:
        reason = Reason(code, text, source)
        self.emit(Noted(id=self.new_id("NT"), at_us=self.now_us, about=about, reason=reason))


def archive(draft: Draft, case: str, table: str, key: str, row: msgspec.Struct) -> None:
    """For the store to keep under its case; the state has it no more."""
    draft.archived.append(Archived(draft.now_us, case, table, key, row))
    draft.drop(table, key)


def domain_number(name: str) -> int | None:
    """Of the domain whose kernel made this id; None where it tells of none."""
    found = MADE.match(name)
    return int(found[1]) if found else None


def was_made(state: State, name: str, prefix: str) -> bool:
    """Whether our kernel gave this id to something."""
    made = state.counters.get(f"id.{prefix}")
    start = id_start(state, prefix)
    digits = name.removeprefix(start).lstrip(ascii_uppercase)
    if made is None or not digits.isdecimal() or len(digits) > DIGITS_MOST or not 0 < int(digits) <= made.value:
        return False
    return name == f"{start}{in_order(int(digits))}"


def in_order(number: int, digits: int = DIGITS) -> str:
    """A number as ids have it: as texts they sort as the numbers do, in lists, cursors and the database's keys.

    Of so many digits; what has more stands behind a letter that says how many more: 999999, A1000000, B10000000.
    """
    text = f"{number:0{digits}}"
    return text if len(text) == digits else ascii_uppercase[len(text) - digits - 1] + text


def id_start(state: State, prefix: str) -> str:
    """How the ids of this kind begin that our kernel makes."""
    share = state.share
    return f"{prefix}-" if share is None else f"{prefix}-{share.number:02}-"
