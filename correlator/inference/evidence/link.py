"""The end of a link is dark: told by the device at that end, or by a manager in place of both.

Two alarm types tell it (loss_of_signal, link_down, by vendor): one observation, worth more where both do, for chance
seldom says both. The two ends are two observations.
Silence counts link by link: neither end has told it, and each that could have says as much; or one has, and the device
at the other lives and says nothing.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.evidence.device import loss_of
from correlator.inference.evidence.kind import Candidates, Case, Evidence, Kind, Meaning, Said, Silence, kept
from topology import cover
from topology.around import LEAVES
from topology.down import Down
from topology.graph import Topology

if TYPE_CHECKING:
    from correlator.inference.situation.failed_context import FailedContext
    from correlator.inference.situation.situation import Situation

BY_MANAGER = 2  # in place of the ends 0 and 1
ENDS = (0, 1, BY_MANAGER)
DARK = ("loss_of_signal", "link_down")
OTHERS = ("fiber_break", "protection_switch", "neighbor_down")


def link_end(topology: Topology, said: Said) -> tuple[int, int] | None:
    """The link and the end that is spoken of; None where it is about no link."""
    if said.object_kind == "link":
        return said.element, BY_MANAGER
    link = topology.link_of(said.element) if said.object_kind == "port" else -1
    if link < 0 or said.alarm_type == "card_failure":
        return None
    return link, 0 if topology.ports_of(link)[0] == said.element else 1


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    if said.alarm_type in OTHERS:
        return None
    found = told_at(topology, worth, said, NAME)
    if found is None or found.key[2] == BY_MANAGER or is_a_customers(topology, found.link):
        return found
    return replace(found, word=said.alarm_type)


def is_a_customers(topology: Topology, link: int) -> bool:
    """Whoever switches the device at its end off makes all of it told."""
    return any(topology.role_of(end) in LEAVES for end in topology.ends(link))


def told_at(topology: Topology, worth: dict[AlarmType, int], said: Said, kind: str) -> Meaning | None:
    """What speaks for all that stops the link. A manager's word is one, not both ends'."""
    found = link_end(topology, said)
    if found is None:
        return None
    link, end = found
    stops, value = cover.stops(topology, link), worth[said.alarm_type]
    if end == BY_MANAGER:
        return Meaning((kind, link, end), kind, value, stops, link=link)
    mute = cover.holders(topology, topology.ends(link)[end])  # who is dead cannot have told it
    credit, explain = (tuple(c for c in stops if (c in mute) == silent) for silent in (False, True))
    return Meaning((kind, link, end), kind, value, credit, explain, link=link)


def turned(situation: "Situation", told: Evidence, by: int) -> None:
    dark = situation.told.dark_links
    dark.turn(told.link, told.key[2], by, unlit=told.kind == NAME)
    for candidate in told.explain:
        kept(dark.own_words.setdefault(candidate, {}), told, by)


def owner(situation: "Situation", told: Meaning | Evidence) -> str | None:
    return situation.claims.link_owner.get(told.link) or _card_at(situation, told.link)


def _card_at(situation: "Situation", link: int) -> str | None:
    """A dead card explains the dark links of its device; one that nobody names those of which it holds a word."""
    owners = situation.claims.card_owner
    if not owners:
        return None
    for end in situation.topology.ends(link):
        incident = owners.get(end)
        named = incident is not None and situation.told.only_a_card_is_dead(end)
        if named or (incident is not None and any(one.owner == incident for one in told_of(situation, link))):
            return incident
    return None


def adds(failed: "FailedContext", told: Meaning | Evidence) -> Candidates:
    return failed.stopping(told.link)


def hurt(situation: "Situation", told: Meaning | Evidence) -> Candidates:
    """A device with a dead card still speaks: it tells itself which of its links are dark by that."""
    end = told.key[2]
    if end == BY_MANAGER or not situation.told.partial:
        return ()
    device = situation.topology.ends(told.link)[end]
    return (device,) if situation.told.only_a_card_is_dead(device) and device not in told.plain else ()


def alone(situation: "Situation", told: Evidence) -> Candidates:
    """The port that tells of it: of all that stops the link, the other end would have told as well.

    Not so a splitter at the other end, which tells of nothing; nor a device with several links that are all dark.
    """
    topology, end = situation.topology, told.key[2]
    if end == BY_MANAGER:
        return told.credit
    other, port = topology.ends(told.link)[1 - end], topology.ports_of(told.link)[end]
    if topology.role_of(other) == "splitter":
        return told.credit
    links, half = topology.links_of(other), situation.told.dark_links.half
    is_silent = len(links) > 1 and all(half.get(link) == other for link in links)
    return (port, other) if is_silent else (port,)


def count(situation: "Situation", case: Case, _: int) -> int:
    """Ends of links of which neither end is told dark, and would be; one a link where only one end could tell.

    Not where a settled incident explains them.
    """
    silence, down = situation.silence, case.predicted.down
    quiet = [one for one in not_told_dark(situation, case.predicted.links) if not silence.link_is_mute(one, down)]
    found = unexplained(situation, case, quiet)
    ends = situation.topology.ends
    return len(found) + sum([all(can_tell(situation, end, down) for end in ends(link)) for link in found])


def not_told_dark(situation: "Situation", links: Iterable[int]) -> list[int]:
    """Those of which nobody tells that the light is gone; nor, who never tells of light, that a neighbour is."""
    dark, of_light = situation.told.dark_links, situation.told.life.of_light
    unlit, parted = dark.unlit, dark.parted
    return [
        link
        for link in links
        if link not in unlit and (link not in parted or not of_light.isdisjoint(dark.tellers_of(link)))
    ]


def count_far(situation: "Situation", case: Case, _: int) -> int:
    """Devices at the other end of links that are told dark at one end, that live and say nothing of it."""
    half = situation.told.dark_links.half
    if not half:
        return 0
    if len(half) > len(case.predicted.links):
        links = [link for link in case.predicted.links if link in half]
    else:
        stopped = set(case.predicted.links)
        links = [link for link in half if link in stopped]
    down = case.predicted.down
    return sum([can_tell(situation, half[link], down) for link in unexplained(situation, case, links)])


def unexplained(situation: "Situation", case: Case, links: list[int]) -> list[int]:
    """Those that neither others of this search nor settled incidents account for."""
    if links and case.links_taken:
        links = [link for link in links if link not in case.links_taken]
    owners, disregarded = situation.claims.link_owner, situation.claims.disregarded
    return [link for link in links if link not in owners or owners[link] in disregarded]


def can_tell(situation: "Situation", device: int, down: Down) -> bool:
    """It would say that a link of it is dark, while this is down."""
    position = situation.topology.position.item(device)
    if position < 0 or situation.silence.unknown[position] or down.holds(position):
        return False
    if device in situation.told.lost_devices:
        lost = loss_of(situation, device)
        if lost not in situation.told.life.refuted:
            return False
    return situation.topology.role_of(device) not in LEAVES


def teller(topology: Topology, told: Evidence | Meaning) -> int:
    """The device that tells of a link at its own port, not a manager in place of both."""
    return topology.ends(told.link)[told.key[2]]


def told_of(situation: "Situation", link: int) -> list[Evidence]:
    """What is told of it, at its ends or in place of both."""
    told = situation.told.observations
    return [one for kind in AT_LINKS for end in ENDS if (one := told.get((kind, link, end))) is not None]


def told_before(situation: "Situation", root: int, down: Down, fell_us: int, told: Evidence) -> bool:
    """Told before the root fell, by one whom it takes down, of a neighbour of whom another had told as well by then.

    The neighbour failed first: what is told here is no consequence of the root. `down`: by that root.
    """
    end = told.key[2]
    if told.kind not in AT_LINKS or end == BY_MANAGER or told.onset_us >= fell_us:
        return False
    ends, position = situation.topology.ends(told.link), situation.topology.position.item
    by, neighbour = ends[end], ends[1 - end]
    if not down.holds(position(by)) or down.holds(position(neighbour)):
        return False
    support = situation.support
    return any(
        one.kind in AT_LINKS and one.onset_us < fell_us and root not in one.plain and root not in one.explain
        for held in (support.free, support.owned)
        for one in held.get(neighbour, ())
    )


NAME = "link_end"
AT_LINKS = (NAME, "neighbour")  # kinds of what is told at the end of a link
SILENT = Silence(
    "link",
    {"en": "end of a silent link", "id": "ujung link yang diam"},
    lambda policy: policy.types["loss_of_signal"],
    count,
    rough=True,
)
FAR = Silence(
    "far_end",
    {"en": "other end of a dark link without a word", "id": "ujung lain link down tidak melapor"},
    lambda policy: policy.types["loss_of_signal"],
    count_far,
    rough=True,
)
KIND = Kind(
    NAME,
    {"en": "link end dark", "id": "ujung link down"},
    meaning,
    turned,
    owner,
    adds,
    hurt,
    (SILENT, FAR),
    alone=alone,
    down=True,
)
