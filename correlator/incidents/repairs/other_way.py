"""A device is reached again by its other way, and the way that was cut last is dark all the same."""

from correlator.incidents.index import engine_of
from correlator.inference.port import Held, Hypothesis, Observation
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft

MAY_BE_PPM = 10_000  # a rival of a hundredth


def still_dark(draft: Draft, incident: IncidentRow, standing: list[Observation]) -> Hypothesis | None:
    """The link that both of its ends tell to be dark, and that might have been all of it (its other way was cut)."""
    topology, engine = draft.world.topology, engine_of(draft)
    ends = {one.key[1:] for one in standing if one.kind == "link_end"}
    known = {*engine.roots.alike(incident.root), *(name for name, ppm in incident.alternatives if ppm >= MAY_BE_PPM)}
    for link in sorted(link for link, end in ends if end == 0 and (link, 1) in ends):
        found = engine.weigh(topology.ids[link], standing, draft.now_us, Held([incident.id]))
        if found is not None and not known.isdisjoint((found.root, *found.members)):
            found.confidence_ppm = max(found.confidence_ppm, incident.confidence_ppm)  # it was one of these, not that
            found.alternatives = tuple(each for each in incident.alternatives if each[0] not in found.members)
            return found
    return None
