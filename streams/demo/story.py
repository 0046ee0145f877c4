"""The demo's timetable, as data: a landing of submarine fibre is cut at Padangbai, and what follows from it.

Seconds of the story; `play` sends each step when its time comes. Who is cut off, who can still speak and which
customers are down is read from the topology (`streams.demo.storm`), so that the story is what the network would say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from correlator.events import Action, Channel
from streams.demo.backbone import LANDING
from streams.demo.storm import Failure, Said, State, address_of, calm, failure, storm
from topology.graph import Topology
from topology.model import Language, Product

CUT_S, CALLS_S, ACKNOWLEDGED_S, REPAIRED_S, CONFIRMED_S, ANSWERED_S = 60.0, 120.0, 165.0, 270.0, 310.0, 620.0
NOISY_CITY = "SUB"  # far from the cut: its flapping port must not be drawn into it
UNKNOWN_CALLER = "+620009999999"

Key = Literal["calm", "cut", "calls", "ack", "repair", "word"]


@dataclass(frozen=True, slots=True)
class Call:
    """A complaint. `customer` None: the desk does not know who speaks."""

    key: str
    channel: Channel
    text: str
    language: Language
    customer: str | None = None
    service: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class StaffCommand:
    """A command of the NOC, on the incident of the cut."""

    action: Action
    reason: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """The crew says that it has repaired this."""

    object: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a customer says once asked whether it works again."""

    call: str
    text: str


Act = Said | Call | StaffCommand | Confirm | Answer


@dataclass(frozen=True, slots=True)
class StoryStep:
    at_s: float
    act: Act


@dataclass(frozen=True, slots=True)
class Chapter:
    key: Key
    title: str
    steps: tuple[StoryStep, ...]


@dataclass(frozen=True, slots=True)
class Story:
    root: str  # the element that is cut
    root_name: str
    noisy: str  # the port that flaps
    chapters: tuple[Chapter, ...]

    @property
    def steps(self) -> tuple[StoryStep, ...]:
        return tuple(step for chapter in self.chapters for step in chapter.steps)

    @property
    def calls(self) -> tuple[Call, ...]:
        return tuple(step.act for step in self.steps if isinstance(step.act, Call))


def story(topology: Topology) -> Story:
    """The story on the demo's network (`demo_inventory`, compiled)."""
    cut = failure(topology, LANDING)
    noisy = noisy_port(topology)
    name = topology.name_of(topology.index[LANDING])
    early, *later = callers(cut)
    broken = _at(CUT_S, storm(cut))
    taken = StaffCommand("acknowledge", "Tim serat laut dikirim")
    chapters = (
        Chapter("calm", "An ordinary day", _in_order(_flaps(topology, noisy), [StoryStep(30.0, bill(topology))])),
        Chapter("cut", f"Every fibre in {name} is cut", _in_order(broken, [StoryStep(CUT_S + 25, early)])),
        Chapter("calls", "Customers call", tuple(StoryStep(CALLS_S + 8 * n, call) for n, call in enumerate(later))),
        Chapter("ack", "The NOC takes it", (StoryStep(ACKNOWLEDGED_S, taken),)),
        Chapter(
            "repair",
            "The fibre is spliced",
            _in_order(_at(REPAIRED_S, calm(cut)), [StoryStep(CONFIRMED_S, Confirm(LANDING))]),
        ),
        Chapter(
            "word",
            "A customer has the last word",
            (StoryStep(ANSWERED_S, Answer(early.key, "Sudah normal kembali, terima kasih")),),
        ),
    )
    return Story(LANDING, name, noisy, chapters)


def noisy_port(topology: Topology) -> str:
    """The first port of a ring node of the noisy city that a company's access hangs on."""
    found = (
        topology.ids[port]
        for link in range(topology.first.link, topology.first.port)
        for port in topology.ports_of(link)
        if topology.tier_of(link) == "distribution"
    )
    return next(port for port in found if port.startswith(f"AGG-{NOISY_CITY}-"))


def callers(cut: Failure) -> list[Call]:
    """Who complains about the cut, on all four channels, in both languages; the last is unknown at the desk."""
    mataram, bima = _subscriber(cut, "ONT-AMI-", "id"), _subscriber(cut, "ONT-BMU-", "en")
    sumbawa, company = _subscriber(cut, "ONT-SWQ-", "id"), _subscriber(cut, "CPE-", "en", "dia")
    return [
        Call("phone", "phone", "Internet di Mataram mati total, tidak ada koneksi sama sekali", "id", *mataram),
        Call("email", "email", "Our office connection is completely down, no internet at all", "en", *company),
        Call("portal", "portal", "No internet at home, the router shows no connection", "en", *bima),
        Call("walk_in", "walk_in", "Internet mati, warung kami tidak bisa menerima pembayaran QRIS", "id", *sumbawa),
        Call("unknown", "phone", "Internet di rumah saya mati, tidak bisa dipakai", "id", contact=UNKNOWN_CALLER),
    ]


def bill(topology: Topology) -> Call:
    """A complaint that has nothing to do with any of it, from a customer in Jakarta."""
    text = "Tagihan bulan ini dua kali lipat, mohon dijelaskan"
    for number, service in enumerate(topology.service_ids):
        if topology.ids[topology.service_attach(number)[0]].startswith("ONT-JKT-"):
            customer = topology.customer_ids[topology.service_customer.item(number)]
            return Call("bill", "portal", text, "id", customer, service)
    raise LookupError("the demo's network has no subscriber in Jakarta")


def _subscriber(cut: Failure, attached: str, language: Language, product: Product = "broadband") -> tuple[str, str]:
    """(customer, service): the first that the cut takes down, with an attach point of this name and this language."""
    topology = cut.topology
    for service in cut.services:
        number = topology.index[service] - topology.first_service
        customer = topology.service_customer.item(number)
        point = topology.ids[topology.service_attach(number)[0]]
        if (
            point.startswith(attached)
            and topology.customer_language[customer] == language
            and topology.service_product[number] == product
        ):
            return topology.customer_ids[customer], service
    raise LookupError(f"the cut takes no {product} at {attached}* down whose customer reads {language}")


def _flaps(topology: Topology, port: str) -> list[StoryStep]:
    source = f"snmp:{address_of(topology, topology.device_of(port))}"
    states: tuple[State, State] = ("raised", "cleared")
    return [
        StoryStep(6.0 * n, Said(6.0 * n, source, port, "link_down", states[(n + 1) % 2], "major" if n % 2 else None))
        for n in range(1, 9)
    ]


def _at(start_s: float, told: Iterable[Said]) -> list[StoryStep]:
    return [StoryStep(round(start_s + said.at_s, 2), said) for said in told]


def _in_order(*parts: list[StoryStep]) -> tuple[StoryStep, ...]:
    return tuple(sorted((step for part in parts for step in part), key=lambda step: step.at_s))
