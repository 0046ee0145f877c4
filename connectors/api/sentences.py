"""What a phone agent reads out, in Bahasa Indonesia and in English: short, without blame, no promise nobody gave.

`Bapak/Ibu`, of which the agent says one: whoever calls is not addressed as `Anda`.
"""

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
        "id": "Saat ini tidak ada gangguan yang tercatat pada layanan Bapak/Ibu. "
        "Keluhan Bapak/Ibu dapat kami catat untuk diperiksa.",
        "en": "At the moment we know of no outage on your service. "
        "We can record your complaint so that somebody looks into it.",
    }


def planned(end_us: int, zone: Zone) -> Sentence:
    """No outage, but planned work that takes the service down until then."""
    return {
        "id": "Saat ini layanan Bapak/Ibu terdampak pemeliharaan jaringan yang sudah dijadwalkan. "
        f"Pemeliharaan direncanakan selesai {_id(end_us, zone)}. "
        "Jika setelah itu layanan belum pulih, silakan hubungi kami kembali.",
        "en": "At the moment your service is affected by planned work on our network, "
        f"which is due to end at {_en(end_us, zone)}. "
        "If your service is still down after that, please contact us again.",
    }


def restored(number: str | None, since_us: int, zone: Zone) -> Sentence:
    """The outage that this customer was in is over. `since_us`: 0: not known."""
    since_id = f" sejak {_id(since_us, zone)}" if since_us else ""
    ended = f"ended at {_en(since_us, zone)}" if since_us else "is over"
    return {
        "id": f"Gangguan pada layanan Bapak/Ibu sudah teratasi{since_id}."
        f"{_ticket(number, 'Nomor tiketnya')} Jika layanan belum pulih, kami akan mencatat keluhan baru.",
        "en": f"The outage on your service {ended}.{_ticket(number, 'The ticket number was')} "
        "If your service is still down, we will record a new complaint.",
    }


def unconfirmed(number: str | None) -> Sentence:
    """The outage that this customer was in is over, and their own line is dark as far as is seen."""
    return {
        "id": "Jaringan yang melayani Bapak/Ibu sudah diperbaiki, tetapi pulihnya layanan Bapak/Ibu belum dapat kami "
        f"pastikan. Tim kami masih memeriksanya.{_ticket(number, 'Nomor tiketnya')}",
        "en": "The network that serves you has been repaired, but that your own service works again is not confirmed "
        f"yet. Our team is looking into it.{_ticket(number, 'The ticket number is')}",
    }


@dataclass(frozen=True, slots=True)
class Times:
    """Of an outage: since when, until when (where a person said so), when we speak next."""

    since_us: int | None  # None: not since when for this customer
    estimate_us: int | None
    next_us: int | None


def affected(number: str | None, times: Times, zone: Zone) -> Sentence:
    """A known outage that stands."""
    since_us, estimate_us, next_us = times.since_us, times.estimate_us, times.next_us
    since_id = f" sejak {_id(since_us, zone)}" if since_us else ""
    since_en = (
        f"has been an outage on your service since {_en(since_us, zone)}"
        if since_us
        else "is an outage on your service"
    )
    told_id = (
        f"Layanan diperkirakan pulih {_id(estimate_us, zone)}." if estimate_us else "Belum ada perkiraan waktu pulih."
    )
    told_en = (
        f"We expect it to be restored at {_en(estimate_us, zone)}." if estimate_us else "There is no estimate yet."
    )
    next_id = f" Kabar berikutnya kami sampaikan paling lambat {_id(next_us, zone)}." if next_us else ""
    next_en = f" The next update is due by {_en(next_us, zone)}." if next_us else ""
    return {
        "id": f"Ada gangguan pada layanan Bapak/Ibu{since_id}.{_ticket(number, 'Nomor tiketnya')} "
        f"Tim kami sedang menanganinya. {told_id}{next_id}",
        "en": f"There {since_en}."
        f"{_ticket(number, 'The ticket number is')} "
        f"Our team is working on it. {told_en}{next_en}",
    }


def _ticket(number: str | None, word: str) -> str:
    return f" {word} {number}." if number else ""


def _local(us: int, zone: Zone) -> datetime:
    """Wall time there: read its fields, not its offset."""
    return moment(us + OFFSET_US[zone])


def _id(us: int, zone: Zone) -> str:
    time = _local(us, zone)
    return f"tanggal {time.day} {MONTHS_ID[time.month - 1]} pukul {time:%H.%M} {zone}"


def _en(us: int, zone: Zone) -> str:
    time = _local(us, zone)
    return f"{time:%H:%M} {zone} on {time.day} {MONTHS_EN[time.month - 1]}"
