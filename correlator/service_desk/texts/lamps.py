"""Whether a complaint says that the house has mains: a lamp of the modem glows, or the power is on.

"LOS merah" is what most people write whose fibre is dark: the modem has power, so no mains have failed there.
"""

from correlator.service_desk.texts.features import words_of
from correlator.service_desk.texts.spelling import NEGATIONS, listed

LAMPS = listed("lampu lamp led light indikator indicator los pon")
GLOW = listed(
    "merah red kedip kedip-kedip kedap berkedip kelip kelip-kelip berkelip blink blinking blinks nyala menyala hijau "
    "ijo green oranye orange"
)
POWER = listed("listrik pln electricity power")
ON = listed("nyala menyala hidup ada normal aman on fine")
NOT = frozenset(NEGATIONS) | listed("mati padam off pun")
OUT = listed("mati padam out mateng oglangan")
CUT = ["lampu"]  # "mati lampu": the light is out in the whole house
SINCE = frozenset(NEGATIONS) | listed(
    "habis setelah sehabis sesudah sejak semenjak gara gara-gara after since bukan sempat"
)
OF_LINE = listed(
    "internet wifi jaringan koneksi modem router ont los pon lampu indikator"
)  # "internet mati, lampu merah"
PAST = listed("kemarin semalam sempat sebentar selesai yesterday")  # mains that were out
RETURN = listed("sudah sekarang wis came now")
NEAR = 4  # words from the lamp to what it does
BEFORE = 2  # words before, among which a "not" turns it round


def has_mains(text: str) -> bool:
    words = words_of(text)
    return any(
        (word in LAMPS and _near(words, at, GLOW)) or (word in POWER and _near(words, at, ON))
        for at, word in enumerate(words)
    )


def lost_mains(text: str) -> bool:
    """ "Listrik PLN padam, internet jadi mati": the house has no mains, so its line may be well.

    Not where they are back, nor where it is no power cut, nor after one.
    """
    words = words_of(text)
    for at, word in enumerate(words):
        after = words[at + 1 : at + 4]
        cut = word in OUT and after[:1] == CUT and OF_LINE.isdisjoint(words[max(0, at - 1) : at])
        if cut or (word in POWER and not OUT.isdisjoint(after)):
            before = words[max(0, at - 2) : at]
            here = SINCE.isdisjoint(before) and PAST.isdisjoint(words) and not _are_back(words[at + 1 :])
            return here and not has_mains(text)
    return False


def _are_back(words: list[str]) -> bool:
    """ "... sekarang sudah nyala": the mains, as nothing else was named."""
    for at, word in enumerate(words):
        if word in OF_LINE - LAMPS:
            return False
        if word in ON and not RETURN.isdisjoint(words[max(0, at - 2) : at]):
            return True
    return False


def _near(words: list[str], at: int, what: frozenset[str]) -> bool:
    """One of these follows closely, and nothing before it says not; or stands just before."""
    for place in range(max(0, at - 1), min(len(words), at + NEAR + 1)):
        if words[place] in what and NOT.isdisjoint(words[max(0, place - BEFORE) : place + 1]):
            return True
    return False
