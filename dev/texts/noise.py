"""What people do to words when they type."""

import random

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
KEYS = {key: row[max(0, at - 1) : at] + row[at + 1 : at + 2] for row in ROWS for at, key in enumerate(row)}
SHORT = {
    "tidak": "tdk gak ga gk nggak ngga g kaga",
    "bisa": "bs bsa biza",
    "sudah": "sdh udah udh dah",
    "yang": "yg",
    "dengan": "dgn",
    "saya": "sy aku gue gw sya",
    "kenapa": "knp knapa napa",
    "banget": "bgt bngt",
    "sekarang": "skrg skrng",
    "kemarin": "kmrn kmaren",
    "tolong": "tlg tlong",
    "terus": "trs trus",
    "tapi": "tp tpi",
    "bulan": "bln",
    "saja": "aja aj",
    "tagihan": "tagian tghn tagihn",
    "internet": "inet internt intrnet",
    "jaringan": "jaringn jringan",
    "bayar": "byr",
    "sampai": "sampe smpe",
    "pakai": "pake pke",
    "hilang": "ilang",
    "lambat": "lambattt lmbat",
    "mati": "mti matii",
    "lagi": "lg lgi",
    "masih": "msh",
    "belum": "blm blom",
    "semua": "smua",
    "aplikasi": "apk app aplikasinya",
    "karena": "krn karna",
    "untuk": "utk buat",
    "kalau": "kalo klo",
    "cuma": "cm cuman",
    "normal": "nrmal normalll",
    "please": "pls plz",
    "your": "ur",
    "you": "u",
    "because": "bc cause",
}


def typed(text: str, draw: random.Random) -> str:
    """The sentence as somebody types it: some carefully, some not at all."""
    care = draw.random()
    if care < 0.4:
        return text
    slips = 0.02 if care < 0.8 else 0.07
    typed_words = [_word(word, slips, draw) for word in text.split(" ")]
    whole = " ".join(typed_words)
    match draw.randrange(8):
        case 0:
            return whole.upper()
        case 1 | 2:
            return whole.lower().replace(",", "").replace(".", "")
        case 3:
            return whole + draw.choice(["!!!", "??", "...", " :(", "!", " 😡", " 🙏"])
        case _:
            return whole


def _word(word: str, slips: float, draw: random.Random) -> str:
    low = word.lower()
    if low in SHORT and draw.random() < 0.5:
        return draw.choice(SHORT[low].split())
    if len(word) < 4 or not word.isalpha():
        return word
    if draw.random() < slips:
        return _slip(word, draw)
    if draw.random() < slips:
        at = draw.randrange(1, len(word))
        return word[:at] + word[at] * draw.randint(1, 4) + word[at:]
    if draw.random() < slips:
        return word + draw.choice(["nya", "ny", "x", "kah", "lah"])
    return word


def _slip(word: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(word) - 1)
    match draw.randrange(4):
        case 0:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case 2:
            return word[:at] + draw.choice(KEYS.get(word[at].lower(), "a")) + word[at + 1 :]
        case _:
            return word[0] + "".join(c for c in word[1:] if c not in "aeiou")  # tghn
