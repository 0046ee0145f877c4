"""Which domain decides on what, where several share the network."""

from correlator.rows.incidents import AlarmRow
from correlator.state import Draft
from correlator.world import Share
from topology.domains import element_of


def share_of(draft: Draft) -> Share:
    share = draft.state.share
    assert share is not None, "who decides alone shares with nobody"
    return share


def decider(draft: Draft, root: str) -> int:
    """The number of the domain that decides on this element; on a port that no row names, its device's."""
    return share_of(draft).domains.number(element_of(draft.world.topology, root))


def home_of(draft: Draft, row: AlarmRow) -> str:
    """The domain where this alarm comes in."""
    return share_of(draft).domains.of_object(draft.world.topology, row.object)
