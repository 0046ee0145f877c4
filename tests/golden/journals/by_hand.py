"""Nights told by hand: lines that are no events, objects that nobody knows, what is set aside, a world that changes."""

from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from correlator.events import (
    Alarm,
    AlarmType,
    BackupRestored,
    Event,
    Frame,
    Heartbeat,
    IntakeShed,
    KernelVersion,
    Quarantine,
    SourceHeard,
    Subscription,
    WorldChange,
    moment,
)
from correlator.kernel import VERSION
from correlator.policy import Policy
from correlator.policy.alarms import AlarmPolicy
from correlator.policy.care import CarePolicy
from correlator.policy.sources import SourcePolicy
from correlator.wire import decode
from tests.golden.journals.recorder import DAY, HOUR, KOTA, MINUTE, START_US, Paper, Recorder, frames
from topology.compile import compile_inventory
from topology.loaders import load
from topology.model import Customer, Inventory, Service

BROKEN = (
    b"no json at all",
    b"{",
    b"[]",
    b'{"type": "alarm", "id": "x1"}',
    b'{"type": "storm", "id": "x2", "time": "2026-03-03T10:00:00+07:00"}',
    b'{"type": "heartbeat", "time": "2026-03-03T10:00:00"}',
    b'{"type": "heartbeat", "time": "2026-03-03T10:00:00+07:00", "mood": "good"}',
    b'{"type": "alarm", "id": "x3", "time": "2026-03-03T10:00:00+07:00", "source": "s", "object": "CORE-A", '
    b'"alarm_type": "device_unreachable", "state": "raised"}',
    b'{"type": "alarm", "id": "x4", "time": "2026-03-03T10:00:00+07:00", "source": "s", "object": "", '
    b'"alarm_type": "other", "severity": "minor", "state": "raised"}',
    b'{"type": "maintenance", "id": "x5", "time": "2026-03-03T10:00:00+07:00", "objects": ["MT-MN"], '
    b'"start": "2026-03-03T12:00:00+07:00", "end": "2026-03-03T11:00:00+07:00", "reason": "backwards"}',
    b'{"type": "maintenance", "id": "x6", "time": "2026-03-03T10:00:00+07:00", "objects": [], '
    b'"start": "2026-03-03T10:00:00+07:00", "end": "2026-03-03T11:00:00+07:00", "reason": "nothing"}',
    b'{"type": "complaint", "id": "x7", "time": "2026-03-03T10:00:00+07:00", "channel": "phone", "text": " "}',
    b'{"type": "complaint", "id": "x8", "time": "2026-03-03T10:00:00+07:00", "channel": "fax", "text": "mati"}',
    b'{"type": "complaint", "id": "x9", "time": "2026-03-03T10:00:00+07:00", "channel": "email", "number": "7", '
    b'"text": "mati"}',
    b'{"type": "command", "id": "x10", "time": "2026-03-03T10:00:00+07:00", "actor": "a", "role": "king", '
    b'"action": "close", "target": "IN-000001", "reason": "r"}',
    b'{"type": "world", "id": "x11", "time": "2026-03-03T10:00:00+07:00", "inventory": "0123"}',
    b'{"type": "world", "id": "x12", "time": "2026-03-03T10:00:00+07:00", "policy": "4567"}',
    b'\xff\xfe{"type": "heartbeat"}',
)


def broken_lines() -> None:
    """Lines that are no events, numbers that are taken, ids that come twice, objects that the inventory lacks."""
    them = Recorder(Paper("broken-lines", [load(KOTA)]))
    for line in BROKEN:
        them.raw(line)
    them.raw(b"   ")
    for name in ("RTR-UNKNOWN/1", "RTR-UNKNOWN/1", "OLT-9", "AGG-1/no-such-port", "CU-BANK", "PLN-11"):
        them.alarm(name, "other" if name == "OLT-9" else "loss_of_signal", severity="minor")
        them.wait(2)
    them.clear("RTR-UNKNOWN/1")
    them.clear("NEVER-SEEN/7")
    them.alarm("AGG-1/ge-1", "high_temperature", qualifier="sensor-2", text="58 C", severity="warning")
    them.alarm("AGG-1/ge-1", "high_temperature", qualifier="sensor-2", severity="major")
    them.clear("AGG-1/ge-1", "high_temperature", qualifier="sensor-2")
    first = them.call("CU-11-01", number="NT-20260303-000002", id="c1")
    them.call("CU-11-01", number="NT-20260303-000002", id="c1")
    them.call("CU-11-02", number="NT-20260303-000002", id="c2")
    them.call("CU-11-03", id="c3")
    them.call("CU-NOBODY", id="c4")
    them.call("CU-11-04", service="SV-NOTHING", id="c5")
    them.call("CU-11-04", service="SV-11-05", id="c6")
    them.call(None, contact="081200000000", id="c7", channel="walk_in")
    them.wait(MINUTE)
    for ticket in (them.ticket(first).number, "NT-20260303-999999"):
        them.say("reply", id=f"r-{ticket}", customer="CU-11-02", ticket=ticket, says="satisfied")
    for notice in ("CP-000001:CU-11-01", "AL-000001", "AL-999999", "AL-x", "MS-000001", "nothing"):
        them.say("receipt", id=f"q-{notice}", notice=notice, state="sent")
        them.say("receipt", id=f"q-{notice}", notice=notice, state="sent")
    them.say("restored", object="NOTHING-KNOWN")
    them.say("source_state", source="icmp:poller-1", objects=["NOTHING-KNOWN", "AGG-1"], state="lost")
    them.say("source_state", source="icmp:poller-1", objects=["NOTHING-KNOWN", "AGG-1"], state="restored")
    them.work_on("NOTHING-KNOWN")
    them.wait(8 * DAY)
    them.call("CU-11-01", id="c1")
    them.beat()
    them.save()


def grown() -> Inventory:
    """Two customers are gone, one is new, and another has moved to a splitter of the same OLT."""
    old = load(KOTA)
    gone = ("CU-11-02", "CU-BANK")
    services = [
        replace(row, attach=("ONT-12-01",)) if row.id == "SV-11-04" else row
        for row in old.services
        if row.customer not in gone
    ]
    new = Service(id="SV-AA-NEW", customer="CU-AA-NEW", product="broadband", attach=("ONT-11-02",))
    customers = [Customer(id="CU-AA-NEW", segment="residential", language="en")]
    return replace(
        old,
        services=(new, *services),
        customers=(*customers, *(row for row in old.customers if row.id not in gone)),
    )


def two_inventories() -> None:
    """The network is written anew while an outage is on, and the policy after it."""
    strict = Policy(care=CarePolicy(update_every_min=30, rung_min=20, critical_customers=5), keep_days=4)
    them = Recorder(Paper("two-inventories", [load(KOTA), grown()], [Policy(), strict]))
    new = compile_inventory(grown()).hash
    for name in ("CU-11-02", "CU-11-03", "CU-BANK"):
        them.call(name, service=f"SV-{name[3:]}")
    for n in range(1, 9):
        them.alarm(f"ONT-11-{n:02}", "device_unreachable", source="ems:access-1")
    them.alarm("OLT-1/pon-1")
    them.alarm("AGG-1/ge-2", "high_temperature", severity="minor")
    them.say("source_state", source="icmp:poller-1", objects=["AGG-2", "ONT-12-02"], state="lost")
    them.work_on("MT-QR")
    them.wait(2 * MINUTE)
    told(them)
    them.say("world", inventory=new)
    told(them)
    them.call("CU-AA-NEW")
    them.say("world", policy=strict.hash)
    them.say("world", policy=strict.hash)
    them.wait(2 * HOUR)
    for port in ("CORE-C/agg2", "AGG-2/west", "AGG-2/east", "AGG-3/west"):
        them.alarm(port)
    them.wait(10 * MINUTE)
    them.say("world", inventory=compile_inventory(load(KOTA)).hash, policy=Policy().hash)
    told(them)
    them.alarm("BTS-1", "device_unreachable", source="icmp:poller-1")
    them.alarm("AGG-1/bts1")
    them.wait(1)  # it is suspected still
    them.say("world", policy=strict.hash)
    them.wait(HOUR)
    them.clear_all()
    them.wait(6 * MINUTE)  # resolved, and may come back
    them.say("world", inventory=new)
    them.say("world", inventory=compile_inventory(load(KOTA)).hash, policy=Policy().hash)
    them.wait(HOUR)
    them.repair_all()
    them.wait(12 * DAY)
    them.say("world", inventory=new, policy=strict.hash)
    them.wait(DAY)
    them.beat()
    them.save()


def told(them: Recorder) -> None:
    """The channels say what became of every campaign's messages."""
    for campaign in sorted(them.run.state.campaigns):
        for place, customer in enumerate(("CU-11-01", "CU-11-02", "CU-11-03", "CU-BANK", "CU-NOBODY")):
            state = ("sent", "delivered", "failed", "uncertain")[place % 4]
            notice = f"{campaign}:{customer}"
            them.say("receipt", id=f"{notice}/{state}", notice=notice, state=state)
        them.say(
            "receipt", id=f"other-{campaign}", notice=f"{campaign}:CU-11-01", state="delivered", detail="gateway 2"
        )


def set_aside() -> None:
    """Two events and two deadlines at which the core broke down are skipped, as an events file names them."""
    them = Recorder(Paper("set-aside", [load(KOTA)]))
    for n in range(1, 9):
        them.alarm(f"ONT-11-{n:02}", "device_unreachable", source="ems:access-1")
    line = len(them.lines)
    them.say("quarantine", offset=3, index=0, reason="three crashes")
    them.say("quarantine", offset=line + 3, index=0, reason="three crashes")
    them.call("CU-11-01")
    them.wait(5 * MINUTE)
    for kind in ("care.update", "care.sla", "risk", "look", "care.held"):
        rows = [row for row in them.run.state.deadlines.rows.values() if row.kind.startswith(kind)]
        for row in rows[:1]:
            due = {"kind": row.kind, "subject": row.subject, "due": moment(row.due_us).isoformat()}
            them.say("quarantine", offset=0, index=0, deadline=due, reason="three crashes")
    them.wait(3 * HOUR)
    them.clear_all()
    them.wait(HOUR)
    them.beat()
    them.save()


def set_aside_by_a_service() -> None:
    """The same of a journal: several events a frame, and one of a frame is skipped."""
    inventory, start = load(KOTA), moment(START_US)
    head = WorldChange(id="w1", time=start, inventory=compile_inventory(inventory).hash, policy=Policy().hash)
    rows = [Frame(START_US, (KernelVersion(time=start, version=VERSION), head))]
    them = Recorder(Paper("set-aside-by-a-service", [inventory]))
    for name in ("AGG-1/bts1", "BTS-1/eth0", "AGG-1/olt1a", "AGG-1/olt1b", "AGG-1/olt2a", "AGG-1/olt2b"):
        them.alarm(name, "link_down")
    rows.append(Frame(START_US, tuple(decode(line) for line in them.lines)))  # type: ignore[arg-type]  # none is bad
    rows.append(Frame(START_US + 1, (Quarantine(id="q1", time=start, offset=2, index=1, reason="three crashes"),)))
    rows.append(Frame(START_US + HOUR * 1_000_000, (Heartbeat(time=moment(START_US + HOUR * 1_000_000)),)))
    them.paper.write(journal=frames(rows))


def put_back() -> None:
    """A back-up is put back twice: once nothing tells how far numbers were drawn, once the replaced store does."""
    inventory, start = load(KOTA), moment(START_US)
    head = WorldChange(id="w1", time=start, inventory=compile_inventory(inventory).hash, policy=Policy().hash)
    them = Recorder(Paper("put-back", [inventory]))
    for name in ("AGG-1/bts1", "BTS-1/eth0", "AGG-1/olt1a", "AGG-1/olt1b", "AGG-1/olt2a", "AGG-1/olt2b"):
        them.alarm(name, "link_down")
    told = [decode(line) for line in them.lines]
    hours = [START_US + n * HOUR * 1_000_000 for n in range(5)]
    lost = BackupRestored(id="r1", time=moment(hours[1]), taken=start)
    drawn = {"id.AL": 300_000, "id.IN": 300_000, "id.TK": 300_000}
    known = BackupRestored(id="r2", time=moment(hours[3]), taken=moment(hours[2]), counters=drawn, exact=True)
    rows = [
        (START_US, (KernelVersion(time=start, version=VERSION), head)),
        (START_US, told[:2]),
        (START_US, (lost,)),
        (hours[1], (Heartbeat(time=moment(hours[1])),)),
        (hours[1], told[2:4]),
        (hours[2], (Heartbeat(time=moment(hours[2])),)),
        (hours[2], (known,)),
        (hours[3], told[4:]),
        (hours[4], (Heartbeat(time=moment(hours[4])),)),
    ]
    them.paper.write(journal=frames([Frame(at_us, tuple(events)) for at_us, events in rows]))  # type: ignore[arg-type]  # none is bad


def flooded() -> None:
    """A source is out of order under small limits, while a fault is on: some is shed, let go, forgotten, and ages."""
    inventory, start = load(KOTA), moment(START_US)
    policy = Policy(alarms=AlarmPolicy(standing_each=8, standing_most=12, ended_most=6, age_h=6, ages_h={}))
    head = WorldChange(id="w1", time=start, inventory=compile_inventory(inventory).hash, policy=policy.hash)
    paper = Paper("flooded", [inventory], [policy])
    them = Recorder(paper)
    for name in ("AGG-1/bts1", "BTS-1/eth0", "AGG-1/olt1a", "AGG-1/olt1b", "AGG-1/olt2a", "AGG-1/olt2b"):
        them.alarm(name, "link_down")
    for n in range(40):
        name, kind = (f"X-{n}", "other") if n % 3 else (("AGG-1", "BTS-1", "X-0")[n % 4 % 3], "high_temperature")
        them.alarm(name, kind, source=f"snmp:odd-{n % 5 // 4}", severity=("minor", "major", "warning")[n % 3])
        if n % 4 == 1:
            them.clear(name, kind, source=f"snmp:odd-{n % 5 // 4}")
    told = [decode(line) for line in them.lines]
    most = (("snmp:odd-0", 12_000), ("snmp:odd-1", 7))
    hours = [START_US + n * HOUR * 1_000_000 for n in range(10)]
    rows = [
        (START_US, (KernelVersion(time=start, version=VERSION), head)),
        (START_US, told[:6]),
        (START_US + 60_000_000, told[6:30]),
        (START_US + 61_000_000, (IntakeShed(id="s1", time=start, state="begins", number=12_007, sources=most),)),
        (START_US + 62_000_000, told[30:]),
        (hours[1], (IntakeShed(id="s2", time=moment(hours[1]), state="over", number=40_001, sources=most),)),
        (hours[2], (Heartbeat(time=moment(hours[2])),)),
        (hours[9], (Heartbeat(time=moment(hours[9])),)),
    ]
    paper.write(journal=frames([Frame(at_us, tuple(events)) for at_us, events in rows]))  # type: ignore[arg-type]  # none is bad


def gone_quiet() -> None:
    """Of a journal: two pollers have a habit; one goes quiet, a span is cut below it, it is back, and says what it
    does not hold active any more; then nobody is heard for three hours, and that was the service."""
    inventory, start = load(KOTA), moment(START_US)
    policy = Policy(sources=SourcePolicy(learn_h=1, learn_times=5))
    head = WorldChange(id="w1", time=start, inventory=compile_inventory(inventory).hash, policy=policy.hash)
    paper = Paper("gone-quiet", [inventory], [policy])
    rows: list[tuple[int, tuple[Event, ...]]] = [(START_US, (KernelVersion(time=start, version=VERSION), head))]

    def at(minutes: float, *events: Event) -> None:
        rows.append((START_US + round(minutes * MINUTE * 1_000_000), events or (Heartbeat(time=start),)))

    def said(minutes: float, name: str, kind: AlarmType, state: Literal["raised", "cleared"], source: str) -> Alarm:
        time = moment(START_US + round(minutes * MINUTE * 1_000_000))
        content = {"id": f"a{minutes:g}-{name}", "time": time, "source": source, "object": name, "alarm_type": kind}
        return msgspec.convert({**content, "severity": "major", "state": state}, Alarm)

    def lives(minutes: float, **more: Any) -> SourceHeard:
        time = moment(START_US + round(minutes * MINUTE * 1_000_000))
        return msgspec.convert({"id": f"h{minutes:g}", "time": time, "source": "prometheus:1", **more}, SourceHeard)

    lost, poller = "device_unreachable", "icmp:poller-1"
    at(0.1, lives(0.1, polls=["AGG-2", "AGG-3", "no-such-device"], anew=True, every_s=60))
    for n in range(8):
        at(n * 10 + 1, said(n * 10 + 1, "OLT-1" if n < 4 else "BTS-1", lost, "cleared" if n % 2 else "raised", poller))
        at(n * 10 + 5, lives(n * 10 + 5))
    for n in range(80, 110, 5):
        at(n, lives(n))
        if n == 100:
            at(101.5)  # the first record since the poller should have spoken
    cut = ("AGG-1/olt1a", "AGG-1/olt2a", "AGG-1/bts1")
    at(115, *(said(115, name, "loss_of_signal", "raised", "snmp:agg-1") for name in cut), lives(115, polls=["AGG-4"]))
    at(120, said(120, "BTS-2", lost, "raised", "prometheus:1"), lives(120))
    at(125, said(125, "OLT-1", lost, "raised", poller), lives(125))
    gone = replace(said(130, "BTS-2", lost, "cleared", "prometheus:1"), because="resync")
    at(130, gone, lives(130, resynced=True))
    at(310, said(310, "OLT-1", lost, "cleared", poller))
    at(315, *(said(315, name, "loss_of_signal", "cleared", "snmp:agg-1") for name in cut))
    at(321)
    at(324)
    at(400)
    paper.write(journal=frames([Frame(at_us, events) for at_us, events in rows]))


def subscribed() -> None:
    """Two systems are told of an outage, its ticket and its alarms as they change; one is let go, one asks twice."""
    inventory, start = load(KOTA), moment(START_US)
    head = WorldChange(id="w1", time=start, inventory=compile_inventory(inventory).hash, policy=Policy().hash)
    paper = Paper("subscribed", [inventory])
    them = Recorder(paper)
    for name in ("AGG-1/bts1", "BTS-1/eth0", "AGG-1/olt1a", "AGG-1/olt1b", "AGG-1/olt2a", "AGG-1/olt2b"):
        them.alarm(name, "link_down", severity="major")
    them.alarm("AGG-1/bts1", "link_down", severity="critical")
    for name in ("AGG-1/bts1", "BTS-1/eth0", "AGG-1/olt1a", "AGG-1/olt1b", "AGG-1/olt2a", "AGG-1/olt2b"):
        them.clear(name, "link_down")
    told = [decode(line) for line in them.lines]
    desk: dict[str, Any] = {"actor": "oss", "hub": "hub-1", "callback": "https://oss.example.net/told"}
    both: Any = ("TroubleTicketCreateEvent", "TroubleTicketStatusChangeEvent")
    alarms: Any = ("AlarmCreateEvent", "AlarmStateChangeEvent", "AlarmAttributeValueChangeEvent")
    nms = desk | {"hub": "hub-2", "callback": "https://nms.example.net/told"}
    hours = [START_US + n * HOUR * 1_000_000 for n in range(6)]
    rows = [
        (START_US, (KernelVersion(time=start, version=VERSION), head)),
        (START_US, (Subscription(id="s1", time=start, events=both, **desk),)),
        (START_US, (Subscription(id="s2", time=start, events=alarms, **nms),)),
        (START_US, told[:6]),
        (START_US + 1, (Subscription(id="s3", time=start, events=both, **desk),)),
        (hours[1], told[6:7]),
        (hours[2], (Subscription(id="s4", time=start, actor="oss", hub="hub-2"),)),
        (hours[2], told[7:]),
        (hours[5], (Heartbeat(time=moment(hours[5])),)),
    ]
    paper.write(journal=frames([Frame(at_us, tuple(events)) for at_us, events in rows]))  # type: ignore[arg-type]  # none is bad


NIGHTS = {
    "subscribed": subscribed,
    "gone-quiet": gone_quiet,
    "flooded": flooded,
    "put-back": put_back,
    "broken-lines": broken_lines,
    "two-inventories": two_inventories,
    "set-aside": set_aside,
    "set-aside-by-a-service": set_aside_by_a_service,
}
