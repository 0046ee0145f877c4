"""A device that its incident calls lost tells something itself, and again long after: it reaches us, a clear was lost.

A single word may be a stray one. Two of its own, five minutes apart, while nobody calls it lost anew, are none, unless
so much is told by chance just now that most devices are heard twice; what is told of the links to it is looked at then
as of any device that speaks (`ending.answers_due`).
"""

from typing import Final

from correlator.alarms import limits
from correlator.events import HOUR_US
from correlator.incidents import dating, lifecycle, unexplained
from correlator.incidents.index import engine_of
from correlator.rows.incidents import AlarmRow
from correlator.state import Draft
from topology.around import LEAVES

SELDOM: Final = 0.05  # a second word in the time in which it counts is chance as seldom as that


def not_yet(_: Draft, __: str) -> None:
    """It has not spoken again in time: its next word is a first one."""


def over(draft: Draft, alarm: str) -> None:
    """Nobody has called it lost anew. `alarm`: that calls it lost; the device itself where nobody does."""
    row = draft.state.alarms.get(alarm)
    if row is None and not _may_be_chance(draft):  # it is the device: what is told of its links is looked at
        for cut_off in dating.cut_off_by(draft, alarm):
            dating.look_later(draft, cut_off)
    incident = draft.state.incidents.get((row and row.incident) or "")
    if row is None or incident is None or incident.status != "open" or incident.home:
        return
    held = engine_of(draft).accounts.held_by(incident.id)
    told = [draft.state.alarms[key] for one in held if alarm in one.alarms for key in sorted(one.alarms)]
    if any(one.last_told_us > draft.now_us - dating.ANSWERS_US for one in told):
        return
    if _may_be_chance(draft):
        return
    for one in told:
        limits.let_go(draft, one, "belied", _why(one))
    dating.look_later(draft, incident)
    lifecycle.heed(draft)


def _may_be_chance(draft: Draft) -> bool:
    """Of what each device tells in an hour nothing explains so much."""
    roles = draft.world.topology.plant.device_role
    devices = len(roles) - sum(map(roles.count, LEAVES))
    most = SELDOM * devices * HOUR_US / (dating.AGAIN_US - dating.APART_US)
    return unexplained.are_told(draft, draft.now_us - HOUR_US, most)


def _why(row: AlarmRow) -> str:
    return (
        f"{row.alarm_type} pada {row.object} dianggap pulih: perangkat itu sendiri sudah terdengar berulang kali / "
        f"{row.alarm_type} on {row.object} presumed over: the device itself has been heard again and again"
    )
