"""Who comes and says nothing, or says it slowly, holds no door shut."""

import contextlib
import resource
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from streams.settings import Http
from tests.certificates import Authority
from tests.integration.command import port_of, service, write
from tests.integration.house import PATIENCE_S, got, living, settings, until
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json

FILES = 1024
IDLE = 1500
HEADERS_S = 1.0


@contextmanager
def room(files: int) -> Iterator[None]:
    """For so many sockets of ours."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < files:
        pytest.fail(f"this machine allows {hard} files, {files} are needed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, files), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def connected(stack: ExitStack, port: int, words: bytes = b"") -> socket.socket:
    one = stack.enter_context(contextlib.closing(socket.create_connection(("127.0.0.1", port), PATIENCE_S)))
    one.sendall(words)
    return one


def ends(one: socket.socket) -> bool:
    """Whether the service hung up, sooner or later, whatever it said before."""
    one.settimeout(PATIENCE_S)
    try:
        while one.recv(4096):
            pass
    except ConnectionError:
        return True
    return True


@pytest.mark.parametrize("words", [b"", b"GET /healthz HTTP/1.1\r\nHost: a\r\n"], ids=["nothing", "half a head"])
def test_1500_idle_connections_leave_the_doors_open(tmp_path: Path, words: bytes) -> None:
    """... of a process that may have 1,024 files open, though none of them is hung up on for being slow."""
    (tmp_path / "inventory.json").write_bytes(to_json(INVENTORY))
    slow = {"SIMPUL_HTTP__HEADERS_S": str(10 * PATIENCE_S)}
    with room(2 * IDLE), service(write(tmp_path), files=FILES, **slow) as run, ExitStack() as stack:
        url = f"http://127.0.0.1:{port_of(run)}/healthz"
        until("health", lambda: got(url).status_code == 200)
        for _ in range(IDLE):
            connected(stack, port_of(run), words)
        for _ in range(5):
            answer = got(url)
            assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("slow")
    given = settings(folder, http=Http(port=0, headers_s=HEADERS_S, connections=40, connections_each=20))
    with living(given) as live:
        yield live.running.http[1]


HEADS: Sequence[bytes] = (
    b"",
    b"GET / HTTP/1.1\r\nX-A: b\r\n",
    b"POST /complaints HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{",
)


@pytest.mark.parametrize("words", HEADS, ids=["nothing", "half a head", "a body to a shut door"])
def test_who_keeps_us_waiting_is_hung_up_on(port: int, words: bytes) -> None:
    with ExitStack() as stack:
        assert ends(connected(stack, port, words))


def test_no_trickle_of_bytes_keeps_a_head_open(port: int) -> None:
    with ExitStack() as stack:
        one = connected(stack, port, b"GET /healthz HTTP/1.1\r\n")

        def refused() -> bool:
            try:
                one.sendall(b"X-A: b\r\n")
            except ConnectionError:
                return True
            return False

        until("end of it", refused)


def test_one_address_has_so_many_and_the_oldest_gives_way(port: int) -> None:
    with ExitStack() as stack:
        held = [connected(stack, port) for _ in range(60)]
        assert httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False, timeout=PATIENCE_S).status_code == 200
        assert all(ends(one) for one in held)


def test_a_hang_up_within_a_body_is_no_error_of_ours(tmp_path: Path) -> None:
    with living(settings(tmp_path)) as live, ExitStack() as stack:
        for path in ("/signin", "/complaints", "/commands", "/alarms"):
            head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 900\r\n"
            one = connected(stack, live.running.http[1], f"{head}Authorization: Bearer {live.token}\r\n\r\n{{".encode())
            one.close()
        with live.client() as client:
            hung = until("its count", lambda: _errors(client.get("/metrics").text))
        assert hung == {"400"}


def _errors(metrics: str) -> set[str]:
    """The statuses that were answered to the four, once all are counted."""
    lines = [line for line in metrics.splitlines() if line.startswith("simpul_api_errors_total{")]
    counted = sum(float(line.rpartition(" ")[2]) for line in lines)
    return {line.partition('status="')[2][:3] for line in lines} if counted == 4 else set()


def test_over_tls_too(tmp_path: Path) -> None:
    """... where a connection that never shakes hands is one all the same."""
    authority = Authority(tmp_path)
    pair = authority.pair()
    http = Http(port=0, certificate=pair.certificate, key=pair.key, connections=20, headers_s=HEADERS_S)
    trust = ssl.create_default_context(cafile=str(authority.file))
    with living(settings(tmp_path, http=http)) as live, ExitStack() as stack:
        held = [connected(stack, live.running.http[1]) for _ in range(60)]
        with httpx.Client(base_url=live.url, verify=trust, trust_env=False, timeout=PATIENCE_S) as client:
            assert client.get("/healthz").status_code == 200
        assert all(ends(one) for one in held)
