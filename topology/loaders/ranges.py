"""Values of the right type that still cannot be: places off the globe, lengths below zero, a need out of reach."""

import ipaddress
import re
from collections.abc import Iterator
from math import isfinite

from topology.loaders.findings import Finding, bare, shown
from topology.model import Inventory

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")  # the usual case, twenty times quicker than ipaddress


def range_findings(inventory: Inventory) -> Iterator[Finding]:
    yield from _sites(inventory)
    yield from _spans(inventory)
    yield from _devices(inventory)
    yield from _links(inventory)
    yield from _services(inventory)
    yield from _groups(inventory)


def _sites(inventory: Inventory) -> Iterator[Finding]:
    for index, site in enumerate(inventory.sites):
        if site.lat is not None and not -90 <= site.lat <= 90:  # false for NaN and infinity too
            reason = f"the latitude {shown(site.lat)} is not between -90 and 90"
            yield Finding("sites", index, "lat", reason, "Give degrees, south negative, or leave it out")
        if site.lon is not None and not -180 <= site.lon <= 180:
            reason = f"the longitude {shown(site.lon)} is not between -180 and 180"
            yield Finding("sites", index, "lon", reason, "Give degrees, west negative, or leave it out")


def _spans(inventory: Inventory) -> Iterator[Finding]:
    for index, span in enumerate(inventory.spans):
        length = span.length_km
        if length is not None and not (isfinite(length) and length >= 0):
            reason = f"the length {shown(length)} is not a number of kilometres from 0 up"
            yield Finding("spans", index, "length_km", reason, "Give kilometres, or leave it out")


def _devices(inventory: Inventory) -> Iterator[Finding]:
    for index, device in enumerate(inventory.devices):
        for number, address in enumerate(device.addresses or ()):
            if not IPV4.fullmatch(address) and not _is_address(address):
                reason = f"{shown(address)} is not an IP address"
                remedy = "Give the address alone, without a mask, a port or a host name"
                yield Finding("devices", index, f"addresses[{number}]", reason, remedy)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _links(inventory: Inventory) -> Iterator[Finding]:
    for index, link in enumerate(inventory.links):
        if link.a == link.b and "/" in link.a:
            reason = f"both ends are the port {bare(link.a)}"
            yield Finding("links", index, "b", reason, "Name the port at the other end")
        for number, route in enumerate(link.routes or ()):
            if not route:
                remedy = "List its spans; a link without any route has no routes at all"
                yield Finding("links", index, f"routes[{number}]", "the route is empty", remedy)


def _services(inventory: Inventory) -> Iterator[Finding]:
    for index, service in enumerate(inventory.services):
        points = len(service.attach)
        if points == 0:
            yield Finding("services", index, "attach", "attach is empty", "Name at least one port or device")
        elif service.need is not None and not 1 <= service.need <= points:
            reason = f"a need of {shown(service.need)} is out of reach with attach points: {points}"
            remedy = "Give at least 1 and at most the number of attach points, or leave it out for all of them"
            yield Finding("services", index, "need", reason, remedy)


def _groups(inventory: Inventory) -> Iterator[Finding]:
    for index, group in enumerate(inventory.risk_groups):
        if not group.members:
            yield Finding("risk_groups", index, "members", "members is empty", "Name them, or take the group out")
