"""What a person closed whose alarms stood: it ended by their word, and customers hear so when that is told."""

from correlator.alarms import states
from correlator.incidents import claims
from correlator.state import Draft


def borne_out(draft: Draft, name: str) -> None:
    """The crew says that this element is repaired."""
    for incident in draft.state.incidents.values():
        if name == incident.root or name in incident.equivalent:
            for row in claims.alarms_of(draft.state, incident.id):
                if row.let_go == "by_hand":
                    states.borne_out(draft, row)
                    draft.put("alarms", row.key, row)
