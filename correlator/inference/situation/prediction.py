"""What a candidate's failure would make others say, in the network as it stands."""

from collections.abc import Collection

from correlator.inference.situation.failed_context import FailedContext
from correlator.inference.situation.situation import Situation
from topology.down import Down
from topology.impact import Prediction, prediction


def cut_off_beside(situation: Situation, candidate: int) -> Down | None:
    """What it takes down beside what has failed; None where that is no more, or too many call to look at each."""
    if candidate not in situation.standing.exposing or not situation.told.callers.are_few():
        return None
    return situation.standing.joint(candidate).down


def predicted_by(
    situation: Situation, candidate: int, context: FailedContext | None = None, whole: Collection[int] = ()
) -> Prediction | None:
    """None for what lies beyond the rows: the outside, a port that no row names. `context`: of those that stand.

    `whole`: of those, roots that count as well.
    """
    if not situation.candidates.is_row(candidate):
        return None
    context = context or situation.standing
    if whole:
        return context.joint_without(candidate, whole) or prediction(situation.topology, candidate)
    if candidate in context.exposing:
        return context.joint(candidate)
    return prediction(situation.topology, candidate)
