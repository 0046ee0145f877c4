"""`simpul run`: one command, two processes. The intake listens and appends; the worker folds, commits and dispatches.

A socket buffer holds a second of traps at best, so nothing that thinks sits in front of it. The parent opens the
sockets and holds them, so that what comes while the intake is started again waits in the kernel. It starts both, starts
a dead one again within a second, and takes them along when it goes: a child's standard input is a pipe from its parent,
whose end it notices.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec
import structlog

from connectors.listeners.handed import FROM_PARENT, Held, for_child
from connectors.listeners.listener import Listens
from connectors.listeners.sockets import told_dropped
from streams import bootstrap, clock
from streams.processes.data_lock import NotStarted, hold
from streams.processes.table import EMBEDDED, PROCESSES, Address, Ready
from streams.settings import Settings

UNUSABLE = 3  # exit status of a child that no new start can help
READY_S = 120.0  # a million resources load in a fraction of it
AGAIN_S, AGAIN_MOST_S = 0.2, 5.0  # until a dead child is started again; it doubles while each dies young
YOUNG_S = 10.0
TRIES = 3  # of a child that was never ready; then the service does not start
GOODBYE_S = 10.0  # for a child to end by itself

log = structlog.get_logger("run")


@dataclass(slots=True)
class Child:
    """One process, and what it said; one that is started again keeps what the one before it said until it speaks."""

    role: str
    process: subprocess.Popen[bytes]
    ready: threading.Event = field(default_factory=threading.Event)
    said: Ready | None = None
    born_s: float = field(default_factory=clock.monotonic_s)


class Running:
    """The two processes, watched until `stop`. Also what the demo and the tests hold on to."""

    def __init__(self, settings: Settings, command: Callable[[str], list[str]] | None = None) -> None:
        self._settings = started(settings)
        self._command = command or child_command
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._failed: str | None = None
        self._children: dict[str, Child] = {}
        self._watchers: list[threading.Thread] = []
        self._lock_file = hold(settings.data)
        self._sockets: list[Held] = []

    @property
    def pids(self) -> dict[str, int]:
        """The process of each role now."""
        with self._lock:
            return {role: child.process.pid for role, child in self._children.items()}

    @property
    def http(self) -> Address:
        """Where the HTTP door is."""
        said = self._children["intake"].said
        assert said is not None
        assert said.http is not None
        return said.http

    @property
    def snmp(self) -> Address | None:
        """Where traps are taken; None where that door is shut."""
        found = self.listeners.get("snmp")
        return found.address if found is not None else None

    @property
    def listeners(self) -> Mapping[str, Listens]:
        """Where datagrams are taken, by the name of the listener."""
        said = self._children["intake"].said
        assert said is not None
        return said.listeners

    def start(self) -> None:
        """Open the sockets, start both and wait until they work. Raises PortError, NotStarted."""
        try:
            self._settings, self._sockets = bootstrap.held_open(self._settings)
            for role in EMBEDDED:
                if self._launch(role):
                    watcher = threading.Thread(target=self._watch, args=(role,), name=f"watch-{role}", daemon=True)
                    watcher.start()
                    self._watchers.append(watcher)
            for role in EMBEDDED:
                self._await(role)
        except BaseException:
            self.stop()
            raise

    def _await(self, role: str) -> None:
        ready = self._failed is None and self._children[role].ready.wait(READY_S)
        if self._failed or not ready:
            raise NotStarted(self._failed or f"The {role} was not ready in {READY_S:.0f} s", "Its log above says why")

    def wait(self) -> int:
        """Until both have ended for good; the exit status for the command."""
        for watcher in self._watchers:
            while watcher.is_alive():
                watcher.join(0.5)  # so that a signal is heard
        return UNUSABLE if self._failed else 0

    def ask_to_stop(self) -> None:
        """From a signal: `wait` returns soon."""
        self._stopping.set()
        for child in self._children.values():
            child.process.terminate()

    def stop(self) -> None:
        """End both, in order: first what comes in, then what is being done."""
        self._stopping.set()
        with self._lock:  # nobody is being born
            children = dict(self._children)
        for role in reversed(EMBEDDED):
            if role in children:
                end(children[role].process)
        for watcher in self._watchers:
            watcher.join()
        for one in self._sockets:
            one.socket.close()
        self._lock_file.close()

    def _launch(self, role: str) -> bool:
        """False where all shall stop meanwhile."""
        with self._lock:
            if self._stopping.is_set():
                return False
            process = self._born(role)
            before = self._children.get(role)
            self._children[role] = Child(role, process, before.ready, before.said) if before else Child(role, process)
        if self._stopping.is_set():  # a signal came while it was born, and did not find it
            process.terminate()
        assert process.stdin is not None
        try:
            process.stdin.write(self._settings.model_dump_json().encode() + b"\n")
            process.stdin.flush()  # and stays open: its end tells the child that we are gone
        except BrokenPipeError:
            log.error("child_died_at_once", role=role)
        return True

    def _born(self, role: str) -> subprocess.Popen[bytes]:
        sockets = self._sockets if PROCESSES[role].listens else []
        return subprocess.Popen(  # noqa: S603  # of our own making
            self._command(role),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[one.socket.fileno() for one in sockets],
            env={**os.environ, FROM_PARENT: for_child(sockets)},
        )

    def _watch(self, role: str) -> None:
        """Start it again whenever it ends, until all shall stop."""
        deaths = 0  # of young ones, one after the other
        while True:
            child = self._children[role]
            self._listen(child)
            status = child.process.wait()
            close_pipes(child.process)
            if PROCESSES[role].listens:
                self._note_dropped()
            if self._stopping.is_set():
                return
            young = clock.monotonic_s() - child.born_s < YOUNG_S or not child.ready.is_set()  # a start may take long
            deaths = deaths + 1 if young else 0
            if status == UNUSABLE or (deaths >= TRIES and not child.ready.is_set()):
                self._fail(role)
                return
            log.warning("child_ended", role=role, status=status)
            if not self._again(role, deaths):
                return

    def _again(self, role: str, deaths: int) -> bool:
        """Tried until the system gives a process: memory may be short for a while. False where all shall stop."""
        while not self._stopping.wait(again_s(deaths)):
            try:
                return self._launch(role)
            except OSError as error:
                log.error("child_not_started", role=role, why=error.strerror)
                deaths += 1
        return False

    def _note_dropped(self) -> None:
        """What the kernel threw away by now was told of by who has died; the next one tells the rest."""
        for one in self._sockets:
            one.dropped = told_dropped(one.socket)

    def _listen(self, child: Child) -> None:
        assert child.process.stdout is not None
        for line in child.process.stdout:
            with suppress(msgspec.MsgspecError):  # nothing else should speak there, but then it is no reason to go deaf
                child.said = msgspec.json.decode(line, type=Ready)
                child.ready.set()

    def _fail(self, role: str) -> None:
        """One cannot go on, and no new start helps: the other ends too, and whoever waits is released."""
        self._failed = f"The {role} cannot go on"
        self._stopping.set()
        with self._lock:
            children = list(self._children.values())
        for other in children:
            other.ready.set()
            end(other.process)


def started(settings: Settings) -> Settings:
    """A clock with a factor starts at the same moment in both processes."""
    if settings.clock_factor == 1 or settings.clock_start_us:
        return settings
    return settings.model_copy(update={"clock_start_us": clock.wall_us()})


def child_command(role: str) -> list[str]:
    return [sys.executable, "-m", "streams.processes.child", role]


def again_s(deaths: int) -> float:
    """How long to wait after so many deaths in a row; the first new start is at once."""
    return min(AGAIN_MOST_S, AGAIN_S * float(1 << min(max(0, deaths - 1), 20)))


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask, wait, and only then insist."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(GOODBYE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def close_pipes(process: subprocess.Popen[bytes]) -> None:
    """Of a child that has ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):  # it may have died before it read
        process.stdin.close()
    process.stdout.close()


def start(settings: Settings) -> Running:
    """Both processes, working. Raises NotStarted."""
    running = Running(settings)
    running.start()
    return running
