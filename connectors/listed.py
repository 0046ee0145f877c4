"""Which rows are read as lists, and where each stands there: what doors page through, without a look at the rest."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from correlator.incidents.unexplained import SERIOUS
from correlator.rows.incidents import AlarmRow
from correlator.rows.service_desk import RcaRow, RcaState

# loose: major or critical, and no incident explains it; doubtful: the same, but shelved, or another domain has it too
AlarmList = Literal["loose", "doubtful", "standing", "ended"]
RecordKind = Literal["outage", "complaint"]  # of an outage with all its complaints, or of a lone complaint
DUE = "due"
STANDING: tuple[AlarmList, ...] = ("loose", "doubtful", "standing")


class Listed(NamedTuple):
    """The list that a row is in, what it is about (there is a list of each such name too), and its time there."""

    name: str
    about: str | None
    at_us: int


def _alarm(row: AlarmRow) -> Listed:
    name: AlarmList = "standing" if row.stands else "ended"
    if row.stands and row.incident is None and row.severity in SERIOUS:
        name = "doubtful" if row.handed or row.shelved_until_us else "loose"
    return Listed(name, row.incident, row.first_us)


def _record(row: RcaRow) -> Listed:
    """By what it is of and how far it is; about `DUE` where an action that is planned is not done, or somebody heard
    that it is late."""
    due = any(step.due_us is not None and step.done_us is None for step in (*row.corrective, *row.preventive))
    due = due or any(one.heard for one in row.owed)
    return Listed(
        record_list("complaint" if row.incident is None else "outage", row.state), DUE if due else None, row.opened_us
    )


def record_list(kind: RecordKind, state: RcaState) -> str:
    """What the list of such RCA/CAPA records is called."""
    return f"{kind} {state}"


LISTS: dict[str, Callable[[Any], Listed]] = {"alarms": _alarm, "rcas": _record}
