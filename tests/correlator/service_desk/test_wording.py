"""What customers read (docs/SOP.md): short, in their language and zone, without blame or promise."""

import re
from typing import get_args

import pytest
from msgspec import structs

from correlator.effects import Alert, AlertKind, NoticeFacts, NoticeKind, Reason
from correlator.events import Category, StaffRole, microseconds
from correlator.service_desk.notices import notice_words, notices
from correlator.service_desk.notices.alert_words import ALERTS
from correlator.service_desk.notices.notice_words import Language
from correlator.times import ZONES, staff_time
from tests.correlator.service_desk.house import TUESDAY, Shift
from topology.model import Product

NOW_US = microseconds(TUESDAY)
KINDS: tuple[NoticeKind, ...] = get_args(NoticeKind)
FULL = NoticeFacts(
    number="NT-20260303-900000",
    since_us=NOW_US,
    estimate_us=NOW_US + 4 * 3_600_000_000,
    next_us=NOW_US + 2 * 3_600_000_000,
    known_incident=True,
    product="broadband",
)
DESK = "(021) 555-6789 ext. 2"
SEVERAL = structs.replace(FULL, services=tuple(f"SV-JAKARTA-SELATAN-{number:06}" for number in range(9)))
BARE = NoticeFacts(number="NT-20260303-000001")
WORK = NoticeFacts(number="NT-20260303-000001", planned_work=True, until_us=NOW_US, services=SEVERAL.services)
LANGUAGES: tuple[Language, ...] = get_args(Language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("facts", [FULL, SEVERAL, BARE, WORK], ids=["full", "several", "bare", "work"])
def test_every_message_is_short_whole_and_names_its_ticket(
    facts: NoticeFacts, kind: NoticeKind, language: Language
) -> None:
    subject, body = notice_words.subject(facts, kind, language), notice_words.body(facts, kind, language, "WIB", DESK)
    assert facts.number in subject
    assert facts.number in body
    assert 20 < len(body) < 400
    assert "\n" not in body + subject
    assert "None" not in body + subject
    assert body[0].isupper()
    assert body.endswith(".")
    assert "  " not in body


def test_whose_several_services_are_meant_reads_which() -> None:
    two = NoticeFacts(number="NT-20260303-000001", services=("SV-1", "SV-2"))
    assert notice_words.body(two, "restored", "id", "WIB", DESK).startswith(
        "Pelanggan Yth., layanan Anda (SV-1, SV-2) sudah pulih."
    )
    assert "(SV-1, SV-2)" in notice_words.body(two, "outage", "en", "WIB", DESK)
    for language, more in (("id", "dan 7 lainnya)"), ("en", "and 7 more)")):
        assert more in notice_words.body(SEVERAL, "update", language, "WIB", DESK)


def test_the_two_languages_differ_in_every_message() -> None:
    for kind in KINDS:
        one, two = (notice_words.body(FULL, kind, language, "WIB", DESK) for language in LANGUAGES)
        assert not set(re.findall(r"[a-z]{4,}", one.lower())) & {"your", "service", "ticket", "team"}
        assert not set(re.findall(r"[a-z]{4,}", two.lower())) & {"anda", "layanan", "tiket", "kami"}


def test_an_outage_says_what_since_when_what_we_do_and_when_we_speak_next() -> None:
    assert notice_words.body(FULL, "outage", "id", "WIB", DESK) == (
        "Pelanggan Yth., layanan internet Anda mengalami gangguan sejak 3 Mar 2026 pukul 10.00 WIB. "
        "Mohon maaf atas gangguan ini. Tim kami sedang menanganinya. "
        "Perkiraan pulih: 3 Mar 2026 pukul 14.00 WIB. Kabar berikutnya paling lambat 3 Mar 2026 pukul 12.00 WIB. "
        "Nomor tiket: NT-20260303-900000."
    )
    assert notice_words.body(FULL, "outage", "en", "WIT", DESK) == (
        "Your internet service has been down since 3 Mar 2026 12:00 WIT. We are sorry about this. "
        "Our team is working on it. "
        "Expected back: 3 Mar 2026 16:00 WIT. We will update you by 3 Mar 2026 14:00 WIT. "
        "Ticket number: NT-20260303-900000."
    )


def test_planned_work_says_so_and_until_when_it_is_planned() -> None:
    facts = NoticeFacts(number="NT-20260303-000001", planned_work=True, until_us=NOW_US, product="broadband")
    assert notice_words.body(facts, "ack", "id", "WITA", DESK) == (
        "Pelanggan Yth., terima kasih atas laporan Anda. Layanan internet Anda sedang terdampak pemeliharaan jaringan "
        "yang sudah dijadwalkan dan direncanakan selesai 3 Mar 2026 pukul 11.00 WITA. "
        "Setelah itu laporan Anda kami periksa kembali. Nomor tiket: NT-20260303-000001."
    )
    assert notice_words.body(facts, "ack", "en", "WIB", DESK) == (
        "Thank you for your report. Your internet service is affected by planned work on our network, "
        "which is due to end at 3 Mar 2026 10:00 WIB. After that we will check your report again. "
        "Ticket number: NT-20260303-000001."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_time_is_written_that_the_facts_do_not_hold(language: Language) -> None:
    for kind in KINDS:
        assert not re.search(r"\d\d[:.]\d\d", notice_words.body(BARE, kind, language, "WIB", DESK))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_blamed(language: Language) -> None:
    blame = re.compile(r"kesalahan anda|pihak ketiga|vandal|your fault|third party|vendor", re.IGNORECASE)
    for kind in KINDS:
        assert not blame.search(notice_words.body(FULL, kind, language, "WIB", DESK))


def test_each_zone_reads_its_own_time() -> None:
    bodies = [notice_words.body(FULL, "outage", "id", zone, DESK) for zone in ZONES]
    assert [re.findall(r"sejak .*? pukul (\d\d\.\d\d \w+)\.", body) for body in bodies] == [
        ["10.00 WIB"],
        ["11.00 WITA"],
        ["12.00 WIT"],
    ]


def test_a_time_over_midnight_is_of_the_next_day_there() -> None:
    late_us = microseconds(TUESDAY.replace(hour=23, minute=30))
    assert notice_words.clock_time(late_us, "id", "WIB") == "3 Mar 2026 pukul 23.30 WIB"
    assert notice_words.clock_time(late_us, "en", "WIT") == "4 Mar 2026 01:30 WIT"
    assert staff_time(late_us) == "3 Mar 2026 23:30 WIB"


def test_months_are_in_the_language() -> None:
    august_us = microseconds(TUESDAY.replace(month=8))
    assert notice_words.clock_time(august_us, "id", "WIB").split()[1] == "Agu"
    assert notice_words.clock_time(august_us, "en", "WIB").split()[1] == "Aug"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_product_has_its_name(language: Language) -> None:
    names = [
        notice_words.service_words(structs.replace(BARE, product=product), language) for product in get_args(Product)
    ]
    assert len(set(names)) == len(names)
    assert notice_words.service_words(BARE, language) not in names


def test_the_time_goes_where_the_language_wants_it() -> None:
    assert "masih mengalami gangguan sejak 3 Mar 2026 pukul 10.00 WIB." in notice_words.body(
        FULL, "update", "id", "WIB", DESK
    )
    assert notice_words.body(FULL, "update", "en", "WIB", DESK).startswith(
        "Your internet service is still down (since 3 Mar 2026 10:00 WIB). "
    )
    assert notice_words.body(BARE, "restored", "en", "WIB", DESK).startswith("Your service is working again. ")


def test_an_update_of_what_is_over_says_that_it_works_again() -> None:
    over = NoticeFacts(number="NT-1", until_us=NOW_US, over=True)
    assert notice_words.subject(over, "update", "id") == "Layanan pulih - NT-1"
    assert notice_words.body(over, "update", "en", "WIB", DESK).startswith(
        "Your service has been working again since 3 Mar"
    )


def test_a_reminder_says_that_we_asked_before() -> None:
    again = NoticeFacts(number="NT-1", repeat=2)
    assert notice_words.body(again, "question", "id", "WIB", DESK).startswith(
        "Pelanggan Yth., kami belum menerima jawaban Anda. Menurut pemeriksaan kami, layanan"
    )
    assert notice_words.body(BARE, "question", "id", "WIB", DESK).startswith(
        "Pelanggan Yth., menurut pemeriksaan kami, layanan"
    )
    assert notice_words.body(again, "question", "en", "WIB", DESK).startswith("We have not heard from you yet.")


def test_customers_are_told_in_their_language_on_their_channel() -> None:
    shift = Shift()
    shift.cut("SP-A")
    assert {told.customer: (told.language, told.channel) for told in shift.messages("outage")} == {
        "CU-1": ("id", "phone"),
        "CU-2": ("en", "phone"),
        "CU-3": ("id", "email"),
        "CU-4": ("id", "portal"),
        "CU-5": ("id", "phone"),
        "CU-6": ("id", "phone"),
    }


def test_an_answer_goes_on_the_channel_of_the_complaint_and_names_the_product() -> None:
    shift = Shift()
    shift.complain("CU-5", channel="email")
    (ack,) = shift.messages("ack")
    assert (ack.channel, ack.language) == ("email", "id")
    assert "VPN" in ack.body


def test_one_who_is_not_known_is_answered_in_the_language_of_the_text() -> None:
    shift = Shift()
    shift.complain(None, service="", channel="walk_in", language="en")
    shift.complain("CU-9", language="en")
    first, second = shift.messages("ack")
    assert (first.customer, first.language, first.channel) == (None, "en", "walk_in")
    assert (second.customer, second.language) == ("CU-9", "id"), "the inventory knows better than the text"


def test_staff_read_both_languages_on_one_line_and_who_is_meant() -> None:
    text = "NT-20260303-900000 Critical: serat metro putus / metro fibre is cut"
    reason = Reason("outage_opened", text, "SOP 4.3")
    for role in get_args(StaffRole):
        alert = Alert(id="AL-1", at_us=NOW_US, role=role, kind="critical", about="TK-1", text=text, reason=reason)
        subject, body = notices.alert_text(alert)
        assert subject.startswith("[Simpul] gangguan Critical / Critical outage: NT-20260303-900000")
        assert "\n" not in subject
        assert "SOP 4.3" in body
        assert "TK-1" in body
    assert len(set(notices.ROLES.values())) == len(get_args(StaffRole))


def test_every_alert_that_the_service_raises_speaks_both_languages() -> None:
    shift = Shift(care={"wait_above_customers": 5})
    shift.cut("SP-A")
    shift.cut("SP-M")
    child = shift.complain("CU-7")
    shift.wait(hours=12)
    shift.mend("SP-M")
    shift.reply(child, "other")
    shift.reply(child, "not_satisfied")
    alerts = [effect for effect in shift.effects if isinstance(effect, Alert)]
    assert {a.kind for a in alerts} >= {"major", "critical", "clock_50", "clock_80", "breach", "escalation", "reply"}
    for alert in alerts:
        assert " / " in alert.text
        assert "\n" not in alert.text
        assert alert.kind in ALERTS
        assert alert.reason.source


def test_every_kind_of_alert_has_words_in_both_languages() -> None:
    """`Draft.alert` takes no kind but these; what it is called begins a subject."""
    assert set(ALERTS) == set(get_args(AlertKind))
    for kind, words in ALERTS.items():
        assert len(words.split(" / ")) == 2, kind
        assert "_" not in words


@pytest.mark.parametrize("kind", get_args(AlertKind))
def test_no_subject_has_the_code_of_a_kind(kind: AlertKind) -> None:
    alert = Alert(id="AL-1", at_us=0, role="noc_operator", kind=kind, about=None, text="x", reason=Reason("a", "b"))
    subject, body = notices.alert_text(alert)
    assert subject == f"[Simpul] {ALERTS[kind]}: x"
    assert f"Jenis / kind: {ALERTS[kind]}" in body


@pytest.mark.parametrize(
    ("category", "language", "says"),
    [
        ("network", "id", "menurut pemeriksaan kami, layanan Anda sudah normal kembali"),
        ("service", "en", "As far as we can see, your service is working again"),
        ("billing", "id", "keluhan tagihan Anda sudah kami selesaikan"),
        ("billing", "en", "Your billing complaint has been dealt with"),
        ("account", "id", "keluhan tentang akun Anda sudah kami selesaikan"),
        ("account", "en", "Your account complaint has been dealt with"),
    ],
)
@pytest.mark.parametrize("repeat", [0, 2])
def test_what_is_said_of_the_result_fits_the_matter(
    category: Category, language: notice_words.Language, says: str, repeat: int
) -> None:
    facts = NoticeFacts(number="NT-1", category=category, repeat=repeat)
    assert says.casefold() in notice_words.body(facts, "question", language, "WIB", DESK).casefold()
    of_service = "normal" in notice_words.subject(facts, "question", language) or "working" in notice_words.subject(
        facts, "question", language
    )
    assert of_service is (category in ("network", "service"))


def test_the_number_to_call_is_the_policys() -> None:
    shift = Shift(care={"desk_phone": "1500-123"})
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.order("move_stage", ticket.id, stage="confirmation")
    [question] = shift.messages("question")
    assert "hubungi 1500-123." in question.body
