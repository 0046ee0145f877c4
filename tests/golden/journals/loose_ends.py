"""Nights of what seldom happens, told by hand, so that no corner of the kernel goes unpinned."""

from correlator.policy import Policy
from correlator.policy.care import CarePolicy
from tests.golden.journals.care import DESK, LEAD, NOC, street_is_dark
from tests.golden.journals.faults import POLLER
from tests.golden.journals.recorder import DAY, HOUR, KOTA, MINUTE, Paper, Recorder
from topology.loaders import load

MANY = 18  # sources of one alarm: more than are told apart


def late_words() -> None:
    """Words about a past that is known already: older raises, windows that are over, calls about what has ended."""
    them = Recorder(Paper("late-words", [load(KOTA)]))
    them.alarm("CORE-C/agg2")
    them.alarm("AGG-2/west")
    them.wait(MINUTE)
    them.alarm("CORE-C/agg2", time=them.stamp(-240), received=them.stamp())
    for n in range(MANY):
        them.alarm("AGG-2/west", source=f"nms:{n:02}", time=them.stamp(n - 30), received=them.stamp())
    them.say("maintenance", objects=["MT-QR"], start=them.stamp(-7200), end=them.stamp(-60), reason="sudah lewat")
    them.alarm("CORE-C", "neighbor_down")
    them.alarm("LK-QR", "fiber_break", source="otdr:monitor-1")
    them.alarm("SPL-12", "device_unreachable", source="nms:second")
    them.wait(10 * MINUTE)
    street_is_dark(them)
    them.wait(20 * MINUTE)
    them.clear_all()
    them.wait(MINUTE)
    them.call("CU-11-03", service="SV-11-03", occurred=them.stamp(-10 * MINUTE))  # it clears
    them.wait(7 * MINUTE)
    them.call("CU-11-06", service="SV-11-06", occurred=them.stamp(-20 * MINUTE))  # it is over
    them.call("CU-11-06", occurred=them.stamp(-19 * MINUTE), id="again")
    them.wait(2 * MINUTE)
    them.alarm("OLT-1/pon-1", time=them.stamp(-5 * MINUTE), received=them.stamp())
    them.wait(DAY)
    them.beat()
    them.save()


def piece_by_piece() -> None:
    """A trunk goes piece by piece: small outages first, then one that explains them all; stray alarms as it clears."""
    them = Recorder(Paper("piece-by-piece", [load(KOTA)]))
    for pieces in (
        ("AGG-1/bts1", "BTS-1/eth0"),
        ("AGG-1/olt2a", "OLT-2/up-a", "AGG-1/olt2b", "OLT-2/up-b"),
        ("AGG-1/olt1a", "OLT-1/up-a", "AGG-1/olt1b", "OLT-1/up-b"),
    ):
        for port in pieces:
            them.alarm(port)
        them.wait(70)
    for name in ("BTS-1", "OLT-1", "OLT-2"):
        them.alarm(name, "device_unreachable", source=POLLER)
    them.wait(10 * MINUTE)
    them.clear_all()
    them.wait(MINUTE)
    for port in ("AGG-1/bts1", "BTS-1/eth0"):
        them.alarm(port)
    them.wait(MINUTE)
    for port in ("AGG-1/olt1a", "AGG-1/olt1b", "AGG-1/olt2a", "AGG-1/olt2b"):
        them.alarm(port)
    them.wait(20 * MINUTE)
    for port in ("AGG-1/olt1a", "AGG-1/olt1b", "AGG-1/olt2a", "AGG-1/olt2b"):
        them.clear(port)
    them.wait(HOUR)
    them.clear_all()
    them.wait(2 * HOUR)
    them.beat()
    them.save()


def by_many_hands() -> None:
    """Orders at odd times: on a suspicion, while a clock is paused, with too long a text; quiet hours by day."""
    care = CarePolicy(quiet_from_min=600, quiet_to_min=660, critical_customers=6, reminders=1)
    them = Recorder(Paper("by-many-hands", [load(KOTA)], [Policy(care=care)]))
    lone = them.alarm("CORE-D/agg3")
    them.alarm("AGG-3/east")
    them.wait(0.5)
    them.order(NOC, "open", lone, root="MT-RD")
    them.order(NOC, "accept_root", them.incident("MT-RD").id, root="CORE-D/agg3")
    loose = them.alarm("AGG-3/ge-77", severity="minor")
    them.wait(2)
    them.order(NOC, "open", loose, root="AGG-3/ge-77")
    core = them.alarm("CORE-B/west", "signal_degraded")
    port = them.alarm("CORE-B/west")
    them.wait(0.1)
    them.order(NOC, "open", core, root="CORE-B/west")
    them.order(NOC, "open", port, root="CORE-B/west")
    street_is_dark(them)
    calls = [them.call("CU-11-08"), them.call("CU-11-08", id="twice"), them.call("CU-DIA", "Internet lambat sekali")]
    number = them.ticket(calls[2]).number
    them.wait(5 * MINUTE)
    them.order("administrator", "note", number, text="x" * 2500)
    them.order("administrator", "pause", number, why="waiting_customer")
    them.wait(HOUR)
    them.order("administrator", "move_stage", number, stage="confirmation")
    them.say("receipt", id="alert-1", notice="AL-000001", state="delivered")
    for name in sorted(them.run.state.rcas):
        them.order("technical", "fill", name, cause_category="hardware")
    them.clear_all()
    them.wait(HOUR)
    outage = them.ticket(calls[0]).parent
    for customer in ("CU-11-08", "CU-11-08", "CU-11-02"):
        for says in ("satisfied", "other"):
            them.say("reply", customer=customer, ticket=outage, says=says)
    notice = min(them.run.state.campaigns)
    for customer in ("CU-11-01", "CU-11-04", "CU-11-08"):
        name = f"{notice}:{customer}"
        them.say("receipt", id=f"{name}/delivered", notice=name, state="delivered")
        them.wait(DAY)
    them.order(LEAD, "close", number)
    them.wait(10 * DAY)
    them.beat()
    them.save()


def sent_again() -> None:
    """The sender dies in the middle of a campaign: what is uncertain is sent again, not once it is over."""
    them = Recorder(Paper("sent-again", [load(KOTA)]))
    street_is_dark(them)
    call = them.call("CU-DIA", "Tagihan bulan ini salah", channel="email")
    them.wait(5 * MINUTE)
    outage = them.outage("SPL-11")
    campaign, ack = outage.notices[0], them.ticket(call).notices[0]
    states = {"CU-11-01": "sent", "CU-11-02": "uncertain", "CU-11-03": "uncertain", "CU-11-04": "failed"}
    for name, state in states.items():
        them.say("receipt", id=f"{campaign}:{name}/{state}", notice=f"{campaign}:{name}", state=state)
    them.say("receipt", id=f"{ack}/uncertain", notice=ack, state="uncertain")
    them.order(DESK, "send_again", outage.number)
    them.order(LEAD, "send_again", outage.number, messages=[f"{campaign}:CU-11-01"])
    them.order(LEAD, "send_again", outage.number, messages=[f"{campaign}:CU-11-04"], because="nomor sudah benar")
    them.order(LEAD, "send_again", outage.number, because="layanan terhenti di tengah pengiriman")
    them.order(LEAD, "send_again", them.ticket(call).number)
    for name in ("CU-11-02", "CU-11-04"):
        them.say("receipt", id=f"{campaign}:{name}/sent", notice=f"{campaign}:{name}", state="sent")
    them.clear_all()
    them.order(LEAD, "send_again", outage.number)
    them.wait(2 * HOUR)
    them.order(LEAD, "send_again", outage.number)
    them.order(NOC, "send_again", them.ticket(call).number, messages=[ack, ack])
    them.beat()
    them.save()


NIGHTS = {
    "late-words": late_words,
    "piece-by-piece": piece_by_piece,
    "by-many-hands": by_many_hands,
    "sent-again": sent_again,
}
