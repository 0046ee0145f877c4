"""Who has two lines and says that one is dead and the other works: a fault, and no outage of theirs."""

import re

from correlator.service_desk.texts.features import words_of
from correlator.service_desk.texts.spelling import NEGATIONS
from correlator.service_desk.texts.states import DIED, PAST

LEG = r"(?:utama|primer|main|primary|cadangan|sekunder|backup|back-up|standby|secondary)"
WORKS = re.compile(
    rf"\b{LEG}(?: \w+){{0,2}} (?:jalan|up|normal|aman|hidup|nyala|lancar|works?|working|fine|ok(?:e|ay)?)\b"
    rf"|\b(?:running|jalan|pakai|pake|memakai|lewat|via|pindah|beralih|switched|failed over)(?: \w+){{0,2}} {LEG}\b"
)


def one_works(text: str) -> bool:
    """ "Link backup mati, yang utama masih jalan", "primary is down, we are running on backup"."""
    words, said = set(words_of(text)), [found.group() for found in WORKS.finditer(text.lower())]
    fine = any(NEGATIONS.isdisjoint(words_of(one)) for one in said)
    return fine and not DIED.isdisjoint(words) and PAST.isdisjoint(words)
