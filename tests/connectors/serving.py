"""A real server for real clients: uvicorn on a free port of this machine, in a thread of the test."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

SOON_S = 0.05


class Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Uvicorn asks those to go whom it knows; who came a moment before is known a moment later, or never ends."""
        for server in self.servers:
            server.close()
        await asyncio.sleep(SOON_S)
        await super().shutdown(sockets)


@contextmanager
def serving(app: FastAPI, before_stop: Callable[[], None] = lambda: None) -> Iterator[str]:
    """The address of the app while the block runs. The socket listens before the server does: nobody has to wait."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off", timeout_graceful_shutdown=5)
    server = Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        before_stop()
        server.should_exit = True
        thread.join(10)
        listening.close()
        assert not thread.is_alive(), "the server did not stop"
