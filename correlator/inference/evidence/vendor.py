"""A source says which of its alarms is the root cause, or which belong together: worth something, and never certain.

It is no word of its own: it counts while the alarms that it is about are told, and only for who explains these. What
each source's claims are worth is policy (`sources`), and bounded (`root_claim_most`, `kin_most`).
"""

from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Evidence, Kind, Meaning, Said
from correlator.inference.likelihood import micro
from topology.graph import Topology

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation

NAME = "vendor"


def meaning(_: Topology, __: dict[AlarmType, int], ___: Said) -> Meaning | None:
    """No alarm tells it by its type; what its source makes of it does."""
    return None


def worth(situation: "Situation", candidate: int, told: list[Evidence]) -> int:
    """In micro-nats: that the candidate is called the root cause, and that what it explains is said to be of one."""
    if candidate not in situation.told.vendor.raised:
        return 0
    mine = set(told)
    return _claimed(situation, candidate, mine) + _kin(situation, told, mine)


def _claimed(situation: "Situation", candidate: int, mine: set[Evidence]) -> int:
    """Of several claims the one that is worth most."""
    claims, by_alarm = situation.told.vendor.claims.get(candidate, {}), situation.told.by_alarm
    return max((claim for alarm, claim in claims.items() if by_alarm.get(alarm) in mine), default=0)


def _kin(situation: "Situation", told: list[Evidence], mine: set[Evidence]) -> int:
    """So much for each that is said to belong with another of these."""
    said, by_alarm, policy = situation.told.vendor.said, situation.told.by_alarm, situation.policy
    each, most = micro(policy.kin_each), micro(policy.kin_most)
    total = 0
    for one in told:
        others = (by_alarm.get(other) for alarm in one.alarms if alarm in said for other in said[alarm][0])
        if any(other is not one and other in mine for other in others):
            total += each
            if total >= most:
                return most
    return total


KIND = Kind(NAME, {"en": "word of a source on the cause", "id": "pernyataan sumber tentang penyebab"}, meaning)
