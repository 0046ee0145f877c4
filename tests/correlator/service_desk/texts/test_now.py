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
