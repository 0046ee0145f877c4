"""The words of messages to customers, in Bahasa Indonesia and English (SOP 4.2; no blame, no promise nobody gave).

A message says what is out, since when, what we do, when we speak next, and the ticket number; times are in the
customer's zone. Pure: facts in, text out.
"""

from collections.abc import Callable
from typing import Literal

from correlator.effects import NoticeFacts, NoticeKind
from correlator.events import Category, moment
from correlator.times import OFFSET_US, Zone

Language = Literal["id", "en"]
Sentences = Callable[[NoticeFacts, NoticeKind, Zone, str], list[str]]

MONTHS: dict[Language, str] = {
    "id": "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
PRODUCTS: dict[Language, dict[str, str]] = {
    "id": {
        "dia": "internet dedicated",
        "broadband": "internet",
        "vpn": "VPN",
        "fiber": "fiber optik",
        "tower": "tower",
        "wireless": "wireless",
        "cloud": "cloud hosting",
        "uc": "unified communications",
        "iot": "IoT",
    },
    "en": {
        "dia": "dedicated internet",
        "broadband": "internet",
        "vpn": "VPN",
        "fiber": "fibre",
        "tower": "tower",
        "wireless": "wireless",
        "cloud": "cloud hosting",
        "uc": "unified communications",
        "iot": "IoT",
    },
}
SUBJECTS: dict[Language, dict[NoticeKind, str]] = {
    "id": {
        "ack": "Laporan Anda telah kami terima",
        "outage": "Gangguan layanan",
        "update": "Perkembangan penanganan gangguan",
        "restored": "Layanan pulih",
        "correction": "Ralat pemberitahuan gangguan",
        "question": "Apakah layanan Anda sudah normal?",
        "survey": "Survei kepuasan pelanggan",
    },
    "en": {
        "ack": "We have received your report",
        "outage": "Service outage",
        "update": "Outage update",
        "restored": "Service restored",
        "correction": "Correction of our outage notice",
        "question": "Is your service working again?",
        "survey": "Customer satisfaction survey",
    },
}

NAMED_MOST, NAMED_CHARS = 3, 60  # of a customer's services, by their ids: a message is short

# What was done, where the matter is no service that works or not (SOP 4.2 stage 5)
RESULTS: dict[Language, dict[Category | None, str]] = {
    "id": {
        "billing": "keluhan tagihan Anda sudah kami selesaikan.",
        "account": "keluhan tentang akun Anda sudah kami selesaikan.",
    },
    "en": {
        "billing": "your billing complaint has been dealt with.",
        "account": "your account complaint has been dealt with.",
    },
}
NO_FAULT: dict[Language, str] = {
    "id": "kami sudah memeriksa keluhan Anda dan tidak menemukan gangguan pada {service}.",
    "en": "we looked into your complaint and found no fault on {service}.",
}
SETTLED: dict[Language, str] = {
    "id": "Apakah keluhan Anda sudah teratasi?",
    "en": "Has your complaint been settled?",
}


def subject(facts: NoticeFacts, kind: NoticeKind, language: Language) -> str:
    if kind == "update" and facts.over:
        kind = "restored"
    words = SUBJECTS[language][kind]
    if kind == "question" and (facts.no_fault or facts.category in RESULTS[language]):
        words = SETTLED[language]
    return f"{words} - {facts.number}"


def body(facts: NoticeFacts, kind: NoticeKind, language: Language, zone: Zone, desk: str) -> str:
    """`desk`: the telephone number under which customers reach us (policy)."""
    sentences = in_indonesian if language == "id" else in_english
    return " ".join(sentences(facts, kind, zone, desk))


def answer_at(url: str, language: Language) -> str:
    """Where a question is answered without a word written."""
    return f"Atau jawab di {url}" if language == "id" else f"Or answer at {url}"


def survey_at(url: str, language: Language) -> str:
    """Where the score is given."""
    return f"Jawab di {url}" if language == "id" else f"Answer at {url}"


def clock_time(us: int, language: Language, zone: Zone) -> str:
    """As people of the zone write it: `3 Mar 2026 pukul 10.02 WIB` (EYD V), `3 Mar 2026 10:02 WIB`."""
    local = moment(us + OFFSET_US[zone])
    month = MONTHS[language].split()[local.month - 1]
    hour = f"pukul {local:%H.%M}" if language == "id" else f"{local:%H:%M}"
    return f"{local.day} {month} {local.year} {hour} {zone}"


def grouped(number: int, language: Language) -> str:
    """1234567 -> 1.234.567 in Bahasa Indonesia, 1,234,567 in English."""
    text = f"{number:,}"
    return text.replace(",", ".") if language == "id" else text


def service_words(facts: NoticeFacts, language: Language) -> str:
    name = PRODUCTS[language].get(facts.product or "")
    which = which_words(facts.services, language)
    if language == "id":
        return (f"layanan {name} Anda" if name else "layanan Anda") + which
    return (f"your {name} service" if name else "your service") + which


def which_words(services: tuple[str, ...], language: Language) -> str:
    """As ` (SV-1, SV-2, SV-3 dan 4 lainnya)`; nothing where none is named."""
    if not services:
        return ""
    shown = services[:NAMED_MOST]
    while len(shown) > 1 and len(", ".join(shown)) > NAMED_CHARS:
        shown = shown[:-1]
    left = len(services) - len(shown)
    more = "" if left <= 0 else f" dan {left} lainnya" if language == "id" else f" and {left} more"
    return f" ({', '.join(shown)}{more})"


def result(facts: NoticeFacts, word: str) -> str:
    """As it was written for the customer, who may read another language; nothing where nobody wrote any."""
    if facts.result is None:
        return ""
    text = " ".join(facts.result.split())
    return f" {word}: {text}" + ("" if text.endswith((".", "!", "?")) else ".")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# Bahasa Indonesia

DEAR = "Pelanggan Yth."


def in_indonesian(facts: NoticeFacts, kind: NoticeKind, zone: Zone, desk: str) -> list[str]:
    service = service_words(facts, "id")

    def at(us: int) -> str:
        return clock_time(us, "id", zone)

    since = f" sejak {at(facts.since_us)}" if facts.since_us is not None else ""
    number = f"Nomor tiket: {facts.number}."
    if kind == "update" and facts.over:
        kind = "restored"
    match kind:
        case "ack":
            return [*ack_in_indonesian(facts, zone, service, since), number]
        case "outage":
            return [f"{DEAR}, {service} mengalami gangguan{since}.", *ahead_in_indonesian(facts, zone), number]
        case "update" if facts.unstable:
            unstable = f"{DEAR}, {service} belum stabil{since}: beberapa kali terganggu dan pulih kembali."
            return [unstable, *ahead_in_indonesian(facts, zone), number]
        case "update":
            still = "kembali" if facts.again else "masih"
            return [f"{DEAR}, {service} {still} mengalami gangguan{since}.", *ahead_in_indonesian(facts, zone), number]
        case "restored":
            until = f" sejak {at(facts.until_us)}" if facts.until_us is not None else ""
            was, sorry = (f" sempat terganggu{since} dan", " Mohon maaf atas gangguan ini.") if facts.past else ("", "")
            return [
                f"{DEAR}, {service}{was} sudah pulih{until}.{sorry}",
                f"Jika masih ada kendala, silakan balas pesan ini atau hubungi {desk}.",
                number,
            ]
        case "correction":
            return [
                f"{DEAR}, pemberitahuan gangguan yang kami kirim sebelumnya tidak berlaku untuk {service}.",
                "Menurut data terbaru, layanan Anda tidak terdampak. Mohon maaf atas kekeliruan ini.",
                number,
            ]
        case "question":
            working = f"menurut pemeriksaan kami, {service} sudah normal kembali."
            checked = RESULTS["id"].get(facts.category, working)
            if facts.no_fault:
                checked = NO_FAULT["id"].format(service=service)
            again = f"kami belum menerima jawaban Anda. {capital(checked)}"
            return [
                f"{DEAR}, {again if facts.repeat else checked}{result(facts, 'Hasilnya')} "
                "Apakah keluhan Anda sudah teratasi?",
                f"Balas SELESAI atau BELUM, atau hubungi {desk}.",
                number,
            ]
        case "survey":
            return survey_in_indonesian(facts, desk)


def ack_in_indonesian(facts: NoticeFacts, zone: Zone, service: str, since: str) -> list[str]:
    if facts.known_incident:
        return [
            f"{DEAR}, terima kasih atas laporan Anda. {capital(service)} terdampak gangguan{since}.",
            *ahead_in_indonesian(facts, zone),
        ]
    if facts.planned_work and facts.until_us is not None:
        return [
            f"{DEAR}, terima kasih atas laporan Anda. {capital(service)} sedang terdampak pemeliharaan jaringan "
            f"yang sudah dijadwalkan dan direncanakan selesai {clock_time(facts.until_us, 'id', zone)}.",
            "Setelah itu laporan Anda kami periksa kembali.",
        ]
    return [f"{DEAR}, terima kasih. Laporan tentang {service} sudah kami terima dan sedang kami periksa."]


def survey_in_indonesian(facts: NoticeFacts, desk: str) -> list[str]:
    again = "kami belum menerima jawaban Anda. S" if facts.repeat else "s"
    return [
        f"{DEAR}, {again}eberapa puas Anda dengan {service_words(facts, 'id')}? "
        "Beri nilai 1 (tidak puas) sampai 5 (sangat puas).",
        f"Survei ini tidak wajib; hubungi {desk} jika tidak ingin ditanya lagi.",
        f"Nomor survei: {facts.number}.",
    ]


def ahead_in_indonesian(facts: NoticeFacts, zone: Zone) -> list[str]:
    """What we do, until when where a person said so, and when we speak next."""
    lines = ["Mohon maaf atas gangguan ini. Tim kami sedang menanganinya."]
    if facts.estimate_us is not None:
        lines.append(f"Perkiraan pulih: {clock_time(facts.estimate_us, 'id', zone)}.")
    if facts.next_us is not None:
        lines.append(f"Kabar berikutnya paling lambat {clock_time(facts.next_us, 'id', zone)}.")
    return lines


# English


def in_english(facts: NoticeFacts, kind: NoticeKind, zone: Zone, desk: str) -> list[str]:
    service = service_words(facts, "en")

    def at(us: int) -> str:
        return clock_time(us, "en", zone)

    since = f" {'from' if facts.past else 'since'} {at(facts.since_us)}" if facts.since_us is not None else ""
    number = f"Ticket number: {facts.number}."
    if kind == "update" and facts.over:
        kind = "restored"
    match kind:
        case "ack":
            return [*ack_in_english(facts, zone, service, since), number]
        case "outage":
            return [f"{capital(service)} has been down{since}.", *ahead_in_english(facts, zone), number]
        case "update" if facts.unstable:
            unstable = f"{capital(service)} has been unstable{since}: it fails and comes back again and again."
            return [unstable, *ahead_in_english(facts, zone), number]
        case "update":
            since = f" ({since.strip()})" if since else ""
            state = "is down again" if facts.again else "is still down"
            return [f"{capital(service)} {state}{since}.", *ahead_in_english(facts, zone), number]
        case "restored":
            works = "is working again"
            if facts.until_us is not None:
                works = f"has been working again since {at(facts.until_us)}"
            was, sorry = (f"was down{since}, and ", " We are sorry about this.") if facts.past else ("", "")
            return [
                f"{capital(service)} {was}{works}.{sorry}",
                f"If something is still wrong, reply to this message or call {desk}.",
                number,
            ]
        case "correction":
            return [
                f"Our earlier outage notice does not apply to {service}.",
                "According to our latest information, your service is not affected. We apologise for the mistake.",
                number,
            ]
        case "question":
            again = "We have not heard from you yet. " if facts.repeat else ""
            working = f"as far as we can see, {service} is working again."
            checked = RESULTS["en"].get(facts.category, working)
            if facts.no_fault:
                checked = NO_FAULT["en"].format(service=service)
            return [
                f"{again}{capital(checked)}{result(facts, 'The result')} Is your problem solved?",
                f"Reply YES or NO, or call {desk}.",
                number,
            ]
        case "survey":
            return survey_in_english(facts, desk)


def ack_in_english(facts: NoticeFacts, zone: Zone, service: str, since: str) -> list[str]:
    if facts.known_incident:
        return [
            f"Thank you for your report. {capital(service)} has been affected by an outage{since}.",
            *ahead_in_english(facts, zone),
        ]
    if facts.planned_work and facts.until_us is not None:
        return [
            f"Thank you for your report. {capital(service)} is affected by planned work on our network, "
            f"which is due to end at {clock_time(facts.until_us, 'en', zone)}.",
            "After that we will check your report again.",
        ]
    return [f"Thank you. We have received your report about {service} and are looking into it."]


def survey_in_english(facts: NoticeFacts, desk: str) -> list[str]:
    again = "We have not had your answer yet. " if facts.repeat else ""
    return [
        f"{again}How satisfied are you with {service_words(facts, 'en')}? Give it 1 (not at all) to 5 (very).",
        f"You need not answer; call {desk} if you do not want to be asked again.",
        f"Survey number: {facts.number}.",
    ]


def ahead_in_english(facts: NoticeFacts, zone: Zone) -> list[str]:
    lines = ["We are sorry about this. Our team is working on it."]
    if facts.estimate_us is not None:
        lines.append(f"Expected back: {clock_time(facts.estimate_us, 'en', zone)}.")
    if facts.next_us is not None:
        lines.append(f"We will update you by {clock_time(facts.next_us, 'en', zone)}.")
    return lines
