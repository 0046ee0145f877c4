"""Signed links in messages: what a person may say once by opening one, without signing in.

A link holds all that is to be known of it, sealed by a keyed hash (HMAC-SHA256, RFC 2104) under a key derived from the
master key; nothing is kept for it, and nobody but us can make one. It names ids, no person's data. It is good once:
what is said by it is called by an id made of it, and the journal takes an id once.
"""

import base64
import binascii
import hmac
from typing import Literal

import msgspec

from correlator.events import DAY_US, SECOND_US, StaffRole

SEAL_BYTES = 16
LONGEST = 400  # signs of a token
ALERT_DAYS, QUESTION_DAYS = 1, 7  # the register knows a repeat for as long
PATH = "/a/"


class AlertLink(msgspec.Struct, frozen=True, array_like=True, tag="a"):
    """Somebody who was alerted says that they are on it. `person`: empty where it went to the role's own address."""

    alert: str
    ticket: str
    role: StaffRole
    person: str
    until_s: int
    call: bool = True  # the next one is called else

    @property
    def id(self) -> str:
        """Of what is said by it."""
        return f"link-{self.alert}-{self.person or self.role}"


class QuestionLink(msgspec.Struct, frozen=True, array_like=True, tag="q"):
    """A customer says whether it works."""

    notice: str
    ticket: str
    language: Literal["id", "en"]
    until_s: int

    @property
    def id(self) -> str:
        return f"link-{self.notice}"


class SurveyLink(msgspec.Struct, frozen=True, array_like=True, tag="s"):
    """A customer answers a survey."""

    survey: str
    customer: str
    language: Literal["id", "en"]
    until_s: int

    @property
    def id(self) -> str:
        return f"link-{self.survey}-{self.customer}"


Link = AlertLink | QuestionLink | SurveyLink
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Link).decode


class Links:
    """Makes and reads them. `secret`: `MasterKey.derived("links")`; `base`: where this door is reached from outside."""

    def __init__(self, secret: bytes, base: str) -> None:
        self._secret = secret
        self._base = base.rstrip("/")

    def url(self, link: Link) -> str:
        body = _encode(link)
        return f"{self._base}{PATH}{_text(self._seal(body) + body)}"

    def alert(self, alert: tuple[str, str], to: tuple[StaffRole, str], at_us: int, *, call: bool = True) -> str:
        """`alert`: its id and its ticket's; `to`: role and person; good for a day from `at_us` on."""
        return self.url(AlertLink(*alert, *to, (at_us + ALERT_DAYS * DAY_US) // SECOND_US, call))

    def question(self, notice: str, ticket: str, language: Literal["id", "en"], at_us: int) -> str:
        """Good for a week from `at_us` on."""
        return self.url(QuestionLink(notice, ticket, language, (at_us + QUESTION_DAYS * DAY_US) // SECOND_US))

    def survey(self, survey: str, customer: str, language: Literal["id", "en"], until_us: int) -> str:
        """Good until the survey ends."""
        return self.url(SurveyLink(survey, customer, language, until_us // SECOND_US))

    def read(self, token: str) -> Link | None:
        """None where it is none of ours. Whether its time is over, `until_s` says."""
        if len(token) > LONGEST:
            return None
        try:
            raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except (binascii.Error, ValueError):
            return None
        seal, body = raw[:SEAL_BYTES], raw[SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._seal(body)) or _text(raw) != token:  # one spelling of each
            return None
        try:
            found: Link = _decode(body)
        except msgspec.MsgspecError:  # of another version of ours
            return None
        return found

    def _seal(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, body, "sha256")[:SEAL_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
