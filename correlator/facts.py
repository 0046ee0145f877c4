"""What one room tells the others, as data: alarms and incidents say what happened, whoever it concerns acts on it.

A fact is heard at once, inside the step in which it is told (`Draft.tell`); the kernel says who hears it. So incidents
know neither tickets nor other domains.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from correlator.customers import Customers
from correlator.events import Alarm, AlarmType, Command

if TYPE_CHECKING:
    from correlator.inference.port import Hypothesis
    from correlator.rows.incidents import AlarmRow, IncidentRow, WindowRow
    from correlator.rows.service_desk import ComplaintRow


@dataclass(frozen=True, slots=True)
class Opened:
    """An incident is settled. `down`: customers who are down now, by number, ascending; so in the next two."""

    incident: "IncidentRow"
    down: Customers
    told: frozenset[AlarmType]  # by alarms of these types


@dataclass(frozen=True, slots=True)
class Changed:
    """Root, scope or state of an open incident moved. `ended`: the outage that had some of them down till now."""

    incident: "IncidentRow"
    down: Customers
    ended: "IncidentRow | None" = None


@dataclass(frozen=True, slots=True)
class ThereAgain:
    """Some who had heard of an outage were gone from the inventory when it ended, and are there again."""

    incident: "IncidentRow"


@dataclass(frozen=True, slots=True)
class PartRepaired:
    """An outage goes on, and for some of those whom it took down it is over."""

    incident: "IncidentRow"
    down: Customers


@dataclass(frozen=True, slots=True)
class Reopened:
    """It was resolved, and is back within the window."""

    incident: "IncidentRow"
    down: Customers


@dataclass(frozen=True, slots=True)
class Resolved:
    """`presumed`: what still stands of it counts as cleared by the repair (contract, "restored")."""

    incident: "IncidentRow"
    presumed: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """No return within the window."""

    incident: "IncidentRow"


@dataclass(frozen=True, slots=True)
class Merged:
    """One incident became part of another."""

    survivor: "IncidentRow"
    gone: "IncidentRow"


@dataclass(frozen=True, slots=True)
class ComplaintLinked:
    """`by`: the command of a person who said so; None: the machine found it."""

    complaint: "ComplaintRow"
    incident: "IncidentRow"
    by: Command | None = None


@dataclass(frozen=True, slots=True)
class ComplaintUnlinked:
    complaint: "ComplaintRow"
    incident: "IncidentRow"
    by: Command | None = None


@dataclass(frozen=True, slots=True)
class ComplaintOver:
    """Who complained says that it works."""

    complaint: str


@dataclass(frozen=True, slots=True)
class ComplaintStands:
    """Who complained says that it does not work, now."""

    complaint: str


@dataclass(frozen=True, slots=True)
class ComplaintElsewhere:
    """It belongs to an outage on which the domain `to` decides."""

    complaint: "ComplaintRow"
    to: str


@dataclass(frozen=True, slots=True)
class Commanded:
    """A person's command on an incident was carried out; `was` and `now` are for the trail."""

    incident: "IncidentRow"
    command: Command
    was: Any = None
    now: Any = None


@dataclass(frozen=True, slots=True)
class VerdictChanged:
    """An incident has another status, or another root."""

    incident: "IncidentRow"


@dataclass(frozen=True, slots=True)
class RootElsewhere:
    """A suspected incident, of whose root another domain decides. `age_us`: since that root was named."""

    incident: "IncidentRow"
    hypothesis: "Hypothesis"
    age_us: int


@dataclass(frozen=True, slots=True)
class AlarmTold:
    """A source said something new of an alarm that is known."""

    row: "AlarmRow"
    event: Alarm


@dataclass(frozen=True, slots=True)
class AlarmShelved:
    row: "AlarmRow"


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Nothing has explained these for as long as the policy waits. `single`: those of them that get a ticket each."""

    alarms: "tuple[AlarmRow, ...]"
    single: "tuple[AlarmRow, ...]"


@dataclass(frozen=True, slots=True)
class UnexplainedOver:
    """One of them that has a ticket ended; or a settled incident explains it now."""

    row: "AlarmRow"
    incident: "IncidentRow | None"


@dataclass(frozen=True, slots=True)
class WorkChanged:
    """Planned work began, changed or ended."""


@dataclass(frozen=True, slots=True)
class CalledUnderWork:
    """Planned work takes the service down that they say is out; told again where the work is to last longer, or less.

    `services`: those that are meant, where the customer has others besides and names none.
    """

    complaint: "ComplaintRow"
    work: "WindowRow"
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallsWorkOver:
    """Planned work accounts for these complaints no more. With each, since when it works as is told; 0: nobody says."""

    calls: "tuple[tuple[ComplaintRow, int], ...]"


@dataclass(frozen=True, slots=True)
class SightChanged:
    """A source lost sight of objects, or sees them again."""


Fact = (
    Opened
    | Changed
    | ThereAgain
    | PartRepaired
    | Reopened
    | Resolved
    | Closed
    | Merged
    | ComplaintLinked
    | ComplaintUnlinked
    | ComplaintElsewhere
    | ComplaintOver
    | ComplaintStands
    | Commanded
    | VerdictChanged
    | RootElsewhere
    | AlarmTold
    | AlarmShelved
    | Unexplained
    | UnexplainedOver
    | WorkChanged
    | CalledUnderWork
    | CallsWorkOver
    | SightChanged
)
