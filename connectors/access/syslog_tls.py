"""Messages to a syslog server over TLS (RFC 5425): each with its length before it, a connection a batch.

Syslog answers nothing. A batch counts as kept when the server's system has acknowledged all of it, and the server ended
the connection in order, and not before we did: it has read all by then. One that dies with something unread resets the
connection; one that refuses us after the handshake, by the name in our certificate, ends it within a second. Then the
batch is sent again. What a server holds in memory when it is killed is lost with it: the numbers and hashes tell.
"""

import fcntl
import socket
import ssl
import sys
import termios
import threading
from collections.abc import Sequence
from contextlib import suppress

from connectors.ports import PortError

PORT = 6514  # RFC 5425, 4.1
PATIENCE_S = 30.0
LOOK_S = 0.002
REFUSES_S = 1.0  # a server that reads, and takes nothing of us, hangs up within so long


def send(
    messages: Sequence[str], place: tuple[str, int], context: ssl.SSLContext, patience_s: float = PATIENCE_S
) -> None:
    """Raises PortError where they may not have been read there."""
    host, port = place
    try:
        with (
            socket.create_connection(place, patience_s) as plain,
            context.wrap_socket(plain, server_hostname=host) as stream,
        ):
            stream.sendall(b"".join(framed(one) for one in messages))
            _acknowledged(stream, patience_s)
            _not_refused(stream)
            stream.settimeout(patience_s)
            _ended(stream)
    except ssl.SSLCertVerificationError as error:
        what = f"{host}:{port} is not believed: {error.verify_message}"
        raise PortError(what, "Give its CA's file in SSL_CERT_FILE, and the name that is in its certificate") from error
    except OSError as error:
        said = str(error) or type(error).__name__
        raise PortError(f"{host}:{port} has not taken it: {said}", "See its log; it is sent again") from error


def framed(message: str) -> bytes:
    """MSG-LEN SP SYSLOG-MSG (4.3)."""
    octets = message.encode()
    return b"%d %b" % (len(octets), octets)


def _acknowledged(stream: ssl.SSLSocket, patience_s: float) -> None:
    """Wait until the other system has all octets; who refused us before they came resets the connection here.

    tcp(7), SIOCOUTQ. Raises OSError.
    """
    rest, looks = threading.Event(), int(patience_s / LOOK_S)
    while int.from_bytes(fcntl.ioctl(stream, termios.TIOCOUTQ, bytes(4)), sys.byteorder) and looks:
        rest.wait(LOOK_S)
        looks -= 1
    if not looks:
        raise TimeoutError("it does not read")
    if fault := stream.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise OSError(fault, "the connection was reset")


def _not_refused(stream: ssl.SSLSocket) -> None:
    """Raises OSError."""
    stream.settimeout(REFUSES_S)
    with suppress(TimeoutError):
        stream.recv(1)
        raise ConnectionError("it hung up before we did: does it know our certificate?")


def _ended(stream: ssl.SSLSocket) -> None:
    """close_notify, and wait for theirs, or for the end of the connection where they send none. Raises OSError."""
    with suppress(ssl.SSLEOFError):
        stream.unwrap()
