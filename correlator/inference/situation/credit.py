"""For whom an observation speaks beyond what it does in a sound network, and when that changes."""

from typing import TYPE_CHECKING

from correlator.inference.evidence import KIND, direct
from correlator.inference.evidence.kind import Evidence, Meaning
from correlator.inference.evidence.link import AT_LINKS

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation


def adds(situation: "Situation", what: Meaning | Evidence) -> tuple[int, ...]:
    """Live incidents have failed, or a card is dead."""
    return situation.failed.adds(what) + KIND[what.kind].hurt(situation, what)


def turned(situation: "Situation", told: Evidence) -> None:
    """A card is dead, or well, or all of its device is lost: for whom the device's word of its own links speaks now.

    Or of a service with several ways one more is dark, or fewer.
    """
    if told.kind == direct.NAME and direct.device_of(situation, told) >= 0:
        others = [(direct.NAME, port, 0) for port in direct.other_ways(situation.topology, told.key[1])]
        for key in (key for key in others if key in situation.told.observations):
            speaks_anew(situation, situation.told.observations[key])
    device = told.device if told.kind == "device" else told.key[1]
    if told.kind != "card" and not (told.kind == "device" and device in situation.told.partial):
        return
    if situation.candidates.is_row(device):  # a port that no row names has no links
        for link in situation.topology.links_of(device):
            for key in ((kind, link, end) for kind in AT_LINKS for end in (0, 1)):
                if key in situation.told.observations:
                    speaks_anew(situation, situation.told.observations[key])
        for port in sorted(situation.told.dark_ports.get(device, ())):
            speaks_anew(situation, situation.told.observations[direct.NAME, port, 0])


def speaks_anew(situation: "Situation", one: Evidence) -> bool:
    """Whom it speaks for now; True where that changed."""
    credit = one.plain + adds(situation, one)
    if credit == one.credit:
        return False
    support = situation.support
    free = one.owner is None
    out, back = (support.take_free, support.set_free) if free else (support.take_owned, support.set_owned)
    out(one)
    one.credit = credit
    back(one)
    return True
