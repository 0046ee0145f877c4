"""The body of `POST /replies`."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from correlator.events import AnsweredBy, Id, Score

LONGEST = 2000  # signs of a customer's words

Words = Annotated[str, msgspec.Meta(max_length=LONGEST)]


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a customer answers: to which ticket or notice, or from which phone or mail; yes or no, or words that are
    read; `via`: how it came; 1 to 5 for how they were served."""

    id: Id
    time: datetime
    ticket: Id | None = None
    notice: Id | None = None
    contact: Id | None = None
    customer: Id | None = None
    says: Literal["yes", "no", "satisfied", "not_satisfied"] | None = None
    text: Words | None = None
    via: AnsweredBy | None = None
    score: Score | None = None
