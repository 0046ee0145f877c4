"""What a complaint says of now: "kemarin mati, sekarang normal" works; "biasanya lancar, sekarang mati" does not.

And whether it says that what was down is so still, or is again: who says so does not speak of what is over.
"""

from typing import Literal

from correlator.service_desk.texts.features import words_of
from correlator.service_desk.texts.over import is_over, of_then
from correlator.service_desk.texts.spelling import BUT, NEGATIONS
from correlator.service_desk.texts.states import (
    AGAIN,
    ANEW,
    BACK,
    BESIDE,
    DEAD,
    DIED,
    GOES,
    HEARSAY,
    IF,
    INSTALLED,
    LINE,
    MAINS,
    MINE,
    NOT_YET,
    NOW,
    ONCE,
    OPEN,
    OPENS,
    OTHERS,
    OWN,
    PAST,
    REACH,
    SAYS,
    SERVICE,
    SINCE,
    STILL,
    THERE,
    TURNS,
    UNPAID,
    UNTIL,
    WELL,
    WISH,
    WOBBLE,
)


def now(text: str) -> Literal["works", "fails"] | None:
    """None where it says nothing of now, or nothing plain."""
    words = words_of(text)
    said = [at for at, word in enumerate(words) if word in NOW]
    after = _said_of_now(words, said[-1] + 1) if said else []
    dead = any(_fails_at(after, at) for at in range(len(after)))
    turned = not (TURNS - AGAIN - STILL - NEGATIONS if dead else TURNS).isdisjoint(after)  # "mati lagi" is plain
    well = any(_works_at(after, at) for at in range(len(after)))
    if turned or well == dead:
        return "works" if not (turned or dead) and (is_over(text) or _is_anothers(words)) else None
    return "works" if well else "fails"


def _said_of_now(words: list[str], start: int) -> list[str]:
    """What follows the "now": and what follows a "but" in it, unless that is of before."""
    after = words[start : start + REACH]
    turn = next((at for at, word in enumerate(after) if word in BUT), None)
    more = words[start + REACH : start + turn + 1 + REACH] if turn is not None else []
    return after if (PAST | {"tadi"}) & {*after, *more} else [*after, *more]


def _is_anothers(words: list[str]) -> bool:
    """ "Internetku aman kok, tetanggaku mati": theirs works, and it is somebody else's that does not."""
    others = next((at for at, word in enumerate(words) if OTHERS.match(word)), len(words))
    mine, theirs = words[:others], words[others:]
    fine = [at for at, word in enumerate(mine) if word in WELL and NEGATIONS.isdisjoint(mine[max(0, at - 2) : at])]
    return bool(fine) and DIED.isdisjoint(mine) and TURNS.isdisjoint(mine[: fine[0]]) and not DIED.isdisjoint(theirs)


def works(text: str) -> bool:
    """ "Sudah nyala lagi, terima kasih": they say so of theirs, and neither ask nor hope, nor is it hearsay."""
    words = words_of(text)
    if "?" in text or not (OPEN | HEARSAY | WISH | NOT_YET | IF).isdisjoint(words):
        return False
    if now(text) == "works":
        return True
    of_now = (PAST | {"tadi"}).isdisjoint(words) and not any(OTHERS.match(word) for word in words)
    return of_now and any(_works_again(words, at) for at in range(len(words)))


def _works_again(words: list[str], at: int) -> bool:
    """ "Sudah nyala", "nyala lagi", "kembali normal": not "modem sudah nyala"."""
    before, after = words[max(0, at - 3) : at], words[at + 1 : at + 2]
    again = words[at] in BACK or not SINCE.isdisjoint(before[-2:]) or not AGAIN.isdisjoint(after)
    return again and _works_at(words, at) and (BESIDE - MAINS).isdisjoint(before)


def is_dead(text: str) -> bool:
    """ "Ada gangguan ya? Internet saya mati": who says that it is dead, not by hearsay, is no mere asker."""
    lower = text.lower()
    if OWN.search(lower) or MINE.search(lower):
        return True
    return any(_says_dead(words_of(told)) for told in lower.split("?"))


def _says_dead(words: list[str]) -> bool:
    """Before a word of hearsay or of others."""
    for at, word in enumerate(words):
        if word in HEARSAY or OTHERS.match(word):
            return False
        if _fails_at(words, at):
            return True
    return False


def _fails_at(words: list[str], at: int) -> bool:
    """ "Mati", "tidak jalan", "tidak ada internet"."""
    if words[at] in DEAD:
        return NEGATIONS.isdisjoint(words[max(0, at - 2) : at])
    after = words[at + 1 : at + 3]
    none = after[:1] == THERE and not SERVICE.isdisjoint(after)
    return words[at] in NEGATIONS and (none or not GOES.isdisjoint(after[:1]))


def _works_at(words: list[str], at: int) -> bool:
    """ "Nyala": not "tidak nyala", and not "listrik nyala"."""
    return words[at] in WELL and (MAINS | NEGATIONS).isdisjoint(words[max(0, at - 2) : at])


def line_is_dead(text: str) -> bool:
    """ "Internet saya mati, nomor pelanggan lupa": in so many words, of now, whatever else it is about."""
    words = words_of(text)
    pairs = any(_fails_at(words, at) and not LINE.isdisjoint(words[max(0, at - 2) : at]) for at in range(len(words)))
    told = pairs or bool(MINE.search(text.lower()))
    return told and is_dead(text) and not (of_then(words, ONCE | PAST) or _is_new(words) or _unpaid(words))


def _is_new(words: list[str]) -> bool:
    """ "Baru pasang, internet belum nyala": it never was alive."""
    return not INSTALLED.isdisjoint(words)


def nothing_opens(text: str) -> bool:
    """ "Lemot sekali, semua situs tidak terbuka": what opens nothing is dead, whatever else it is called."""
    words = words_of(text)
    return any(
        word in NEGATIONS and not OPENS.isdisjoint(words[at + 1 : at + 3]) and "semua" in words[max(0, at - 3) : at]
        for at, word in enumerate(words)
    )


def wobbles(text: str) -> bool:
    """ "Mati nyala", "sering mati": not dead for good."""
    return not WOBBLE.isdisjoint(words_of(text))


def _unpaid(words: list[str]) -> bool:
    """ "Mati karena belum bayar"."""
    return any(
        word == "karena" and not UNPAID.isdisjoint(words[at + 1 : at + 3]) and NEGATIONS.isdisjoint(words[at - 1 : at])
        for at, word in enumerate(words)
    )


def still(text: str) -> bool:
    """ "masih mati", "belum nyala juga", "mati lagi", "kembali mati", "mati sampai sekarang", "sekarang mati"."""
    words = words_of(text)
    for at, word in enumerate(words):
        before, after = words[max(0, at - 2) : at], words[at + 1 : at + 1 + REACH]
        fails = not (DEAD | NEGATIONS).isdisjoint(after)
        if (word in STILL and fails) or (word in NOT_YET and not WELL.isdisjoint(after)):
            return True
        if word in DEAD and _is_anew(before, after[:2]):
            return True
        if word in NOT_YET and not after and not LINE.isdisjoint(words[at - 1 : at]):
            return True  # "listrik sudah nyala, internet belum"
        if word in UNTIL and not NOW.isdisjoint(after[:2]) and not DEAD.isdisjoint(words[:at]):
            return True
    return now(text) == "fails"


def is_so_still(text: str) -> bool:
    """ "Katanya sudah normal tapi di tempat saya masih mati": they say it of theirs, and do not ask whether."""
    words = words_of(text)
    here = words[max((at + 1 for at, word in enumerate(words) if word in BUT), default=0) :]
    if any(word in SAYS | OPEN or OTHERS.match(word) for word in here):
        return False
    return any(_is_so_still(word, here[max(0, at - 2) : at], here[at + 1 : at + 3]) for at, word in enumerate(here))


def _is_so_still(word: str, before: list[str], after: list[str]) -> bool:
    if word in DEAD:
        return _is_anew(before, after[:1])
    if word in NOT_YET:
        return not WELL.isdisjoint(after) or (not after and not LINE.isdisjoint(before[-1:]))
    return word in STILL and not DEAD.isdisjoint(after)


def _is_anew(before: list[str], after: list[str]) -> bool:
    """What died did so before: "mati lagi", "kembali mati"."""
    said = not AGAIN.isdisjoint(after) or not ANEW.isdisjoint(before[-1:])
    return said and NEGATIONS.isdisjoint(before)
