"""Whose a request is: the address that it comes from, and which addresses count as one."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.requests import Request

Address = IPv4Address | IPv6Address


def address_in(text: str) -> Address | None:
    """As proxies and sockets write it: with a port, in brackets, as IPv6 of an IPv4 address. None: no address."""
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def origin(request: Request) -> str:
    """Whose attempts count together: an address, of IPv6 the network that one subscriber is given (RFC 6177)."""
    address = address_in(request.client.host) if request.client else None
    return str(ip_network((address, 64), strict=False) if isinstance(address, IPv6Address) else address)
