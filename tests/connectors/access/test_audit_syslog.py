"""The audit's trail to a real rsyslog over TLS (RFC 5425): each line arrives, once, and who is no friend gets none."""

import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectors.access import syslog_tls
from connectors.access.audit_trail import AuditTrail
from connectors.ports import PortError
from dev.local.tools import Trouble
from dev.local.unpacked import environment as with_libraries
from dev.local.unpacked import unpacked
from tests.certificates import Authority, Pair
from tests.connectors.channels.peers import unused_port
from tests.connectors.syslog.peers import CACHE, PACKAGES
from tests.integration.command import environment, write
from tests.integration.house import SIMPUL, until

CONFIGURED = """
global(workDirectory="{folder}" maxMessageSize="64k" DefaultNetstreamDriver="ossl"
  DefaultNetstreamDriverCAFile="{authority}"
  DefaultNetstreamDriverCertFile="{pair.certificate}" DefaultNetstreamDriverKeyFile="{pair.key}")
module(load="imtcp" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="x509/certvalid")
input(type="imtcp" address="127.0.0.1" port="{port}")
template(name="whole" type="string" string="%rawmsg%\\n")
*.* action(type="omfile" file="{folder}/kept.log" template="whole" flushOnTXEnd="on")
"""
MANY = 700  # lines: more than a batch


@contextmanager
def archive(folder: Path, authority: Authority) -> Iterator[tuple[int, Path]]:
    """The port of an rsyslog that wants a certificate of this authority's, and the file with what it keeps."""
    try:
        root = unpacked(PACKAGES["rsyslog"], CACHE / "rsyslog")
    except Trouble as trouble:
        pytest.skip(f"no rsyslog: {trouble}")
    port, kept = unused_port(), folder / "kept.log"
    pair = authority.pair("archive", names=("localhost",))
    config = folder / "rsyslog.conf"
    config.write_text(CONFIGURED.format(folder=folder, authority=authority.file, pair=pair, port=port))
    [modules] = root.glob("usr/lib/*-linux-gnu/rsyslog")
    command = [root / "usr/sbin/rsyslogd", "-n", "-f", config, "-i", folder / "pid", "-M", modules]
    with (folder / "rsyslog.log").open("w") as log:
        process = subprocess.Popen(command, env=with_libraries(root), stdout=log, stderr=log)
        try:
            until("the archive", lambda: answers(port))
            yield port, kept
        finally:
            process.terminate()
            process.wait(10)


def answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def heard(kept: Path) -> list[tuple[int, str]]:
    """Number and name of each line that it keeps."""
    text = kept.read_text() if kept.exists() else ""
    return [(int(number), name) for number, name in re.findall(r' line="(\d+)".* name="(.*?)"', text)]


def grown(data: Path, *names: str) -> None:
    data.mkdir(exist_ok=True)
    for name in names:
        AuditTrail(data / "audit.jsonl").add({"at": "2026-03-01T00:00:00Z", "door": "POST /commands", "name": name})


def send(config: Path, port: int, authority: Authority, pair: Pair | None) -> subprocess.CompletedProcess[str]:
    ours = ("--certificate", str(pair.certificate), "--key", str(pair.key)) if pair else ()
    command = [*SIMPUL, "audit", "send", f"syslog+tls://localhost:{port}", *ours, "--config", str(config)]
    around = {**environment(), "SSL_CERT_FILE": str(authority.file)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=around)


def test_rsyslog_keeps_each_line_once_over_an_outage(tmp_path: Path) -> None:
    config, data, authority = write(tmp_path), tmp_path / "data", Authority(tmp_path)
    pair = authority.pair("simpul", names=("simpul.example.net",))
    first, later = [f"n{number}" for number in range(MANY)], ['Bu \u00c9lisa ]"\\', "last"]
    grown(data, *first)
    with archive(tmp_path, authority) as (port, kept):
        done = send(config, port, authority, pair)
        assert done.returncode == 0, done.stderr
        assert f"sent {MANY} lines" in done.stdout
        until("all lines", lambda: len(heard(kept)) >= MANY)
    grown(data, *later)
    away = send(config, port, authority, pair)
    assert away.returncode == 2
    assert "Connection refused" in away.stderr
    with archive(tmp_path, authority) as (port, kept):
        assert send(config, port, authority, pair).returncode == 0
        assert send(config, port, authority, pair).returncode == 0, "nothing is left"
        until("the rest", lambda: len(heard(kept)) >= MANY + len(later))
    assert [number for number, _ in heard(kept)] == list(range(1, MANY + len(later) + 1))
    assert [name for _, name in heard(kept)][:MANY] == first


def test_what_rsyslog_refused_is_not_taken_for_kept(tmp_path: Path) -> None:
    config, authority = write(tmp_path), Authority(tmp_path)
    grown(tmp_path / "data", "n0")
    with archive(tmp_path, authority) as (port, kept):
        said = send(config, port, authority, None)  # we show no certificate, and it wants one
        assert said.returncode == 2, said.stdout
        assert "it is sent again" in " ".join(said.stderr.split())
        good = authority.pair("simpul", names=("simpul.example.net",))
        assert send(config, port, authority, good).returncode == 0
        until("the line", lambda: heard(kept))
    assert heard(kept) == [(1, "n0")]


def test_a_server_that_nobody_vouches_for_hears_nothing(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    config, authority = write(tmp_path), Authority(tmp_path)
    grown(tmp_path / "data", "n0")
    with archive(tmp_path, authority) as (port, _):
        said = send(config, port, Authority(other), None)
    assert said.returncode == 2
    assert "is not believed" in said.stderr


@contextmanager
def server(authority: Authority, do: Callable[[ssl.SSLSocket], None]) -> Iterator[int]:
    """One that takes one connection, and does this with it."""
    pair = authority.pair("server", names=("localhost",))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pair.certificate, pair.key)
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            plain, _ = door.accept()
            with context.wrap_socket(plain, server_side=True) as stream:
                do(stream)

        thread = threading.Thread(target=serve)
        thread.start()
        yield door.getsockname()[1]
        thread.join()


def read_all(stream: ssl.SSLSocket) -> None:
    while stream.recv(65536):
        pass


def read_some(stream: ssl.SSLSocket) -> None:
    """... and die."""
    stream.recv(10)


def read_and_refuse(stream: ssl.SSLSocket) -> None:
    """... as who looks at our certificate's name only then: all is read, nothing kept, and it hangs up."""
    left = 1_000_000
    while left > 0:
        left -= len(stream.recv(65536))


def read_nothing(stream: ssl.SSLSocket) -> None:
    """... and hang, for longer than the other side waits."""
    threading.Event().wait(1.0)
    del stream


@pytest.mark.parametrize(
    ("do", "kept"),
    [(read_all, True), (read_some, False), (read_and_refuse, False), (read_nothing, False)],
    ids=["to the end", "some", "until it hangs up", "nothing"],
)
def test_only_what_was_read_to_its_end_is_kept(tmp_path: Path, do: Callable[[ssl.SSLSocket], None], kept: bool) -> None:
    authority = Authority(tmp_path)
    context = ssl.create_default_context(cafile=str(authority.file))
    messages = ["<110>1 - - simpul - audit - " + "x" * 60_000] * 20
    with server(authority, do) as port:
        if kept:
            syslog_tls.send(messages, ("localhost", port), context)
            return
        with pytest.raises(PortError, match="has not taken it"):
            syslog_tls.send(messages, ("localhost", port), context, patience_s=0.3)


def test_the_length_is_in_octets() -> None:
    assert syslog_tls.framed("\u00e9") == b"2 \xc3\xa9"
