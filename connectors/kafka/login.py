"""Whether a broker lets us in. A client of kafka-python tries again until its patience ends, and does not say why."""

import socket
from collections.abc import Mapping
from typing import Any

from kafka.errors import KafkaError
from kafka.net.sasl import get_sasl_mechanism
from kafka.protocol.parser import KafkaProtocol
from kafka.protocol.sasl import SaslAuthenticateRequest, SaslHandshakeRequest


def refused(door: socket.socket, host: str, login: Mapping[str, Any]) -> str | None:
    """Log in as a client does (KIP-152); why the broker does not let us in. None: it does, or does not say."""
    try:
        return _refused(door, host, login)
    except (OSError, ValueError, KafkaError):
        return None


def _refused(door: socket.socket, host: str, login: Mapping[str, Any]) -> str | None:
    wire, name = KafkaProtocol(), login["sasl_mechanism"]
    offered = _asked(door, wire, SaslHandshakeRequest(mechanism=name, version=1))
    if offered.error_code:
        return f"it takes {', '.join(offered.mechanisms)}, not {name}"
    mechanism = get_sasl_mechanism(name)(host=host, **login)
    while not mechanism.is_done():
        answer = _asked(door, wire, SaslAuthenticateRequest(auth_bytes=mechanism.auth_bytes(), version=1))
        if answer.error_code:
            return str(answer.error_message)
        mechanism.receive(answer.auth_bytes)
    return None


def _asked(door: socket.socket, wire: KafkaProtocol, request: Any) -> Any:
    wire.send_request(request)
    door.sendall(wire.send_bytes())
    while not (answers := wire.receive_bytes(_some(door))):
        pass
    return answers[0][1]


def _some(door: socket.socket) -> bytes:
    if not (read := door.recv(65_536)):
        raise ConnectionError("closed")
    return read
