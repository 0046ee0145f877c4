"""The compiled network: every element a number, every question an index.

Elements are numbered 0, 1, 2... in this order: sites, conduits, spans, devices, links, services, risk groups, then each
port that a link or a service names; inside a kind by id, so that the numbers do not depend on the order of the rows.
Customers are numbered apart, by id. A service has a second, dense number: its element less `first_service`.

What is known of a kind lies in the parts `plant` (sites, fibre, devices, links, groups), `demand` (services, customers)
and `blocks` (who cuts off whom), indexed by *own number*: the element less the first of its kind.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar, get_args, overload

import numpy as np
import numpy.typing as npt

from topology.blocks import Blocks
from topology.csr import Csr, Ints
from topology.memo import Memo
from topology.model import TIERS, Language, Product, Role, Segment, SiteKind, Tier, device_of

Kind = Literal["site", "conduit", "span", "device", "splitter", "link", "service", "risk_group", "port"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SITE, CONDUIT, SPAN, DEVICE, SPLITTER, LINK, SERVICE, RISK_GROUP, PORT = range(len(KINDS))
NO_TIER = 255
ROLES: tuple[Role, ...] = get_args(Role)
SITE_KINDS: tuple[SiteKind, ...] = get_args(SiteKind)
PRODUCTS: tuple[Product, ...] = get_args(Product)
SEGMENTS: tuple[Segment, ...] = get_args(Segment)
LANGUAGES: tuple[Language, ...] = get_args(Language)

Word = TypeVar("Word", bound=str)


@dataclass(frozen=True, slots=True)
class Words(Sequence[Word], Generic[Word]):
    """A sequence of words out of few, one byte each."""

    codes: bytes
    table: tuple[Word, ...]

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, index: int) -> Word: ...
    @overload
    def __getitem__(self, index: slice) -> "Words[Word]": ...
    def __getitem__(self, index: int | slice) -> "Word | Words[Word]":
        if isinstance(index, slice):
            return Words(self.codes[index], self.table)
        return self.table[self.codes[index]]

    def count(self, value: object) -> int:
        """In one go over the bytes: a national network has a million devices."""
        return sum([self.codes.count(code) for code, word in enumerate(self.table) if word == value])


@dataclass(frozen=True, slots=True)
class Firsts:
    """Where each kind begins; ports end at `end`."""

    conduit: int
    span: int
    device: int
    link: int
    service: int
    risk_group: int
    port: int
    end: int


@dataclass(frozen=True, slots=True)
class Plant:
    """What lies in the ground and stands in the racks, by own number."""

    regions: tuple[str, ...]
    site_region: "array[int]"  # index in regions; -1: none given
    site_kind: Words[SiteKind]
    site_places: "array[float]"  # latitude, longitude, degrees; NaN: none given
    site_devices: Csr
    conduit_spans: Csr
    span_ends: "array[int]"  # two sites each
    span_km: "array[float]"  # NaN: none given
    span_conduits: Csr
    span_links: Csr
    device_site: "array[int]"
    device_role: Words[Role]
    device_links: Csr
    link_ports: "array[int]"  # two ports each
    link_devices: "array[int]"  # two devices each
    link_routes: Csr  # routes by number
    route_spans: Csr
    port_device: "array[int]"
    port_links: Csr
    group_members: Csr  # nested groups opened; customers left out
    groups_of: Csr  # by element


@dataclass(frozen=True, slots=True)
class Demand:
    """Who needs the network, by service number and customer number."""

    service_customer: Ints
    service_product: Words[Product]
    service_attach: Csr
    service_need: "array[int]"
    customer_ids: tuple[str, ...]
    customer_index: dict[str, int]
    customer_services: Csr
    segment: Words[Segment]
    language: Words[Language]
    strategic: bytes
    has_phone: bytes
    has_email: bytes


@dataclass(frozen=True, slots=True)
class Places:
    """What stands where along the device positions: sums and lists that turn an interval into an answer."""

    position: Ints  # by element; -1: no device
    device_at: Ints  # by position
    reached: int  # positions from here on are reached by no gateway
    polled_prefix: npt.NDArray[np.int64]  # devices before a position that a poller watches (no splitter, ONT, CPE)
    speaking_prefix: npt.NDArray[np.int64]  # all but splitters
    speaker: Ints  # by position: the device that speaks for an ONT or CPE there; -1
    speaker_positions: Ints  # of those that speak for others, ascending
    ont_positions: Ints
    simple_starts: npt.NDArray[np.int64]  # by position, one more: into simple_services
    simple_services: Ints  # with one attach point, in order of its position
    gated_at: Csr  # by position: services with several attach points
    gated: bytes  # by service number: 1 where it has several attach points, or another need than its one
    gated_up: Ints  # by service number: attach points that work in the sound network; 0 where there is one or none
    port_services: Csr  # by own number of the port


@dataclass(frozen=True, slots=True, eq=False)
class Topology:
    """An inventory, compiled. `hash` names its content; two of the same hash are the same down to every number."""

    hash: str
    digests: Mapping[str, str]  # of each list of the inventory, by its name
    warnings: tuple[str, ...]
    ids: tuple[str, ...]
    index: Mapping[str, int]
    kind: bytes
    tier: bytes
    names: Mapping[int, str]  # where the inventory gives another name than the id
    addresses: Mapping[str, int]  # management address -> device
    gateways: frozenset[int]  # as the inventory says; in a part where it names none, the best joined device
    stand_ins: tuple[int, ...]  # of those the latter, where other parts name theirs; by position
    first: Firsts
    plant: Plant
    demand: Demand
    blocks: Blocks
    places: Places
    memo: Memo = field(default_factory=Memo, repr=False)

    # What an element is

    def find(self, name: str) -> int | None:
        """The element of an id or of a port that a row names; None where the inventory has neither."""
        return self.index.get(name)

    def find_port(self, name: str) -> int | None:
        """The device of `device/port`, where no row names that port: any port of a known device exists."""
        if "/" not in name or name in self.index:
            return None
        device = self.index.get(device_of(name))
        return device if device is not None and self.is_device(device) else None

    def kind_of(self, element: int) -> Kind:
        return KINDS[self.kind[element]]

    def is_device(self, element: int) -> bool:
        return self.first.device <= element < self.first.link

    def tier_of(self, element: int) -> Tier | None:
        """Its own; of a site, conduit or group the highest in it; of a port its link's, else its device's."""
        code = self.tier[element]
        return None if code == NO_TIER else TIERS[code]

    def name_of(self, element: int) -> str:
        return self.names.get(element) or self.ids[element]

    def region_of(self, element: int) -> str | None:
        """The region of its site; of a link, span, service, conduit or group that of its first end or member."""
        site = self.first_site(element)
        code = -1 if site is None else self.plant.site_region[site]
        return None if code < 0 else self.plant.regions[code]

    def first_site(self, element: int) -> int | None:
        first, plant = self.first, self.plant
        match self.kind_of(element):
            case "site":
                return element
            case "conduit":
                spans = plant.conduit_spans[element - first.conduit]
                return self.first_site(spans[0]) if spans else None
            case "span":
                return plant.span_ends[2 * (element - first.span)]
            case "device" | "splitter":
                return plant.device_site[element - first.device]
            case "link":
                return self.first_site(self.ends(element)[0])
            case "port":
                return self.first_site(self.device_of(element))
            case "service":
                attach = self.demand.service_attach[element - first.service]
                return self.first_site(attach[0]) if attach else None
            case "risk_group":
                members = plant.group_members[element - first.risk_group]
                sites = (self.first_site(member) for member in members)
                return next((site for site in sites if site is not None), None)

    # Sites and fibre

    def site_kind(self, site: int) -> SiteKind:
        return self.plant.site_kind[site]

    def place_of(self, site: int) -> tuple[float, float] | None:
        """Latitude and longitude, in degrees."""
        latitude, longitude = self.plant.site_places[2 * site : 2 * site + 2]
        return None if latitude != latitude or longitude != longitude else (latitude, longitude)

    def devices_in(self, site: int) -> Sequence[int]:
        return self.plant.site_devices[site]

    def span_ends(self, span: int) -> tuple[int, int]:
        at = 2 * (span - self.first.span)
        return self.plant.span_ends[at], self.plant.span_ends[at + 1]

    def length_km(self, element: int) -> float | None:
        """Of a span; of a conduit that of its shortest span whose length is known."""
        if self.kind[element] == CONDUIT:
            lengths = [self.length_km(span) for span in self.spans_in(element)]
            return min((length for length in lengths if length is not None), default=None)
        length = self.plant.span_km[element - self.first.span]
        return length if length == length else None

    def conduits_of(self, span: int) -> Sequence[int]:
        return self.plant.span_conduits[span - self.first.span]

    def spans_in(self, conduit: int) -> Sequence[int]:
        return self.plant.conduit_spans[conduit - self.first.conduit]

    def links_over(self, span: int) -> Sequence[int]:
        """Links of which some route holds the span."""
        return self.plant.span_links[span - self.first.span]

    def groups_of(self, element: int) -> Sequence[int]:
        """Risk groups that hold it, directly or through another group."""
        return self.plant.groups_of[element]

    def members_of(self, group: int) -> Sequence[int]:
        """What fails with the group; nested groups are opened."""
        return self.plant.group_members[group - self.first.risk_group]

    # Devices, ports and links

    def role_of(self, device: int) -> Role:
        return self.plant.device_role[device - self.first.device]

    def site_of(self, device: int) -> int:
        return self.plant.device_site[device - self.first.device]

    def device_of(self, port: int | str) -> int:
        """The device of a port, by element or by name. A device is its own."""
        if isinstance(port, str):
            return self.index[device_of(port)]
        return port if self.is_device(port) else self.plant.port_device[port - self.first.port]

    def ports_of(self, link: int) -> tuple[int, int]:
        at = 2 * (link - self.first.link)
        return self.plant.link_ports[at], self.plant.link_ports[at + 1]

    def ends(self, link: int) -> tuple[int, int]:
        at = 2 * (link - self.first.link)
        return self.plant.link_devices[at], self.plant.link_devices[at + 1]

    def links_of(self, element: int) -> Sequence[int]:
        """Links at a device or at a port."""
        if self.is_device(element):
            return self.plant.device_links[element - self.first.device]
        return self.plant.port_links[element - self.first.port]

    def link_of(self, port: int) -> int:
        """The link at a port, the first of several; -1 where there is none."""
        links = self.links_of(port)
        return links[0] if links else -1

    def routes_of(self, link: int) -> tuple[tuple[int, ...], ...]:
        routes = self.plant.link_routes[link - self.first.link]
        return tuple(tuple(self.plant.route_spans[route]) for route in routes)

    def reachable(self, device: int) -> bool:
        """Whether a gateway reaches it while nothing has failed."""
        return self.blocks.reachable(device - self.first.device + 1)

    @property
    def position(self) -> Ints:
        return self.places.position

    @property
    def device_at(self) -> Ints:
        return self.places.device_at

    @property
    def polled_prefix(self) -> npt.NDArray[np.int64]:
        return self.places.polled_prefix

    # Services and customers

    @property
    def first_service(self) -> int:
        return self.first.service

    def service_named(self, name: str | None) -> int | None:
        """The number of the service that has this id; None where the inventory has none."""
        element = self.index.get(name or "", -1)
        return element - self.first.service if self.first.service <= element < self.first.risk_group else None

    @property
    def service_ids(self) -> Sequence[str]:
        return self.ids[self.first.service : self.first.risk_group]

    @property
    def service_customer(self) -> Ints:
        return self.demand.service_customer

    @property
    def service_product(self) -> Sequence[Product]:
        return self.demand.service_product

    def service_attach(self, service: int) -> tuple[int, ...]:
        return tuple(self.demand.service_attach[service])

    def service_need(self, service: int) -> int:
        return self.demand.service_need[service]

    @property
    def customer_ids(self) -> Sequence[str]:
        return self.demand.customer_ids

    @property
    def customer_index(self) -> Mapping[str, int]:
        return self.demand.customer_index

    @property
    def customer_language(self) -> Sequence[Language]:
        return self.demand.language

    @property
    def customer_segment(self) -> Sequence[Segment]:
        return self.demand.segment

    @property
    def customer_strategic(self) -> bytes:
        return self.demand.strategic

    @property
    def customer_has_phone(self) -> bytes:
        return self.demand.has_phone

    @property
    def customer_has_email(self) -> bytes:
        return self.demand.has_email

    def services_of(self, customer: int) -> Sequence[int]:
        return self.demand.customer_services[customer]

    def customer_region(self, customer: int) -> str | None:
        """The region of the first of the customer's services that has one."""
        services = self.services_of(customer)
        regions = (self.region_of(self.first.service + service) for service in services)
        return next((region for region in regions if region is not None), None)

    def counts(self) -> dict[str, dict[str, int]]:
        """Rows by kind, then by tier; "-" where the kind has none. Ports are no rows."""
        table: dict[str, dict[str, int]] = {}
        rows = self.first.port
        codes = np.frombuffer(self.kind, np.uint8)[:rows].astype(np.int64) * 256
        pairs, numbers = np.unique(codes + np.frombuffer(self.tier, np.uint8)[:rows], return_counts=True)
        for pair, number in zip(pairs.tolist(), numbers.tolist(), strict=True):
            kind, tier = divmod(pair, 256)
            table.setdefault(KINDS[kind], {})["-" if tier == NO_TIER else TIERS[tier]] = number
        if self.demand.customer_ids:
            table["customer"] = {"-": len(self.demand.customer_ids)}
        return table
