"""The HTTP door's socket: opened by whoever holds it, before anything that serves is loaded."""

import socket

from connectors.listeners.handed import NOTHING, Handed
from connectors.listeners.sockets import stream
from connectors.ports import PortError
from streams.settings import Http


class PortTaken(PortError):
    """Somebody else listens there."""

    recoverable = False


def bind(http: Http, setting: str = "http.port", handed: Handed = NOTHING) -> socket.socket:
    """`setting` names its port; the socket that was handed over, where there is one. Raises PortTaken."""
    try:
        return stream("http", (http.host, http.port), handed)
    except PortError as error:
        cause = error.__cause__
        assert isinstance(cause, OSError)
        raise PortTaken(
            f"Port {http.port} on {http.host} cannot be listened on: {cause.strerror}",
            f"End what listens there, or set {setting}",
        ) from error
