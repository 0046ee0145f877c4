"""How many alarms there are, and which say that something is down, known without a look at each: a cache over their
rows."""

from collections.abc import Mapping
from functools import lru_cache
from sys import intern

from correlator.rows.incidents import AlarmRow

LINK_DARK = ("loss_of_signal", "link_down")
SAY_DOWN = frozenset({*LINK_DARK, "service_down", "device_unreachable"})
NO_MAINS = ("power_failure", "on_battery")  # batteries may carry on
OF_MAINS = frozenset({*NO_MAINS, "dying_gasp"})  # these say that power is lost

same_text, same_time = lru_cache(4096)(str), lru_cache(256)(int)  # of what is equal the object that we have already


def share(key: str, row: AlarmRow) -> None:
    """A row that was decoded has each of its values anew, whatever else is the same: half of its memory."""
    row.key = key
    row.source, row.text = intern(row.source), row.text and same_text(row.text)
    if row.last_id == row.first_id:
        row.last_id = row.first_id
    if row.changed_us == row.first_us:
        row.changed_us = row.first_us
    if row.loose_us == row.heard_us:
        row.loose_us = row.heard_us
    if row.told is not None:
        row.told = {intern(source): at_us for source, at_us in row.told.items()}


class AlarmCounts:
    """`standing`: of all sources; `of`: of the source that told of the period first; `ended`: known, and over;
    `down`: those that stand and say that a link, device or service is down, by key; and those of them that a person
    ended who closed their incident, as long as nobody says that it is well."""

    __slots__ = ("down", "ended", "of", "standing")

    def __init__(self, rows: Mapping[str, AlarmRow] | None = None) -> None:
        self.standing = self.ended = 0
        self.of: dict[str, int] = {}
        self.down: dict[str, AlarmRow] = {}
        for key, row in (rows or {}).items():
            share(key, row)
            self.known()
            if row.active:
                self.stands(row)
            elif row.let_go == "by_hand" and row.alarm_type in SAY_DOWN:
                self.down[row.key] = row

    def known(self) -> None:
        """One more that does not stand (yet)."""
        self.ended += 1

    def forgotten(self, row: AlarmRow) -> None:
        """One less of those."""
        self.ended -= 1
        self.down.pop(row.key, None)

    def told_well(self, row: AlarmRow) -> None:
        """It had ended before, by a person's word alone."""
        self.down.pop(row.key, None)

    def stands(self, row: AlarmRow) -> None:
        self.ended -= 1
        self.standing += 1
        self.of[row.source] = self.of.get(row.source, 0) + 1
        if row.alarm_type in SAY_DOWN:
            self.down[row.key] = row

    def ends(self, row: AlarmRow) -> None:
        self.ended += 1
        self.standing -= 1
        if row.let_go != "by_hand":
            self.down.pop(row.key, None)
        left = self.of.get(row.source, 0) - 1
        if left > 0:
            self.of[row.source] = left
        else:
            self.of.pop(row.source, None)
