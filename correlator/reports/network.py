"""What reports ask of the inventory in force: where a thing is, what is sold."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from topology.graph import Topology


class Network:
    """Answers are kept: a month asks the same of few services many times."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._elements: dict[str | None, str | None] = {}

    def region_of(self, element: str | None) -> str | None:
        """Of an element by its id; None where the inventory lacks it."""
        if element not in self._elements:
            number = self._topology.find(element or "")
            self._elements[element] = None if number is None else self._topology.region_of(number)
        return self._elements[element]

    def kind_of(self, element: str | None) -> str | None:
        """Kind of an element by its id: span, device, link ...; None where the inventory lacks it."""
        number = self._topology.find(element or "")
        return None if number is None else self._topology.kind_of(number)

    def product(self, service: str | None) -> str | None:
        number = self._topology.service_named(service)
        return None if number is None else self._topology.service_product[number]

    def only_service(self, customer: str) -> str | None:
        """What a complaint is of that names none; None where its customer has several, or the inventory none."""
        known = self._topology.customer_index.get(customer)
        held = () if known is None else self._topology.services_of(known)
        return self._topology.ids[self._topology.first.service + held[0]] if len(held) == 1 else None

    @cached_property
    def services(self) -> Mapping[str, int]:
        """How many services there are of each product."""
        counted: dict[str, int] = defaultdict(int)
        for product in self._topology.service_product:
            counted[product] += 1
        return dict(counted)
