"""An inventory that lacks much of what the one in force has is most likely a file that was cut short."""

from collections.abc import Iterator
from contextlib import closing, suppress

from connectors.ports import PortError, Store
from streams.files import BadFiles
from streams.host.worlds import Worlds
from streams.settings import Settings
from topology.graph import Topology

LEAST = 100  # rows: a small network may change from one day to the next
KINDS = ("device", "link", "service")


def refuse_cut_short(settings: Settings, store: Store, worlds: Worlds) -> None:
    """Before it comes into force anywhere. Raises BadFiles, which names what is lacking; then all stays as it was."""
    new = worlds.current().topology
    named: set[str] = set()
    with closing(store), suppress(PortError):  # what cannot be read is said by whoever folds on it
        named = {row.value for one in settings.domains if (row := store.row(one, "texts", "inventory")) is not None}
    for name in sorted(named - {new.hash}):
        if (known := worlds.known(name)) is None:
            continue
        if lacks := list(lacking(known, new, settings.inventory_may_lack)):
            raise BadFiles(
                f"The inventory {settings.inventory} lacks {', '.join(lacks)} of the one in force",
                "Put the whole file there; where it is meant so, start once with inventory_may_lack = 1 "
                "(SIMPUL_INVENTORY_MAY_LACK=1)",
            )


def lacking(known: Topology, new: Topology, may_lack: float) -> Iterator[str]:
    """What there is less of than may be, by id."""
    there = set(new.ids) | set(new.customer_ids)
    before = {kind: [one for number, one in enumerate(known.ids) if known.kind_of(number) == kind] for kind in KINDS}
    before["customer"] = list(known.customer_ids)
    for kind, ids in before.items():
        gone = sum(one not in there for one in ids)
        if gone >= LEAST and gone > may_lack * len(ids):
            yield f"{gone:,} of {len(ids):,} {kind}s"
