"""The sockets of the intake, held by its parent: whoever dies behind them, what comes meanwhile waits in the kernel."""

import structlog

from connectors.listeners.handed import Handed, Held, inherited
from streams.bootstrap.listeners import chosen
from streams.settings import Settings

log = structlog.get_logger("sockets")


def held_open(settings: Settings) -> tuple[Settings, list[Held]]:
    """Those that systemd opened for us, and the others, opened now; and the settings with the ports that the system
    chose. Raises PortError."""
    from connectors.listeners.sockets import opened
    from streams.processes.http_socket import bind

    handed = inherited()
    ports: dict[str, int] = {}
    tls_ports: dict[str, int] = {}
    held: list[Held] = []
    try:
        held.append(Held(bind(settings.http, handed=handed)))
        http = settings.http.model_copy(update={"port": held[0].place[2]})
        for one in chosen(settings):
            name = one.source.name
            place, sockets = opened(name, one.place, handed)
            held += sockets
            ports[name] = place.port
            if place.tls is not None:
                tls_ports[name] = place.tls.port
    except BaseException:
        for socket in held:
            socket.socket.close()
        raise
    _told(handed)
    return settings.listening_at(ports, tls_ports).model_copy(update={"http": http}), held


def _told(handed: Handed) -> None:
    """What systemd opened and no setting names: nobody would ever read it."""
    for one in handed.left:
        kind, host, port = one.place
        log.warning(
            "socket_not_used", kind=kind, host=host, port=port, remedy="name the same address and port in the settings"
        )
        one.socket.close()
