"""What each file of the data folder says it keeps, it keeps when the power goes at the moment at which it said so."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from connectors.access.token_list import TokenFile
from connectors.access.tokens import Tokens
from connectors.formats.raw_frames import FIRST_KIND, Placed
from connectors.intake_ids import Entry
from connectors.intake_register import SqliteRegister
from connectors.journal.sqlite import SqliteJournal
from connectors.ports import Accepted, Addressed, Commit
from connectors.privacy.erasure_log import ErasureLogFile
from connectors.privacy.vault import MasterKey, SqliteVault
from connectors.rawlog.spool import Spool
from connectors.store.sql import SqlStore
from correlator.effects import Alert, Reason
from correlator.events import Frame
from tests.power.disk import COMPILER, Disk
from tests.streams.small import alarm

pytestmark = pytest.mark.skipif(COMPILER is None, reason="needs a C compiler: apt install gcc")

ALARM = alarm("a", 0, "SBY-1")
ENTRY = Entry("complaint", "c-1")
ALERT = Alert(
    id="AL-1", at_us=1, role="noc_operator", kind="critical", about=None, text="putus", reason=Reason("test", "for it")
)


def append(data: Path) -> None:
    for _ in range(3):
        SqliteJournal(data / "journal.db").append("id", Frame(1, (ALARM,)))


def appended(data: Path) -> object:
    with closing(SqliteJournal(data / "journal.db")) as journal:
        return journal.end("id")


def admit(data: Path) -> None:
    SqliteRegister(data / "register.db").admit([ENTRY], 10**15)


def admitted(data: Path) -> object:
    """The next one gets another number, and the same one the same."""
    with closing(SqliteRegister(data / "register.db")) as register:
        answers = register.admit([Entry("complaint", "c-2"), ENTRY], 10**15)
        return [one.number for one in answers if isinstance(one, Accepted)]


def seal(data: Path) -> None:
    vault = SqliteVault(data / "keys.db", MasterKey.of(data / "master.key"))
    (data.parent / "sealed").write_bytes(vault.seal("customer:C-1", b"internet mati"))


def sealed(data: Path) -> object:
    with closing(SqliteVault(data / "keys.db", MasterKey.of(data / "master.key"))) as vault:
        return vault.unseal("customer:C-1", (data.parent / "sealed").read_bytes())


def destroy(data: Path) -> None:
    seal(data)
    SqliteVault(data / "keys.db", MasterKey.of(data / "master.key")).erase("customer:C-1")


def spool(data: Path) -> None:
    Spool(data / "spool.db", 10**6).append([Placed(0, b"datagram", FIRST_KIND)])


def spooled(data: Path) -> object:
    with closing(Spool(data / "spool.db", 10**6)) as found:
        return [frame.body for _, frame in found.read(0)]


def log(data: Path) -> None:
    ErasureLogFile(data / "erasures.jsonl").add(b"{}")


def logged(data: Path) -> object:
    return ErasureLogFile(data / "erasures.jsonl").lines()


def issue(data: Path) -> None:
    tokens = Tokens(TokenFile(data / "tokens.json"), lambda: 1)
    tokens.issue("leaver", "noc_operator")
    tokens.issue("stays", "noc_operator")
    tokens.revoke("leaver")


def issued(data: Path) -> object:
    return [token.name for token in TokenFile(data / "tokens.json").read()]


def begin(data: Path) -> None:
    """An attempt that is forgotten is a message that is sent twice."""
    store = SqlStore(f"sqlite:///{data / 'store.db'}")
    store.commit(Commit("id", 0, 1, [], [ALERT]))
    [pending] = store.outbox.pending("id")
    store.outbox.queue("id", pending, [Addressed("AL-1", "staff:noc_operator", "staff", "id")], 1, last=True)
    store.outbox.enlist("id", "worker")
    store.outbox.begin("id", ["AL-1"], 1, "worker")


def begun(data: Path) -> object:
    with closing(SqlStore(f"sqlite:///{data / 'store.db'}")) as store:
        return [(one.id, one.attempts) for one in store.outbox.messages("id", ("trying",))], store.applied("id")


def commit(data: Path) -> None:
    """Not synced by itself (decision 0010): that this one is lost shows that we would see it."""
    SqlStore(f"sqlite:///{data / 'store.db'}").commit(Commit("id", 0, 1, [], [ALERT]))


def committed(data: Path) -> object:
    with closing(SqlStore(f"sqlite:///{data / 'store.db'}")) as store:
        return store.applied("id")


ACTS: dict[str, tuple[Callable[[Path], None], Callable[[Path], object], object]] = {
    "a frame of the journal": (append, appended, 3),
    "a number of the register": (admit, admitted, ["NT-20010909-000002", "NT-20010909-000001"]),
    "a person's key": (seal, sealed, b"internet mati"),
    "a person's key is destroyed": (destroy, sealed, None),
    "a frame of the spool": (spool, spooled, [b"datagram"]),
    "who was erased": (log, logged, [b"{}"]),
    "tokens": (issue, issued, ["stays"]),
    "an attempt": (begin, begun, ([("AL-1", 1)], 1)),
    "what is folded is lost": (commit, committed, 0),
}


@pytest.mark.parametrize("name", ACTS)
def test_it_lasts(name: str, tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.data.mkdir()
    command = [sys.executable, "-m", "tests.power.test_files", name, str(tmp_path)]
    subprocess.run(command, check=True, env=os.environ | disk.environment(sync_ms=0))
    disk.power_on()
    _, look, wanted = ACTS[name]
    assert look(disk.data) == wanted


if __name__ == "__main__":
    act, _, _ = ACTS[sys.argv[1]]
    act(Disk(Path(sys.argv[2])).data)
    Disk(Path(sys.argv[2])).power_off()
