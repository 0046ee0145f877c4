"""Why requests are refused, as a label of a metric.

A reason may hold a word of the sender's. So of each address few are told apart: else one sender could fill the set that
all share, and nobody's reason would be seen any more.
"""

from collections import OrderedDict

from connectors.formats.json_rows import coded

MOST_EACH = 20  # of one address
MOST_ADDRESSES = 10_000  # that are remembered; the one that was silent longest is forgotten
OTHER = "other"


class Reasons:
    def __init__(self) -> None:
        self._of: OrderedDict[str, set[str]] = OrderedDict()

    def label(self, address: str, reason: str) -> str:
        code = coded(reason)
        known = self._of.setdefault(address, set())
        self._of.move_to_end(address)
        if len(self._of) > MOST_ADDRESSES:
            self._of.popitem(last=False)
        if code not in known and len(known) >= MOST_EACH:
            return OTHER
        known.add(code)
        return code
