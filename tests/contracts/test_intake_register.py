"""What every register of the intake must do, asked of each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.intake_ids import Entry
from connectors.intake_register import CLOCKS_DIFFER_US, IntakeRegister, MemoryRegister, SqliteRegister, reconcile
from connectors.journal.memory import MemoryJournal
from connectors.ports import Accepted
from connectors.store.shared.intake_register import PostgresRegister
from correlator.events import DAY_US, HOUR_US, Command, Complaint, Event, Frame, Heartbeat, Receipt, Reply, moment
from correlator.wire import BadInput
from tests.services import shared_database

T0 = 1_772_323_200_000_000  # 2026-03-01T00:00Z, 07:00 WIB
MAKERS: dict[str, Callable[[Path], IntakeRegister]] = {
    "memory": lambda _: MemoryRegister(),
    "sqlite": lambda folder: SqliteRegister(folder / "register.db"),
    "postgres": lambda _: PostgresRegister(shared_database()),
}


@pytest.fixture(params=MAKERS)
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[IntakeRegister]:
    made = MAKERS[request.param](tmp_path)
    yield made
    made.close()


def complaint(n: int, number: str | None = None) -> Entry:
    return Entry("complaint", f"c{n}", number)


def taken(register: IntakeRegister, *entries: Entry, at_us: int = T0) -> list[Accepted | BadInput]:
    """Admitted and journaled, as the intake does."""
    answers = register.admit(entries, at_us)
    register.journaled(entries)
    return answers


def numbers(answers: list[Accepted | BadInput]) -> list[str | None]:
    return [answer.number if isinstance(answer, Accepted) else None for answer in answers]


def said(n: int, number: str) -> Complaint:
    return Complaint(
        id=f"c{n}",
        time=moment(T0),
        channel="phone",
        number=number,
        category="network",
        symptom="slow",
        classifier="words/1",
    )


def test_numbers_are_drawn_in_order(register: IntakeRegister) -> None:
    answers = register.admit([complaint(1), Entry("command", "k1"), complaint(2)], T0)
    assert answers == [
        Accepted("c1", "NT-20260301-000001"),
        Accepted("k1"),
        Accepted("c2", "NT-20260301-000002"),
    ]
    assert numbers(register.admit([complaint(3)], T0 + 1)) == ["NT-20260301-000003"]


@pytest.mark.parametrize(
    ("at_us", "day"),
    [(T0 + 17 * HOUR_US - 1, "20260301"), (T0 + 17 * HOUR_US, "20260302"), (T0 - 7 * HOUR_US - 1, "20260228")],
)
def test_a_day_begins_in_jakarta(register: IntakeRegister, at_us: int, day: str) -> None:
    assert numbers(taken(register, complaint(1), at_us=at_us)) == [f"NT-{day}-000001"]


def test_what_is_journaled_is_a_repeat_and_answered_as_before(register: IntakeRegister) -> None:
    first = taken(register, complaint(1), Entry("reply", "r1"))
    again = register.admit([complaint(1), Entry("reply", "r1"), Entry("receipt", "r1")], T0 + 5)
    assert again == [Accepted("c1", "NT-20260301-000001", True), Accepted("r1", None, True), Accepted("r1")]
    assert numbers(first) == ["NT-20260301-000001", None]


def test_what_was_admitted_only_gets_its_number_again_and_is_no_repeat(register: IntakeRegister) -> None:
    first = register.admit([complaint(1), Entry("command", "k1")], T0)
    assert register.admit([complaint(1), Entry("command", "k1")], T0 + 5) == first
    assert numbers(register.admit([complaint(2)], T0 + 6)) == ["NT-20260301-000002"]


def test_a_repeat_within_one_frame(register: IntakeRegister) -> None:
    answers = register.admit([complaint(1), complaint(1)], T0)
    assert answers == [Accepted("c1", "NT-20260301-000001"), Accepted("c1", "NT-20260301-000001", True)]


def sent(sender: str, content: bytes = b"what was said", kind: str = "complaint") -> Entry:
    return Entry(kind, "desk-0001", None, sender, content)


def journaled(register: IntakeRegister, *entries: Entry, at_us: int = T0) -> list[Accepted | BadInput]:
    """Under the ids that the register gives them, as the intake does."""
    answers = register.admit(entries, at_us)
    pairs = zip(entries, answers, strict=True)
    register.journaled([Entry(entry.kind, one.id) for entry, one in pairs if isinstance(one, Accepted)])
    return answers


def test_two_senders_may_use_one_id(register: IntakeRegister) -> None:
    first, second = journaled(register, sent("portal"), sent("care", b"something else"))
    assert first == Accepted("desk-0001", "NT-20260301-000001")
    assert second == Accepted("desk-0001@care", "NT-20260301-000002")
    again = register.admit([sent("care", b"something else"), sent("portal")], T0 + 1)
    assert again == [
        Accepted("desk-0001@care", "NT-20260301-000002", True),
        Accepted("desk-0001", "NT-20260301-000001", True),
    ]
    (third,) = journaled(register, sent("crm"))
    assert third == Accepted("desk-0001@crm", "NT-20260301-000003")
    assert journaled(register, sent("portal", kind="command")) == [Accepted("desk-0001")], "kinds are apart, too"


@pytest.mark.parametrize("in_the_journal", [True, False])
def test_one_id_of_a_sender_is_one_content(register: IntakeRegister, in_the_journal: bool) -> None:
    if in_the_journal:
        journaled(register, sent("portal"))
    else:
        register.admit([sent("portal")], T0)
    answers = register.admit([sent("portal", b"something else")], T0 + 1)
    assert isinstance(answers[0], BadInput)
    assert answers[0].field == "id"
    assert "other content" in answers[0].reason
    late = register.admit([sent("portal", b"something else")], T0 + 7 * DAY_US)
    assert late == [Accepted("desk-0001", "NT-20260308-000001")]


def test_other_content_within_one_frame(register: IntakeRegister) -> None:
    first, second = register.admit([sent("portal"), sent("portal", b"something else")], T0)
    assert isinstance(first, Accepted)
    assert isinstance(second, BadInput)


def test_a_later_one_keeps_its_name_when_the_first_is_forgotten(register: IntakeRegister) -> None:
    journaled(register, sent("portal"))
    journaled(register, sent("care"), at_us=T0 + DAY_US)
    assert register.admit([sent("care")], T0 + 7 * DAY_US) == [Accepted("desk-0001@care", "NT-20260302-000001", True)]


def test_a_name_that_another_took_on_purpose_is_refused(register: IntakeRegister) -> None:
    taken_first = Entry("complaint", "desk-0001@care", None, "somebody", b"")
    journaled(register, sent("portal"), taken_first)
    (answer,) = register.admit([sent("care")], T0 + 1)
    assert isinstance(answer, BadInput)
    assert "another sender's" in answer.reason


def test_what_the_journal_alone_knows_is_anybodys(register: IntakeRegister) -> None:
    register.found("java", [Frame(T0, (said(1, "NT-20260301-000001"),))])
    mine = Entry("complaint", "c1", None, "portal", b"whatever")
    assert register.admit([mine], T0 + 1) == [Accepted("c1", "NT-20260301-000001", True)]


def test_a_repeat_is_forgotten_after_seven_days(register: IntakeRegister) -> None:
    taken(register, complaint(1), Entry("command", "k1"))
    assert register.admit([Entry("command", "k1")], T0 + 7 * DAY_US - 1) == [Accepted("k1", None, True)]
    late = register.admit([complaint(1), Entry("command", "k1")], T0 + 7 * DAY_US)
    assert late == [Accepted("c1", "NT-20260308-000001"), Accepted("k1")]


def test_the_seven_days_count_from_the_frame_that_has_it(register: IntakeRegister) -> None:
    register.admit([Entry("command", "k1")], T0)  # the disk was full
    taken(register, Entry("command", "k1"), at_us=T0 + DAY_US)
    assert register.admit([Entry("command", "k1")], T0 + 8 * DAY_US - 1) == [Accepted("k1", None, True)]


def test_a_given_number_is_kept_and_passed_over(register: IntakeRegister) -> None:
    assert numbers(taken(register, complaint(1, "NT-20260301-000002"))) == ["NT-20260301-000002"]
    assert numbers(taken(register, complaint(2), complaint(3))) == ["NT-20260301-000001", "NT-20260301-000003"]


def test_a_number_of_another_complaint_is_refused(register: IntakeRegister) -> None:
    taken(register, complaint(1))
    (answer,) = taken(register, complaint(2, "NT-20260301-000001"))
    assert isinstance(answer, BadInput)
    assert answer.field == "number"
    assert "c1" in answer.reason
    assert register.admit([complaint(2)], T0) == [Accepted("c2", "NT-20260301-000002")]  # a refusal is not remembered


def test_its_own_number_may_be_given_again(register: IntakeRegister) -> None:
    taken(register, complaint(1, "NT-20260301-000007"))
    assert register.admit([complaint(1, "NT-20260301-000007")], T0 + 9 * DAY_US) == [
        Accepted("c1", "NT-20260301-000007")
    ]


def test_a_number_that_the_journal_has_is_passed_over(register: IntakeRegister) -> None:
    register.found("java", [Frame(T0, (said(2, "NT-20260301-000001"),))])
    assert numbers(taken(register, complaint(3))) == ["NT-20260301-000002"]


def test_prune(register: IntakeRegister) -> None:
    taken(register, complaint(1))
    taken(register, complaint(2), at_us=T0 + DAY_US)
    assert register.prune(T0 + 7 * DAY_US) == 1
    assert register.prune(T0 + 7 * DAY_US) == 0
    again = register.admit([complaint(2)], T0 + 7 * DAY_US)
    assert again == [Accepted("c2", "NT-20260302-000001", True)]


# After a crash


def journal_of(*frames: Frame) -> MemoryJournal:
    journal = MemoryJournal()
    for frame in frames:
        journal.append("java", frame)
    return journal


def alarms(at_us: int, n: int) -> list[Frame]:
    return [Frame(at_us + i, (Heartbeat(time=moment(at_us + i)),)) for i in range(n)]


EVENTS: tuple[Event, ...] = (
    said(1, "NT-20260301-000001"),
    Command(id="k1", time=moment(T0), actor="ani", role="technical", action="note", target="I-1", reason="so"),
    Reply(id="r1", time=moment(T0), ticket="T-1", says="other"),
    Receipt(id="q1", time=moment(T0), notice="N-1", state="sent"),
)
ENTRIES = (complaint(1), Entry("command", "k1"), Entry("reply", "r1"), Entry("receipt", "q1"))


def test_a_crash_before_the_journal(register: IntakeRegister) -> None:
    journal = journal_of(*alarms(T0, 30))
    reconcile(register, journal, "java", T0 + 30)
    first = register.admit(ENTRIES, T0 + 40)
    reconcile(register, journal, "java", T0 + 50)
    assert register.admit(ENTRIES, T0 + 60) == first
    assert not any(isinstance(answer, BadInput) or answer.repeated for answer in first)


def test_a_crash_between_journal_and_mark(register: IntakeRegister) -> None:
    journal = journal_of(*alarms(T0 - DAY_US, 2000), *alarms(T0, 30))
    reconcile(register, journal, "java", T0 + 30)
    register.admit(ENTRIES, T0 + 40)
    journal.append("java", Frame(T0 + 40, EVENTS))
    for frame in alarms(T0 + 41, 30):
        journal.append("java", frame)
    reconcile(register, journal, "java", T0 + 90)
    again = register.admit(ENTRIES, T0 + 99)
    assert numbers(again) == ["NT-20260301-000001", None, None, None]
    assert all(isinstance(answer, Accepted) and answer.repeated for answer in again)
    assert register.unsure_us("java", T0 + 99) is None


def test_a_lost_book_learns_from_the_journal(register: IntakeRegister) -> None:
    old = Command(id="k0", time=moment(T0), actor="ani", role="technical", action="note", target="I-1", reason="so")
    journal = journal_of(Frame(T0 - 8 * DAY_US, (old,)), Frame(T0, EVENTS))
    reconcile(register, journal, "java", T0 + 1)
    again = register.admit([*ENTRIES, complaint(2), Entry("command", "k0")], T0 + 2)
    assert numbers(again) == ["NT-20260301-000001", None, None, None, "NT-20260301-000002", None]
    assert [isinstance(answer, Accepted) and answer.repeated for answer in again] == [True] * 4 + [False] * 2


def test_what_the_journal_lacks_is_looked_for_once(register: IntakeRegister) -> None:
    """... not at each start for seven days: who sent it may never send it again."""
    journal = journal_of(*alarms(T0, 3))
    for domain in ("java", "bali"):
        reconcile(register, journal, domain, T0 + 3)
    first = register.admit([complaint(1)], T0 + 40)  # the intake dies, and nobody sends it again
    journal.append("java", Frame(T0 + 41, (said(9, "NT-20260301-000009"),)))
    reconcile(register, journal, "java", T0 + 50)
    assert register.unsure_us("java", T0 + 60) == T0 + 40, "its frame may have been on its way"
    for frame in alarms(T0 + CLOCKS_DIFFER_US + 50, 2):
        journal.append("java", frame)
    reconcile(register, journal, "java", T0 + HOUR_US)
    assert register.unsure_us("java", T0 + HOUR_US) is None
    assert register.unsure_us("bali", T0 + HOUR_US) == T0 + 40, "it may be in the journal of another domain"
    assert register.admit([complaint(1)], T0 + HOUR_US) == first, "and has its number all the same"
    assert register.unsure_us("java", T0 + HOUR_US) == T0 + HOUR_US


def test_a_new_book_and_a_new_journal(register: IntakeRegister) -> None:
    reconcile(register, MemoryJournal(), "java", T0)
    assert register.unsure_us("java", T0) is None
