"""From octets to a line: RFC 5424, RFC 3164, and what routers send in its name. Never raises, whatever the octets are.

A relay puts its own header before a router's; the router's own is read then, where it still stands.
"""

import re
from datetime import datetime, tzinfo
from typing import Literal

import msgspec

from connectors.syslog.stamps import Style, stamp

MOST_OCTETS = 8_192  # of a line that are read; RFC 5424, section 6.1, wants 2,048 at least
USUAL_PRIORITY = 13  # of a sender that gives none (RFC 3164, section 4.3.3)

Reason = Literal["empty", "bad_priority", "bad_header"]

_PRIORITY = re.compile(r"<(\d{1,3})>")
_NODE = re.compile(r"(?:([\w.-]{1,64}) )?+(?:RP|LC|SP|DRP|B)/[\w/]{1,20}:(?=[*.A-Z\d])")  # IOS XR, before its time
_COUNTED = re.compile(r"(\d{1,10}): ?(?=\S)|: (?=\S)")  # Cisco's sequence number, or where it was left out
_ORIGIN = re.compile(r"([A-Za-z][\w.-]{0,63}): (?=[*.]?[A-Z\d])")  # Cisco's `logging origin-id`
_HOST = re.compile(r"([A-Za-z0-9_.:\-\[\]%@]{1,255}) ")
_HOST_COLON = re.compile(r"([A-Za-z0-9_.\-]{1,255}) ?: (?=%)")
_TAG = re.compile(r"([A-Za-z0-9_./#-]{1,64})(?:\[(\d{1,10})\])?+: ?")
_MODERN = re.compile(r"1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) ")
_DATA = re.compile(r'-(?: |$)|(?:\[(?:[^\]\\"]|\\.|"(?:[^"\\]|\\.)*+")*+\])++ ?')
_META = "[meta "
_NUMBER = re.compile(r'(?:[^\]"]|"(?:[^"\\]|\\.)*+")*? sequenceId="(\d{1,10})"')
_BEGINNING = re.compile(r"<\d{1,3}>|[:*.\d]|[A-Z][a-z]{2} [ \d]\d |\S{0,64}/CPU0:|[\w.-]{1,64}: [*.]?[A-Z\d]")
_NOBODY = "0.0.0.0"  # noqa: S104 - what Huawei's OLTs call themselves
_BROKEN = "#015#012"  # where a line was broken, as rsyslog writes it
_CONTROLS = dict.fromkeys((*range(32), 127), " ")


class Line(msgspec.Struct, frozen=True, gc=False):
    """One message. `at`: as its sender says, None where that cannot be believed. `body`: what is left, in one line.
    `relayed`: whom a relay names, where the line itself names somebody else; `number`: the sender's own, one more with
    each message (RFC 5424, section 7.3.1; Cisco's message counter)."""

    severity: int  # 0 emergency ... 7 debug
    style: Style
    at: datetime | None
    host: str | None
    app: str | None
    body: str
    relayed: str | None = None
    number: int | None = None


class Malformed(msgspec.Struct, frozen=True, gc=False):
    """Nothing that can be read; `reason` is a label for a counter."""

    reason: Reason


def text_of(octets: bytes) -> str:
    """UTF-8, else Latin-1, which has a character for each octet. Its lines become one."""
    octets = octets[:MOST_OCTETS]
    if octets.isascii():
        text = octets.decode("ascii")
    else:
        try:
            text = octets.decode()
        except UnicodeDecodeError as error:
            cut = len(octets) == MOST_OCTETS and error.start >= MOST_OCTETS - 3  # cut within the last character
            text = octets[: error.start].decode() if cut else octets.decode("latin-1")
    if not text.isprintable():
        text = text.translate(_CONTROLS)
    return text.replace(_BROKEN, " ").strip()


def parse(octets: bytes, zone: tzinfo, received: datetime) -> Line | Malformed:
    """`zone`: of senders that give none; `received`: when it came, aware."""
    text = text_of(octets)
    if not text:
        return Malformed("empty")
    priority, start = USUAL_PRIORITY, 0
    if text[0] == "<":
        found = _PRIORITY.match(text)
        if found is None or int(found[1]) > 191:
            return Malformed("bad_priority")
        priority, start = int(found[1]), found.end()
        while text.startswith(" ", start):
            start += 1
    severity = priority & 7
    if text.startswith("1 ", start):
        return _modern(text, start, severity, zone, received)
    return _legacy(text, start, severity, zone, received)


def _modern(text: str, start: int, severity: int, zone: tzinfo, received: datetime) -> Line | Malformed:
    """RFC 5424, section 6."""
    header = _MODERN.match(text, start)
    data = header and _DATA.match(text, header.end())
    if header is None or data is None:
        return Malformed("bad_header")
    when, host, app, _, message = (None if part == "-" else part for part in header.groups())
    at = None
    if when is not None:
        said = stamp(when, 0, zone, received)
        if said.style != "iso" or said.end != len(when):
            return Malformed("bad_header")
        at = said.at
    body = text[data.end() :].lstrip("\ufeff ")
    if app is not None and app[0] == "%":  # a relay that took Cisco's mnemonic for the program's name
        body = f"{app.rstrip(':')}: {body.lstrip(': ')}"
        app = None
    if message is not None and not body.startswith(message):  # where Junos has its mnemonic
        body = f"{message}: {body}"
    if not body:
        return Malformed("empty")
    meta = text.find(_META, header.end(), data.end())
    number = _NUMBER.match(text, meta + len(_META) - 1, data.end()) if meta >= 0 else None
    return _router(Line(severity, "iso", at, host, app, body, None, int(number[1]) if number else None), zone, received)


def _legacy(text: str, start: int, severity: int, zone: tzinfo, received: datetime) -> Line | Malformed:
    """RFC 3164, section 4.1, and what stands in its place."""
    line = _header(text, start, severity, zone, received)
    if not line.body:
        return Malformed("empty")
    return line if line.style in ("colon", "node", "none") else _router(line, zone, received)


def _header(text: str, start: int, severity: int, zone: tzinfo, received: datetime) -> Line:
    host = number = None
    if found := _COUNTED.match(text, start):
        start, number = found.end(), int(found[1]) if found[1] else None
    style, at, end = stamp(text, start, zone, received)
    if style == "none":  # something stands before the time, or there is none
        before = _NODE.match(text, start) or _ORIGIN.match(text, start)
        if before:
            said = stamp(text, before.end(), zone, received)
            if said.style != "none":
                host, (style, at, end) = before[1], said
                style = "node" if before.re is _NODE else style
    while text.startswith((" ", ":"), end):
        end += 1
    if style not in ("colon", "node", "none") and host is None:
        found = _HOST_COLON.match(text, end) or _HOST.match(text, end)
        if found and found[1][-1] != ":" and found[1][0] != "%":
            host, end = None if found[1] == _NOBODY else found[1], found.end()
    return _tagged(Line(severity, style, at, host, None, text[end:].lstrip(), None, number))


def _tagged(line: Line) -> Line:
    """The program before the colon, where there is one (RFC 3164, section 5.3)."""
    found = _TAG.match(line.body) if line.style != "none" else None
    if found is None:
        return line
    return Line(line.severity, line.style, line.at, line.host, found[1], line.body[found.end() :], None, line.number)


def _router(line: Line, zone: tzinfo, received: datetime) -> Line:
    """What a relay sent on: a router's own time within the text, which tells more than the relay's."""
    body, app = line.body, line.app
    if app is not None and app.isdigit():  # a sequence number that was taken for a program
        body = f"{app}: {body}"
    elif app is not None or not _BEGINNING.match(body):
        return line
    priority = _PRIORITY.match(body)  # a relay that was told to leave all of it alone
    start = priority.end() if priority else 0
    inner = _header(body, start, int(priority[1]) & 7 if priority else line.severity, zone, received)
    if not inner.body or (inner.style == "none" and not priority):
        return line
    host, relayed = inner.host or line.host, line.host if inner.host else None
    number = line.number if inner.number is None and relayed is None else inner.number  # a relay counts its own
    return Line(inner.severity, inner.style, inner.at or line.at, host, inner.app, inner.body, relayed, number)
