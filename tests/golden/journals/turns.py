"""Nights in which incidents take a turn, told by hand: merged with their complaints, back again, judged by a person."""

from correlator.policy import Policy
from correlator.policy.care import CarePolicy
from tests.golden.journals.care import LEAD, NOC, STREET, bridge_is_gone, records, street_is_dark, valley_is_dark
from tests.golden.journals.faults import POLLER
from tests.golden.journals.recorder import DAY, HOUR, KOTA, MINUTE, Paper, Recorder
from topology.loaders import load


def merged_with_complaints() -> None:
    """Two outages with callers of their own and messages that wait become one; and a third that cannot."""
    them = Recorder(Paper("merged-with-complaints", [load(KOTA)]))
    street_is_dark(them)
    for name in ("CORE-C/agg2", "AGG-2/west", "AGG-2/east", "AGG-3/west"):
        them.alarm(name)
    calls = [them.call(name) for name in ("CU-11-01", "CU-11-05", "CU-CAMPUS")]
    them.wait(2 * MINUTE)
    street, ring = them.incident("SPL-11").id, them.incident("AGG-2").id
    them.order(NOC, "hold_notices", ring)
    them.order(NOC, "hold_notices", street)
    them.wait(3 * HOUR)
    calls.append(them.call("CU-11-07"))
    them.order(NOC, "attach", ring, complaints=calls[:1])
    them.wait(MINUTE)
    them.order(NOC, "merge", ring, into=street)
    them.wait(5 * MINUTE)
    them.order(NOC, "release_notices", street)
    valley_is_dark(them)
    them.wait(5 * MINUTE)
    them.clear_all()
    them.wait(6 * MINUTE)
    them.order(NOC, "merge", street, into=street)
    for row in list(them.run.state.incidents.values()):
        them.order(NOC, "merge", row.id, into=street)
    them.order(LEAD, "close", them.run.state.incidents[street].ticket or "")
    for name in calls:
        number = them.ticket(name).number
        them.say("reply", customer=them.ticket(name).customer, ticket=number, says="satisfied")
    them.order(LEAD, "close", them.run.state.incidents[street].ticket or "")
    them.wait(HOUR)
    them.say("reply", customer="CU-11-07", ticket=them.ticket(calls[-1]).number, says="not_satisfied")
    them.wait(DAY)
    them.beat()
    them.save()


def back_again() -> None:
    """It ends, is asked about, and is back within the window; who called late belongs to it; then it ends for good."""
    care = CarePolicy(stage_min_confirmation=5)
    them = Recorder(Paper("back-again", [load(KOTA)], [Policy(care=care)]))
    for turn in range(3):
        street_is_dark(them)
        first = them.call("CU-11-02")
        twice = them.call("CU-11-02", "Masih mati", id=f"twice-{turn}")
        them.wait(20 * MINUTE)
        for name in STREET:
            them.clear(name, "device_unreachable", source="ems:access-1")
        them.clear("OLT-1/pon-1")
        them.wait(2 * MINUTE)
        if turn == 1:  # back while it clears
            street_is_dark(them)
            them.wait(5 * MINUTE)
            them.clear_all()
        them.wait(5 * MINUTE)
        late = them.call("CU-11-04", occurred=them.stamp(-12 * MINUTE), id=f"late-{turn}")
        if turn == 0:
            them.order(LEAD, "close", them.outage("SPL-11").number)
            them.order(NOC, "note", them.incident("SPL-11").id, text="ditunggu")
        them.wait(2 * MINUTE)
    for name in (first, twice, late):
        them.say("reply", customer=them.ticket(name).customer, ticket=them.ticket(name).number, says="not_satisfied")
    them.wait(2 * HOUR)
    them.order("administrator", "move_stage", them.ticket(first).number, stage="confirmation")
    them.order("administrator", "move_stage", them.ticket(twice).number, stage="confirmation")
    them.say("reply", customer="CU-11-02", ticket=them.ticket(first).number, says="satisfied")
    them.wait(12 * HOUR)
    them.beat()
    them.save()


def a_persons_word() -> None:
    """Roots that a person names: a splitter, a service, a port, mains, public power; on suspicions, too."""
    them = Recorder(Paper("a-persons-word", [load(KOTA)]))
    dark = street_is_dark(them)
    them.wait(2)
    them.order(NOC, "open", dark[0], root="SPL-11")
    them.order(NOC, "accept_root", them.incident("CAB-11").id, root="SPL-11")
    probe = them.alarm("SV-BANK", "service_down", source="probe:1")
    them.wait(2)
    them.order(NOC, "open", probe, root="SV-BANK")
    port = them.alarm("AGG-2/ge-1", severity="minor")
    them.wait(2)
    them.order(NOC, "open", port, root="AGG-2/ge-1")
    lone = them.alarm("CORE-D/agg3")
    them.alarm("AGG-3/east")
    them.wait(0.5)
    seen = [row for row in them.run.state.incidents.values() if row.status == "suspected"]
    for row in seen:
        them.order(NOC, "detach", row.id, alarms=[lone])
        them.order(NOC, "accept_root", row.id, root="MT-RD")
    them.wait(MINUTE)
    gasp = [them.alarm(f"ONT-12-{n:02}", "dying_gasp", source="ems:access-1") for n in range(1, 4)]
    them.wait(1)
    them.order(NOC, "open", gasp[0], root="PLN-12")
    lost = them.alarm("N", "power_failure", source="power:monitor-1", severity="major")
    them.wait(1)
    them.order(NOC, "open", lost)
    them.wait(MINUTE)
    them.order(NOC, "accept_root", them.incident("N").id, root="external", because="padam se-kota")
    them.alarm("SRV-1", "device_unreachable", source=POLLER)
    them.wait(HOUR)
    records(them)
    them.clear_all()
    them.wait(20 * MINUTE)
    records(them)
    them.wait(DAY)
    for name in list(them.run.state.rcas):
        them.order("technical", "fill", name, five_whys=["setelah selesai"])
    half_done(them)
    them.beat()
    them.save()


def half_done(them: Recorder) -> None:
    """Three outages go on; the record of each has not come as far as that of the one before."""
    for cut in (("CORE-C/dc", "SRV-1/eth-c"), ("CORE-D/agg3", "AGG-3/east"), ("CORE-B/east", "CORE-C/west")):
        for port in cut:
            them.alarm(port)
    them.wait(10 * MINUTE)
    step = {"what": "ganti kabel", "owner": "tim serat", "due": them.stamp(DAY)}
    done = step | {"done_at": them.stamp(), "effect": "tidak terulang"}
    fresh = [name for name, row in sorted(them.run.state.rcas.items()) if row.state == "draft"]
    for name, steps in zip(fresh, (done, step, None), strict=False):
        them.order("technical", "fill", name, cause_category="weather", five_whys=["banjir"])
        if steps is not None:
            them.order("technical", "fill", name, corrective=[steps], preventive=[steps])
        them.order(LEAD, "verify", name)


def calls_in_the_night() -> None:
    """Who calls between ten and six: answers, questions and updates wait for the morning, some no longer hold true."""
    care = CarePolicy(stage_min_confirmation=5, update_every_min=45, trail_lines=6, response_min_minor=30)
    them = Recorder(Paper("calls-in-the-night", [load(KOTA)], [Policy(care=care)]))
    them.wait(12 * HOUR)
    them.alarm("AGG-4/bts2")
    them.alarm("BTS-2", "device_unreachable", source=POLLER)
    calls = [them.call("CU-PAPUA", channel="email"), them.call("CU-DIA", "Internet lambat, tapi tidak mati")]
    calls.append(them.call("CU-HOTEL", "It does not work, but TV is fine", channel="email"))
    calls.append(them.call("CU-CLOUD", "halo", channel="portal"))
    calls.append(them.call("CU-FACTORY", "tagihan naik dan internet putus", channel="walk_in"))
    them.wait(10 * MINUTE)
    for name in calls[1:]:
        number = them.ticket(name).number
        them.order("administrator", "move_stage", number, stage="confirmation")
        them.order("administrator", "pause", number, why="waiting_customer")
    them.wait(MINUTE)
    them.order("administrator", "move_stage", them.ticket(calls[1]).number, stage="investigation")
    them.say("reply", customer="CU-HOTEL", ticket=them.ticket(calls[2]).number, says="satisfied")
    them.wait(HOUR)
    them.clear_all()
    them.wait(30 * MINUTE)
    bridge_is_gone(them)
    them.wait(2 * HOUR)
    them.clear_all()
    them.wait(10 * HOUR)
    for name in calls:
        them.order("service_manager", "close", them.ticket(name).number)
    them.wait(4 * DAY)
    them.beat()
    them.save()


NIGHTS = {
    "merged-with-complaints": merged_with_complaints,
    "back-again": back_again,
    "a-persons-word": a_persons_word,
    "calls-in-the-night": calls_in_the_night,
}
