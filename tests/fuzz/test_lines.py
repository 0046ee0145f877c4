"""20,000 lines in each run of the tests; and for each parser what Hypothesis finds."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from connectors.listeners.framing import Messages
from connectors.listeners.unread import MOST_TEMPLATES, Unread, template_of
from connectors.syslog.line import Line, Malformed, parse
from connectors.syslog.patterns.language import pattern
from connectors.syslog.stamps import MOST_APART, stamp
from tests.connectors.syslog.house import NOW, SHIPPED
from tests.fuzz.lines import SEEDS, lines, run

COUNT = 20_000
TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=200)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # bounds


def test_no_line_crashes_and_each_is_counted() -> None:
    outcome = run(COUNT, seed=1)
    assert outcome.drawn == COUNT
    assert sum(outcome.read.values()) == 2 * (COUNT - sum(outcome.refused.values())), "each is read twice"
    assert outcome.alarms > COUNT // 10
    assert outcome.refused.keys() == {"empty", "bad_priority", "bad_header"}
    assert outcome.read.keys() >= {"read", "nothing", "unknown"}


def test_a_seed_draws_the_same_again() -> None:
    assert list(lines(500, 3)) == list(lines(500, 3))
    assert list(lines(500, 3)) != list(lines(500, 4))


@given(st.binary(max_size=300), MOMENTS)
def test_the_line_parser_takes_anything(octets: bytes, received: datetime) -> None:
    found = parse(octets, UTC, received)
    assert isinstance(found, Line | Malformed)
    if isinstance(found, Line):
        assert 0 <= found.severity <= 7
        assert found.body


@given(MOMENTS, st.sampled_from(["bsd", "year_first", "year_after", "iso"]), st.integers(-86_000, 86_000))
def test_the_time_that_was_written_is_the_time_that_is_read(at: datetime, style: str, apart_s: int) -> None:
    """To the second, whenever it is received within a day: across midnights, years and leap days."""
    at = at.replace(microsecond=0)
    written = {
        "bsd": f"{at:%b} {at.day:2} {at:%H:%M:%S} ",
        "year_first": f"{at:%Y %b} {at.day:2} {at:%H:%M:%S} ",
        "year_after": f"{at:%b} {at.day:2} {at:%Y %H:%M:%S} ",
        "iso": at.isoformat() + " ",
    }[style]
    found = stamp(written, 0, UTC, at + timedelta(seconds=apart_s))
    assert (found.style, found.at) == (style, at)


@given(TEXTS, MOMENTS)
def test_the_time_parser_takes_anything(text: str, received: datetime) -> None:
    found = stamp(text, 0, UTC, received)
    assert 0 <= found.end <= len(text)
    assert found.at is None or abs(found.at - received) <= MOST_APART


@given(TEXTS)
def test_the_pattern_language_takes_anything(text: str) -> None:
    try:
        made = pattern(text)
    except ValueError:
        return
    made.match(text)


@given(st.sampled_from([line.decode() for line in SEEDS]), TEXTS, st.integers(0, 200))
def test_no_pattern_breaks_at_what_a_line_becomes(line: str, more: str, at: int) -> None:
    found = parse((line[:at] + more + line[at:]).encode(), UTC, NOW)
    if isinstance(found, Line):
        for vendor in SHIPPED.vendors.values():
            vendor.read(found, sure=True)


@given(
    st.lists(st.binary(min_size=1, max_size=60).filter(lambda one: b"\n" not in one), max_size=8), st.integers(1, 40)
)
def test_counted_messages_are_found_however_they_are_cut(messages: list[bytes], size: int) -> None:
    stream = b"".join(b"%d %s" % (len(one), one) for one in messages)
    framing = Messages("counted")
    found = [one for start in range(0, len(stream), size) for one in framing.fed(stream[start : start + size])[0]]
    assert found == messages
    assert not framing.unfinished


@given(st.lists(TEXTS, max_size=30))
def test_templates_are_stable_and_bounded(messages: list[str]) -> None:
    unread = Unread()
    for message in messages:
        unread.note(message, "10.0.0.1", "unknown", 1)
        assert template_of(message) == template_of(message)
    groups = unread.groups()
    assert sum(group.times for group in groups) == len(messages)
    assert len(groups) <= MOST_TEMPLATES
