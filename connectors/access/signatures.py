"""Bodies that their sender signs (HMAC-SHA256) in place of a bearer token.

Ours: `X-Simpul-Signature: t=1772323200,v1=HEX`, HEX of `t`, a dot and the body, as we sign what we send ourselves.
Under another header: HEX of the body (with `sha256=` before it or without), or of a time, a colon and the body where
the time comes in a header of its own; so Grafana signs.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.access.holders import Role

OURS = "X-Simpul-Signature"
OLDEST_S = 300  # a signed time further off than this is refused, so that a recorded request cannot be played later
MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Signer:
    """Implements `Holder`: who knows the secret of a webhook, or of the SMS gateway, speaks as that one alone.

    `setting`: where the operator has the secret; `timestamp`: name of the header with the signed time (seconds since
    1970), of forms that have one.
    """

    name: str
    secret: str = field(repr=False)
    header: str = OURS
    timestamp: str | None = None
    role: Role = "source"
    scope: tuple[str, ...] = ()
    setting: str = ""

    @property
    def id(self) -> str:
        return f"webhook {self.name}"

    def fault(self, headers: Mapping[str, str], body: bytes, now_us: int) -> str | None:
        """Why this is not signed by who knows the secret; None where it is."""
        given = headers.get(self.header, "")
        if not given:
            return "a signature is needed"
        if self.header.lower() == OURS.lower():
            parts = dict(part.strip().partition("=")[::2] for part in given.split(",")[:MOST_PARTS])
            at, said = parts.get("t", ""), parts.get("v1", "")
            signed = at.encode() + b"." + body
        elif self.timestamp is not None:
            at, said = headers.get(self.timestamp, ""), given
            signed = at.encode() + b":" + body
        else:
            at, said, signed = str(now_us // 1_000_000), given, body
        if not (at.isdecimal() and at.isascii() and len(at) <= 12):
            return "the signature has no time in seconds since 1970"
        wanted = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted.encode(), said.strip().lower().removeprefix("sha256=").encode()):
            return "the signature is wrong"
        if abs(now_us // 1_000_000 - int(at)) > OLDEST_S:
            return f"the signed time is more than {OLDEST_S} s off: set both clocks (NTP)"
        return None
