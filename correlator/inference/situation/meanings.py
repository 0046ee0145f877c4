"""What an alarm of an object and type tells, by the kinds of evidence; each answer is worked out once."""

from correlator.events import EVENTS, PRECURSORS, AlarmType
from correlator.inference.evidence import KINDS
from correlator.inference.evidence.kind import Meaning, Said
from correlator.inference.likelihood import Scores
from correlator.inference.situation.names import Names
from topology.around import card_named
from topology.graph import Topology


class Meanings:
    def __init__(self, topology: Topology, scores: Scores, names: Names) -> None:
        self._topology = topology
        self._worth = scores.active
        self._names = names
        self._known: dict[tuple[str, AlarmType], Meaning | None] = {}

    def of(self, name: str, alarm_type: AlarmType) -> Meaning | None:
        """None where the alarm is no evidence: a precursor, an event, an object that the inventory lacks."""
        try:
            return self._known[name, alarm_type]
        except KeyError:
            found = self._work_out(name, alarm_type)
            if found is not None or self._topology.find(name) is not None:  # of names that nobody knows there is no end
                self._known[name, alarm_type] = found
            return found

    def _work_out(self, name: str, alarm_type: AlarmType) -> Meaning | None:
        if alarm_type in PRECURSORS or alarm_type in EVENTS:
            return None
        element, object_kind = self._topology.find(name), "loose_port"
        card = card_named(self._topology, name) if element is None and alarm_type == "card_failure" else None
        if card is not None:
            element, object_kind = card, "device"
        elif element is None:
            element = self._names.loose(name)
        else:
            object_kind = self._topology.kind_of(element)
        if element is None:
            return None
        said = Said(element, object_kind, alarm_type)
        told = (kind.meaning(self._topology, self._worth, said) for kind in KINDS)
        return next((meaning for meaning in told if meaning is not None), None)
