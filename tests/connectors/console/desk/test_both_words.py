"""What is said to staff in both languages, on a page of one."""

import pytest

from connectors.console.both_words import in_one
from tests.connectors.api.desk.house import Desk
from tests.connectors.console.desk.screen import Staff


@pytest.mark.parametrize(
    ("said", "indonesian", "english"),
    [
        ("CD-7: serat feeder putus / feeder fibre is cut", "CD-7: serat feeder putus", "CD-7: feeder fibre is cut"),
        (
            "NT-1 Major: FD-7: serat putus / fibre is cut",
            "NT-1 Major: FD-7: serat putus",
            "NT-1 Major: FD-7: fibre is cut",
        ),
        ("M: 1200 pelanggan terputus / customers down", "M: 1200 pelanggan terputus", "M: 1200 customers down"),
        ("A/1: port pada x / port on x", "A/1: port pada x", "A/1: port on x"),
        (
            "N, atau / or M: layanan terputus total / services entirely down",
            "N, atau M: layanan terputus total",
            "N, or M: services entirely down",
        ),
        (
            "di luar jaringan / outside the network: layanan terputus total / services entirely down",
            "di luar jaringan: layanan terputus total",
            "outside the network: services entirely down",
        ),
        (
            "PLN-1: ada perangkat backbone di / has a backbone device in POP-A",
            "PLN-1: ada perangkat backbone di POP-A",
            "PLN-1: has a backbone device in POP-A",
        ),
        ("tetap berfungsi / still works (network)", "tetap berfungsi", "still works"),
        (
            "NT-1 Major: respons awal / first response 80%, batas waktu / due 3 Mar 2026 10:00 WIB",
            "NT-1 Major: respons awal 80%, batas waktu 3 Mar 2026 10:00 WIB",
            "NT-1 Major: first response 80%, due 3 Mar 2026 10:00 WIB",
        ),
        (
            "NT-1 Minor (pelanggan strategis / strategic customer): respons awal / first response 50%, "
            "batas waktu / due 3 Mar 2026 10:00 WIB",
            "NT-1 Minor (pelanggan strategis): respons awal 50%, batas waktu 3 Mar 2026 10:00 WIB",
            "NT-1 Minor (strategic customer): first response 50%, due 3 Mar 2026 10:00 WIB",
        ),
        ("forty offices", "forty offices", "forty offices"),
        ("a / b / c / d", "a / b / c / d", "a / b / c / d"),
    ],
)
def test_one_of_the_two(said: str, indonesian: str, english: str) -> None:
    assert in_one(said, "id") == indonesian
    assert in_one(said, "en") == english


def test_pages_say_why_this_class_in_their_language(desk: Desk) -> None:
    incident = desk.cut()
    number = desk.get(f"/incidents/{incident}")["ticket"]["number"]
    own = desk.complain("CU-3", "Internet lambat sekali")
    staff = Staff(desk, "care_supervisor")
    shown = {(path, language): staff.see(path, language) for path in paths(number, own) for language in ("id", "en")}
    for (path, language), page in shown.items():
        said = {
            "id": "putus" if number in path else "layanan utama",
            "en": "is cut" if number in path else "still works",
        }
        other = "en" if language == "id" else "id"
        assert said[language] in page
        assert said[other] not in page


def paths(*numbers: str) -> list[str]:
    return [f"/desk/tickets/{number}" for number in numbers]
