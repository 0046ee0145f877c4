"""What a complaint says of now decides whether it tells of a fault that stands."""

import pytest

from correlator.service_desk.texts.classifier import classify


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("kemarin malam internet saya mati satu jam, sekarang normal. Kenapa?", "none"),
        ("tadi pagi putus, skrg udah nyala", "none"),
        ("My internet was down last night but now it works. Why?", "none"),
        ("internet mati, sekarang belum normal juga", "no_service"),
        ("skrg ga bisa internetan", "no_service"),
        ("internet mati total sampai sekarang", "no_service"),
        ("biasanya lancar, sekarang mati", "no_service"),
        ("dari tadi pagi mati, sekarang masih mati", "no_service"),
        ("it was ok yesterday, now it is not working", "no_service"),
    ],
)
def test_what_works_by_now_is_no_outage_and_what_fails_by_now_is_one(text: str, symptom: str) -> None:
    assert classify(text).symptom == symptom


def test_a_bill_that_is_high_now_stays_a_bill() -> None:
    assert classify("kenapa tagihan saya sekarang naik").category == "billing"


@pytest.mark.parametrize(
    ("text", "still"),
    [
        ("Masih mati sampai sekarang", True),
        ("msh mati nih", True),
        ("kok mati lagi", True),
        ("internet kembali mati", True),
        ("lampunya lagi mati, wifi aman", False),
        ("wifi blm nyala juga", True),
        ("internet mati total sampai sekarang", True),
        ("My internet is down again", True),
        ("still no internet", True),
        ("internet mati total sejak tadi", False),
        ("tadi mati, kapan pulih?", False),
        ("masih lemot", False),
        ("sudah bayar tapi masih ditagih", False),
        ("kemarin mati, sekarang sudah normal lagi", False),
    ],
)
def test_who_says_that_it_is_so_still_or_again_does_not_speak_of_what_is_over(text: str, still: bool) -> None:
    assert classify(text).still is still


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("internet mati dari jam 9.10 tadi, baru nyala jam 10", "none"),
        ("our line died at nine and came back at ten", "none"),
        ("wifi mati dari jam 2, belum nyala lagi", "no_service"),
        ("internet mati, kapan nyala lagi", "no_service"),
        ("internetku aman kok, tetanggaku mati", "none"),
        ("internet saya normal, cuma mau tanya apa ada gangguan", "none"),
        ("katanya ada gangguan, bener gak?", "none"),
        ("is there an outage? saw on twitter", "none"),
        ("ada gangguan ya? internet saya mati", "no_service"),
        ("kapan normal? dari pagi mati nih", "no_service"),
        ("listrik PLN padam dari tadi di perumahan, internet jadi mati", "none"),
        ("abis mati lampu internet mati", "no_service"),
        ("listrik sudah nyala tapi internet mati", "no_service"),
    ],
)
def test_who_asks_who_is_well_again_and_who_has_no_mains_tells_of_no_outage(text: str, symptom: str) -> None:
    assert classify(text).symptom == symptom


@pytest.mark.parametrize(
    "text",
    [
        "internet mati lampu merah",
        "modem mati lampu semua",
        "sudah restart power off on, internet mati",
        "kemarin listrik padam, hari ini internet mati",
        "mati lampu dari jam 3 sampai jam 5, internet masih mati sampai sekarang",
        "internet mati sejak jam 9, mohon segera normal kembali",
        "jaringan putus dari subuh, janjinya jam 12 sudah normal",
        "kata cs gangguan, internet saya mati",
        "tetangga aman, internet saya mati",
        "my neighbour is fine, my internet is down",
        "benar ada gangguan? internet saya mati",
        "outage? nothing works here",
        "kembali mati",
        "internet kami kembali mati, tolong dicek",
    ],
)
def test_whose_line_is_dead_tells_of_an_outage_whatever_else_they_say(text: str) -> None:
    assert classify(text).symptom == "no_service"


@pytest.mark.parametrize(
    ("text", "category", "symptom"),
    [
        ("semalam mati 2 jam, minta kompensasi", "billing", "none"),
        ("semalam internet mati 2 jam, minta kompensasi", "billing", "none"),
        ("dari semalam mati, minta kompensasi", "network", "no_service"),
        ("semalam mati, sekarang mati lagi, minta kompensasi", "network", "no_service"),
        ("internet mati kemarin, hari ini mati lagi. Saya minta ganti rugi", "network", "no_service"),
        ("internet was down from 9 to 10", "network", "none"),
        ("my internet was down last night, please credit my bill", "billing", "none"),
        ("los merah dari jam 5 sampai jam 7, abis itu ijo", "network", "none"),
        ("internet mati dari jam 5 sampai jam 7 belum nyala", "network", "no_service"),
        ("udah nyala barusan, makasih. tadi dari magrib mati total", "network", "none"),
        ("semalam wifi mati, pagi ini sudah bisa dipakai lagi", "network", "none"),
        ("jam 9 internet mati, jam 10 nyala", "network", "none"),
        ("jaringan tadi putus tapi sudah balik", "network", "none"),
    ],
)
def test_what_was_dead_for_a_while_is_no_outage_of_now(text: str, category: str, symptom: str) -> None:
    read = classify(text)
    assert (read.category, read.symptom) == (category, symptom)


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("tetangga normal, saya mati", "no_service"),
        ("my neighbour works fine, ours is down since 9", "no_service"),
        ("katanya sudah normal tapi di tempat saya masih mati", "no_service"),
        ("PLN mati tadi jam 3 sekarang sudah nyala tapi wifi tidak bisa", "no_service"),
        ("tadi pagi mati lampu, sekarang listrik sudah nyala, internet belum", "no_service"),
        ("gara-gara mati lampu kemarin, internet mati", "no_service"),
        ("internet mati, mohon diperbaiki supaya normal", "no_service"),
        ("internet saya bener2 mati", "no_service"),
        ("lemot sekali, semua situs tidak terbuka", "no_service"),
        ("lemot sekali, semua situs lama terbuka", "slow"),
        ("wifi saya mati nyala terus", "slow"),
        ("listrik di rumah lagi padam min, otomatis internet juga mati", "none"),
    ],
)
def test_whose_line_it_is_and_whether_its_mains_are_back(text: str, symptom: str) -> None:
    assert classify(text).symptom == symptom


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("link backup kami mati, yang utama masih jalan", "other"),
        ("our backup link is down, primary is still up", "other"),
        ("primary circuit is down, we are running on backup", "other"),
        ("link utama putus, sekarang jalan lewat backup", "other"),
        ("link utama mati, backup juga mati", "no_service"),
        ("link utama putus, backup tidak jalan", "no_service"),
        ("main link down, backup not working", "no_service"),
        ("kemarin pakai backup, sekarang internet mati total", "no_service"),
    ],
)
def test_who_has_two_lines_and_works_by_one_has_no_outage(text: str, symptom: str) -> None:
    assert classify(text).symptom == symptom


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("internet sudah nyala lagi, terima kasih", True),
        ("sudah normal kak", True),
        ("udah bisa lagi", True),
        ("kemarin mati, sekarang normal", True),
        ("it works again, thanks", True),
        ("apakah sudah normal?", False),
        ("apakah sudah nyala lagi", False),
        ("info dong sudah normal atau belum", False),
        ("kalau sudah nyala kabari ya", False),
        ("katanya sudah normal tapi masih mati", False),
        ("tadi sempat nyala lagi", False),
        ("modem sudah nyala", False),
        ("listrik sudah nyala, internet belum", False),
        ("sudah nyala tapi lemot", False),
        ("tetangga sudah nyala", False),
        ("internet tidak bisa lagi", False),
    ],
)
def test_who_says_that_it_works_neither_asks_nor_hopes(text: str, works: bool) -> None:
    assert classify(text).works is works
