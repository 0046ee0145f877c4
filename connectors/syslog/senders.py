"""What is known of a sender from the settings: its vendor, and its zone where its lines name none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Protocol
from zoneinfo import ZoneInfo

MOST_KNOWN = 10_000  # addresses that are remembered


class Given(Protocol):
    """A part of the settings: `senders.NAME`."""

    @property
    def sources(self) -> Sequence[IPv4Network | IPv6Network]: ...

    @property
    def zone(self) -> str | None: ...

    @property
    def vendor(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Sender:
    """`vendor`: None where the line's own form shall tell."""

    zone: tzinfo = UTC
    vendor: str | None = None


class Senders:
    """By address; of several parts that name it the one with the smallest network."""

    def __init__(self, given: Mapping[str, Given], zone: str | None) -> None:
        """`zone`: of senders for whom none is given."""
        self._zone: tzinfo = ZoneInfo(zone) if zone else UTC
        self._parts = [
            (network, Sender(ZoneInfo(part.zone) if part.zone else self._zone, part.vendor))
            for part in given.values()
            for network in part.sources
        ]
        self._parts.sort(key=lambda one: -one[0].prefixlen)
        self._known: dict[str, Sender] = {}
        self._usual = Sender(self._zone)

    def at(self, address: str) -> Sender:
        if not self._parts:
            return self._usual
        known = self._known.get(address)
        if known is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            of = ip_address(address.partition("%")[0])
            known = next((sender for network, sender in self._parts if of in network), self._usual)
            self._known[address] = known
        return known
