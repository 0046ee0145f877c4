"""After a back-up was put back: numbers and ids leap over what may have been drawn since it was taken.

What is drawn twice is taken for one thing: by a customer who has a ticket number, by a mail server that has a
message's id, by other systems that drop an effect whose id they know.
"""

from collections.abc import Iterable

from correlator.effects import Reason
from correlator.events import DAY_US, BackupRestored, StaffRole, microseconds
from correlator.service_desk.tickets import OUTAGE_COUNTER, outage_counter
from correlator.state import FIRST_ID, CounterRow, Draft
from correlator.times import rfc3339

KIND = "backup_restored"
IDS = "id."
LEAPING = (IDS, OUTAGE_COUNTER)
IDS_GAP = 100_000  # ids of each kind, for each day begun since the back-up
OUTAGES_GAP = 1_000  # outage tickets, of each day from the back-up's to this one
HEARING: tuple[StaffRole, ...] = ("administrator", "noc_operator")
PUT_BACK = Reason("backup_restored", "what came in after the back-up is lost; numbers and ids leap over it")


def leaps(name: str) -> bool:
    """Whether what this counter counts is known outside."""
    return name.startswith(LEAPING)


def leap(draft: Draft, event: BackupRestored) -> None:
    """Each counter goes on after what was drawn. It stands where the back-up ends, before any deadline since then."""
    taken_us, until_us = microseconds(event.taken), microseconds(event.time)
    counters = draft.state.counters
    ends = {name: row.value for name, row in counters.items() if leaps(name)}
    for name in filter(leaps, event.counters):
        ends[name] = max(ends.get(name, 0), event.counters[name])
    for name, more in () if event.exact else gaps(ends, taken_us, until_us):
        ends[name] = ends.get(name, 0) + more
    for name in sorted(ends):
        if ends[name] != (counters[name].value if name in counters else 0):
            draft.put("counters", name, CounterRow(ends[name]))
    draft.arm(KIND, rfc3339(taken_us), max(until_us, draft.now_us))


def gaps(known: Iterable[str], taken_us: int, until_us: int) -> list[tuple[str, int]]:
    """By how much each counter leaps when nobody knows how far it was drawn."""
    gap = IDS_GAP * (max(0, until_us - taken_us) // DAY_US + 1)
    ids = dict.fromkeys((FIRST_ID, *(name for name in known if name.startswith(IDS))), gap)
    moments = (*range(taken_us, until_us, DAY_US), until_us)
    return [*ids.items(), *dict.fromkeys(map(outage_counter, moments), OUTAGES_GAP).items()]


def due(draft: Draft, taken: str) -> None:
    """It is now: the staff learn what is missing. `taken`: when the back-up was."""
    shown = f"{taken[:10]} {taken[11:16]} WIB"
    text = (
        f"Cadangan dari {shown} dipulihkan: yang masuk sesudahnya hilang; minta sumber mengirim ulang alarmnya, "
        f"dan periksa pesan yang belum pasti / The back-up of {shown} was put back: what came in since is lost; "
        "have sources send their alarms again, and look at the messages that are uncertain"
    )
    for role in HEARING:
        draft.alert(role, "backup_restored", None, text, PUT_BACK)
