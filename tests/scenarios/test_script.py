"""A bad script is told with file, line and remedy, before anything is played."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.scenarios.happenings import events_of
from tests.scenarios.script import WIB, BadScript, read
from tests.scenarios.stage import NETWORKS, network, play

GOOD = "title One\n\n10:00  alarm X/1 link_down\n10:01  expect incidents 0\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "a.scn"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("10:00 ", "25:00 "), "a.scn:3: 25:00 is no time"),
        (GOOD.replace("alarm", "alrm"), "a.scn:3: nobody knows 'alrm'; the verbs are alarm"),
        (GOOD.replace("10:01", "09:59"), "a.scn:4: 09:59:00 lies before the line above"),
        (GOOD.replace("10:00  ", "  "), "a.scn:3: begin with a time"),
        (GOOD.replace("title One", ""), "a.scn:1: a scenario has a title"),
        (GOOD.replace("10:01  expect incidents 0", ""), "a.scn:1: a scenario without an expect line cannot fail"),
        (GOOD.replace("X/1 link_down", 'X/1 link_down as "x'), "a.scn:3: No closing quotation"),
        (GOOD.replace("link_down", "link_down from"), "a.scn:3: a word is missing after from"),
        ("date tomorrow\n" + GOOD, "a.scn:1: tomorrow is no date"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadScript) as failure:
        read(written(tmp_path, text))
    assert str(failure.value).startswith(told)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("alarm X/1 link_dwn", "write alarm OBJECT... TYPE, with a type of loss_of_signal"),
        ("complaint CU-1", "write complaint CUSTOMER"),
        ("work why on X", "work needs the keyword from"),
        ("order noc_operator close", "order needs the keyword on"),
        ("again nothing", "nothing above is named nothing"),
        ("expect incidnt X", "expect knows incident"),
    ],
)
def test_what_cannot_be_played_is_told(tmp_path: Path, line: str, told: str) -> None:
    script = read(written(tmp_path, f"title One\n10:00  {line}\n10:01  expect incidents 0\n"))
    with pytest.raises(BadScript, match=r"a\.scn:2: ") as failure:
        play(script, "kernel")
    assert told in str(failure.value)


def test_an_expectation_that_does_not_hold_names_its_line_and_what_is(tmp_path: Path) -> None:
    script = read(written(tmp_path, "title One\n10:00  alarm AGG-1 link_down\n10:01  expect incidents 1\n"))
    with pytest.raises(AssertionError, match=r"a.scn:3: expect incidents 1\n  but 0 were opened: none"):
        play(script, "kernel")


def test_a_range_and_a_time_of_the_source_are_spread_over_the_events(tmp_path: Path) -> None:
    text = "title One\n10:00  alarm ONT-1-09..11 dying_gasp timed 11:00 as X\n10:01  expect incidents 0\n"
    script = read(written(tmp_path, text))
    events = events_of(script.lines[0], script.day, lambda _line, name: name)
    assert [event["object"] for event in events] == ["ONT-1-09", "ONT-1-10", "ONT-1-11"]
    assert [event["id"] for event in events] == ["X", "X.2", "X.3"]
    assert {event["time"] for event in events} == {
        datetime(2026, 3, 3, 11, tzinfo=WIB).isoformat(timespec="milliseconds")
    }
    assert {event["received"] for event in events} == {"2026-03-03T10:00:00.000+07:00"}


def test_every_network_of_the_folder_but_the_one_with_holes_compiles_without_a_warning() -> None:
    warned = {path.stem for path in NETWORKS.glob("*.json") if network(path.stem).warnings}
    assert warned == {"lubang"}
