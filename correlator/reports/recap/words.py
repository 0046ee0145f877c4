"""The words of the recap's codes, in Bahasa Indonesia and English."""

from typing import Final

from correlator.reports.figures import CATEGORIES, KINDS, SEVERITIES
from correlator.reports.report import Words

UNKNOWN: Final = "unknown"
UNKNOWN_WORDS: Final[dict[str, Words]] = {UNKNOWN: {"id": "tidak diketahui", "en": "unknown"}}
CHANNELS: Final[dict[str, Words]] = {
    "phone": {"id": "telepon", "en": "phone"},
    "email": {"id": "email", "en": "email"},
    "portal": {"id": "portal pelanggan", "en": "customer portal"},
    "walk_in": {"id": "kunjungan langsung", "en": "walk-in"},
}
PRODUCTS: Final[dict[str, Words]] = {
    "dia": {"id": "Dedicated Internet Access", "en": "Dedicated Internet Access"},
    "broadband": {"id": "Broadband", "en": "Broadband"},
    "vpn": {"id": "VPN", "en": "VPN"},
    "fiber": {"id": "Fiber Optic", "en": "Fiber Optic"},
    "tower": {"id": "Tower", "en": "Tower"},
    "wireless": {"id": "Wireless Network", "en": "Wireless Network"},
    "cloud": {"id": "Cloud Hosting", "en": "Cloud Hosting"},
    "uc": {"id": "Unified Communications", "en": "Unified Communications"},
    "iot": {"id": "IoT", "en": "IoT"},
}
DIVISIONS: Final[dict[str, Words]] = {
    "customer_care": {"id": "Customer Care", "en": "Customer Care"},
    "customer_support": {"id": "Customer Support", "en": "Customer Support"},
    "care_supervisor": {"id": "Supervisor Customer Care", "en": "Customer Care Supervisor"},
    "service_manager": {"id": "Manajer Layanan Pelanggan", "en": "Customer Service Manager"},
    "operations_director": {"id": "Direktur Operasional", "en": "Director of Network Operations"},
    "noc_operator": {"id": "Network Operation (NOC)", "en": "Network Operation (NOC)"},
    "technical": {"id": "Divisi Teknis", "en": "Technical division"},
    "billing_account": {"id": "Billing & Account", "en": "Billing & Account"},
    "customer_experience": {"id": "Customer Experience", "en": "Customer Experience"},
    "administrator": {"id": "Administrator", "en": "Administrator"},
}
CLOCKS: Final[dict[str, Words]] = {
    "response": {"id": "respons awal", "en": "first response"},
    "resolution": {"id": "penyelesaian", "en": "resolution"},
    "stage_receipt": {"id": "tahap 1 penerimaan", "en": "stage 1 receipt"},
    "stage_verification": {"id": "tahap 2 verifikasi", "en": "stage 2 verification"},
    "stage_assignment": {"id": "tahap 3 penugasan", "en": "stage 3 assignment"},
    "stage_investigation": {"id": "tahap 4 investigasi", "en": "stage 4 investigation"},
    "stage_confirmation": {"id": "tahap 5 konfirmasi", "en": "stage 5 confirmation"},
}
CAUSES: Final[dict[str, Words]] = {
    "fibre_cut_third_party": {"id": "serat terputus oleh pihak ketiga", "en": "fibre cut by a third party"},
    "power": {"id": "catu daya", "en": "power"},
    "hardware": {"id": "perangkat keras", "en": "hardware"},
    "software": {"id": "perangkat lunak", "en": "software"},
    "human_error": {"id": "kesalahan manusia", "en": "human error"},
    "capacity": {"id": "kapasitas", "en": "capacity"},
    "weather": {"id": "cuaca", "en": "weather"},
    "theft": {"id": "pencurian", "en": "theft"},
    "upstream": {"id": "penyedia hulu", "en": "upstream provider"},
    **UNKNOWN_WORDS,
}
NOTICES: Final[dict[str, Words]] = {
    "ack": {"id": "tanda terima", "en": "acknowledgement"},
    "outage": {"id": "pemberitahuan gangguan", "en": "outage notice"},
    "update": {"id": "kabar lanjutan", "en": "update"},
    "restored": {"id": "pemulihan", "en": "restoration"},
    "correction": {"id": "koreksi", "en": "correction"},
    "question": {"id": "permintaan konfirmasi", "en": "request for confirmation"},
    "survey": {"id": "survei kepuasan", "en": "satisfaction survey"},
}
REPEATED: Final[dict[str, Words]] = {
    "customer": {"id": "pelanggan yang sama", "en": "the same customer"},
    "element": {"id": "elemen jaringan yang sama", "en": "the same network element"},
}
ORDER: Final[dict[str, int]] = {
    word: place
    for words in (KINDS, SEVERITIES, CATEGORIES, CHANNELS, PRODUCTS, DIVISIONS, CLOCKS, CAUSES)
    for place, word in enumerate(words)
}
