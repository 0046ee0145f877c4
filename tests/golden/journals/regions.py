"""Nights of several kernels: two regions and the sea between them, each domain's journal with what others hand over."""

from msgspec.structs import replace

from correlator.events import Command, Frame, Handover, KernelVersion, Reply, Ruling, WorldChange, moment
from correlator.kernel import VERSION
from tests.correlator.country import START_US, Regions
from tests.correlator.test_domains import it_is_over, noted, of_the_noc, olt_is_lost, region_is_cut, region_is_lost
from tests.golden.journals.recorder import Paper, frames
from tests.regions import HOMES, two_regions

OLTS = 3
NATIONAL = "nasional"


def save(name: str, them: Regions) -> None:
    """Each journal begins with the version and the world, as a live service writes it."""
    world = them.seats[NATIONAL].world
    start = moment(START_US)
    head = WorldChange(id="world-1", time=start, inventory=world.topology.hash, policy=world.policy.hash)
    first = Frame(START_US, (KernelVersion(time=start, version=VERSION), head))
    sources = {f"journal_{domain}": frames([first, *seat.journal]) for domain, seat in them.seats.items()}
    Paper(name, [two_regions(OLTS)], [world.policy]).write(**sources)


def cut_at_sea() -> None:
    """A cable is cut; complaints, replies and orders go over to the domain that has the outage; it ends everywhere."""
    them = Regions(OLTS)
    olt_is_lost(them, "B1")
    number = them.complaint("C-T1-1")
    early = them.complaint("C-T1-2")
    [(_, was)] = them.tickets(number)
    for port in ("PE-B/1", "PE-B/2"):
        them.alarm(port)
    them.wait(5)
    region_is_lost(them, "T")
    them.wait(60)
    reply = Reply(id="r-1", time=moment(them.now_us), customer="C-T1-1", ticket=number, says="other")
    note = noted("k-1", was.id, them)
    for event in (reply, note, reply, note):
        them.tell("timur", event)
    them.tell(NATIONAL, replace(note, target=number))
    them.tell("timur", replace(noted("k-2", early, them), role="technical", action="close"))
    calls_in_the_region(them)
    it_is_over(them)
    them.wait(200)
    region_is_cut(them)  # back, while it clears
    region_is_lost(them, "T")
    them.wait(300)
    it_is_over(them)
    them.wait(400)
    repeated(them)
    them.restored("OLT-B1")
    them.wait(8 * 24 * 3600)
    them.tell("timur", noted("k-3", number, them))
    save("cut-at-sea", them)


def repeated(them: Regions) -> None:
    """What was handed over comes once more: a process died before it knew that it had gone."""
    for seat in list(them.seats.values()):
        handed = [frame.events[0] for frame in seat.journal if isinstance(frame.events[0], Handover)]
        for event in handed[-2:]:
            seat.fold(them.now_us, event)


def calls_in_the_region(them: Regions) -> None:
    """A region's people say something about an outage that is not theirs, and more customers call."""
    [mirror] = them.mirrors("timur")
    them.tell("timur", of_the_noc("k-9", "acknowledge", mirror.id, them))
    them.tell(NATIONAL, of_the_noc("k-10", "acknowledge", mirror.id, them))
    for n in range(1, HOMES + 1):
        them.complaint(f"C-T3-{n}")
        them.wait(20)
    them.tell(
        NATIONAL, of_the_noc("k-11", "set_estimate", mirror.id, them, at=moment(them.now_us + 10**10).isoformat())
    )
    them.wait(7300)


def region_goes_blind() -> None:
    """Only the region sees it; the routers say nothing; one root after another is tried elsewhere, then at home."""
    them = Regions(OLTS)
    region_is_lost(them, "T")
    them.wait(40)
    them.shelve("AG-T", until_s=600)
    them.wait(160)
    it_is_over(them)
    them.wait(1500)
    them.lost("PE-B", "PE-T")
    region_is_lost(them, "T")
    them.wait(10)
    them.shelve("CPE-T", until_s=300)
    them.wait(120)
    them.alarm("CPE-T", "power_failure")
    them.wait(400)
    it_is_over(them)
    them.wait(400)
    region_is_lost(them, "T")  # back, while it is resolved
    them.wait(300)
    it_is_over(them)
    them.wait(2000)
    save("region-goes-blind", them)


def told_by_two() -> None:
    """The nation sees a cut and the region one OLT that is gone since: one takes the other in, held messages too."""
    them = Regions(OLTS)
    dark = [f"ONT-T{olt}-{n}" for olt in range(2, OLTS + 1) for n in range(1, HOMES + 1)]
    them.lost("AG-T", "CPE-T", *(f"OLT-T{olt}" for olt in range(2, OLTS + 1)), *dark)
    olt_is_lost(them, "T1")
    them.wait(50)
    own = next(row for domain, row in them.opened() if domain == "timur")
    them.say(of_the_noc("k-1", "hold_notices", own.id, them))
    region_is_cut(them)
    them.wait(70)
    wider = next(row for domain, row in them.opened() if domain == NATIONAL)
    them.say(of_the_noc("k-2", "release_notices", wider.id, them))
    them.wait(100)
    them.say(of_the_noc("k-3", "accept_root", wider.id, them, root="PE-T"))
    them.wait(100)
    them.say(of_the_noc("k-4", "unpin", wider.id, them))
    them.wait(7300)
    it_is_over(them)
    them.wait(400)
    olt_is_lost(them, "T1")
    them.wait(300)
    it_is_over(them)
    them.wait(100 * 24 * 3600)
    save("told-by-two", them)


def root_moves_up() -> None:
    """A leg fails, then an OLT as it seems; the NOC knows the cable; who was told is not told again."""
    them = Regions(OLTS)
    for port in ("PE-B/1", "PE-T/1"):
        them.alarm(port)
    them.wait(60)
    olt_is_lost(them, "T1")
    them.wait(70)
    (_, leg), (_, own) = them.opened()
    them.say(of_the_noc("k-1", "accept_root", leg.id, them, root="CD-SEA"))
    them.wait(20)
    number = them.complaint("C-T1-3")
    them.wait(20)
    them.say(order_on(number, them))
    them.say(of_the_noc("k-2", "accept_root", leg.id, them, root="BB-1"))
    them.wait(200)
    them.say(of_the_noc("k-3", "note", own.id, them, text="ikut kabel laut"))
    it_is_over(them)
    them.wait(3000)
    strange_rulings(them)
    save("root-moves-up", them)


def strange_rulings(them: Regions) -> None:
    """Of roots that nobody knows, of incidents that are over already, of one that is closed before it is resolved."""
    time = moment(them.now_us)
    said = (
        ("IN-01-000090", "open", "NOTHING", None),
        ("IN-01-000091", "closed", "CD-SEA", None),
        ("IN-01-000092", "open", "PE-T", None),
        ("IN-01-000092", "clearing", "PE-T", None),
        ("IN-01-000092", "open", "PE-T", None),
        ("IN-01-000093", "open", "S-BB1", None),
        ("IN-01-000093", "merged", "S-BB1", "IN-01-000092"),
        ("IN-01-000092", "closed", "PE-T", None),
        ("IN-01-000094", "open", "S-BB2", None),
        ("IN-01-000094", "merged", "S-BB2", "IN-01-000093"),
    )
    for place, (name, status, root, into) in enumerate(said):
        ruling = Ruling(incident=name, status=status, root=root, since=time, opened=time, into=into)  # type: ignore[arg-type]  # one of Ruling's words
        them.tell("timur", Handover(time=time, domain=NATIONAL, number=900 + place, what=ruling))
        them.wait(30)
    them.wait(3000)


def order_on(number: str, them: Regions) -> Command:
    return replace(noted("k-7", number, them), action="acknowledge", arguments={})


NIGHTS = {
    "cut-at-sea": cut_at_sea,
    "region-goes-blind": region_goes_blind,
    "told-by-two": told_by_two,
    "root-moves-up": root_moves_up,
}
