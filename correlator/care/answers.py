"""A customer's free answer to our question (`Balas SELESAI atau BELUM`, `Reply YES or NO`), by mail or message.

Only what is plain counts: anything else is `other`, and a person reads it (SOP 4.2 stage 6: closed on the customer's
word alone).
"""

import re
from typing import Literal

from correlator.care.words import listed

Says = Literal["satisfied", "not_satisfied", "other"]

WORD = re.compile(r"[a-z']+")
QUOTED = re.compile(r"^\s*(>|on .* wrote:|pada .* menulis:|-{2,})", re.IGNORECASE)
READ_AT_MOST = 2000
WORDS_AT_MOST = 12  # who writes more has something to say
YES = listed("selesai ya iya yes ok oke okay sudah beres normal lancar solved fixed resolved puas")
NO = listed("belum tidak no not masih still gak nggak ga tdk blm nope putus mati lemot lambat down slow")


def says(text: str) -> Says:
    """What the customer's own words come to; what is quoted of our message is left out."""
    own: list[str] = []
    for line in text[:READ_AT_MOST].splitlines():
        if QUOTED.match(line):
            break
        own += WORD.findall(line.lower().replace("\u2019", "'"))
    if not own or len(own) > WORDS_AT_MOST:
        return "other"
    yes, no = any(word in YES for word in own), any(word in NO for word in own)
    if no:
        return "not_satisfied"
    return "satisfied" if yes else "other"
