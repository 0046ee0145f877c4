"""The HTTP door under TLS, asked by real clients: curl, httpx, openssl's own."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from cryptography import x509
from fastapi import FastAPI

from streams.processes.http_server import server
from streams.processes.http_socket import bind
from streams.processes.tls import BadCertificate, Certificate
from streams.settings import Http
from tests.certificates import Authority, Pair


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def pair(authority: Authority) -> Pair:
    return authority.pair()


def app() -> FastAPI:
    made = FastAPI(openapi_url=None)
    made.add_api_route("/healthz", lambda: "well")
    return made


@contextmanager
def serving(pair: Pair) -> Iterator[int]:
    """The port of a door that shows this certificate."""
    http = Http(port=0, certificate=pair.certificate, key=pair.key)
    door, listening = server(app(), http), bind(http)
    thread = threading.Thread(target=door.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        door.should_exit = True
        thread.join(10)
        listening.close()


def curl(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["curl", "-sS", "--noproxy", "*", *words], capture_output=True, text=True, check=False)


def shown(port: int, authority: Authority) -> int:
    """The serial number of the certificate that a new connection is shown."""
    context = ssl.create_default_context(cafile=str(authority.file))
    with httpx.stream("GET", f"https://localhost:{port}/healthz", verify=context, trust_env=False) as answer:
        connection = answer.extensions["network_stream"].get_extra_info("ssl_object")
        return x509.load_der_x509_certificate(connection.getpeercert(True)).serial_number


def test_curl_is_answered_and_knows_whom_it_asks(authority: Authority, pair: Pair) -> None:
    with serving(pair) as port:
        asked = curl("--cacert", str(authority.file), f"https://localhost:{port}/healthz")
        assert (asked.returncode, asked.stdout) == (0, '"well"')
        by_number = curl("--cacert", str(authority.file), f"https://127.0.0.1:{port}/healthz")
        assert by_number.returncode == 0, "it names no server, and is shown the certificate all the same"
        assert curl(f"https://localhost:{port}/healthz").returncode == 60  # nobody it knows signed that
        assert curl(f"http://localhost:{port}/healthz").returncode != 0


@pytest.mark.parametrize(("version", "good"), [("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True)])
def test_nothing_older_than_tls_1_2(authority: Authority, pair: Pair, version: str, good: bool) -> None:
    with serving(pair) as port:
        where = ["-connect", f"localhost:{port}", "-CAfile", str(authority.file)]
        command = ["openssl", "s_client", *where, version, "-cipher", "DEFAULT@SECLEVEL=0"]
        ran = subprocess.run(command, check=False, input="", capture_output=True, text=True)
    assert (ran.returncode == 0) is good, ran.stderr


def test_a_new_certificate_is_shown_without_a_new_start(authority: Authority, pair: Pair) -> None:
    with serving(pair) as port:
        assert shown(port, authority) == pair.serial
        with httpx.Client(verify=ssl.create_default_context(cafile=str(authority.file)), trust_env=False) as standing:
            assert standing.get(f"https://localhost:{port}/healthz").status_code == 200
            new = authority.pair()
            assert new.serial != pair.serial
            assert shown(port, authority) == new.serial
            assert standing.get(f"https://localhost:{port}/healthz").status_code == 200


def test_while_only_one_of_the_two_is_new_the_old_certificate_is_shown(authority: Authority, pair: Pair) -> None:
    with serving(pair) as port:
        key = pair.key.read_bytes()
        new = authority.pair()
        changed = new.key.read_bytes()
        pair.key.write_bytes(key)
        assert shown(port, authority) == pair.serial
        pair.key.unlink()
        assert shown(port, authority) == pair.serial
        pair.key.write_bytes(changed)
        assert shown(port, authority) == new.serial


@pytest.mark.parametrize("broken", ["missing", "not PEM", "another's key", "a password"])
def test_what_cannot_be_used_is_named(authority: Authority, pair: Pair, broken: str) -> None:
    match broken:
        case "missing":
            pair.key.unlink()
        case "not PEM":
            pair.certificate.write_text("certificate")
        case "another's key":
            pair.key.write_bytes(authority.pair("other").key.read_bytes())
        case _:
            command = ["openssl", "pkcs8", "-topk8", "-in", str(pair.key), "-passout", "pass:secret"]
            pair.key.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    with pytest.raises(BadCertificate) as caught:
        Certificate(pair.certificate, pair.key)
    assert str(pair.key) in caught.value.what
    assert "http.certificate and http.key" in caught.value.remedy
    assert not caught.value.recoverable


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"host": "0.0.0.0"}, "plain = true"),
        ({"host": "noc.example.net"}, "plain = true"),
        ({"host": "::"}, "plain = true"),
        ({"certificate": "a.pem"}, "go together"),
        ({"key": "a.key"}, "go together"),
        ({"proxies": ["10.0.0.0/33"]}, "network"),
    ],
)
def test_a_door_beyond_this_machine_is_not_opened_in_clear(given: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Http.model_validate(given)


@pytest.mark.parametrize(
    "given",
    [
        {"host": "127.0.0.2"},
        {"host": "::1"},
        {"host": "localhost"},
        {"host": "0.0.0.0", "certificate": "a.pem", "key": "a.key"},
        {"host": "0.0.0.0", "proxies": ["10.0.0.0/8", "fd00::/8", "192.0.2.1"]},
        {"host": "0.0.0.0", "plain": True},
    ],
)
def test_where_nobody_listens_in_on_tokens_it_is(given: dict[str, object]) -> None:
    Http.model_validate(given)
