"""Complaint texts and what they are read as; all are invented. A change here is a new version of `care.words`."""

import pytest

from correlator.events import Category, Symptom
from correlator.service_desk.texts import classifier_words
from correlator.service_desk.texts.classifier import Classification, classify

GOLDEN: list[tuple[str, Category, Symptom, str]] = [
    # Nothing works, Bahasa Indonesia
    ("Internet mati total sejak tadi pagi", "network", "no_service", "id"),
    ("internet putus dari jam 8, mohon dicek", "network", "no_service", "id"),
    ("Wifi di rumah saya mati, lampu LOS merah", "network", "no_service", "id"),
    ("LOS merah min tolong", "network", "no_service", "id"),
    ("Jaringan di kantor kami down dari semalam", "network", "no_service", "id"),
    ("gak bisa internetan sama sekali", "network", "no_service", "id"),
    ("wifi nyala tapi gabisa konek internet", "network", "no_service", "id"),
    ("Tidak ada koneksi internet di seluruh gedung", "network", "no_service", "id"),
    ("Layanan VPN antar cabang tidak dapat digunakan", "network", "no_service", "id"),
    ("VPN kantor cabang Surabaya terputus", "network", "no_service", "id"),
    ("Link DIA kami offline sejak pukul 03.00", "network", "no_service", "id"),
    ("Kabel fiber putus kena galian di depan rumah", "network", "no_service", "id"),
    ("Site mati total, tidak ada layanan sama sekali.", "network", "no_service", "id"),
    ("koneksi hilang total pak, RTO semua", "network", "no_service", "id"),
    ("Modem mati lampu los kedip merah", "network", "no_service", "id"),
    ("inet matiiii dari kemarin woy", "network", "no_service", "id"),
    ("internet saya ga nyala nyala dari tadi malam", "network", "no_service", "id"),
    ("tower kami tidak respon, ping RTO", "network", "no_service", "id"),
    ("Sinyal wireless hilang dan tidak bisa terhubung", "network", "no_service", "id"),
    ("Belum nyala juga internetnya sampai sekarang", "network", "no_service", "id"),
    ("gangguan total di lokasi kami, internet padam", "network", "no_service", "id"),
    # Nothing works, English
    ("No internet at all since ten o'clock, nothing works.", "network", "no_service", "en"),
    ("The internet is down in our office", "network", "no_service", "en"),
    ("Our VPN is not working since this morning", "network", "no_service", "en"),
    ("I can't connect to the internet", "network", "no_service", "en"),
    ("Fibre link is dead, red light on the modem", "network", "no_service", "en"),
    ("We have a complete outage at the Bandung site", "network", "no_service", "en"),
    ("The router lost connection and my wifi doesn't work", "network", "no_service", "en"),
    # Slow or on and off
    ("Internet lemot banget", "network", "slow", "id"),
    ("internetnya lemooot parah dari kemarin min", "network", "slow", "id"),
    ("koneksi lelet kalau malam", "network", "slow", "id"),
    ("Koneksi putus nyambung terus", "network", "slow", "id"),
    ("wifi putus-putus dari tadi pagi", "network", "slow", "id"),
    ("internet sering mati nyala sendiri", "network", "slow", "id"),
    ("Kecepatan turun, tidak sesuai paket 100 Mbps", "network", "slow", "id"),
    ("VPN kami lambat dan packet loss 20%", "network", "slow", "id"),
    ("ping tinggi, main game ngelag terus", "network", "slow", "id"),
    ("Streaming buffering terus tiap malam", "network", "slow", "id"),
    ("jaringan tidak stabil seminggu ini", "network", "slow", "id"),
    ("sinyal hilang timbul", "network", "slow", "id"),
    ("Internet is very slow in the evening", "network", "slow", "en"),
    ("The connection keeps dropping every few minutes", "network", "slow", "en"),
    ("Intermittent connection with high latency", "network", "slow", "en"),
    ("Speed is down to 2 Mbps since yesterday", "network", "slow", "en"),
    # Negation
    ("internet tidak mati, hanya lambat", "network", "slow", "id"),
    ("Bukan lemot lagi, tapi mati total", "network", "no_service", "id"),
    ("gak mati sih cuma lelet parah", "network", "slow", "id"),
    ("The internet is not down, just slow", "network", "slow", "en"),
    ("not slow, it is completely dead", "network", "no_service", "en"),
    ("hampir mati internetnya saking lambat", "network", "slow", "id"),
    ("Ini bukan masalah tagihan, internet kami mati", "network", "no_service", "id"),
    ("This is not a billing issue, our internet is down", "network", "no_service", "en"),
    ("tadi internet mati, sekarang sudah normal kembali. terima kasih", "network", "other", "id"),
    # Television
    ("Siaran TV hilang, internet normal", "network", "tv", "id"),
    ("channel tv mati semua tapi wifi lancar", "network", "tv", "id"),
    ("TV dan internet mati semua", "network", "no_service", "id"),
    # The bill
    ("Tagihan bulan ini salah, kami ditagih dua kali.", "billing", "other", "id"),
    ("kenapa tagihan saya naik terus?", "billing", "other", "id"),
    ("Sudah bayar tapi masih ditagih", "billing", "other", "id"),
    ("Mohon faktur pajak dan NPWP bulan Februari", "billing", "other", "id"),
    ("pembayaran via virtual account gagal", "billing", "other", "id"),
    ("kok tagian gak sesuai paket ya", "billing", "other", "id"),
    ("My invoice is wrong, I was charged twice", "billing", "other", "en"),
    ("Please refund my last payment", "billing", "other", "en"),
    ("sudah bayar tapi internet masih mati", "network", "no_service", "id"),
    # The account
    ("Lupa password portal pelanggan", "account", "other", "id"),
    ("gak bisa login ke akun saya", "account", "other", "id"),
    ("Kode OTP tidak masuk", "account", "other", "id"),
    ("Mau balik nama pelanggan dan ganti alamat", "account", "other", "id"),
    ("I want to upgrade my subscription", "account", "other", "en"),
    ("My account is locked, cannot log in", "account", "other", "en"),
    # Service
    ("Teknisi tidak datang sesuai jadwal", "service", "other", "id"),
    ("Petugas pemasangan tidak ramah", "service", "other", "id"),
    ("Server cloud kami tidak bisa diakses", "service", "no_service", "id"),
    ("The technician never came to the appointment", "service", "other", "en"),
    ("Cloud hosting backup is slow", "service", "slow", "en"),
    ("PBX VoIP kami mati total", "service", "no_service", "id"),
    # Nothing is understood
    ("Halo, mohon bantuannya", "service", "other", "id"),
    ("", "service", "other", "id"),
    ("???", "service", "other", "id"),
]


@pytest.mark.parametrize(("text", "category", "symptom", "language"), GOLDEN)
def test_a_text_is_read_as(text: str, category: Category, symptom: Symptom, language: str) -> None:
    verdict = classify(text, None)
    assert (verdict.category, verdict.symptom, verdict.language) == (category, symptom, language)


def test_there_are_many_texts_of_each_category() -> None:
    assert len(GOLDEN) >= 60
    for category in ("network", "billing", "account", "service"):
        assert sum(row[1] == category for row in GOLDEN) >= 5


def test_the_version_goes_with_the_verdict() -> None:
    assert classify("mati", None).version == classifier_words.VERSION


def test_the_same_text_in_other_clothes_is_read_the_same() -> None:
    for text in (
        "INTERNET MATI TOTAL!!!",
        "internet   mati...total",
        "Internet, mati-total?",
        "internet mati total\n\n",
    ):
        assert classify(text, None) == Classification("network", "no_service", "id", classifier_words.VERSION)


def test_the_form_decides_where_the_text_does_not() -> None:
    assert classify("mohon dibantu", "billing").category == "billing"
    assert classify("mohon dibantu", "network") == Classification("network", "other", "id", classifier_words.VERSION)
    assert classify("internet mati total", "billing").category == "network", "what is said plainly wins over a form"
    assert classify("tagihan salah", "network").category == "billing"


def test_a_very_long_text_is_read_from_its_beginning() -> None:
    assert classify("internet mati total. " + "bla " * 100_000, None).symptom == "no_service"
    assert classify("x" * 1_000_000, None).category == "service"


def test_apostrophes_of_every_kind() -> None:
    assert classify("I can\u2019t connect to the internet", None) == classify("I can't connect to the internet", None)
