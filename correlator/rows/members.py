"""The rows of what incidents explain, also by incident: a cache over themselves."""

from collections.abc import Mapping
from typing import Any

from correlator.rows.incidents import MemberRow

NONE: dict[str, MemberRow] = {}


class Members(dict[str, MemberRow]):
    """By key; rows come in by `[key] = row` and go by `pop`, and none changes its incident while it is in here."""

    def __init__(self, rows: Mapping[str, MemberRow]) -> None:
        super().__init__(rows)
        self._of: dict[str, dict[str, MemberRow]] = {}
        for key, row in rows.items():
            self._of.setdefault(row.incident, {})[key] = row

    def of(self, incident: str) -> Mapping[str, MemberRow]:
        """What the incident explains, or explained, by key, in the order of all."""
        return self._of.get(incident, NONE)

    def __setitem__(self, key: str, row: MemberRow) -> None:
        super().__setitem__(key, row)
        self._of.setdefault(row.incident, {})[key] = row

    def pop(self, key: str, *default: Any) -> Any:
        """As of a dict."""
        row = super().pop(key, *default)
        if isinstance(row, MemberRow):
            rest = self._of[row.incident]
            del rest[key]
            if not rest:
                del self._of[row.incident]
        return row
