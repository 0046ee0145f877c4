"""A process of `simpul run`: reads its settings from its parent, works until told to stop, or the parent is gone."""

import asyncio
import gc
import os
import signal
import sys
import threading

import msgspec
import structlog

from connectors.ports import PortError
from streams.processes import logs
from streams.processes.parent import GOODBYE_S, UNUSABLE
from streams.processes.table import PROCESSES, Ready, start_of
from streams.settings import Settings

log = structlog.get_logger("child")


def main(role: str) -> int:
    """The exit status: 0 told to stop, 1 try again, UNUSABLE no new start helps."""
    settings = Settings.model_validate_json(sys.stdin.buffer.readline())
    logs.configure(settings.log)
    try:
        asyncio.run(live(role, settings))
    except PortError as error:
        log.error("cannot_go_on", role=role, what=error.what, remedy=error.remedy)
        return 1 if error.recoverable else UNUSABLE
    return 0


async def live(role: str, settings: Settings) -> None:
    """Work until a signal, or the end of the parent."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal's; the parent hears it and tells us
    threading.Thread(target=mourn, args=(loop, stop), daemon=True).start()
    await start_of(PROCESSES[role].embedded)(settings, stop, say)


def mourn(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Wait for the pipe's end: then the parent is gone, and so are we, by force if need be."""
    while os.read(sys.stdin.fileno(), 1):  # unbuffered: nothing is held when this thread is left behind
        pass
    loop.call_soon_threadsafe(stop.set)
    threading.Event().wait(GOODBYE_S)
    os._exit(1)


def say(ready: Ready) -> None:
    """To the parent. What is loaded by now stays: the collector need not walk through a network of a million rows."""
    gc.collect()
    gc.freeze()
    sys.stdout.buffer.write(msgspec.json.encode(ready) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
