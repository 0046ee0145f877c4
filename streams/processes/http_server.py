"""The HTTP door's server: a socket, TLS where it is set, and uvicorn around an app."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from connectors.ports import PortError
from streams.processes.tls import Certificate
from streams.settings import Http

BACKLOG = 2048  # connections that wait to be accepted; the kernel may grant fewer


class Server(uvicorn.Server):
    """Signals are heard elsewhere."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class PortTaken(PortError):
    """Somebody else listens there."""

    recoverable = False


def server(app: FastAPI, http: Http) -> Server:
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
    return Server(config)


def bind(http: Http, setting: str = "http.port") -> socket.socket:
    """The door's socket; `setting` names its port. Raises PortTaken."""
    host, port = http.host, http.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)  # before we say that we are ready: who comes early waits, and is not refused
    except OSError as error:
        listening.close()
        raise PortTaken(
            f"Port {port} on {host} cannot be listened on: {error.strerror}",
            f"End what listens there, or set {setting}",
        ) from error
    return listening
