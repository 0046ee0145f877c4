"""The checks at the end of the demo can fail: each is broken in turn."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import pytest

from streams.demo.doors import Address, DemoFailed, Doors
from streams.demo.outcome import Outcome, judge
from streams.demo.play import Player, Taken
from streams.demo.story import Story
from streams.demo.watch import Watch

Answers = dict[str, Any]
DOWN = 3


def sound(told: Story) -> Answers:
    """What the service answers, by path, where all came as expected; `messages` is the file of what left."""
    ticket = {"id": "TK-9", "number": "NT-9", "class": "Critical", "stage": "confirmation"}
    incident = {
        "id": "IN-1",
        "status": "resolved",
        "root": {"id": told.root, "equivalent": [told.root]},
        "impact": {"customers_down": DOWN},
        "ticket": ticket,
    }
    outage = {**ticket, "kind": "outage", "class_reason": "fibre", "responded_at": "2026-03-02T10:05:00+07:00"}
    children = {
        f"/tickets/{call.key}": {
            "parent": "TK-9" if call.customer and call.key != "bill" else None,
            "closed_as": "confirmed" if call.key == "phone" else None,
            "stage": "confirmation",
        }
        for call in told.calls
    }
    told_all = [{"kind": kind} for kind in ("critical", *["outage"] * DOWN, *["restored"] * DOWN)]
    return {
        "/incidents": {"incidents": [incident]},
        "/incidents/IN-1": incident,
        "/incidents/IN-1/rca": {"id": "RCA-1", "state": "draft", "root": told.root},
        "/tickets/NT-9": outage,
        **children,
        "messages": told_all,
    }


@pytest.fixture
def judged(told: Story, tmp_path: Path) -> Iterator[Callable[[Answers], Outcome]]:
    answers: Answers = {}

    def answer(request: httpx.Request) -> httpx.Response:
        found = answers.get(request.url.path)
        return httpx.Response(404) if found is None else httpx.Response(200, json=found)

    address = Address(("127.0.0.1", 9), "http://service.test", "t", lambda: 0)
    seconds = iter(range(0, 1_000_000, 20))
    with Doors(address, httpx.Client(base_url=address.url, transport=httpx.MockTransport(answer))) as doors:
        player = Player(doors, 0)
        player.taken = {call.key: Taken(call, call.key, None) for call in told.calls}

        def judge_these(given: Answers) -> Outcome:
            answers.update(given)
            messages = tmp_path / "messages.jsonl"
            messages.write_text("".join(json.dumps(line) + "\n" for line in given["messages"]))
            watch = Watch(doors, messages, 30.0, lambda _: None, lambda: float(next(seconds)))
            return judge(told, player, watch)

        yield judge_these


def failing(outcome: Outcome) -> list[str]:
    return [check.what for check in outcome.checks if not check.holds]


def test_a_sound_end(told: Story, judged: Callable[[Answers], Outcome]) -> None:
    outcome = judged(sound(told))
    assert failing(outcome) == []
    assert outcome.holds


BREAKS: dict[str, tuple[str, dict[str, Any]]] = {
    "Critical outage ticket": ("/tickets/NT-9", {"class": "Major"}),
    "acknowledged": ("/tickets/NT-9", {"responded_at": None}),
    "was found": ("/incidents/IN-1", {"root": {"id": "CD-PADANGBAI", "equivalent": ["CD-PADANGBAI", "CD-RINJANI"]}}),
    "repair resolved": ("/incidents/IN-1", {"status": "open"}),
    "hang under": ("/tickets/email", {"parent": None}),
    "stay apart": ("/tickets/bill", {"parent": "TK-9"}),
    "closed a ticket": ("/tickets/phone", {"closed_as": None}),
    "drafted": ("/incidents/IN-1/rca", {"root": "CD-RINJANI"}),
}


@pytest.mark.parametrize("what", BREAKS)
def test_what_is_wrong_is_said(what: str, told: Story, judged: Callable[[Answers], Outcome]) -> None:
    path, change = BREAKS[what]
    answers = deepcopy(sound(told))
    answers[path] = answers[path] | change
    [said] = failing(judged(answers))
    assert what in said


def test_a_second_outage_is_wrong(told: Story, judged: Callable[[Answers], Outcome]) -> None:
    answers = sound(told)
    other = {**answers["/incidents/IN-1"], "id": "IN-2", "root": {"id": told.noisy, "equivalent": [told.noisy]}}
    answers["/incidents"] = {"incidents": [*answers["/incidents"]["incidents"], other]}
    [said] = failing(judged(answers))
    assert "nothing else" in said


@pytest.mark.parametrize(("kind", "what"), [("critical", "alerted"), ("outage", "told once")])
def test_a_missing_message_is_wrong(kind: str, what: str, told: Story, judged: Callable[[Answers], Outcome]) -> None:
    answers = sound(told)
    answers["messages"].remove({"kind": kind})
    [said] = failing(judged(answers))
    assert what in said


def test_a_restored_notice_that_never_comes_ends_the_story(told: Story, judged: Callable[[Answers], Outcome]) -> None:
    answers = sound(told)
    answers["messages"].remove({"kind": "restored"})
    with pytest.raises(DemoFailed, match="3 restored notices"):
        judged(answers)


def test_another_root_is_wrong(told: Story, judged: Callable[[Answers], Outcome]) -> None:
    answers = sound(told)
    wrong = {**answers["/incidents/IN-1"], "root": {"id": "POP-AMI", "equivalent": ["POP-AMI"]}}
    answers["/incidents"] = {"incidents": [wrong]}
    [said] = failing(judged(answers))
    assert told.root in said
