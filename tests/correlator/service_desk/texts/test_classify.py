"""Complaint texts and what they are read as; all are invented. The model has not learnt from them."""

import pytest

from correlator.events import Category, Symptom
from correlator.service_desk.texts import features, model
from correlator.service_desk.texts.classifier import classify, judge

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
    ("tadi internet mati, sekarang sudah normal kembali. terima kasih", "network", "none", "id"),
    # Television
    ("Siaran TV hilang, internet normal", "network", "tv", "id"),
    ("channel tv mati semua tapi wifi lancar", "network", "tv", "id"),
    ("TV dan internet mati semua", "network", "no_service", "id"),
    # The bill
    ("Tagihan bulan ini salah, kami ditagih dua kali.", "billing", "none", "id"),
    ("kenapa tagihan saya naik terus?", "billing", "none", "id"),
    ("Sudah bayar tapi masih ditagih", "billing", "none", "id"),
    ("Mohon faktur pajak dan NPWP bulan Februari", "billing", "none", "id"),
    ("pembayaran via virtual account gagal", "billing", "none", "id"),
    ("kok tagian gak sesuai paket ya", "billing", "none", "id"),
    ("My invoice is wrong, I was charged twice", "billing", "none", "en"),
    ("Please refund my last payment", "billing", "none", "en"),
    ("sudah bayar tapi internet masih mati", "network", "no_service", "id"),
    # The account
    ("Lupa password portal pelanggan", "account", "none", "id"),
    ("gak bisa login ke akun saya", "account", "none", "id"),
    ("Kode OTP tidak masuk", "account", "none", "id"),
    ("Mau balik nama pelanggan dan ganti alamat", "account", "none", "id"),
    ("I want to upgrade my subscription", "account", "none", "en"),
    ("My account is locked, cannot log in", "account", "none", "en"),
    # Service
    ("Teknisi tidak datang sesuai jadwal", "service", "none", "id"),
    ("Petugas pemasangan tidak ramah", "service", "none", "id"),
    ("Server cloud kami tidak bisa diakses", "service", "no_service", "id"),
    ("The technician never came to the appointment", "service", "none", "en"),
    ("Cloud hosting backup is slow", "service", "slow", "en"),
    ("PBX VoIP kami mati total", "service", "no_service", "id"),
    # What the line has no part in
    ("Netflix tidak bisa, lainnya lancar", "service", "none", "id"),
    ("netflix buffering doang", "service", "none", "id"),
    ("WhatsApp won't open but everything else works", "service", "none", "en"),
    ("kuota abis padahal baru seminggu", "billing", "none", "id"),
    ("kena FUP, internet jadi lemot", "billing", "none", "id"),
    ("kok mahal sekarang, tarif naik terus", "billing", "none", "id"),
    ("ga bs login aplikasi MyX", "account", "none", "id"),
    ("saya minta review ulang", "service", "none", "id"),
    ("tidak ada masalah internet, cuma tagihan salah", "billing", "none", "id"),
    # Of the network, in other tongues and by its parts
    ("backbone down", "network", "no_service", "id"),
    ("gangguan fiber di area tertentu", "network", "no_service", "id"),
    ("mboten saget internetan pak", "network", "no_service", "id"),
    ("wifi ora iso konek mas", "network", "no_service", "id"),
    ("teu tiasa internetan", "network", "no_service", "id"),
    # Nothing is understood
    ("Halo, mohon bantuannya", "service", "none", "id"),
    ("", "service", "other", "id"),
    ("???", "service", "other", "id"),
]


SHORT = (
    """
gak bisa konek|gabisa konek|ga connect|ngga nyambung|internetnya ga jalan|error terus|no connection
it doesn't work|not working!!!|gak bs internetan|wifi ga ada internet|ga connect min|kok ga konek2 ya
mati kak|mati lagi min|down lagi??|internet off|wifi kok merah|los|ga bisa buka apa2
ga ada sinyal sama sekali|tidak tersambung ke internet|wifi not working|internet doesn't work
cant connect|still no internet|no wifi|nothing works|belum nyala juga|masih mati nih|blm bisa
ga bisa online|jaringan ilang|disconnected|terputus|wifi error|gangguan lagi
tidak bisa dipakai internetnya|error terus wifinya|internet trouble|gk nyala wifinya|kapan nyala?
masih ga konek|lost connection
""".strip()
    .replace("\n", "|")
    .split("|")
)


@pytest.mark.parametrize("text", SHORT)
def test_a_few_words_that_say_no_internet_are_read_as_no_service(text: str) -> None:
    verdict = classify(text)
    assert (verdict.category, verdict.symptom, verdict.cause) == ("network", "no_service", "network")


@pytest.mark.parametrize(
    "sent",
    [
        "[gambar]",
        "[Sticker]",
        "[video]",
        "<Media tidak disertakan>",
        "<Media omitted>",
        "gambar tidak disertakan",
        "\u200esticker omitted",
        "IMG-20260301-WA0007.jpg (file terlampir)",
        "[foto] [foto]\n[pesan suara: 0:12]",
    ],
)
def test_what_stands_for_a_picture_is_no_word(sent: str) -> None:
    """A person looks at it; what is written beside it is read as if it stood alone."""
    assert judge(sent).words == ()
    assert classify(sent).symptom == "other"
    for text in ("internet mati total", "kapan teknisi datang"):
        assert classify(f"{sent} {text}") == classify(text) == classify(f"{text}\n{sent}")


def test_a_picture_that_a_customer_speaks_of_is_read() -> None:
    assert classify("gambar tv hilang, internet lancar").symptom == "tv"


@pytest.mark.parametrize(("text", "category", "symptom", "language"), GOLDEN)
def test_a_text_is_read_as(text: str, category: Category, symptom: Symptom, language: str) -> None:
    verdict = classify(text)
    assert (verdict.category, verdict.symptom, verdict.language) == (category, symptom, language)


def test_there_are_many_texts_of_each_category() -> None:
    assert len(GOLDEN) >= 60
    for category in ("network", "billing", "account", "service"):
        assert sum(row[1] == category for row in GOLDEN) >= 5


def test_the_version_goes_with_the_verdict() -> None:
    assert classify("mati").version == model.shipped().version


def test_the_same_text_in_other_clothes_is_read_the_same() -> None:
    for text in (
        "INTERNET MATI TOTAL!!!",
        "internet   mati...total",
        "Internet, mati-total?",
        "internet mati total\n\n",
    ):
        assert classify(text) == classify("internet mati total")


def test_a_very_long_text_is_read_from_its_beginning() -> None:
    assert classify("internet mati total. " + "bla " * 100_000).symptom == "no_service"
    assert classify("z" * 1_000_000).category == "service"


def test_apostrophes_of_every_kind() -> None:
    assert classify("I can\u2019t connect to the internet") == classify("I can't connect to the internet")


def test_the_words_that_weighed_most_are_told() -> None:
    assert classify("Netflix tidak bisa, lainnya lancar").words[0] == "netflix"
    assert {"mati", "total"} <= set(classify("internet mati total sejak jam 7").words)


def test_nobody_s_name_is_among_the_words_that_are_told() -> None:
    read = classify("Nama saya Wulandari Kusumaningtyas, 0812 3456 7890, wulan@example.net, internet mati total")
    assert set(read.words) <= {"internet", "mati", "total"}


def test_what_is_not_clear_is_neither_an_outage_nor_none() -> None:
    assert (judge("???").clear, classify("???").symptom) == (False, "other")


def test_a_judgement_names_evidence_cause_and_how_sure_it_is() -> None:
    outage, app = judge("internet mati total"), judge("Netflix tidak bisa, lainnya lancar")
    assert (outage.evidence, outage.cause, app.evidence, app.cause) == ("outage", "network", "none", "app")
    assert min(outage.confidence, app.confidence) > 900_000


def test_what_is_negated_or_turned_is_read_so() -> None:
    assert [one.features for one in features.read("tidak mati tapi lambat")] == [
        ("^ tidak",),
        ("tidak mati", "!mati"),
        ("mati tapi",),
        ("tapi lambat", ">lambat"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("internetnya lemooot bgt", ["internet", "lemot", "banget"]),
        ("gabisa konek dari jam 07.30", ["tidak", "bisa", "konek", "dari", "jam", "0", "0"]),
        ("tiba2 mati, apa2nya", ["tiba-tiba", "mati", "apa-apa"]),
        ("putus putus", ["putus-putus"]),
        ("ga nyala nyala", ["tidak", "nyala"]),
    ],
)
def test_spellings_are_made_one(text: str, words: list[str]) -> None:
    assert features.words_of(text) == words


@pytest.mark.parametrize(
    ("text", "breadth"),
    [
        ("Penurunan kecepatan internet", "line"),
        ("gangguan fiber di area tertentu", "area"),
        ("fiber cut in our area", "area"),
        ("internet lambat, kabel optik di wilayah kami putus", "area"),
        ("Jaringan backbone down", "wide"),
        ("data center outage", "wide"),
        ("pusat data padam total", "wide"),
        ("harga backbone berapa?", "line"),
        ("backbone kami tidak down lagi, sudah normal", "line"),
    ],
)
def test_how_far_a_fault_reaches_by_the_sops_own_examples(text: str, breadth: str) -> None:
    """SOP 4.3."""
    assert classify(text).breadth == breadth


@pytest.mark.parametrize(
    ("text", "has_mains"),
    [
        ("wifi mati, lampu LOS merah", True),
        ("lampu LOS berkedip merah, internet mati", True),
        ("los nya merah dari tadi pagi", True),
        ("red LOS light is blinking, no internet", True),
        ("listrik nyala tapi internet mati", True),
        ("mati listrik tadi, sekarang listrik sudah nyala tapi wifi belum", True),
        ("internet mati total", False),
        ("lampu modem mati semua", False),
        ("modem tidak nyala lampunya", False),
        ("lampu tidak menyala", False),
        ("listrik padam, internet mati", False),
        ("mati lampu dari tadi", False),
    ],
)
def test_who_sees_a_lamp_glow_has_mains(text: str, has_mains: bool) -> None:
    assert classify(text).has_mains == has_mains
