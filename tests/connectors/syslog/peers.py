"""rsyslog and syslog-ng as relays before us, configured as docs/syslog.md says; Debian's own, unpacked."""

import re
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from dev.local.tools import Trouble
from dev.local.unpacked import environment, unpacked
from tests.certificates import Authority, Pair
from tests.connectors.channels.peers import unused_port

Transport = Literal["udp", "tcp", "tls"]
PAGE = (Path(__file__).parents[3] / "docs" / "syslog.md").read_text()
CACHE = Path(tempfile.gettempdir()) / "simpul-syslog-peers"
PACKAGES = {"rsyslog": ("rsyslog", "rsyslog-openssl"), "syslog-ng": ("syslog-ng-core",)}


@dataclass(frozen=True)
class Towards:
    """Where we listen, and by what certificates we know each other."""

    transport: Transport
    port: int
    authority: Path | None = None
    pair: Pair | None = None


def blocks() -> list[str]:
    """What the page prints."""
    return re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)


def block(part: str) -> str:
    [found] = [one for one in blocks() if part in one]
    return found


def replaced(text: str, pairs: Mapping[str, str]) -> str:
    for old, new in pairs.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def rsyslog(listens: int, towards: Towards, folder: Path) -> str:
    head = f'global(workDirectory="{folder}")\nmodule(load="imudp")\n'
    head += f'input(type="imudp" address="127.0.0.1" port="{listens}")\n'
    plain = block('template(name="simpul"')
    template = plain.partition("*.*")[0]
    if towards.transport == "tcp":
        return head + replaced(plain, {"10.0.0.5": "127.0.0.1", "1514": str(towards.port)})
    if towards.transport == "udp":
        how = f'target="127.0.0.1" port="{towards.port}" protocol="udp" template="simpul"'
        return f'{head}{template}*.* action(type="omfwd" {how})\n'
    assert towards.pair is not None
    names = {"/etc/rsyslog.d/ca.pem": str(towards.authority), "/etc/rsyslog.d/relay.pem": str(towards.pair.certificate)}
    names |= {"/etc/rsyslog.d/relay.key": str(towards.pair.key), "6514": str(towards.port)}
    names |= {'target="noc.example.net"': 'target="127.0.0.1"'}
    return head + template + replaced(block("DefaultNetstreamDriver"), names)


def syslog_ng(listens: int, towards: Towards, folder: Path) -> str:
    del folder  # it is told on its command line
    names = {"0.0.0.0": "127.0.0.1", "port(514)": f"port({listens})", "10.0.0.5": "127.0.0.1"}
    text = replaced(block("source s_routers"), names | {"port(1514)": f"port({towards.port})"})
    how = f'transport("{towards.transport}")'
    if towards.pair is not None:
        files = f'ca-file("{towards.authority}") cert-file("{towards.pair.certificate}") key-file("{towards.pair.key}")'
        how += f" tls({files} peer-verify(yes))"
    return "@version: 3.38\n" + text.replace('transport("tcp")', how)


@contextmanager
def relay(name: str, towards: Towards, folder: Path) -> Iterator[tuple[str, int]]:
    """Where it listens by UDP while the block runs."""
    try:
        root = unpacked(PACKAGES[name], CACHE / name)
    except Trouble as trouble:
        pytest.skip(f"no {name}: {trouble}")
    listens = unused_port()
    config = folder / f"{name}.conf"
    config.write_text({"rsyslog": rsyslog, "syslog-ng": syslog_ng}[name](listens, towards, folder))
    if name == "rsyslog":
        [modules] = root.glob("usr/lib/*-linux-gnu/rsyslog")
        options = ["-n", "-f", config, "-i", folder / "pid", "-M", modules]
        command = [root / "usr/sbin/rsyslogd", *options]
        around = environment(root)
    else:
        [modules] = root.glob("usr/lib/syslog-ng/3.*")
        own = [f"--{what}={folder / what}" for what in ("persist-file", "pidfile", "control")]
        command = [root / "usr/sbin/syslog-ng", "-F", "--no-caps", "-f", config, *own, f"--module-path={modules}"]
        around = environment(root, "usr/lib/syslog-ng")
    with (folder / f"{name}.log").open("w") as log:
        process = subprocess.Popen(command, env=around, stdout=log, stderr=log)
        try:
            wait_until_bound(process, listens, folder / f"{name}.log")
            yield "127.0.0.1", listens
        finally:
            process.terminate()
            process.wait(10)


def wait_until_bound(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(200):
        if f":{port:04X}" in Path("/proc/net/udp").read_text():
            return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(f"it does not listen: {log.read_text()}")


def say(address: tuple[str, int], *lines: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for line in lines:
            sender.sendto(line.encode(), address)


def authority(folder: Path) -> tuple[Authority, Pair, Pair]:
    """Who signs, our own pair, and a relay's."""
    made = Authority(folder)
    return made, made.pair("ours", names=("noc.example.net", "127.0.0.1")), made.pair("relay", names=("relay",))
