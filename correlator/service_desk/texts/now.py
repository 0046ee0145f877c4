"""What a complaint says of now: "kemarin mati, sekarang normal" works; "biasanya lancar, sekarang mati" does not.

And whether it says that what was down is so still, or is again: who says so does not speak of what is over.
"""

from typing import Literal

from correlator.service_desk.texts.features import words_of
from correlator.service_desk.texts.spelling import NEGATIONS, listed

NOW = listed("sekarang kini saat now currently")
WELL = listed("normal nyala menyala lancar pulih hidup bisa aman bagus baik ok oke works working fine restored back")
DEAD = listed("mati putus padam lumpuh hilang down dead off")
TURNS = NEGATIONS | listed("belum still masih lagi lambat lemot slow sempat pernah bayar")
STILL = listed("masih msh masi msih still")
NOT_YET = listed("belum yet")
AGAIN = listed("lagi kembali again")
UNTIL = listed("sampai sampe hingga until till")
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


def still(text: str) -> bool:
    """ "masih mati", "belum nyala juga", "mati lagi", "mati sampai sekarang", "sekarang mati"."""
    words = words_of(text)
    for at, word in enumerate(words):
        before, after = words[max(0, at - 2) : at], words[at + 1 : at + 1 + REACH]
        fails = not (DEAD | NEGATIONS).isdisjoint(after)
        if (word in STILL and fails) or (word in NOT_YET and not WELL.isdisjoint(after)):
            return True
        if word in DEAD and not AGAIN.isdisjoint(after[:2]) and NEGATIONS.isdisjoint(before):
            return True
        if word in UNTIL and not NOW.isdisjoint(after[:2]) and not DEAD.isdisjoint(words[:at]):
            return True
    return now(text) == "fails"
