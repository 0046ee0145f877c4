"""Of whom our domain decides, where several share the network."""

from dataclasses import replace

from correlator.inference.evidence.kind import Meaning
from correlator.inference.situation.situation import Situation


def is_anothers(situation: Situation, candidate: int) -> bool:
    """Another domain decides on it; on a port that no row names, its device's."""
    if situation.share is None:
        return False
    if candidate >= len(situation.topology.ids):
        candidate = situation.topology.find_port(situation.names.name_of(candidate)) or candidate
    return situation.share.domains.number(candidate) != situation.share.number


def ours(situation: Situation, meaning: Meaning) -> Meaning:
    """The same, of whom our domain decides on alone."""
    parts = (meaning.credit, meaning.explain)
    credit, explain = (tuple(c for c in part if not is_anothers(situation, c)) for part in parts)
    return replace(meaning, credit=credit, explain=explain)
