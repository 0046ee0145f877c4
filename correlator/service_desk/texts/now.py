"""What a complaint says of now: "kemarin mati, sekarang normal" works; "biasanya lancar, sekarang mati" does not."""

from typing import Literal

from correlator.service_desk.texts.features import words_of
from correlator.service_desk.texts.spelling import NEGATIONS, listed

NOW = listed("sekarang kini saat now currently")
WELL = listed("normal nyala menyala lancar pulih hidup bisa aman bagus baik ok oke works working fine restored back")
DEAD = listed("mati putus padam lumpuh hilang down dead off")
TURNS = frozenset(NEGATIONS) | listed("belum still masih lagi lambat lemot slow sempat pernah bayar")
REACH = 4  # words after "now" in which it is said


def now(text: str) -> Literal["works", "fails"] | None:
    """None where it says nothing of now, or nothing plain."""
    words = words_of(text)
    said = [at for at, word in enumerate(words) if word in NOW]
    after = words[said[-1] + 1 : said[-1] + 1 + REACH] if said else []
    well, dead, turned = (not listed_words.isdisjoint(after) for listed_words in (WELL, DEAD, TURNS))
    if turned or well == dead:
        return None
    return "works" if well else "fails"
