"""What a complaint says of now: "kemarin mati, sekarang normal" works; "biasanya lancar, sekarang mati" does not.

"Mati dari jam 9, baru nyala jam 10" works as well, if nothing is said after that.

And whether it says that what was down is so still, or is again: who says so does not speak of what is over.
"""

import re
from typing import Literal

from correlator.service_desk.texts.features import words_of
from correlator.service_desk.texts.spelling import BUT, NEGATIONS, listed

NOW = listed("sekarang kini saat now currently")
WELL = listed("normal nyala menyala lancar pulih hidup bisa aman bagus baik ok oke works working fine restored back")
DEAD = listed("mati putus padam lumpuh hilang down dead off")
TURNS = NEGATIONS | listed("belum still masih lagi lambat lemot slow sempat pernah bayar")
STILL = listed("masih msh masi msih still")
NOT_YET = listed("belum yet")
AGAIN = listed("lagi kembali again")
UNTIL = listed("sampai sampe hingga until till")
REACH = 4  # words after "now" in which it is said
DIED = DEAD | listed("died dropped failed lost terputus offline los gangguan")
SINCE = listed("sudah baru akhirnya finally came kembali since lalu")
BACK = listed("pulih restored recovered back normal")  # of what had been down before
BESIDE = listed("modem router ont lampu lamp light listrik pln power hp laptop tv")  # it is these that work
OTHERS = re.compile("tetangga|sebelah|mertua|saudara|teman|kanca|konco|neighbo|friend")  # whose line it is, perhaps
OWN = re.compile(  # whose line it is, in so many words, whatever was heard before
    r"\b(?:internet|wifi|jaringan|koneksi)(?:ku| (?:saya|aku|kami|gue|gua|gw))(?: (?:juga|masih|ikut))?"
    r" (?:mati|putus|padam|down)\b"
    r"|\b(?:my|our) (?:internet|wifi|line|link|connection)(?: is| has been|'s)? (?:down|dead|off)\b"
)
HEARSAY = listed(
    "kata katanya kabar kabarnya dengar denger benar bener betul betulkah benarkah true told isu rumor info berita "
    "news heard saw read twitter facebook grup medsos viral rame"
)
LINE = listed("internet wifi jaringan koneksi sinyal jalur link")
ONCE = listed("kemarin lalu sempat pernah sering kadang last yesterday kalau jika bila if apabila when")
WISH = listed("semoga biar supaya agar harap cepat segera hope kapan when")
SAYS = HEARSAY | listed("janji janjinya bilang ngomong dikabari dinyatakan tiket ticket said says support site")
ASIDE = listed("sisi side perangkat device tagihan bill")  # it is these that are well
NOT_OVER = DIED | TURNS | BUT | listed("kapan when merah red cek")


def now(text: str) -> Literal["works", "fails"] | None:
    """None where it says nothing of now, or nothing plain."""
    words = words_of(text)
    said = [at for at, word in enumerate(words) if word in NOW]
    after = words[said[-1] + 1 : said[-1] + 1 + REACH] if said else []
    well, dead, turned = (not listed_words.isdisjoint(after) for listed_words in (WELL, DEAD, TURNS))
    if turned or well == dead:
        return "works" if not (turned or dead) and (_is_over(words) or _is_anothers(words)) else None
    return "works" if well else "fails"


def _is_over(words: list[str]) -> bool:
    """ "Mati dari jam 9, baru nyala jam 10", "it died at nine and came back at ten": and nothing after that."""
    for at in range(len(words) - 1, 0, -1):
        if words[at] not in WELL or DIED.isdisjoint(words[:at]):
            continue
        before, after = words[max(0, at - 2) : at], words[at + 1 :]
        again = not AGAIN.isdisjoint(after[:1])
        since = words[min(i for i, word in enumerate(words) if word in DIED) : at]
        if not SAYS.isdisjoint(since) or not ASIDE.isdisjoint(words[max(0, at - 3) : at]):
            return False  # somebody else says so, or of something else
        wished = not WISH.isdisjoint(since)
        said = not SINCE.isdisjoint(before) or (not wished and (again or words[at] in BACK))
        after = after[again:]
        return said and BESIDE.isdisjoint(words[max(0, at - 3) : at]) and NOT_OVER.isdisjoint((*before, *after))
    return False


def _is_anothers(words: list[str]) -> bool:
    """ "Internetku aman kok, tetanggaku mati": theirs works, and it is somebody else's that does not."""
    others = next((at for at, word in enumerate(words) if OTHERS.match(word)), len(words))
    mine, theirs = words[:others], words[others:]
    fine = [at for at, word in enumerate(mine) if word in WELL and NEGATIONS.isdisjoint(mine[max(0, at - 2) : at])]
    return bool(fine) and DIED.isdisjoint(mine) and TURNS.isdisjoint(mine[: fine[0]]) and not DIED.isdisjoint(theirs)


def is_dead(text: str) -> bool:
    """ "Ada gangguan ya? Internet saya mati": who says that it is dead, not by hearsay, is no mere asker."""
    if OWN.search(text.lower()):
        return True
    words = words_of(text)
    for at, word in enumerate(words):
        if word in HEARSAY or OTHERS.match(word):
            return False
        if word in DEAD and NEGATIONS.isdisjoint(words[max(0, at - 2) : at]):
            return True
    return False


def line_is_dead(text: str) -> bool:
    """ "Internet saya mati, nomor pelanggan lupa": in so many words, of now, whatever else it is about."""
    words = words_of(text)
    pairs = any(word in DEAD and not LINE.isdisjoint(words[max(0, at - 2) : at]) for at, word in enumerate(words))
    return pairs and ONCE.isdisjoint(words) and is_dead(text)


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
