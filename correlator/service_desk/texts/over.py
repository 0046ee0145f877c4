"""What a complaint says of an outage that is over: "mati dari jam 9, baru nyala jam 10", and nothing after that."""

from collections.abc import Collection
from itertools import pairwise

from correlator.service_desk.texts.features import words_of
from correlator.service_desk.texts.spelling import BUT
from correlator.service_desk.texts.states import (
    AGAIN,
    ASIDE,
    BACK,
    BESIDE,
    BOUNDED,
    CLAIM,
    CLOCK,
    DIED,
    EACH,
    FROM,
    MAKE_GOOD,
    NOT_OVER,
    NOT_YET,
    ONCE,
    PAST,
    SAYS,
    SINCE,
    STILL,
    TODAY,
    UNTIL,
    USED,
    WELL,
    WISH,
)


def is_over(text: str) -> bool:
    words = words_of(text)
    return _came_back(words) or _is_back(words) or _was_for_so_long(text, words)


def _came_back(words: list[str]) -> bool:
    """ "Mati dari jam 9, baru nyala jam 10", "it died at nine and came back at ten": and nothing after that."""
    for at in range(len(words) - 1, 0, -1):
        if words[at] not in WELL or DIED.isdisjoint(words[:at]):
            continue
        before, after = words[max(0, at - 2) : at], words[at + 1 :]
        used = next((i for i, word in enumerate(after) if word not in USED | AGAIN), len(after))
        again = not AGAIN.isdisjoint(after[:used])
        since = words[min(i for i, word in enumerate(words) if word in DIED) : at]
        if not SAYS.isdisjoint(since) or not ASIDE.isdisjoint(words[max(0, at - 3) : at]):
            return False  # somebody else says so, or of something else
        wished = not WISH.isdisjoint(since)
        clocked = before == CLOCK and words[:2] == CLOCK  # "jam 9 mati, jam 10 nyala"
        said = clocked or not SINCE.isdisjoint(before) or (not wished and (again or words[at] in BACK))
        turn = before[1:] if before[-1] in SINCE else before  # "mati, sudah bisa", "mati tapi sudah bisa"
        after = after[used:]
        return said and BESIDE.isdisjoint(words[max(0, at - 3) : at]) and NOT_OVER.isdisjoint((*turn, *after))
    return False


def _is_back(words: list[str]) -> bool:
    """ "Udah nyala, makasih. Tadi dari magrib mati": that it works comes first, and then of what was before."""
    back = next((at for at, word in enumerate(words[:3]) if word in WELL and not SINCE.isdisjoint(words[:at])), None)
    if back is None:
        return False
    died = next((at for at, word in enumerate(words) if at > back and word in DIED), len(words))
    before, after = words[back + 1 : died], words[died + 1 :]
    gone = not (PAST | {"tadi", "sempat"}).isdisjoint(before)
    return gone and (BUT | AGAIN | STILL | NOT_YET | SAYS).isdisjoint((*before, *after))


def _was_for_so_long(text: str, words: list[str]) -> bool:
    """ "Was down from 9 to 10", "los merah dari jam 5 sampai jam 7": both ends are told, and nothing after them."""
    if not BOUNDED.search(text.lower()) or DIED.isdisjoint(words):
        return False
    return (STILL | NOT_YET | EACH | SAYS | ONCE - PAST).isdisjoint(words) and not TODAY.search(text.lower())


def claims_what_is_over(text: str) -> bool:
    """ "Semalam mati 2 jam, minta kompensasi": who wants money for a night that is past tells of no outage of now."""
    words = words_of(text)
    ended = FROM.isdisjoint(words) or not UNTIL.isdisjoint(words)
    return _claims(words) and of_then(words) and ended and not _goes_on(text, words)


def claims_what_lasts(text: str) -> bool:
    """ "Dari semalam mati, minta kompensasi": no end is told, so it is dead now."""
    words = words_of(text)
    lasts = not FROM.isdisjoint(words) and (UNTIL | EACH).isdisjoint(words) and not of_then(words)
    return _claims(words) and (lasts or _is_again(words))


def claims_what_goes_on(text: str) -> bool:
    """ "Mati total, kemarin juga mati 2 jam, minta kompensasi", "masih mati, minta diskon"."""
    words = words_of(text)
    return _claims(words) and _goes_on(text, words) and (EACH | WELL).isdisjoint(words)


def _claims(words: list[str]) -> bool:
    claimed = not CLAIM.isdisjoint(words) or MAKE_GOOD in pairwise(words)
    return claimed and not DIED.isdisjoint(words)


def of_then(words: list[str], then: Collection[str] = PAST) -> bool:
    """ "Kemarin mati", and not "dari kemarin mati"."""
    return any(word in then and FROM.isdisjoint(words[max(0, at - 2) : at]) for at, word in enumerate(words))


def _is_again(words: list[str]) -> bool:
    return any(word in AGAIN and words[at - 1] in DIED for at, word in enumerate(words) if at)


def _goes_on(text: str, words: list[str]) -> bool:
    once = next((at for at, word in enumerate(words) if word in PAST), len(words))
    if not DIED.isdisjoint(words[:once]) and not DIED.isdisjoint(words[once:]):
        return True  # "mati total, kemarin juga mati 2 jam": it is dead, and was
    return _is_again(words) or bool(TODAY.search(text.lower())) or not (STILL | NOT_YET).isdisjoint(words)
