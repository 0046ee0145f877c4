"""The service under attack, as those see it who hold a token."""

from dataclasses import dataclass
from typing import Any

import httpx

from connectors.access.holders import Role
from streams import bootstrap
from tests.integration.house import Live


@dataclass(frozen=True)
class Knocker:
    """Somebody with a token."""

    live: Live
    bearer: str

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        with self.live.client(self.bearer) as client:
            return client.post(path, json=body, headers=headers)

    def get(self, path: str, **asked: Any) -> httpx.Response:
        with self.live.client(self.bearer) as client:
            return client.get(path, params=asked)


@dataclass(frozen=True)
class Besieged:
    live: Live

    def issue(self, name: str, role: Role, *scope: str) -> Knocker:
        with bootstrap.tokens(self.live.settings) as tokens:
            return Knocker(self.live, tokens.issue(name, role, scope=scope))

    @property
    def administrator(self) -> Knocker:
        return Knocker(self.live, self.live.token)
