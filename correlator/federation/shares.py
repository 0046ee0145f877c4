"""Which domain decides on what, where several share the network."""

from dataclasses import replace

from correlator.inference.evidence import Evidence
from correlator.inference.observations import Plan
from correlator.rows.incidents import AlarmRow
from correlator.world import Share


def share_of(evidence: Evidence) -> Share:
    assert evidence.share is not None, "who decides alone shares with nobody"
    return evidence.share


def decider(evidence: Evidence, candidate: int) -> int:
    """The number of the domain that decides on it; of a port that no row names, its device's."""
    if candidate >= len(evidence.topology.ids):
        candidate = evidence.topology.find_port(evidence.planner.name_of(candidate)) or candidate
    return share_of(evidence).domains.number(candidate)


def is_anothers(evidence: Evidence, candidate: int) -> bool:
    """Another domain decides on it."""
    return evidence.share is not None and decider(evidence, candidate) != evidence.share.number


def ours(evidence: Evidence, plan: Plan) -> Plan:
    """The same, of whom our domain decides on alone."""
    credit, explain = (tuple(c for c in part if not is_anothers(evidence, c)) for part in (plan.credit, plan.explain))
    return replace(plan, credit=credit, explain=explain)


def home_of(evidence: Evidence, row: AlarmRow) -> str:
    """The domain where this alarm comes in."""
    return share_of(evidence).domains.of_object(evidence.topology, row.object)
