"""Free answers to the question whether it works again: only a plain word counts."""

import pytest

from correlator.service_desk.texts.answers import Says, says


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("SELESAI", "satisfied"),
        ("selesai, terima kasih", "satisfied"),
        ("Yes", "satisfied"),
        ("Ya sudah normal, makasih", "satisfied"),
        ("ok", "satisfied"),
        ("sudah normal lagi", "satisfied"),
        ("Yes, it works again", "satisfied"),
        ("BELUM", "not_satisfied"),
        ("belum selesai", "not_satisfied"),
        ("No", "not_satisfied"),
        ("tidak, masih mati", "not_satisfied"),
        ("sudah tapi masih lemot", "not_satisfied"),
        ("ok tapi putus lagi", "not_satisfied"),
        ("It's not fixed", "not_satisfied"),
        ("sudah bisa lagi pak, terima kasih", "satisfied"),
        ("udah", "satisfied"),
        ("blum", "not_satisfied"),
        ("kurang lancar", "not_satisfied"),
        ("sudah nyala tapi enggak stabil", "not_satisfied"),
        ("sudah, tapi lelet", "not_satisfied"),
        ("sudah lapor dua kali", "other"),
        ("sudah saya restart", "other"),
        ("oke nanti saya cek", "other"),
        ("kapan selesai?", "other"),
        ("selesai tapi tagihan saya salah", "other"),
        ("terima kasih", "other"),
        ("", "other"),
        ("???", "other"),
        ("Besok saya ke kantor cabang", "other"),
        ("ya " * 20, "other"),
        ("selesai\n\nPada Rab, 4 Mar 2026 10:00 Simpul menulis:\n> Balas SELESAI atau BELUM", "satisfied"),
        ("YES\n> Reply YES or NO", "satisfied"),
        ("> Balas SELESAI atau BELUM", "other"),
        ("Selesai\n--\nBudi, tidak di kantor", "satisfied"),
    ],
)
def test_what_a_customer_says(text: str, meant: Says) -> None:
    assert says(text) == meant


def test_a_very_long_answer_is_read_by_a_person() -> None:
    assert says("selesai " * 100_000) == "other"
