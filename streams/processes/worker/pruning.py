"""What the policy of retention lets go of a domain, forgotten by its owner."""

import structlog

from connectors.ports import Journal, Store
from correlator.events import DAY_US
from streams.settings import Keep

log = structlog.get_logger("pruning")


def prune(domain: str, journal: Journal, store: Store, keep: Keep, now_us: int) -> None:
    """What waits to be folded or sent stays. Raises PortError."""
    frames = journal.prune(domain, now_us - keep.journal_days * DAY_US, store.applied(domain))
    effects = store.prune(domain, now_us - keep.effects_days * DAY_US)
    archived = store.forget_cases(domain, now_us - keep.archive_days * DAY_US)
    log.info("pruned", domain=domain, frames=frames, effects=effects, archived=archived)
