"""From octets to a line: RFC 5424, RFC 3164 and what routers send in its name."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.syslog.line import MOST_OCTETS, Line, Malformed, parse

NOON = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)  # noon in Jakarta
JAKARTA = ZoneInfo("Asia/Jakarta")


def line(text: str | bytes, received: datetime = NOON, zone: ZoneInfo = JAKARTA) -> Line:
    found = parse(text.encode() if isinstance(text, str) else text, zone, received)
    assert isinstance(found, Line), found
    return found


def at(hour: int, minute: int, second: int, micro: int = 0) -> datetime:
    return datetime(2026, 3, 1, hour, minute, second, micro, tzinfo=UTC)


def test_rfc_5424() -> None:
    found = line(
        '<165>1 2026-03-01T11:59:58.123456+07:00 R1.example rpd 1234 ID47 [a@1 b="x \\"]\\" y"][c@2] \ufefftext'
    )
    assert found == Line(5, "iso", at(4, 59, 58, 123456), "R1.example", "rpd", "ID47: text")


def test_rfc_5424_with_nothing_but_its_dashes() -> None:
    assert line("<165>1 - - - - - - text") == Line(5, "iso", None, None, None, "text")


def test_rfc_3164() -> None:
    assert line("<34>Mar  1 11:59:58 mymachine su: 'su root' failed") == Line(
        2, "bsd", at(4, 59, 58), "mymachine", "su", "'su root' failed"
    )


@pytest.mark.parametrize(
    ("text", "style", "told", "host", "app"),
    [
        ("<189>45: R1: Mar  1 11:59:58.123: %SYS-5-X: y", "colon", at(4, 59, 58, 123000), "R1", None),
        ("<189>45: Mar  1 11:59:58 WITA: %SYS-5-X: y", "colon", at(3, 59, 58), None, None),
        ("<189>Mar  1 04:59:58 UTC: %SYS-5-X: y", "colon", at(4, 59, 58), None, None),
        ("<189>45: *Mar  1 00:00:07.003: %SYS-5-X: y", "colon", None, None, None),  # a clock that nobody set
        ("<189>45: 1w2d: %SYS-5-X: y", "colon", None, None, None),
        ("<189>: 2026 Mar  1 11:59:58 WIB: %A-5-X: y", "year_first", at(4, 59, 58), None, None),
        ("<189>2026 Mar  1 11:59:58 N9K %A-5-X: y", "year_first", at(4, 59, 58), "N9K", None),
        ("<189>45: R1 RP/0/RP0/CPU0:Mar  1 11:59:58 : a[1]: %A-B-5-X : y", "node", at(4, 59, 58), "R1", "a"),
        ("<188>Mar  1 2026 11:59:58+07:00 HW %%01A/4/B(l)[1]:y", "year_after", at(4, 59, 58), "HW", None),
        ("<188>Mar  1 2026 11:59:58 HW %%01A/4/B(l)[1]:y", "year_after", at(4, 59, 58), "HW", None),
        ("<188>2026-3-1 11:59:58.150.1 HW %%01A/4/B(l)[1]:y", "iso", at(4, 59, 58, 150_000), "HW", None),
        ("<189>: Mar  1 2026 11:59:58.964: %A-4-B: y", "year_after", at(4, 59, 58, 964_000), None, None),
        ("<29>Mar  1 11:59:58.393 2026  MX chassisd[7]: X_Y: y", "bsd", at(4, 59, 58, 393000), "MX", "chassisd"),
        ("<29>2026-03-01 11:59:58 HW x y", "iso", at(4, 59, 58), "HW", None),
        ("interface,info ether1 link down", "none", None, None, None),
        ("<30>Mar  1 11:59:58 RB interface,info ether1 link down", "bsd", at(4, 59, 58), "RB", None),
        ("<189>Mar  1 11:59:59 R9 52: Mar  1 11:59:58.1 WIB: %A-5-X: y", "colon", at(4, 59, 58, 100000), "R9", None),
        ("<132> 2026-03-01 11:59:58 0.0.0.0 x y", "iso", at(4, 59, 58), None, None),
        ("<189>1 2026-03-01T04:59:59Z 10.0.0.9 %A-5-X - - - y", "iso", at(4, 59, 59), "10.0.0.9", None),
    ],
)  # fmt: skip
def test_what_routers_write(text: str, style: str, told: datetime | None, host: str | None, app: str | None) -> None:
    found = line(text)
    assert (found.style, found.at, found.host, found.app) == (style, told, host, app)
    assert found.body.endswith("y" if "link" not in text else "down")


@pytest.mark.parametrize(
    ("said", "received", "meant"),
    [
        ("Dec 31 23:59:58", datetime(2027, 1, 1, 0, 0, 5, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, 58, tzinfo=UTC)),
        ("Jan  1 00:00:03", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2027, 1, 1, 0, 0, 3, tzinfo=UTC)),
        ("Feb 29 12:00:00", datetime(2028, 2, 29, 12, 0, 1, tzinfo=UTC), datetime(2028, 2, 29, 12, tzinfo=UTC)),
        ("Feb 29 12:00:00", datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC), None),  # the year has none
        ("Mar  1 12:00:60", datetime(2026, 3, 1, 12, 1, tzinfo=UTC), datetime(2026, 3, 1, 12, 0, 59, tzinfo=UTC)),
        ("Jun  1 12:00:00", datetime(2026, 3, 1, 12, tzinfo=UTC), None),  # a clock that is wrong by months
    ],
)
def test_the_year_is_the_one_that_comes_nearest(said: str, received: datetime, meant: datetime | None) -> None:
    found = parse(f"<13>{said} R1 x: y".encode(), UTC, received)
    assert isinstance(found, Line)
    assert found.at == meant


def test_a_clock_that_is_off_by_more_than_a_day_is_not_believed() -> None:
    for days, believed in ((0.9, True), (1.1, False)):
        said = (NOON - timedelta(days=days)).isoformat()
        assert (line(f"<13>1 {said} R1 x - - - y").at is not None) == believed


def test_utf_8_and_latin_1() -> None:
    assert line("<13>Mar  1 11:59:58 R1 x: Menara Café").body == "Menara Café"
    assert line("<13>Mar  1 11:59:58 R1 x: Menara Café".encode("latin-1")).body == "Menara Café"
    assert line(b"<13>Mar  1 11:59:58 R1 x: a\xffb").body == "aÿb"


def test_several_lines_are_one() -> None:
    assert line("<13>Mar  1 11:59:58 R1 x: first\n  second\r\n\tthird\0").body == "first   second   third"
    assert line("<13>Mar  1 11:59:58 R1 x: first#015#012second").body == "first second"


def test_no_line_is_longer_than_what_is_read() -> None:
    found = line("<13>Mar  1 11:59:58 R1 x: " + "é" * 20_000)
    assert MOST_OCTETS // 2 - 30 < len(found.body) < MOST_OCTETS // 2
    assert set(found.body) == {"é"}


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\0", "empty"),
        (b"<13>", "empty"),
        (b"<13>Mar  1 11:59:58 ", "empty"),
        (b"<13>1 2026-03-01T12:00:00Z r1 - - - -  ", "empty"),
        (b"<192>x", "bad_priority"),
        (b"<x>y", "bad_priority"),
        (b"<1234>y", "bad_priority"),
        (b"<13>1 yesterday R1 x - - - y", "bad_header"),
        (b"<13>1 2026-03-01T04:59:59Z R1", "bad_header"),
        (b'<13>1 2026-03-01T04:59:59Z R1 x - - [a b="c y', "bad_header"),
    ],
)
def test_what_is_no_syslog_is_refused_by_reason(octets: bytes, reason: str) -> None:
    assert parse(octets, UTC, NOON) == Malformed(reason)
