"""Redis, from Debian's packages."""

import signal

from dev.local.place import Place, answers
from dev.local.process import Launch
from dev.local.tools import program


class Redis:
    name = "redis"
    stops = signal.SIGTERM

    def __init__(self, place: Place) -> None:
        self._place = place

    def launch(self, port: int) -> Launch:
        """Raises Trouble where the program is missing."""
        server = program("redis-server", "redis-server")
        kept = "no" if self._place.quick else "yes"
        words = ["--bind", "127.0.0.1", "--port", str(self._place.port(given=port)), "--dir", str(self._place.folder)]
        return Launch([str(server), *words, "--appendonly", kept, "--save", ""])

    def ready(self) -> bool:
        return answers(int(self._place.text("port")), b"PING\r\n", b"+PONG\r\n")

    def prepare(self) -> None:
        """Nothing more."""

    def address(self) -> str:
        return f"REDIS_URL=redis://127.0.0.1:{self._place.text('port')}/0"

    def forget(self) -> None:
        """All of it lies in the folder."""
