"""How often customers hear of an outage: one that stays, and one that comes and goes."""

from itertools import pairwise

from correlator.effects import NoticeKind
from correlator.events import MINUTE_US
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import TicketRow
from correlator.state import Draft

MANY_TURNS = 2  # it cleared, and failed again before it was over


def is_unstable(ticket: TicketRow | None) -> bool:
    """The outage comes and goes: its customers hear so, and of its end once it stays away."""
    return ticket is not None and ticket.unstable_us > 0


def is_short(draft: Draft, incident: IncidentRow) -> bool:
    """It is back, or was, for less than the policy's time; or it cleared and failed again more than once in that."""
    ended_us, time_us = incident.well_us or draft.now_us, draft.world.policy.care.unstable_min * MINUTE_US
    if incident.back_us > 0 and ended_us - incident.back_us < time_us:
        return True
    lately = [one.status for one in incident.verdicts if one.at_us > draft.now_us - time_us]
    return sum(was == "clearing" and now == "open" for was, now in pairwise(lately)) >= MANY_TURNS


def every_us(draft: Draft, ticket: TicketRow, kind: NoticeKind) -> int:
    """How long after such a message we speak next."""
    care = draft.world.policy.care
    return (care.unstable_min if kind == "update" and ticket.unstable_us else care.update_every_min) * MINUTE_US
