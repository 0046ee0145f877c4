"""A customer's free answer to our question (`Balas SELESAI atau BELUM`, `Reply YES or NO`), by mail or message.

Only what is plain counts: anything else is `other`, and a person reads it (SOP 4.2 stage 6: closed on the customer's
word alone).
"""

import re
from itertools import takewhile
from typing import Literal

from correlator.events import Symptom
from correlator.service_desk.texts.classifier import classify
from correlator.service_desk.texts.spelling import listed

Says = Literal["satisfied", "not_satisfied", "other"]

WORD = re.compile(r"[a-z']+")
QUOTED = re.compile(r"^\s*(>|on .* wrote:|pada .* menulis:|-{2,})", re.IGNORECASE)
READ_AT_MOST = 2000
WORDS_AT_MOST = 12  # who writes more has something to say
YES = listed("selesai yes beres normal lancar solved fixed resolved puas")
YES_ALONE = listed("ya iya ok oke okay sudah udah sdh")  # "sudah saya restart" says nothing of the service
BESIDE = listed(
    "terima kasih makasih trims thanks thank you pak bu mas mbak kak min bisa nyala hidup aktif konek lagi kembali "
    "baik alhamdulillah dipakai digunakan internet internetnya wifi wifinya layanan layanannya it works working again"
)
NOT = listed("belum tidak no not masih still gak nggak ga tdk blm nope enggak engga ngga gk ndak kagak blum belom")
NO = NOT | listed("putus mati lemot lambat down slow kurang lelet lemod ngelag sering kadang")
# A wish, a question or a "but": a person reads it
DOUBT = listed(
    "tapi tetapi tp namun cuma hanya but however kapan when kenapa why apakah mohon tolong please semoga kalau jika if"
)


def says(text: str) -> Says:
    """What the customer's own words come to; what is quoted of our message is left out."""
    own = _words(_own(text))
    if not own or len(own) > WORDS_AT_MOST:
        return "other"
    words = set(own)
    if words & NO:
        return "not_satisfied"
    plain = words & YES and not words & DOUBT
    alone = words & YES_ALONE and words <= YES_ALONE | BESIDE
    return "satisfied" if plain or alone else "other"


def tells_of(text: str) -> Symptom | None:
    """What one who is not satisfied tells of, read as a complaint is; None where that is a plain no.

    Who says no first tells of what they had complained of, unless they go on that it is slow.
    """
    own = _own(text)
    words = _words(own)
    if not words:
        return None
    if says(own) == "satisfied":
        return "none"
    read = classify(own)
    if words[0] in NOT and read.symptom not in ("slow", "tv"):
        return None
    return "none" if read.symptom == "other" and read.category != "network" else read.symptom


def _own(text: str) -> str:
    """Without what is quoted of our message."""
    return "\n".join(takewhile(lambda line: not QUOTED.match(line), text[:READ_AT_MOST].splitlines()))


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower().replace("\u2019", "'"))
