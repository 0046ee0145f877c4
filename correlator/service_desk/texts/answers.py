"""A customer's free answer to our question (`Balas SELESAI atau BELUM`, `Reply YES or NO`), by mail or message.

Only what is plain counts: anything else is `other`, and a person reads it (SOP 4.2 stage 6: closed on the customer's
word alone).
"""

import re
from typing import Literal

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
NO = listed(
    "belum tidak no not masih still gak nggak ga tdk blm nope putus mati lemot lambat down slow "
    "enggak engga ngga gk ndak kagak blum belom kurang lelet lemod ngelag sering kadang"
)
# A wish, a question or a "but": a person reads it
DOUBT = listed(
    "tapi tetapi tp namun cuma hanya but however kapan when kenapa why apakah mohon tolong please semoga kalau jika if"
)


def says(text: str) -> Says:
    """What the customer's own words come to; what is quoted of our message is left out."""
    own: list[str] = []
    for line in text[:READ_AT_MOST].splitlines():
        if QUOTED.match(line):
            break
        own += WORD.findall(line.lower().replace("\u2019", "'"))
    if not own or len(own) > WORDS_AT_MOST:
        return "other"
    words = set(own)
    if words & NO:
        return "not_satisfied"
    plain = words & YES and not words & DOUBT
    alone = words & YES_ALONE and words <= YES_ALONE | BESIDE
    return "satisfied" if plain or alone else "other"
