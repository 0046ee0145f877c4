"""The HTTP door's server: a socket, TLS where it is set, and uvicorn around an app."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from connectors.listeners.sockets import BACKLOG
from streams import settings
from streams.processes.connections import ACCEPTED_AT_ONCE, Bounds, Connection, Http, Standing
from streams.processes.tls import Certificate


class Server(uvicorn.Server):
    """Signals are heard elsewhere, and connections are bounded."""

    def __init__(self, config: uvicorn.Config, standing: Standing) -> None:
        super().__init__(config)
        self._standing = standing

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """At the sockets that `bind` gave: few are accepted before others are looked at, many may wait."""
        config, loop = self.config, asyncio.get_running_loop()

        def http(connection: Connection) -> Http:
            return Http(connection, config=config, server_state=self.server_state, app_state={}, _loop=loop)

        def connection() -> Connection:
            return Connection(self._standing, config.ssl, http)

        self.servers = []
        for one in sockets or ():
            self.servers.append(await loop.create_server(connection, sock=one, backlog=ACCEPTED_AT_ONCE))
            one.listen(BACKLOG)
        self.started = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._standing.drop_waiting()
        await super().shutdown(sockets)


def server(app: ASGIApp, http: settings.Http) -> Server:
    """To be served at the socket that `bind` gives. Raises BadCertificate."""
    config = uvicorn.Config(
        app,
        log_config=None,
        lifespan="off",
        access_log=False,
        proxy_headers=False,  # whose word is believed is the app's own question
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    config.load()
    if http.certificate is not None and http.key is not None:
        config.ssl = Certificate(http.certificate, http.key).context
    return Server(config, Standing(bounds(http)))


def bounds(http: settings.Http) -> Bounds:
    return Bounds(http.connections, http.connections_each, http.headers_s, http.proxies).within_files()
