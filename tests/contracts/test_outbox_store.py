"""What the outbox's side of every store must do, asked of each adapter."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from connectors.ports import Addressed, Commit, Fenced, MessageState, OutboxStore, Pending, Queued, Settled, Store
from connectors.sending_ports import Again
from correlator.effects import Campaign, Effect
from tests.contracts.test_store import EFFECTS, MAKERS, alert, noted


@pytest.fixture(params=MAKERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = MAKERS[request.param](tmp_path)
    yield made
    made.close()


@pytest.fixture
def outbox(store: Store) -> OutboxStore:
    return store.outbox


def emit(store: Store, *effects: Effect) -> None:
    applied = store.applied("java")
    store.commit(Commit("java", applied, applied + 1, [], effects))


ME, OTHER = "dispatch-1", "dispatch-2"


def addressed(n: int, word: str = "phone") -> Addressed:
    return Addressed(f"CA-1:C-{n}", f"customer:C-{n}", word, "id")


def campaign(n: int) -> Campaign:
    first = EFFECTS[1]
    assert isinstance(first, Campaign)
    return msgspec.structs.replace(first, id=f"CA-{n}")


def queue_some(store: Store, n: int = 3, at_us: int = 10) -> None:
    emit(store, EFFECTS[1])
    (pending,) = store.outbox.pending("java")
    store.outbox.queue("java", pending, [addressed(i) for i in range(n)], at_us, last=True)
    store.outbox.enlist("java", ME)


def due_ids(outbox: OutboxStore, now_us: int = 10, limit: int = 100, word: str = "phone") -> list[str]:
    return [message.id for message in outbox.due("java", word, now_us, limit)]


def test_what_becomes_messages_is_pending_in_order(store: Store, outbox: OutboxStore) -> None:
    emit(store, *EFFECTS)
    emit(store, noted(2), alert(2))
    assert [one.effect.id for one in outbox.pending("java")] == ["AL-1", "CA-1", "NO-1", "AL-2"]
    assert outbox.pending("java", 1) == [Pending(EFFECTS[0], 0)]  # type: ignore[arg-type]  # an alert
    assert outbox.pending("papua") == []


def test_a_campaign_is_fanned_out_in_chunks(store: Store, outbox: OutboxStore) -> None:
    emit(store, EFFECTS[1])
    outbox.queue("java", outbox.pending("java")[0], [addressed(1), addressed(2)], 10, last=False)
    (half,) = outbox.pending("java")
    assert half.done == 2
    outbox.queue("java", half, [addressed(3)], 11, last=True)
    assert outbox.pending("java") == []
    assert due_ids(outbox, 11) == ["CA-1:C-1", "CA-1:C-2", "CA-1:C-3"]


def test_a_chunk_that_another_owner_queued_is_fenced(store: Store, outbox: OutboxStore) -> None:
    emit(store, EFFECTS[1])
    (mine,) = outbox.pending("java")
    outbox.queue("java", mine, [addressed(1)], 10, last=False)
    with pytest.raises(Fenced):
        outbox.queue("java", mine, [addressed(1), addressed(2)], 10, last=True)
    assert due_ids(outbox) == ["CA-1:C-1"]


def test_a_message_is_queued_once(store: Store, outbox: OutboxStore) -> None:
    emit(store, EFFECTS[1])
    outbox.queue("java", outbox.pending("java")[0], [addressed(1)], 10, last=False)
    outbox.enlist("java", ME)
    outbox.begin("java", ["CA-1:C-1"], 11, ME)
    outbox.queue("java", outbox.pending("java")[0], [addressed(1)], 12, last=True)
    assert outbox.counts("java") == {("phone", "trying"): 1}


def test_a_message_that_is_passed_over(store: Store, outbox: OutboxStore) -> None:
    emit(store, EFFECTS[1])
    outbox.pass_over("java", outbox.pending("java")[0], last=False)
    (rest,) = outbox.pending("java")
    assert rest.done == 1
    with pytest.raises(Fenced):
        outbox.pass_over("java", Pending(rest.effect, 0), last=True)
    outbox.queue("java", rest, [addressed(1)], 10, last=False)
    outbox.pass_over("java", outbox.pending("java")[0], last=True)
    assert outbox.pending("java") == []
    assert due_ids(outbox) == ["CA-1:C-1"]


def test_a_rehearsal_leaves_nothing(store: Store, outbox: OutboxStore) -> None:
    outbox.rehearse("java")
    assert outbox.counts("java") == {}


def test_an_effect_that_concerns_nobody(store: Store, outbox: OutboxStore) -> None:
    emit(store, EFFECTS[1])
    outbox.queue("java", outbox.pending("java")[0], [], 10, last=True)
    assert outbox.pending("java") == []
    assert outbox.counts("java") == {}


@pytest.mark.parametrize(
    ("now_us", "limit", "word", "ids"),
    [
        (9, 100, "phone", []),
        (10, 100, "phone", ["CA-1:C-0", "CA-1:C-1", "CA-1:C-2"]),
        (10, 2, "phone", ["CA-1:C-0", "CA-1:C-1"]),
        (10, 100, "email", []),
    ],
)
def test_due(store: Store, outbox: OutboxStore, now_us: int, limit: int, word: str, ids: list[str]) -> None:
    queue_some(store)
    assert due_ids(outbox, now_us, limit, word) == ids


def test_a_queued_message_as_it_stands(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 1)
    expected = Queued("CA-1:C-0", "CA-1", "customer:C-0", "phone", "id", "queued", 0, 10)
    assert outbox.due("java", "phone", 10, 9) == [expected]
    assert outbox.next_due_us("java") == 10
    assert outbox.next_due_us("papua") is None


def test_a_single_message_goes_before_those_of_a_campaign(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 3)
    emit(store, EFFECTS[2])
    outbox.queue("java", outbox.pending("java")[0], [Addressed("NO-1", "complaint:c-1", "phone", "id")], 11, last=True)
    assert due_ids(outbox, 10) == ["CA-1:C-0", "CA-1:C-1", "CA-1:C-2"]
    assert due_ids(outbox, 11) == ["NO-1", "CA-1:C-0", "CA-1:C-1", "CA-1:C-2"]
    assert due_ids(outbox, 11, limit=2) == ["NO-1", "CA-1:C-0"]


def test_campaigns_go_one_after_the_other_but_for_those_that_are_stopped(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 2)
    emit(store, campaign(2), campaign(3))
    for n, pending in enumerate(outbox.pending("java"), 2):
        outbox.queue("java", pending, [Addressed(f"CA-{n}:C-1", "customer:C-1", "phone", "id")], 5, last=True)
    assert outbox.campaigns("java", "phone") == ["CA-1", "CA-2", "CA-3"]
    assert outbox.campaigns("java", "email") == []
    assert due_ids(outbox, 10) == ["CA-1:C-0", "CA-1:C-1", "CA-2:C-1", "CA-3:C-1"]
    assert [one.id for one in outbox.due("java", "phone", 10, 9, {"CA-1", "CA-3"})] == ["CA-2:C-1"]
    assert outbox.next_due_us("java") == 5


def test_an_attempt_is_begun_once(store: Store, outbox: OutboxStore) -> None:
    queue_some(store)
    assert outbox.begin("java", ["CA-1:C-0", "CA-1:C-1", "nobody"], 11, ME) == {"CA-1:C-0": 1, "CA-1:C-1": 1}
    assert outbox.begin("java", ["CA-1:C-0", "CA-1:C-2"], 11, ME) == {"CA-1:C-2": 1}
    assert due_ids(outbox) == []
    assert outbox.counts("java") == {("phone", "trying"): 3}
    assert outbox.next_due_us("java") is None


def test_attempts_of_who_is_struck_off_are_orphans(store: Store, outbox: OutboxStore) -> None:
    queue_some(store)
    outbox.enlist("java", OTHER)
    outbox.begin("java", ["CA-1:C-0", "CA-1:C-2"], 11, ME)
    outbox.begin("java", ["CA-1:C-1"], 11, OTHER)
    assert outbox.orphans("java") == []
    assert outbox.strike("java", ME)
    assert [(one.id, one.attempts, one.state) for one in outbox.orphans("java")] == [
        ("CA-1:C-0", 1, "trying"),
        ("CA-1:C-2", 1, "trying"),
    ]
    outbox.settle("java", [Settled("CA-1:C-0", "uncertain", 12, 1)])
    assert [one.id for one in outbox.orphans("java")] == ["CA-1:C-2"]


def test_who_is_not_enlisted_begins_nothing(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 1)
    assert outbox.strike("java", ME)
    assert not outbox.strike("java", ME)
    with pytest.raises(Fenced):
        outbox.begin("java", ["CA-1:C-0"], 11, ME)
    with pytest.raises(Fenced):
        outbox.beat("java", ME)
    outbox.enlist("java", ME)
    assert outbox.begin("java", ["CA-1:C-0"], 11, ME) == {"CA-1:C-0": 1}


def test_one_that_said_more_meanwhile_is_not_struck_off(outbox: OutboxStore) -> None:
    for name in (ME, OTHER, ME):
        outbox.enlist("java", name)
    seen = outbox.beat("java", ME)
    assert seen.keys() == {ME, OTHER}
    assert outbox.beat("java", OTHER)[OTHER] > seen[OTHER]
    assert not outbox.strike("java", OTHER, seen[OTHER])
    assert outbox.strike("java", OTHER, outbox.beat("java", ME)[OTHER])
    assert outbox.beat("java", ME).keys() == {ME}


@pytest.mark.parametrize("late", ["sent", "uncertain", "queued", "failed"])
def test_what_was_begun_anew_is_not_for_the_one_before_to_settle(
    store: Store, outbox: OutboxStore, late: MessageState
) -> None:
    queue_some(store, 1)
    outbox.begin("java", ["CA-1:C-0"], 11, ME)
    outbox.settle("java", [Settled("CA-1:C-0", "queued", 12, 1, due_us=12)])
    assert outbox.begin("java", ["CA-1:C-0"], 13, ME) == {"CA-1:C-0": 2}
    outbox.settle("java", [Settled("CA-1:C-0", late, 14, 1)])
    assert outbox.counts("java") == {("phone", "trying"): 1}


@pytest.mark.parametrize("first", ["uncertain", "queued"])
def test_what_an_heir_made_of_an_attempt_yields_to_who_knows(
    store: Store, outbox: OutboxStore, first: MessageState
) -> None:
    """The one that was taken for dead comes back and says that it was sent; the heir's late word changes nothing."""
    queue_some(store, 1)
    outbox.begin("java", ["CA-1:C-0"], 11, ME)
    for state in (first, "sent", first):
        outbox.settle("java", [Settled("CA-1:C-0", state, 12, 1)])
    assert outbox.counts("java") == {("phone", "sent"): 1}


def test_a_failed_attempt_is_tried_again_when_it_is_due(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 1)
    for attempt in (1, 2):
        assert outbox.begin("java", ["CA-1:C-0"], 11, ME) == {"CA-1:C-0": attempt}
        outbox.settle("java", [Settled("CA-1:C-0", "queued", 12, attempt, due_us=20, why="451 try later")])
        assert due_ids(outbox, 19) == []
        (again,) = outbox.due("java", "phone", 20, 9)
        assert (again.attempts, again.why) == (attempt, "451 try later")


def test_a_message_goes_by_another_word(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 2)
    outbox.settle("java", [Settled("CA-1:C-0", "queued", 12, 0, due_us=12, word="email")])
    assert due_ids(outbox, 12) == ["CA-1:C-1"]
    assert due_ids(outbox, 12, word="email") == ["CA-1:C-0"]


@pytest.mark.parametrize("state", ["sent", "delivered", "failed", "dead", "uncertain"])
def test_a_settled_message_is_over(store: Store, outbox: OutboxStore, state: MessageState) -> None:
    queue_some(store, 2)
    outbox.begin("java", ["CA-1:C-0"], 11, ME)
    outbox.settle("java", [Settled("CA-1:C-0", state, 12, 1, why="so", reference="r-1")])
    assert due_ids(outbox, 99) == ["CA-1:C-1"]
    (over,) = outbox.messages("java", [state])
    assert (over.id, over.state, over.why, over.reference, over.attempts) == ("CA-1:C-0", state, "so", "r-1", 1)
    assert outbox.counts("java") == {("phone", state): 1, ("phone", "queued"): 1}


def test_the_newest_messages_in_some_states(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 4)
    states: tuple[MessageState, ...] = ("dead", "sent", "uncertain", "dead")
    outbox.settle("java", [Settled(f"CA-1:C-{n}", state, 20 + n, 0) for n, state in enumerate(states)])
    assert [one.id for one in outbox.messages("java", ["dead", "uncertain"], 2)] == ["CA-1:C-3", "CA-1:C-2"]
    assert [one.id for one in outbox.messages("java", ["sent", "dead"])] == ["CA-1:C-3", "CA-1:C-1", "CA-1:C-0"]


def test_the_messages_of_some_campaigns_alone(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 2)
    states: tuple[MessageState, ...] = ("dead", "uncertain")
    outbox.settle("java", [Settled(f"CA-1:C-{n}", state, 20 + n, 0) for n, state in enumerate(states)])
    found = outbox.messages("java", states, of=["CA-1"])
    assert [(one.id, one.changed_us) for one in found] == [("CA-1:C-1", 21), ("CA-1:C-0", 20)]
    assert outbox.messages("java", states, of=["CA-11", "CA-", "CA-%"]) == outbox.messages("java", states, of=[]) == []
    many = ["CA-1", *(f"CA-{n}" for n in range(2, 1200)), "CA-1"]
    assert outbox.messages("java", states, 1, of=many) == [found[0]]


def test_what_went_wrong_is_queued_again_and_nothing_else(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 6)
    states: tuple[MessageState, ...] = ("dead", "uncertain", "failed", "sent", "queued")
    begun = outbox.begin("java", [f"CA-1:C-{n}" for n in range(6)], 11, ME)
    assert set(begun.values()) == {1}
    outbox.settle("java", [Settled(f"CA-1:C-{n}", state, 12, 1, due_us=50) for n, state in enumerate(states)])
    emit(store, msgspec.structs.replace(campaign(2), again="CA-1"))
    (pending,) = outbox.pending("java")
    outbox.queue("java", pending, [addressed(n) for n in range(7)], 20, last=True)
    queued = outbox.due("java", "phone", 20, 10)
    assert [(one.id, one.effect, one.attempts) for one in queued] == [
        *((f"CA-1:C-{n}", "CA-2", 1) for n in range(3)),
        ("CA-1:C-6", "CA-2", 0),
    ]
    assert outbox.counts("java") == {("phone", "queued"): 5, ("phone", "sent"): 1, ("phone", "trying"): 1}
    assert outbox.begin("java", ["CA-1:C-1"], 21, ME) == {"CA-1:C-1": 2}


def test_what_was_tried_before_it_was_sent_again_is_known(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 3)
    ids = [f"CA-1:C-{n}" for n in range(3)]
    assert outbox.repeated("java") == []
    for number, state in enumerate(("uncertain", "dead"), start=1):
        outbox.begin("java", ids, 11, ME)
        outbox.settle("java", [Settled(one, state, 12, number) for one in ids])  # type: ignore[arg-type]  # a state
        emit(store, msgspec.structs.replace(campaign(1 + number), again="CA-1", at_us=20 * number))
        named = [addressed(n) for n in range(3)[number - 1 :]]
        outbox.queue("java", outbox.pending("java")[0], named, 30, last=True)
    outbox.begin("java", ids[2:], 31, ME)
    outbox.settle("java", [Settled(ids[2], "sent", 32, 3)])
    found = outbox.repeated("java")
    assert [(one.id, one.state, one.again) for one in found] == [
        (ids[2], "sent", Again(40, 2, doubted=True)),
        (ids[1], "queued", Again(40, 2, doubted=True)),
        (ids[0], "dead", Again(20, 1, doubted=True)),
    ]
    assert [one.again for one in outbox.due("java", "phone", 30, 9)] == [found[1].again]
    assert outbox.repeated("java", 1) == outbox.repeated("java", 1, of=["CA-1"]) == found[:1]
    assert outbox.repeated("java", of=["CA-2"]) == outbox.repeated("papua") == []
    assert store.prune("java", 99) > 0
    assert [one.id for one in outbox.repeated("java")] == [ids[1]], "what is queued"


def test_many_at_once(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 1200)
    ids = due_ids(outbox, limit=2000)
    assert len(outbox.begin("java", ids, 11, ME)) == 1200
    outbox.settle("java", [Settled(message_id, "sent", 12, 1) for message_id in ids])
    assert outbox.counts("java") == {("phone", "sent"): 1200}
    outbox.settle("java", [])


def test_prune_forgets_what_is_old_and_done_with(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 3)
    emit(store, noted(1), alert(30), noted(90))
    outbox.settle("java", [Settled("CA-1:C-0", "sent", 40, 0), Settled("CA-1:C-1", "dead", 80, 0)])
    assert store.prune("java", 50) == 2  # the message sent, and the note; the alert is still to be fanned out
    assert outbox.counts("java") == {("phone", "dead"): 1, ("phone", "queued"): 1}
    assert outbox.effect("java", "CA-1") == EFFECTS[1]
    assert [effect.id for effect in store.effects("java", ["alert", "noted"])] == ["AL-30", "NT-90"]
    assert store.prune("java", 50) == 0


def test_prune_leaves_what_other_systems_were_not_told(store: Store) -> None:
    notes = [noted(n) for n in range(1, 6)]
    emit(store, *notes[:2])
    emit(store, *notes[2:])
    store.published("java", store.unpublished("java")[2])
    assert store.prune("java", 50) == 3
    assert [one.effect for one in store.unpublished("java")] == notes[3:]
    store.published("java", store.unpublished("java")[1])
    assert store.prune("java", 50) == 2
    assert store.effects("java", ["noted"]) == store.unpublished("java") == []
