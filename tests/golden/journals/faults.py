"""Nights of faults, told by hand: roots of every kind, alarms out of order, planned work that goes otherwise."""

from tests.golden.journals.recorder import HOUR, KOTA, MINUTE, Paper, Recorder
from topology.loaders import load

POLLER = "icmp:poller-1"


def every_kind_of_root() -> None:
    """One after the other: span, duct, site, card, port, link, splitter, mains, service, public power."""
    them = Recorder(Paper("every-kind-of-root", [load(KOTA)]))
    for tell in (
        monitored_span,
        dead_card,
        lone_port,
        told_link,
        street_power,
        public_power,
        probed_service,
        dead_site,
    ):
        tell(them)
        them.wait(40 * MINUTE)
        them.clear_all()
        them.wait(HOUR)
        them.repair_all()
        them.wait(HOUR)
    them.beat()
    them.save()


def monitored_span(them: Recorder) -> None:
    them.alarm("MT-CQ", "fiber_break", source="otdr:monitor-1")
    them.alarm("CORE-C/agg2", "link_down")
    them.alarm("AGG-2/west", "neighbor_down")
    them.alarm("CD-BRIDGE", "fiber_break", source="otdr:monitor-1")


def dead_card(them: Recorder) -> None:
    them.alarm("OLT-1", "card_failure")
    for n in range(1, 9):
        them.alarm(f"ONT-11-{n:02}", "loss_of_signal", source="ems:access-1")
    them.alarm("AGG-3/south", "card_failure")


def lone_port(them: Recorder) -> None:
    them.alarm("AGG-2/ge-1")
    them.alarm("AGG-2/ge-1", "link_down")
    them.alarm("AGG-3/ge-1", "card_failure")


def told_link(them: Recorder) -> None:
    """An optical manager tells links; a protected one switches."""
    them.alarm("LK-CX", "loss_of_signal", source="nms:optical")
    them.alarm("LK-AB", "protection_switch", source="nms:optical")
    them.alarm("CORE-B/west", "protection_switch")
    them.alarm("CORE-C/east", "signal_degraded", severity="minor")


def street_power(them: Recorder) -> None:
    for n in range(1, 7):
        them.alarm(f"ONT-12-{n:02}", "dying_gasp", source="ems:access-1")
        them.alarm(f"ONT-12-{n:02}", "device_unreachable", source="ems:access-1")


def public_power(them: Recorder) -> None:
    """Sites that share no street are on battery; some devices give up."""
    for site in ("POP-B", "POP-C", "M", "N", "O", "Q", "R", "CAB-11"):
        them.alarm(site, "on_battery", source="power:monitor-1", severity="major")
    them.wait(5)
    them.alarm("S", "power_failure", source="power:monitor-1")
    them.alarm("AGG-4", "dying_gasp", source="snmp:agg-3")
    them.alarm("AGG-4", "device_unreachable", source=POLLER)
    for home in ("11-01", "12-03", "21-05"):
        them.alarm(f"ONT-{home}", "dying_gasp", source="ems:access-1")


def probed_service(them: Recorder) -> None:
    """Only the probes speak; then one is silent while the others do."""
    for name in ("SV-BANK", "SV-HOTEL", "SV-CLOUD"):
        them.alarm(name, "service_down", source="probe:1")
    them.wait(10 * MINUTE)
    them.clear("SV-HOTEL", "service_down", source="probe:1")
    them.wait(5 * MINUTE)
    them.alarm("SV-HOTEL", "service_down", source="probe:1")


def dead_site(them: Recorder) -> None:
    for name in ("AGG-3", "AGG-4", "BTS-2"):
        them.alarm(name, "device_unreachable", source=POLLER)
    for port in ("CORE-D/agg3", "AGG-2/east"):
        them.alarm(port)
    them.alarm("R", "power_failure", source="power:monitor-1")
    them.alarm("AGG-3", "device_restart", severity="warning")


def out_of_order() -> None:
    """Clears before raises, clocks ahead and behind, repeats, other sources, flapping until it is shelved."""
    them = Recorder(Paper("out-of-order", [load(KOTA)]))
    them.clear("AGG-2/west", time=them.stamp(-30))
    them.alarm("AGG-2/west", time=them.stamp(-60), received=them.stamp())
    them.alarm("CORE-C/agg2", time=them.stamp(5400), received=them.stamp())
    them.alarm("CORE-C/agg2", source="nms:second", time=them.stamp(-600), received=them.stamp())
    them.wait(MINUTE)
    them.clear("CORE-C/agg2", source="nms:second")
    them.alarm("AGG-2/west", received=them.stamp())
    them.alarm("AGG-2/west", severity="minor", text="lagi")
    for n in range(24):
        them.alarm("AGG-3/west", state="cleared" if n % 2 else "raised", id=f"flap-{n}")
        them.wait(4)
    them.order("noc_operator", "shelve", "flap-0", until=them.stamp(900))
    for n in range(24, 40):
        them.alarm("AGG-3/west", state="cleared" if n % 2 else "raised", id=f"flap-{n}")
        them.wait(4)
    them.wait(20 * MINUTE)
    them.clear_all()
    for name in ("CORE-B/east", "CORE-C/west", "CORE-C/east", "CORE-D/west"):
        them.alarm(name, time=them.stamp(-900), received=them.stamp())
        them.wait(1)
    them.alarm("CORE-C", "device_unreachable", source=POLLER)
    them.alarm("SRV-1", "device_unreachable", source=POLLER)
    them.wait(10 * MINUTE)
    for name in ("CORE-B/east", "CORE-C/west", "CORE-C/east", "CORE-D/west"):
        them.clear(name, time=them.stamp(-300), received=them.stamp())
    them.wait(6 * MINUTE)
    them.alarm("CORE-B/east")
    them.alarm("CORE-C/west")
    them.wait(20 * MINUTE)
    them.clear_all()
    them.wait(2 * HOUR)
    them.beat()
    them.save()


def planned_work() -> None:
    """Work that ends early, that runs over, that is called off, that is doubled; and calls about it."""
    them = Recorder(Paper("planned-work", [load(KOTA)]))
    early = them.work_on("MT-MN", after=10 * MINUTE, lasts=HOUR)
    them.work_on("MT-CQ", "AGG-2", after=10 * MINUTE, lasts=HOUR)
    off = them.work_on("SPL-21", after=2 * HOUR, lasts=HOUR)
    them.work_on("CD-BRIDGE", after=3 * HOUR, lasts=HOUR)
    them.wait(12 * MINUTE)
    valley = ("AGG-1/bts1", "AGG-1/olt1a", "AGG-1/olt1b", "AGG-1/olt2a", "AGG-1/olt2b")
    for name in (*valley, "CORE-C/agg2", "AGG-2/west"):
        them.alarm(name)
    them.call("CU-21-03")
    them.call("CU-CAMPUS")
    them.wait(15 * MINUTE)
    for name in valley:
        them.clear(name)
    them.say("maintenance", id=early, objects=["MT-MN"], start=them.stamp(-HOUR), end=them.stamp(1), reason="selesai")
    them.say("restored", object="MT-MN")
    them.wait(10 * MINUTE)
    them.say(
        "maintenance",
        id=off,
        objects=["SPL-21"],
        start=them.stamp(9 * HOUR),
        end=them.stamp(9.1 * HOUR),
        reason="batal",
    )
    them.wait(70 * MINUTE)
    for n in range(1, 9):
        them.alarm(f"ONT-21-{n:02}", "device_unreachable", source="ems:access-1")
    them.call("CU-21-01")
    them.wait(80 * MINUTE)
    for name in ("CORE-B/agg1", "AGG-1", "BTS-1", "OLT-1", "OLT-2"):
        them.alarm(name, "device_unreachable" if "/" not in name else "loss_of_signal", source=POLLER)
    them.call("CU-HOTEL")
    them.wait(2 * HOUR)
    them.clear_all()
    them.wait(HOUR)
    them.work_on("BB-BC", lasts=30 * MINUTE)
    them.alarm("CORE-B/east")
    them.alarm("CORE-C/west")
    them.wait(HOUR)
    them.say("restored", object="BB-BC")
    them.wait(HOUR)
    them.clear_all()
    them.wait(12 * HOUR)
    them.beat()
    them.save()


def islands_and_silence() -> None:
    """Two cuts make an island; pollers go blind and see again; calls alone find what nobody tells."""
    them = Recorder(Paper("islands-and-silence", [load(KOTA)]))
    for name in ("AGG-2", "AGG-3", "AGG-4", "BTS-2"):
        them.alarm(name, "device_unreachable", source=POLLER)
    them.wait(2)
    them.alarm("CORE-C/agg2")
    them.alarm("CORE-D/agg3")
    them.wait(10 * MINUTE)
    them.say("source_state", source=POLLER, objects=["AGG-2", "AGG-3", "M", "OLT-2"], state="lost")
    them.wait(5 * MINUTE)
    for n in range(1, 9):
        them.call(f"CU-21-{n:02}", service=f"SV-21-{n:02}", occurred=them.stamp(-120))
        them.wait(40)
    them.call("CU-21-01", "Masih mati", id="masih-mati")
    them.call("CU-12-05", "Internet lambat sekali")
    them.wait(HOUR)
    them.say("source_state", source=POLLER, objects=["AGG-2", "AGG-3", "M", "OLT-2"], state="restored")
    them.clear("CORE-C/agg2")
    them.wait(10 * MINUTE)
    them.clear_all()
    them.wait(HOUR)
    them.call("CU-21-02", "Masih mati")
    them.repair_all()
    them.wait(10 * MINUTE)
    them.call("CU-21-04", "Masih mati juga")
    them.wait(6 * HOUR)
    them.beat()
    them.save()


NIGHTS = {
    "every-kind-of-root": every_kind_of_root,
    "out-of-order": out_of_order,
    "planned-work": planned_work,
    "islands-and-silence": islands_and_silence,
}
