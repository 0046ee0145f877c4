"""What a phone agent reads out, in Bahasa Indonesia and in English: short, without blame, no promise nobody gave."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from correlator.events import moment
from correlator.times import OFFSET_US, Zone

MONTHS_ID: Final = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
MONTHS_EN: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

Sentence = dict[str, str]  # {"id": ..., "en": ...}


def unaffected() -> Sentence:
    return {
        "id": "Saat ini tidak ada gangguan yang kami ketahui pada layanan Anda. "
        "Keluhan Anda dapat kami catat supaya diperiksa.",
        "en": "At the moment we know of no outage on your service. We can record your complaint so that it is checked.",
    }


def planned(end_us: int, zone: Zone) -> Sentence:
    """No outage, but planned work that takes the service down until then."""
    return {
        "id": "Saat ini layanan Anda terdampak pekerjaan terencana pada jaringan kami, "
        f"yang dijadwalkan selesai {_id(end_us, zone)}. "
        "Jika layanan Anda belum pulih setelah itu, silakan hubungi kami kembali.",
        "en": "At the moment your service is affected by planned work on our network, "
        f"which is due to end at {_en(end_us, zone)}. "
        "If your service is still down after that, please contact us again.",
    }


def restored(number: str | None, since_us: int, zone: Zone) -> Sentence:
    """The outage that this customer was in is over."""
    return {
        "id": f"Gangguan pada layanan Anda telah pulih {_id(since_us, zone)}.{_ticket(number, 'Nomor tiket')} "
        "Jika layanan Anda belum pulih, kami catat keluhan baru.",
        "en": f"The outage on your service was restored at {_en(since_us, zone)}.{_ticket(number, 'The ticket was')} "
        "If your service is still down, we record a new complaint.",
    }


@dataclass(frozen=True, slots=True)
class Times:
    """Of an outage: since when, until when (where a person said so), when we speak next."""

    since_us: int
    estimate_us: int | None
    next_us: int | None


def affected(number: str | None, times: Times, zone: Zone) -> Sentence:
    """A known outage that stands."""
    since_us, estimate_us, next_us = times.since_us, times.estimate_us, times.next_us
    told_id = f"Perkiraan pulih {_id(estimate_us, zone)}." if estimate_us else "Belum ada perkiraan waktu pulih."
    told_en = (
        f"We expect it to be restored at {_en(estimate_us, zone)}." if estimate_us else "There is no estimate yet."
    )
    next_id = f" Kabar berikutnya paling lambat {_id(next_us, zone)}." if next_us else ""
    next_en = f" The next update is due by {_en(next_us, zone)}." if next_us else ""
    return {
        "id": f"Ada gangguan pada layanan Anda sejak {_id(since_us, zone)}.{_ticket(number, 'Nomor tiket')} "
        f"Tim kami sedang menanganinya. {told_id}{next_id}",
        "en": f"There is an outage on your service since {_en(since_us, zone)}.{_ticket(number, 'The ticket is')} "
        f"Our team is working on it. {told_en}{next_en}",
    }


def _ticket(number: str | None, word: str) -> str:
    return f" {word} {number}." if number else ""


def _local(us: int, zone: Zone) -> datetime:
    """Wall time there: read its fields, not its offset."""
    return moment(us + OFFSET_US[zone])


def _id(us: int, zone: Zone) -> str:
    time = _local(us, zone)
    return f"pukul {time:%H.%M} {zone} tanggal {time.day} {MONTHS_ID[time.month - 1]}"


def _en(us: int, zone: Zone) -> str:
    time = _local(us, zone)
    return f"{time:%H:%M} {zone} on {time.day} {MONTHS_EN[time.month - 1]}"
