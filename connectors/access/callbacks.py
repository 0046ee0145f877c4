"""Addresses that callers give, to be told there: by https, and only at hosts that the operator lists.

Whoever may ask to be told could else have this service knock at any door of the operator's own network.
"""

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

MOST_LONG: Final = 1000  # characters of an address


def fault_of(callback: str, hosts: Collection[str]) -> str | None:
    """What is wrong with an address as a callback; None: it may be told."""
    try:
        parts = urlsplit(callback)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "it is no address"
    if len(callback) > MOST_LONG or not callback.isascii() or not callback.isprintable() or " " in callback:
        return "it is no address"
    if parts.scheme != "https":
        return "it is told by https only"
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "an address here has no user, no password and no fragment"
    if host not in hosts:
        return f"channels.hub.hosts does not list {(host or '')[:100]!r}"
    return None
