"""Which incidents and complaints are in which state, found without a look at every row: a cache over them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from correlator.inference.port import Engine, Standing
from correlator.related import Failed, Related
from correlator.rows.incidents import LIVE, IncidentRow, WindowRow
from correlator.rows.told_well import ToldWell
from topology.down import Down
from topology.memo import Kept

if TYPE_CHECKING:
    import numpy as np

    from correlator.state import Draft

REMEMBERED = 500  # joint failures whose services are remembered


@dataclass(slots=True)
class IncidentIndex:
    """Dicts without values are ordered sets."""

    engine: Engine
    related: Related
    told_well: ToldWell
    suspected: dict[str, None] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)  # root -> suspected incident
    live: dict[str, None] = field(default_factory=dict)  # open or clearing
    resolved: dict[str, None] = field(default_factory=dict)  # within the window for a return
    ended: dict[str, None] = field(default_factory=dict)  # resolved or closed, so lately that people still call of it
    waiting: dict[str, None] = field(default_factory=dict)  # complaints about the network that no incident explains
    waiting_of: dict[int, dict[str, None]] = field(default_factory=dict)  # the same by customer
    looks: dict[str, None] = field(default_factory=dict)  # suspected, to think over though nothing changed for them
    work: list[tuple[WindowRow, Down]] = field(default_factory=list)  # planned work in force, and what it takes down
    under_work: dict[str, None] = field(default_factory=dict)  # complaints for which planned work accounts
    awaited: dict[str, dict[str, None]] = field(default_factory=dict)  # event id that a source names -> its alarms
    said_again: dict[str, None] = field(default_factory=dict)  # alarms that may have begun anew (`begun_anew`)
    named: dict[str, str] | None = None  # event id -> alarm that it began; None: no source has named one yet
    solved: int = 0  # the step whose rows the last search has seen
    joint_down: "Kept[tuple[Failed, ...], np.ndarray]" = field(default_factory=lambda: Kept(REMEMBERED))
    joint_risk: "Kept[tuple[tuple[Failed, ...], ...], np.ndarray]" = field(default_factory=lambda: Kept(REMEMBERED))

    def no_longer_suspected(self, incident: str) -> None:
        """It opened, or was given up."""
        self.suspected.pop(incident, None)
        self.looks.pop(incident, None)


def index_of(draft: "Draft") -> IncidentIndex:
    index = draft.state.index
    assert index is not None, "the kernel builds the index before the first step"
    return index


def engine_of(draft: "Draft") -> Engine:
    return index_of(draft).engine


def standing(incident: IncidentRow) -> Standing:
    """As the engine has to know it."""
    return Standing(
        incident=incident.id,
        root=incident.root,
        roots=incident.roots,
        live=incident.status in LIVE,
        clearing=incident.status == "clearing",
        released=incident.released,
        movable=incident.pinned_by is None and not incident.home and not incident.street,
        claimed=incident.claimed,
        opened_us=incident.opened_us,
        cards=incident.cards,
        peak=incident.peak,
        ended_us=incident.ended_us,
        street=incident.street,
    )


def standings(draft: "Draft") -> list[Standing]:
    """Those that live."""
    return [standing(draft.state.incidents[name]) for name in index_of(draft).live]


def out_under_work(draft: "Draft") -> list[IncidentRow]:
    """What is told to be out, and opens nothing, since planned work accounts for it."""
    suspected = (draft.state.incidents[name] for name in index_of(draft).suspected)
    return [row for row in suspected if row.planned_until_us]


def out_of_service(draft: "Draft") -> list[Standing]:
    """What has failed, or is out under planned work: besides it others may cut off more than they do alone."""
    return [*standings(draft), *(standing(row) for row in out_under_work(draft))]
