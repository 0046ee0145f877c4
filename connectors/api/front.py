"""Before the door: who asks, and whether by TLS. Proxies in front say so in headers, and only named ones are believed.

Whoever else sends such headers is taken for what he is: the peer of the connection. A list of addresses is read from
its end, where the nearest proxy wrote: the first that is no proxy's is who asks. What stands before it he may have made
up.
"""

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import Final, Literal

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.access.origin import Address, address_in
from connectors.api.doors import DoorSettings, HttpError, said
from connectors.metrics import API_ERRORS
from connectors.ports import Counter

Hop = tuple[Address | None, str]  # who asked a proxy, and by which scheme (empty: it does not say)

HSTS: Final = "max-age=31536000"  # a year (RFC 6797, 6.1.1)
# anybody may write such a header, of 64 KB too: a text between quotes is short, and no word is read twice
QUOTED = r'"(?:\\.|[^"\\]){0,200}+"'
ELEMENT = re.compile(rf'(?:[^,"]|{QUOTED})+')
PAIR = re.compile(rf"(?<![\w-])([\w-]++)=({QUOTED}|[^;\s]*)")


class Front:
    """An ASGI application around the door's."""

    def __init__(self, app: ASGIApp, settings: DoorSettings, counter: Counter) -> None:
        self._app = app
        self._settings = settings
        self._counter = counter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        peer = address_in(scope["client"][0]) if scope["client"] else None
        settings = self._settings
        if inside(peer, settings.proxies):
            peer, scheme = asked(Headers(scope=scope), settings.forwarded, settings.proxies, peer)
            scope = {**scope, "client": (str(peer), 0), "scheme": scheme or scope["scheme"]}
        elif settings.proxies and scope["scheme"] == "http" and not settings.plain and not (peer and peer.is_loopback):
            self._counter.count(API_ERRORS, "403", "past the proxy")
            no = HttpError(403, "this door is for its proxies", "Ask by the proxy's address, over TLS.")
            await said(no)(scope, receive, send)
            return
        await self._app(scope, receive, strict(send) if scope["scheme"] == "https" else send)


def strict(send: Send) -> Send:
    """From now on a browser asks by TLS only (HSTS, RFC 6797)."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Strict-Transport-Security"] = HSTS
        await send(message)

    return sent


def inside(address: Address | None, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    return address is not None and any(address in network for network in networks)


def asked(
    headers: Headers,
    kind: Literal["x-forwarded", "forwarded"],
    proxies: Sequence[IPv4Network | IPv6Network],
    peer: Address | None,
) -> tuple[Address | None, str]:
    """Who asked the first of our proxies, and by which scheme. Of whom it hides, the proxy itself stands for him."""
    scheme = ""
    for address, by in forwarded(headers) if kind == "forwarded" else x_forwarded(headers):
        scheme = by or scheme
        if address is None:
            break
        peer = address
        if not inside(address, proxies):
            break
    return peer, scheme if scheme in ("http", "https") else ""


def x_forwarded(headers: Headers) -> Iterator[Hop]:
    """From the nearest on. The scheme is the nearest proxy's word: it handed on, or replaced, what it was told."""
    scheme = ",".join(headers.getlist("x-forwarded-proto")).rpartition(",")[2].strip().lower()
    written = ",".join(headers.getlist("x-forwarded-for"))
    for text in reversed(written.split(",")):
        yield address_in(text), scheme


def forwarded(headers: Headers) -> Iterator[Hop]:
    """RFC 7239, from the nearest on."""
    for element in reversed(ELEMENT.findall(",".join(headers.getlist("forwarded")))):
        pairs = {name.lower(): value.strip('"') for name, value in PAIR.findall(element)}
        yield address_in(pairs.get("for", "")), pairs.get("proto", "").lower()
