"""What is said for a verdict, as data: rows keep it, `wording` has the words in both languages."""

from typing import Literal

import msgspec

NAMED = 3  # names that stand for what was told
PROBES = "probe"  # in place of a region whose poller has lost its way: the probes of services have
LineCode = Literal[
    "root",
    "prior",
    "standby",
    "raised_prior",
    "ports_together",
    "silent_card",
    "silent_pons",
    "equivalent",
    "street",
    "part",
    "places",
    "explains",
    "of_work",
    "again",
    "by_place",
    "left",
    "at_once",
    "on_battery",
    "chance",
    "steady",
    "vendor",
    "all_told",
    "silent",
    "silent_links",
    "complaints",
    "besides",
    "alone",
    "instead",
    "only_unreached",
    "tell_apart",
    # of an alarm: why no incident explains it
    "explained",
    "suspected",
    "ended",
    "crowded",
    "aged",
    "belied",
    "stale",
    "by_hand",
    "unknown_object",
    "precursor",
    "no_state",
    "shelved",
    "planned",
    "out_of_sight",
    "not_serious",
    "never_told",
    "not_yet",
    "told",
    "light_ticket",
    "no_light_ticket",
    "best",
    "no_best",
]
Argument = int | str | tuple[str | tuple[str, int], ...]


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One thing said for a verdict: which (a code of `wording.TEMPLATES`), and of what."""

    code: LineCode
    arguments: tuple[Argument, ...] = ()
