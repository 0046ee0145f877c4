"""A source says late what another one said, and ended, before: a manager above others, that lags behind them."""

from collections.abc import Collection

from correlator.events import SECOND_US
from correlator.rows.incidents import AlarmRow
from correlator.state import Draft


def copies_until_us(draft: Draft, rows: Collection[AlarmRow]) -> int:
    """How long it is waited for that this source ends it as well; 0: some of it nobody had ended since it was said."""
    if not rows or any(row.first_us >= row.cleared_us or not row.raised for row in rows):
        return 0
    return max(row.heard_us for row in rows) + draft.world.policy.faults.settle_unsure_s * SECOND_US
