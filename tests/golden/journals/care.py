"""Nights of customer care, told by hand: every order, messages that wait, clocks that nobody heeds, cases put away."""

from correlator.policy import Policy
from correlator.policy.care import CarePolicy
from tests.golden.journals.recorder import DAY, HOUR, KOTA, MINUTE, Paper, Recorder
from topology.loaders import load

NOC, LEAD, DESK = "noc_operator", "care_supervisor", "customer_care"
STREET = [f"ONT-11-{n:02}" for n in range(1, 9)]
VALLEY = ("AGG-1/bts1", "AGG-1/olt1a", "AGG-1/olt1b", "AGG-1/olt2a", "AGG-1/olt2b")
TRUNK = ("CORE-B/agg1", "AGG-1/core")


def street_is_dark(them: Recorder) -> list[str]:
    """A splitter dies: the OLT tells each home."""
    told = [them.alarm(name, "device_unreachable", source="ems:access-1") for name in STREET]
    return [*told, them.alarm("OLT-1/pon-1")]


def valley_is_dark(them: Recorder) -> list[str]:
    return [them.alarm(name) for name in VALLEY]


def bridge_is_gone(them: Recorder) -> list[str]:
    lost = ("AGG-1", "BTS-1", "OLT-1", "OLT-2")
    ports = [them.alarm(name) for name in TRUNK[:1]]
    return [*ports, *(them.alarm(name, "device_unreachable", source="icmp:poller-1") for name in lost)]


def orders_on_incidents() -> None:
    """Each order on incidents and alarms, as it may be given and as it may not."""
    them = Recorder(Paper("orders-on-incidents", [load(KOTA)]))
    dark, stray = valley_is_dark(them), them.alarm("AGG-2/ge-1", "signal_degraded", severity="minor")
    camp = them.alarm("CORE-C/dc", "loss_of_signal", severity="minor")
    call = them.call("CU-TOWER")
    them.wait(2)
    suspected = them.incident("MT-MN").id
    for action in ("close", "set_class", "merge", "attach", "acknowledge", "assign", "note", "hold_notices"):
        them.order(NOC, action, suspected, to="budi", into=suspected, alarms=[stray], text="?", **{"class": "Minor"})
    them.order(NOC, "release_notices", suspected)
    them.wait(2 * MINUTE)
    main = them.incident("MT-MN").id
    refused_on_incident(them, main)
    allowed_on_incident(them, main, dark, call)
    orders_on_alarms(them, stray, camp, dark)
    them.wait(HOUR)
    other = them.incident("LK-CX").id if any(r.root == "LK-CX" for r in them.run.state.incidents.values()) else main
    them.order(NOC, "merge", other, into=main)
    them.order(NOC, "merge", other, into=main)
    them.order(NOC, "note", other, text="sudah digabung")
    them.wait(MINUTE)
    them.order(NOC, "split", main, alarms=[camp])
    them.wait(10 * MINUTE)
    them.order(NOC, "close", main)
    them.wait(HOUR)
    them.order(NOC, "acknowledge", main)
    them.clear_all()
    them.wait(3 * HOUR)
    them.order(NOC, "unpin", main)
    them.beat()
    them.save()


def refused_on_incident(them: Recorder, main: str) -> None:
    for action, arguments in (
        ("fill", {}),
        ("shelve", {"until": them.stamp(60)}),
        ("accept_root", {"root": "NOTHING"}),
        ("accept_root", {"root": 7}),
        ("unpin", {}),
        ("merge", {"into": main}),
        ("merge", {}),
        ("split", {}),
        ("split", {"alarms": ["nothing"]}),
        ("split", {"alarms": "a1"}),
        ("split", {"complaints": ["nothing"]}),
        ("attach", {"alarms": ["nothing"]}),
        ("attach", {"complaints": ["nothing"]}),
        ("detach", {"alarms": [5]}),
        ("set_class", {"class": "Huge"}),
        ("set_estimate", {"at": "soon"}),
        ("set_estimate", {"at": them.stamp(-60)}),
        ("set_estimate", {}),
        ("note", {}),
        ("note", {"text": ""}),
        ("note", {"text": "x" * 5000}),
        ("assign", {"to": 3}),
    ):
        them.order(NOC, action, main, **arguments)
    for action in ("accept_root", "merge", "set_estimate", "hold_notices", "close", "shelve"):
        them.order("customer_experience", action, main, into=main, at=them.stamp(60))
    for target in ("IN-999999", "AL-000001", "nothing"):
        them.order(NOC, "acknowledge", target)
        them.order(NOC, "shelve", target, until=them.stamp(60))


def allowed_on_incident(them: Recorder, main: str, dark: list[str], call: str) -> None:
    them.order(NOC, "acknowledge", main)
    them.order(NOC, "assign", main, to="budi")
    them.order(NOC, "hold_notices", main)
    them.order(NOC, "set_estimate", main, at=them.stamp(3 * HOUR))
    them.order(NOC, "accept_root", main, root="MT-MN")
    them.wait(MINUTE)
    them.order(NOC, "accept_root", main, root="AGG-1")
    them.wait(MINUTE)
    them.order(NOC, "unpin", main)
    them.order(NOC, "note", main, text="regu berangkat")
    them.order(LEAD, "set_class", main, **{"class": "Critical"})
    them.order(NOC, "release_notices", main)
    them.wait(20 * MINUTE)
    them.order(NOC, "set_estimate", main, at=them.stamp(2 * HOUR))
    them.order(NOC, "detach", main, alarms=dark[:1], complaints=[call])
    them.order(NOC, "detach", main, complaints=[call])
    them.wait(MINUTE)
    them.order(NOC, "attach", main, alarms=dark[:1], complaints=[call])
    them.order(NOC, "split", main, alarms=dark[1:3])
    them.wait(5 * MINUTE)


def orders_on_alarms(them: Recorder, stray: str, camp: str, dark: list[str]) -> None:
    them.order(NOC, "shelve", stray, until=them.stamp(-5))
    them.order(NOC, "shelve", stray, until="later")
    them.order(NOC, "unshelve", stray)
    them.order(DESK, "shelve", stray, until=them.stamp(60))
    them.order(NOC, "shelve", camp, until=them.stamp(600))
    them.order(NOC, "shelve", dark[3], until=them.stamp(300))
    them.order(NOC, "shelve", dark[3], until=them.stamp(900))
    them.wait(30)
    them.order(NOC, "open", camp, root="LK-CX")
    them.order(NOC, "unshelve", camp)
    them.order(NOC, "open", stray, root="NOTHING")
    them.order(NOC, "open", stray)
    them.order(NOC, "open", dark[4], root="MT-MN")
    them.order(NOC, "open", camp, root="LK-CX")
    lost = them.alarm("M", "power_failure", source="power:monitor-1", severity="major")
    them.order(NOC, "open", lost)
    fresh = them.alarm("SRV-1", "device_unreachable", source="icmp:poller-1")
    them.wait(2)
    them.order(NOC, "open", fresh, root="SRV-1")


def orders_on_tickets() -> None:
    """Each order on tickets and records, as it may be given and as it may not."""
    them = Recorder(Paper("orders-on-tickets", [load(KOTA)]))
    lone, bill = them.call("CU-DIA"), them.call("CU-HOTEL", "Tagihan bulan ini salah", channel="email")
    again = [them.call("CU-DIA", id=f"again-{n}") for n in (1, 2)]
    street_is_dark(them)
    child = them.call("CU-11-05", "No internet at all", channel="portal")
    them.wait(5 * MINUTE)
    outage = them.outage("SPL-11")
    for name in (them.ticket(lone).number, them.ticket(bill).id, outage.number, them.ticket(child).number):
        refused_on_ticket(them, name)
    through_the_stages(them, them.ticket(lone).number)
    wrong_division(them, them.ticket(bill).number)
    for name in again:
        them.order(LEAD, "close", them.ticket(name).number, **{"as": "duplicate"})
    twice = them.call("CU-HOTEL", "Saya tidak bisa login ke portal, akun saya terkunci", channel="portal")
    for role in (DESK, LEAD):
        them.order(role, "close", them.ticket(twice).number, **{"as": "duplicate", "of": them.ticket(bill).number})
    them.order(NOC, "acknowledge", outage.number)
    them.order(NOC, "assign", outage.number, to="siti")
    them.order(LEAD, "set_class", outage.number, **{"class": "Major"})
    them.order(NOC, "pause", outage.number, why="force_majeure")
    them.wait(HOUR)
    them.order(NOC, "resume", outage.number)
    them.order(NOC, "note", outage.number, text="tiang roboh")
    them.order(NOC, "repair", outage.number, kind="temporary", text="kabel udara sementara")
    them.order(DESK, "repair", outage.number, kind="permanent", text="kabel ditanam")
    them.clear_all()
    them.wait(2 * HOUR)
    confirmation(them, child, outage.number)
    records(them)
    them.wait(5 * DAY)
    for name in (lone, bill, child):
        them.order("administrator", "close", them.ticket(name).number, **{"as": "unconfirmed"})
        them.order("administrator", "move_stage", them.ticket(name).number, stage="confirmation")
        them.order("administrator", "close", them.ticket(name).number, **{"as": "no_fault"})
    them.order(LEAD, "reopen", them.ticket(bill).number)
    them.order("operations_director", "close", outage.number)
    them.wait(DAY)
    last = them.call("CU-TOWER", "Tagihan bulan ini salah", channel="portal")
    them.order("administrator", "close", them.ticket(last).number, **{"as": "no_fault"})
    told = {"outcome": "no_fault", "result": "tagihan sesuai dengan paket"}
    them.order("administrator", "move_stage", them.ticket(last).number, stage="confirmation", **told)
    them.order("administrator", "close", them.ticket(last).number, **{"as": "no_fault"})
    them.say("reply", ticket=them.ticket(last).number, says="other", text="oh, begitu", via="phone", score=3)
    them.order("administrator", "close", them.ticket(last).number, **{"as": "no_fault"})
    them.beat()
    them.save()


def refused_on_ticket(them: Recorder, name: str) -> None:
    for role, action, arguments in (
        (NOC, "accept_root", {"root": "SPL-11"}),
        ("customer_experience", "pause", {"why": "waiting_customer"}),
        ("technical", "close", {}),
        ("administrator", "move_stage", {"stage": "closed"}),
        ("administrator", "move_stage", {"stage": "somewhere"}),
        ("administrator", "move_stage", {"stage": "receipt"}),
        ("administrator", "move_stage", {}),
        ("administrator", "close", {}),
        ("administrator", "close", {"as": "confirmed"}),
        ("administrator", "close", {"as": "lost"}),
        ("administrator", "reopen", {}),
        ("administrator", "resume", {}),
        ("administrator", "pause", {}),
        ("administrator", "set_class", {"class": "Tiny"}),
        ("administrator", "set_category", {"category": "weather"}),
        ("administrator", "assign", {}),
        ("administrator", "note", {"text": 8}),
    ):
        them.order(role, action, name, **arguments)


def through_the_stages(them: Recorder, name: str) -> None:
    them.order(DESK, "acknowledge", name)
    for stage in ("verification", "assignment", "investigation", "assignment", "investigation"):
        them.order("administrator", "move_stage", name, stage=stage)
        them.wait(10 * MINUTE)
    them.order("administrator", "assign", name, to="joko")
    them.order("administrator", "set_category", name, category="service")
    them.order("administrator", "set_class", name, **{"class": "Critical"})
    them.order("administrator", "pause", name, why="waiting_customer")
    them.order("administrator", "pause", name, why="waiting_customer")
    them.wait(2 * HOUR)
    them.order("administrator", "resume", name)
    them.order("administrator", "set_class", name, **{"class": "Minor"})
    them.order("administrator", "note", name, text="kabel di rumah")
    them.order("administrator", "move_stage", name, stage="confirmation")
    them.wait(MINUTE)
    them.order("administrator", "move_stage", name, stage="verification")
    them.order("administrator", "move_stage", name, stage="confirmation")
    them.say("reply", customer="CU-DIA", ticket=name, says="other", text="nanti saya lihat")
    them.say("reply", customer="CU-DIA", ticket=name, says="not_satisfied")
    them.order("administrator", "move_stage", name, stage="confirmation")
    them.wait(25 * HOUR)
    them.say("reply", ticket=name, says="satisfied", id="r-dia")
    them.say("reply", ticket=name, says="satisfied", id="r-dia")
    them.order("administrator", "note", name, text="setelah tutup")
    them.order("administrator", "assign", name, to="joko")
    them.order("administrator", "reopen", name)


def wrong_division(them: Recorder, name: str) -> None:
    them.order(LEAD, "set_category", name, category="account")
    them.order(LEAD, "move_stage", name, stage="investigation")
    them.order(LEAD, "set_category", name, category="network")
    them.order(LEAD, "set_category", name, category="billing")
    them.order("billing_account", "move_stage", name, stage="confirmation")
    them.order("billing_account", "close", name)
    them.order("billing_account", "reopen", name)


def confirmation(them: Recorder, child: str, outage: str) -> None:
    them.say("reply", customer="CU-11-01", ticket=outage, says="satisfied")
    them.say("reply", customer="CU-11-02", ticket=outage, says="not_satisfied")
    them.say("reply", customer="CU-11-05", ticket=outage, says="not_satisfied")
    them.wait(HOUR)
    them.say("reply", customer="CU-11-06", ticket=them.ticket(child).number, says="satisfied")
    them.order("administrator", "move_stage", them.ticket(child).number, stage="confirmation")
    them.say("reply", customer="CU-11-05", ticket=outage, says="satisfied")
    them.say("reply", customer="CU-11-05", ticket=outage, says="other")


def records(them: Recorder) -> None:
    """The RCA/CAPA records, filled badly and well, and verified."""
    step = {"what": "ganti splitter", "owner": "tim akses", "due": them.stamp(5 * DAY)}
    done = step | {"done_at": them.stamp(), "effect": "tidak terulang", "verified_by": None}
    for name in sorted(them.run.state.rcas):
        for arguments in (
            {},
            {"mood": "bad"},
            {"cause_category": "ghost"},
            {"five_whys": "why"},
            {"five_whys": ["", "b"]},
            {"corrective": "all"},
            {"corrective": [{}]},
            {"corrective": [step | {"owner": 4}]},
            {"corrective": [step | {"due": "soon"}]},
            {"corrective": [step | {"cost": 4}]},
        ):
            them.order("technical", "fill", name, **arguments)
        them.order("technical", "verify", name)
        them.order("customer_care", "fill", name, five_whys=["x"])
        them.order("technical", "acknowledge", name)
        them.order(LEAD, "verify", name)
        them.order("technical", "fill", name, cause_category="hardware", five_whys=["air masuk", "tutup retak"])
        them.order("technical", "fill", name, corrective=[step], preventive=[step])
        them.order(LEAD, "verify", name)
        them.order("technical", "fill", name, corrective=[done], preventive=[done])
        them.order(LEAD, "verify", name)
        them.order("technical", "fill", name, five_whys=["terlambat"])


def messages_wait() -> None:
    """Quiet hours in three zones, large campaigns that wait, are held, let go, and turn out to be mistakes."""
    care = CarePolicy(wait_above_customers=12, wait_min=10, ack_wait_s=60, update_every_min=240)
    them = Recorder(Paper("messages-wait", [load(KOTA)], [Policy(care=care)]))
    valley_is_dark(them)
    street = them.call("CU-21-03")
    them.wait(3 * MINUTE)
    main = them.incident("MT-MN").id
    them.order(NOC, "hold_notices", main)
    them.wait(20 * MINUTE)
    them.call("CU-21-04")
    them.wait(2 * MINUTE)
    them.order(NOC, "release_notices", main)
    receipts(them)
    them.order(NOC, "accept_root", main, root="LK-BTS1")
    them.wait(10 * MINUTE)
    them.order(NOC, "accept_root", main, root="MT-MN")
    them.wait(HOUR)
    them.clear_all()
    them.wait(HOUR)
    receipts(them)
    them.say("reply", customer="CU-21-03", ticket=them.ticket(street).number, says="not_satisfied")
    them.wait(10 * HOUR)  # nine in the evening
    them.alarm("AGG-4/bts2")
    them.alarm("BTS-2", "device_unreachable", source="icmp:poller-1")
    street_is_dark(them)
    them.wait(5 * MINUTE)
    them.call("CU-PAPUA", channel="walk_in")
    them.call("CU-11-05", "No internet at all", channel="email")
    them.wait(3 * HOUR)
    for name in STREET[:4]:
        them.clear(name, "device_unreachable", source="ems:access-1")
    bridge_is_gone(them)
    them.wait(5 * HOUR)
    them.clear_all()
    them.wait(12 * HOUR)
    receipts(them)
    them.beat()
    them.save()


def receipts(them: Recorder) -> None:
    """Of each campaign and each single message, from every channel's mood."""
    names = sorted(them.run.state.campaigns)
    for place, name in enumerate(names):
        notice = f"{name}:CU-21-03" if name.startswith("CP") else name
        state = ("sent", "delivered", "failed", "uncertain")[place % 4]
        for _ in range(2):
            them.say("receipt", id=f"{notice}/{state}", notice=notice, state=state)
        them.say("receipt", id=f"{notice}/failed", notice=notice, state="failed")
        them.say("receipt", id=f"gw-{notice}-{state}", notice=notice, state=state)


def nobody_heeds() -> None:
    """A Critical outage and three complaints that nobody takes: clocks warn and breach, breaches climb to the top."""
    care = CarePolicy(critical_customers=5, reminders=2, remind_h=12, trail_lines=12, stage_clock_from_report=False)
    them = Recorder(Paper("nobody-heeds", [load(KOTA)], [Policy(care=care)]))
    street_is_dark(them)
    them.call("CU-BANK", "Internet lambat sekali")
    them.call("CU-VPN", "TV putus-putus")
    them.call(None, "Mau ganti paket", contact="budi@example.id", channel="email")
    silent = them.call("CU-11-07")
    them.wait(2 * DAY)
    them.clear_all()
    them.wait(5 * DAY)
    number = them.ticket(silent).number
    them.order(DESK, "close", number)
    them.order(LEAD, "close", number)
    them.wait(10 * DAY)
    them.beat()
    them.save()


def put_away() -> None:
    """Cases are over and go to the archive; after a quiet quarter of a year the same breaks again."""
    them = Recorder(Paper("put-away", [load(KOTA)], [Policy(keep_days=6, keep_dissolved_days=2)]))
    for _ in range(2):
        street_is_dark(them)
        call = them.call("CU-11-07")
        lone = them.call("CU-DIA", "Tagihan bulan ini salah")
        them.alarm("AGG-2/east")
        them.wait(20)
        them.clear("AGG-2/east")
        them.wait(2 * HOUR)
        them.clear_all()
        them.wait(HOUR)
        for name, customer in ((call, "CU-11-07"), (lone, "CU-DIA")):
            them.order("administrator", "move_stage", them.ticket(name).number, stage="confirmation")
            them.say("reply", customer=customer, ticket=them.ticket(name).number, says="satisfied")
        records(them)
        them.order(NOC, "close", them.outage("SPL-11").number)
        them.wait(40 * DAY)
        them.beat()
    them.wait(60 * DAY)
    them.beat()
    them.save()


NIGHTS = {
    "orders-on-incidents": orders_on_incidents,
    "orders-on-tickets": orders_on_tickets,
    "messages-wait": messages_wait,
    "nobody-heeds": nobody_heeds,
    "put-away": put_away,
}
