"""All that is asked of an inventory whose rows could be read (contract, section 1)."""

from topology.loaders.findings import Finding, Place, json_place
from topology.loaders.ids import id_findings
from topology.loaders.ranges import range_findings
from topology.loaders.references import reference_findings
from topology.model import Inventory


def check(inventory: Inventory, unread: frozenset[str] = frozenset(), place: Place = json_place) -> list[Finding]:
    """Every fault of ids, references and ranges.

    Not faults, for real inventories have them: two links on one port, a link between two sites without a route, a
    route with a gap. The compiler warns of those.
    """
    return [*id_findings(inventory, place), *reference_findings(inventory, unread), *range_findings(inventory)]
