"""The real doors that the demo knocks at: the UDP port for traps, and HTTP with a bearer token."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

Json = dict[str, Any]
PATIENCE_S = 60.0  # for one answer: a small machine may have other things to do


class DemoFailed(Exception):
    """The service did not do what the story expects of it; the text says what, for the terminal."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a running service can be reached."""

    traps: tuple[str, int]
    url: str  # of the HTTP door, without a slash at the end
    token: str  # an administrator's: the story sends events of all kinds
    clock: Callable[[], int]  # the service's own, in microseconds since 1970


class Doors:
    """Open from `with` to its end."""

    def __init__(self, address: Address, http: httpx.Client | None = None) -> None:
        """`http`: another client, for tests."""
        self.address = address
        family = socket.AF_INET6 if ":" in address.traps[0] else socket.AF_INET
        self._udp = socket.socket(family, socket.SOCK_DGRAM)
        headers = {"Authorization": f"Bearer {address.token}"}
        self._http = http or httpx.Client(base_url=address.url, headers=headers, timeout=PATIENCE_S, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._udp.close()
        self._http.close()

    def trap(self, datagram: bytes) -> None:
        self._udp.sendto(datagram, self.address.traps)

    def post(self, path: str, body: Json | Sequence[Json]) -> Json:
        """The answer. Raises DemoFailed where the service says no."""
        return self._answer(self._send("POST", path, body))

    def get(self, path: str) -> Json | None:
        """None where there is no such thing."""
        answer = self._send("GET", path, None)
        return None if answer.status_code == httpx.codes.NOT_FOUND else self._answer(answer)

    def _send(self, method: str, path: str, body: Json | Sequence[Json] | None) -> httpx.Response:
        try:
            return self._http.request(method, path, json=body) if body is not None else self._http.request(method, path)
        except httpx.HTTPError as error:
            raise DemoFailed(f"{method} {path}: the service does not answer ({error})") from error

    def _answer(self, answer: httpx.Response) -> Json:
        if answer.is_success:
            found: Json = answer.json()
            return found
        raise DemoFailed(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:500]}")
