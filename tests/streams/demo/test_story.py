"""The timetable is sane: in order, and everything in it is in the network."""

from streams.demo.storm import Said, failure
from streams.demo.story import Answer, Call, Confirm, StaffCommand, Story, story
from topology.graph import Topology


def test_always_the_same(topology: Topology, told: Story) -> None:
    assert story(topology) == told


def test_steps_are_in_order_within_each_chapter(told: Story) -> None:
    for chapter in told.chapters:
        times = [step.at_s for step in chapter.steps]
        assert times == sorted(times)
    starts = [chapter.steps[0].at_s for chapter in told.chapters]
    assert starts == sorted(starts)
    assert told.steps[-1].at_s < 15 * 60


def test_objects_are_in_the_network(topology: Topology, told: Story) -> None:
    named = {step.act.object for step in told.steps if isinstance(step.act, Said | Confirm)}
    assert all(topology.find(name) is not None for name in named)


def test_complaints_come_on_all_four_channels_in_both_languages(told: Story) -> None:
    about_the_cut = [call for call in told.calls if call.key != "bill"]
    assert {call.channel for call in about_the_cut} == {"phone", "email", "portal", "walk_in"}
    assert {call.language for call in about_the_cut} == {"id", "en"}
    assert [call.key for call in told.calls if call.customer is None] == ["unknown"]


def test_who_complains_is_really_down(topology: Topology, told: Story) -> None:
    down = set(failure(topology, told.root).services)
    for call in told.calls:
        if call.customer is not None:
            assert (call.service in down) == (call.key != "bill")
            assert topology.customer_language[topology.customer_index[call.customer]] == call.language


def test_the_noisy_port_flaps_and_ends_up_in_peace(told: Story) -> None:
    said = [step for step in told.chapters[0].steps if isinstance(step.act, Said)]
    states = [step.act.state for step in said if isinstance(step.act, Said)]
    assert {step.act.object for step in said if isinstance(step.act, Said)} == {told.noisy}
    assert states == ["raised", "cleared"] * (len(states) // 2)
    assert len(states) > 3
    assert said[-1].at_s - said[0].at_s < 60


def test_who_answers_was_heard_before(told: Story) -> None:
    calls = {call.key for call in told.calls}
    answers = [step.act for step in told.steps if isinstance(step.act, Answer)]
    assert answers
    assert all(answer.call in calls for answer in answers)


def test_every_kind_of_act_is_in_the_story(told: Story) -> None:
    assert {type(step.act) for step in told.steps} == {Said, Call, StaffCommand, Confirm, Answer}
