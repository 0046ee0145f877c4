"""What a reader makes of lines: whose they are, when they were, what it counts and what it puts aside."""

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from connectors.formats.raw_frames import Datagram
from connectors.heard import Heard
from connectors.listeners.places import TopologyPlaces
from connectors.listeners.unread import MOST_SENDERS, MOST_TEMPLATES, Unread, template_of
from connectors.metrics import CLAIMS, LISTENER_UNRESOLVED, SYSLOG_LINES, SYSLOG_MISSING, SYSLOG_REFUSED
from connectors.syslog.reader import LineReader
from connectors.syslog.senders import Senders
from connectors.syslog.translate import Translator
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import Alarm, microseconds
from correlator.wire import BadInput
from streams.listener_settings import Sender
from tests.connectors.syslog.house import NOW, SHIPPED, TOPOLOGY, context, reader

NOW_US = microseconds(NOW)
DOWN = "SNMP_TRAP_LINK_DOWN: ifIndex 1, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/1"


def one(text: str, peer: str = "10.0.0.1", by: LineReader | None = None, mark: str = "m") -> Alarm:
    read = (by or reader()).read(Datagram(peer, NOW_US, text.encode()), mark)
    assert isinstance(read, list)
    [alarm] = read
    return alarm


def test_the_same_line_gives_the_same_alarms_each_time() -> None:
    text = f"<28>Mar  1 01:09:58 R1 mib2d[1]: {DOWN}"
    alarm = one(text)
    assert alarm == one(text)
    assert alarm.id == f"syslog:R1/{SHIPPED.version}/m.1"
    assert (alarm.source, alarm.object) == ("syslog:R1", "R1/ge-0/0/1")
    assert (alarm.time, alarm.received) == (datetime(2026, 3, 1, 1, 9, 58, tzinfo=UTC), NOW)


@pytest.mark.parametrize(
    ("peer", "host", "source", "about"),
    [
        ("10.0.0.1", "R1", "syslog:R1", "R1/ge-0/0/1"),
        ("10.0.0.99", "R1.net.example", "syslog:R1.net.example", "R1/ge-0/0/1"),  # through a relay
        ("10.0.0.99", "10.0.0.2", "syslog:10.0.0.2", "R2/ge-0/0/1"),
        ("10.0.0.2", "core-7", "syslog:10.0.0.2", "R2/ge-0/0/1"),  # the inventory calls it otherwise
        ("10.0.0.99", "core-7", "syslog:core-7", "core-7/ge-0/0/1"),  # nobody knows it
        ("10.0.0.2", "L1", "syslog:10.0.0.2", "R2/ge-0/0/1"),  # a name that is no device's
    ],
)
def test_whose_line_it_is(peer: str, host: str, source: str, about: str) -> None:
    alarm = one(f"<28>Mar  1 01:09:58 {host} mib2d[1]: {DOWN}", peer)
    assert (alarm.source, alarm.object) == (source, about)


@pytest.mark.parametrize(
    ("peer", "said", "about"),
    [
        ("10.0.0.98", "Mar  1 01:09:58 R1 mib2d[1]:", "10.0.0.98/ge-0/0/1"),  # nobody of ours
        ("10.0.0.2", "Mar  1 01:09:58 R1 mib2d[1]:", "R2/ge-0/0/1"),  # one of ours speaks for another
        ("10.0.0.98", "1 2026-03-01T01:10:00Z 10.0.0.1 - - - - Mar  1 01:09:58 core-7 mib2d[1]:", "10.0.0.98/ge-0/0/1"),
    ],
)
def test_who_is_no_relay_speaks_for_itself(peer: str, said: str, about: str) -> None:
    heard = Heard(lambda: NOW_US, lambda name: name in TOPOLOGY.ids)
    counter = MemoryCounter()
    alarm = one(f"<28>{said} {DOWN}", peer, reader(around=replace(context(counter), heard=heard)))
    assert (alarm.object, alarm.source.partition(":")[2]) == (about, peer)
    assert counter.counted(CLAIMS, "syslog") == 1
    [sender] = heard.senders()
    assert (sender.door, sender.name, sender.claims) == ("syslog", peer, 1)
    assert sender.claimed in ("R1", "10.0.0.1")


META = '<28>1 2026-03-01T01:09:58Z R1 mib2d - - [timeQuality tzKnown="1"][meta language="en" sequenceId="{}"] ' + DOWN
COUNTED = "<189>{}: R1: Mar  1 01:09:58: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down"
RELAYED = f"<28>1 2026-03-01T01:10:00Z 10.0.0.1 - - - - {COUNTED.partition('>')[2]}"


@pytest.mark.parametrize("form", [META, COUNTED, RELAYED])
@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        ([7, 8, 9], 0),
        ([7, 9, 10, 14], 4),
        ([7, 9, 8, 10], 0),  # overtaken
        ([7, 9, 9, 8, 8], 0),  # and there twice
        ([500, 1, 2, 3], 0),  # started again
        ([500, 1, 2, 4], 1),
        ([2147483647, 1, 3], 1),  # its greatest (RFC 5424, section 7.3.1)
        ([7, 300, 8, 9], 292),  # too late: its counting began anew at 8
    ],
)
def test_messages_that_are_missing_by_their_own_numbers(form: str, numbers: list[int], missing: int) -> None:
    heard = Heard(lambda: NOW_US, lambda name: name in TOPOLOGY.ids)
    counter = MemoryCounter()
    by = reader(around=replace(context(counter), heard=heard))
    for number in numbers:
        one(form.format(number), "10.0.0.99", by)
    [sender] = heard.senders()
    assert sender.numbers is not None
    assert (sender.name, sender.numbers.missing) == ("R1", missing)
    assert counter.counted(SYSLOG_MISSING, "missing") - counter.counted(SYSLOG_MISSING, "late") == missing


def test_a_sender_that_gives_no_number_misses_none() -> None:
    heard = Heard(lambda: NOW_US, lambda name: name in TOPOLOGY.ids)
    by = reader(around=replace(context(), heard=heard))
    one(f"<28>Mar  1 01:09:58 R1 mib2d[1]: {DOWN}", by=by)
    one(f'<28>1 2026-03-01T01:09:58Z R1 mib2d - - [odd@32473 x="[meta sequenceId=7"] {DOWN}', by=by)
    assert heard.senders() == []


def test_a_relay_counts_its_own_and_not_what_it_hands_on() -> None:
    heard = Heard(lambda: NOW_US, lambda name: name in TOPOLOGY.ids)
    by = reader(around=replace(context(), heard=heard))
    inner = f"Mar  1 01:09:58 R1 mib2d[1]: {DOWN}"
    for number in (1, 5):
        one(f'<28>1 2026-03-01T01:10:00Z noc - - - [meta sequenceId="{number}"] {inner}', "10.0.0.99", by)
    assert heard.senders() == []


def test_a_relay_that_sends_on_what_came_as_it_came() -> None:
    """With a header of its own before it: the line's own name, time and form count, then the relay's."""
    for host, source in (("R1", "syslog:R1"), ("core-7", "syslog:10.0.0.2")):
        raw = f"Mar  1 01:09:58 {host} mib2d[1]: {DOWN}"
        alarm = one(f"<28>1 2026-03-01T01:10:00Z 10.0.0.2 - - - - {raw}", "10.0.0.99")
        assert (alarm.source, alarm.time.second) == (source, 58)
    ios = "45: *Mar  1 00:00:07.003: %LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to down"
    assert one(f"<28>1 2026-03-01T01:10:00Z 10.0.0.1 - - - - {ios}", "10.0.0.99").object == "R1/Gi0/1"
    told = "CORE-A: *Mar  1 00:00:07.003: %LINK-3-UPDOWN: Interface east, changed state to down"
    assert one(f"<13>Mar  1 01:09:58 noc 45: {told}", "10.0.0.99").object == "CORE-A/east"


def test_a_port_that_the_inventory_lacks_is_counted() -> None:
    counter = MemoryCounter()
    alarm = one(
        f"<28>Mar  1 01:09:58 R1 mib2d[1]: {DOWN}".replace("0/0/1", "9/9/9"), by=reader(around=context(counter))
    )
    assert alarm.object == "R1/ge-9/9/9"
    assert counter.counted(LISTENER_UNRESOLVED, "syslog") == 1


def test_zone_and_vendor_are_the_senders() -> None:
    around = context()
    given = {
        "everybody": Sender(sources=(ip_network("10.0.0.0/8"),), zone="Asia/Makassar"),
        "the east": Sender(sources=(ip_network("10.0.0.2"),), zone="Asia/Jayapura", vendor="juniper-junos"),
    }
    senders = Senders(given, "Asia/Jakarta")
    by = LineReader(around, Translator(SHIPPED, around.resolver, TopologyPlaces(TOPOLOGY)), senders)
    for peer, hour in (("192.0.2.1", "08"), ("10.0.0.1", "09"), ("10.0.0.2", "10")):
        alarm = one(f"<28>Mar  1 {hour}:09:58 R1 mib2d[1]: {DOWN}", peer, by)
        assert alarm.time == datetime(2026, 3, 1, 1, 9, 58, tzinfo=UTC), peer
    ios = b"<189>45: R1: Mar  1 10:09:58: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down"
    assert by.read(Datagram("10.0.0.2", NOW_US, ios), "m") == []  # it is no line of Junos
    assert by.read(Datagram("10.0.0.1", NOW_US, ios), "m") != []


def test_what_nobody_can_read_is_kept_by_template_and_is_no_alarm() -> None:
    counter = MemoryCounter()
    around = context(counter)
    by = reader(around=around)
    for number, name in enumerate(("Gi0/1", "Te0/2", "Gi0/3")):
        text = f"<188>45: R1: Mar  1 01:09:5{number}: %XYZ-4-ODD: Interface {name} does something odd"
        assert by.read(Datagram("10.0.0.1", NOW_US + number, text.encode()), "m") == []
    [group] = around.unread.groups()
    assert group.template == "%XYZ-4-ODD: Interface <*> does something odd"
    assert (group.why, group.times, group.first_us, group.last_us) == ("unknown", 3, NOW_US, NOW_US + 2)
    assert list(group.senders) == ["R1"]
    assert group.example == "%XYZ-4-ODD: Interface Gi0/3 does something odd"
    assert counter.counted(SYSLOG_LINES, "none", "unknown") == 3


def test_a_line_that_tells_of_nothing_is_known() -> None:
    counter = MemoryCounter()
    around = context(counter)
    text = (
        b"<189>45: R1: Mar  1 01:09:58: %BGP-3-NOTIFICATION: sent to neighbor 10.0.0.2 4/0 (hold time expired) 0 bytes"
    )
    assert reader(around=around).read(Datagram("10.0.0.1", NOW_US, text), "m") == []
    assert around.unread.groups() == []
    assert counter.counted(SYSLOG_LINES, "cisco-ios", "nothing") == 1


def test_what_is_no_syslog_is_counted_by_its_sender() -> None:
    counter = MemoryCounter()
    assert reader(around=context(counter)).read(Datagram("10.0.0.7", NOW_US, b"<999>x"), "m") == BadInput(
        None, "bad_priority"
    )
    assert counter.counted(SYSLOG_REFUSED, "10.0.0.7", "bad_priority") == 1


def test_memory_of_what_nobody_can_read_is_bounded() -> None:
    unread = Unread()
    for number in range(MOST_TEMPLATES + 10):
        word = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        unread.note(f"something {word} " + "x" * 5_000, f"10.0.0.{number}", "unknown", number)
    groups = unread.groups(MOST_TEMPLATES * 2)
    assert len(groups) == MOST_TEMPLATES
    assert min(group.first_us for group in groups) == 10, "what was not seen for longest went"
    for number in range(20):
        unread.note("always the same", f"10.0.0.{number}", "unknown", number)
    assert len(unread.groups(1)[0].senders) == MOST_SENDERS


@pytest.mark.parametrize(
    ("message", "template"),
    [
        ("port 7 of 10.0.0.1 is odd", "port <*> of <*> is odd"),
        ("user 'a b c' said \"no\"", "user <*> said <*>"),
        ("x=7, y=8;z", "x=<*>, y=<*>;z"),
        ("no digits at all", "no digits at all"),
    ],
)
def test_a_template_is_a_message_without_what_varies(message: str, template: str) -> None:
    assert template_of(message) == template
