"""How far a complaint says that a fault reaches, by the words of the SOP's own examples (SOP 4.3).

Major: "gangguan fiber di area tertentu"; Critical: "jaringan backbone down", "data center outage". That there is a
fault at all, the model says.
"""

import re
from itertools import pairwise

from correlator.events import Breadth
from correlator.service_desk.texts.spelling import listed

WORD = re.compile(r"[a-z]+")
WIDE = listed("backbone datacenter datacentre")
WIDE_PAIRS = frozenset({("data", "center"), ("data", "centre"), ("pusat", "data")})
FIBRE = listed("fiber fibre fo serat optik")
AREA = listed("area wilayah daerah kawasan kota kabupaten kecamatan kelurahan desa komplek kompleks region district")


def breadth(text: str) -> Breadth:
    words = WORD.findall(text.casefold())
    if not WIDE.isdisjoint(words) or not WIDE_PAIRS.isdisjoint(pairwise(words)):
        return "wide"
    return "line" if FIBRE.isdisjoint(words) or AREA.isdisjoint(words) else "area"
