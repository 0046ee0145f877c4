"""What the root of a settled incident explains beside the others that have failed, when it is weighed again."""

from correlator.inference.evidence import BESIDE, direct
from correlator.inference.evidence.kind import Evidence
from correlator.inference.situation.failed_context import FailedContext
from correlator.inference.situation.situation import Situation
from topology.down import contains, without
from topology.impact import prediction


def speaking(situation: Situation, candidate: int, told: list[Evidence], swallowed: list[str]) -> list[Evidence]:
    """Those that speak for it, as if the swallowed incidents explained nothing.

    What a root cuts off together with others it cuts off no more once it counts as failed itself.
    """
    context, row = situation.failed, situation.candidates.is_row(candidate)
    whole = roots_of(context, situation, swallowed)
    both = context.joint_without(candidate, whole) if whole and row else None
    mine = situation.support.speaking(candidate, told)
    if candidate in situation.claims.card_owner:
        known = set(mine)
        mine = [one for one in told if one in known or direct.of_card(situation, candidate, one)]
    if any(root != candidate for root in whole):  # what it cuts off only since these have failed
        mine = [one for one in mine if candidate not in context.adds(one)]
    if both is None or len(mine) == len(told):
        return mine
    alone = prediction(situation.topology, candidate).down
    intervals, links = without(both.down.intervals, alone.intervals), {*both.down.links}.difference(alone.links)
    if not intervals and not links:
        return mine
    position, known = situation.topology.position.item, set(mine)
    return [
        one
        for one in told
        if one in known
        or (
            one.kind in BESIDE
            and (one.link in links or (one.device >= 0 and contains(intervals, position(one.device))))
        )
    ]


def others_beside(situation: Situation, root: int, told: list[Evidence], swallowed: list[str]) -> set[int]:
    """Who would cut these off in the root's place, beside what else has failed."""
    context = situation.failed
    whole = roots_of(context, situation, swallowed)
    if not whole or context.joint_without(root, whole) is None:
        return set()
    other = context.as_if_well(whole)
    return {candidate for one in told for candidate in other.adds(one)}


def roots_of(context: FailedContext, situation: Situation, incidents: list[str]) -> list[int]:
    """Of those that have failed, the roots of these incidents."""
    if not incidents or not context.roots:
        return []
    owner, ending = situation.claims.root_owner, situation.claims.ending
    return [root for root in context.roots if owner.get(root, ending.get(root)) in incidents]
