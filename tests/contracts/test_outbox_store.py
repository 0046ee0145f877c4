"""What the outbox's side of every store must do, asked of each adapter."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.ports import Addressed, Commit, Fenced, MessageState, OutboxStore, Pending, Queued, Settled, Store
from correlator.effects import Effect
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


def addressed(n: int, word: str = "phone") -> Addressed:
    return Addressed(f"CA-1:C-{n}", f"customer:C-{n}", word, "id")


def queue_some(store: Store, n: int = 3, at_us: int = 10) -> None:
    emit(store, EFFECTS[1])
    (pending,) = store.outbox.pending("java")
    store.outbox.queue("java", pending, [addressed(i) for i in range(n)], at_us, last=True)


def due_ids(outbox: OutboxStore, now_us: int = 10, limit: int = 100, words: tuple[str, ...] = ("phone",)) -> list[str]:
    return [message.id for message in outbox.due("java", words, now_us, limit)]


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
    outbox.begin("java", ["CA-1:C-1"], 11)
    outbox.queue("java", outbox.pending("java")[0], [addressed(1)], 12, last=True)
    assert outbox.counts("java") == {("phone", "trying"): 1}


def test_an_effect_that_concerns_nobody(store: Store, outbox: OutboxStore) -> None:
    emit(store, EFFECTS[1])
    outbox.queue("java", outbox.pending("java")[0], [], 10, last=True)
    assert outbox.pending("java") == []
    assert outbox.counts("java") == {}


@pytest.mark.parametrize(
    ("now_us", "limit", "words", "ids"),
    [
        (9, 100, ("phone",), []),
        (10, 100, ("phone",), ["CA-1:C-0", "CA-1:C-1", "CA-1:C-2"]),
        (10, 2, ("phone",), ["CA-1:C-0", "CA-1:C-1"]),
        (10, 100, ("email", "phone"), ["CA-1:C-0", "CA-1:C-1", "CA-1:C-2"]),
        (10, 100, ("email",), []),
        (10, 100, (), []),
    ],
)
def test_due(
    store: Store, outbox: OutboxStore, now_us: int, limit: int, words: tuple[str, ...], ids: list[str]
) -> None:
    queue_some(store)
    assert due_ids(outbox, now_us, limit, words) == ids


def test_a_queued_message_as_it_stands(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 1)
    expected = Queued("CA-1:C-0", "CA-1", "customer:C-0", "phone", "id", "queued", 0, 10)
    assert outbox.due("java", ["phone"], 10, 9) == [expected]
    assert outbox.next_due_us("java") == 10
    assert outbox.next_due_us("papua") is None


def test_a_single_message_goes_before_those_of_a_campaign(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 3)
    emit(store, EFFECTS[2])
    outbox.queue("java", outbox.pending("java")[0], [Addressed("NO-1", "complaint:c-1", "phone", "id")], 11, last=True)
    assert due_ids(outbox, 10) == ["CA-1:C-0", "CA-1:C-1", "CA-1:C-2"]
    assert due_ids(outbox, 11) == ["NO-1", "CA-1:C-0", "CA-1:C-1", "CA-1:C-2"]
    assert due_ids(outbox, 11, limit=2) == ["NO-1", "CA-1:C-0"]


def test_an_attempt_is_begun_once(store: Store, outbox: OutboxStore) -> None:
    queue_some(store)
    assert outbox.begin("java", ["CA-1:C-0", "CA-1:C-1", "nobody"], 11) == {"CA-1:C-0", "CA-1:C-1"}
    assert outbox.begin("java", ["CA-1:C-0", "CA-1:C-2"], 11) == {"CA-1:C-2"}
    assert due_ids(outbox) == []
    assert [(one.id, one.attempts) for one in outbox.trying("java")] == [(f"CA-1:C-{n}", 1) for n in range(3)]
    assert outbox.next_due_us("java") is None


def test_a_failed_attempt_is_tried_again_when_it_is_due(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 1)
    for attempt in (1, 2):
        assert outbox.begin("java", ["CA-1:C-0"], 11) == {"CA-1:C-0"}
        outbox.settle("java", [Settled("CA-1:C-0", "queued", 12, due_us=20, why="451 try later")])
        assert due_ids(outbox, 19) == []
        (again,) = outbox.due("java", ["phone"], 20, 9)
        assert (again.attempts, again.why) == (attempt, "451 try later")


def test_a_message_goes_by_another_word(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 2)
    outbox.settle("java", [Settled("CA-1:C-0", "queued", 12, due_us=12, word="email")])
    assert due_ids(outbox, 12) == ["CA-1:C-1"]
    assert due_ids(outbox, 12, words=("email",)) == ["CA-1:C-0"]


@pytest.mark.parametrize("state", ["sent", "delivered", "failed", "dead", "uncertain"])
def test_a_settled_message_is_over(store: Store, outbox: OutboxStore, state: MessageState) -> None:
    queue_some(store, 2)
    outbox.begin("java", ["CA-1:C-0"], 11)
    outbox.settle("java", [Settled("CA-1:C-0", state, 12, why="so", reference="r-1")])
    assert outbox.trying("java") == []
    assert due_ids(outbox, 99) == ["CA-1:C-1"]
    (over,) = outbox.messages("java", [state])
    assert (over.id, over.state, over.why, over.reference, over.attempts) == ("CA-1:C-0", state, "so", "r-1", 1)
    assert outbox.counts("java") == {("phone", state): 1, ("phone", "queued"): 1}


def test_the_newest_messages_in_some_states(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 4)
    states: tuple[MessageState, ...] = ("dead", "sent", "uncertain", "dead")
    outbox.settle("java", [Settled(f"CA-1:C-{n}", state, 20 + n) for n, state in enumerate(states)])
    assert [one.id for one in outbox.messages("java", ["dead", "uncertain"], 2)] == ["CA-1:C-3", "CA-1:C-2"]
    assert [one.id for one in outbox.messages("java", ["sent", "dead"])] == ["CA-1:C-3", "CA-1:C-1", "CA-1:C-0"]


def test_many_at_once(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 1200)
    ids = due_ids(outbox, limit=2000)
    assert len(outbox.begin("java", ids, 11)) == 1200
    outbox.settle("java", [Settled(message_id, "sent", 12) for message_id in ids])
    assert outbox.counts("java") == {("phone", "sent"): 1200}
    outbox.settle("java", [])


def test_prune_forgets_what_is_old_and_done_with(store: Store, outbox: OutboxStore) -> None:
    queue_some(store, 3)
    emit(store, noted(1), alert(30), noted(90))
    outbox.settle("java", [Settled("CA-1:C-0", "sent", 40), Settled("CA-1:C-1", "dead", 80)])
    assert store.prune("java", 50) == 2  # the message sent, and the note; the alert is still to be fanned out
    assert outbox.counts("java") == {("phone", "dead"): 1, ("phone", "queued"): 1}
    assert outbox.effect("java", "CA-1") == EFFECTS[1]
    assert [effect.id for effect in store.effects("java", ["alert", "noted"])] == ["AL-30", "NT-90"]
    assert store.prune("java", 50) == 0
