"""What docs/syslog.md prints, typed into a service that runs on the example town: by UDP, by TCP and by a restart."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from connectors.formats.dead_letters import MemoryDeadLetters
from connectors.formats.raw_frames import Datagram, RawFrame, pack
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import Alarm
from correlator.world import World
from streams import bootstrap
from streams.bootstrap.member import parser
from streams.doctor.given import given as found_of
from streams.doctor.ports import doors
from streams.host.worlds import read_policy
from streams.listener_settings import Listener, ListenerTls
from streams.settings import Settings, load
from tests.connectors.syslog.peers import authority, blocks
from tests.integration.command import service, write
from tests.integration.house import Live, living, settings, until
from tests.streams.test_parsing import T0, Record
from topology.compile import compile_inventory
from topology.loaders import load as inventory_of

pytestmark = pytest.mark.skipif(shutil.which("logger") is None, reason="needs logger: apt install bsdutils")

ROOT = Path(__file__).parents[3]
TOWN = ROOT / "tests/scenarios/networks/kota.json"
PRINTED = [line for one in blocks() for line in one.splitlines() if line.startswith("logger")]


def given(folder: Path) -> Settings:
    return settings(folder, inventory_of(TOWN), listeners={"syslog": Listener(port=0)})


def typed(live: Live, line: str) -> None:
    port = live.running.listeners["syslog"].port
    subprocess.run(shlex.split(line.replace("1514", str(port))), check=True)


def alarms(live: Live) -> list[tuple[str, str, str]]:
    return [(one.object, one.alarm_type, one.state) for one in live.events() if isinstance(one, Alarm)]


def test_the_page_as_printed(tmp_path: Path) -> None:
    down, odd = PRINTED
    with living(given(tmp_path)) as live:
        typed(live, down)
        until("the alarm", lambda: [one["object"] for one in live.get("/alarms")["alarms"]] == ["CORE-A/east"])
        typed(live, odd)
        until("the unknown line", lambda: live.get("/syslog/unknown")["unknown"])
        [group] = live.get("/syslog/unknown")["unknown"]
        assert group["template"] == "%XYZ-4-ODD: Interface east does something odd"
        assert (group["why"], group["times"], group["senders"]) == ("unknown", 1, ["CORE-A"])
        typed(live, down.replace("to down", "to up").replace("--udp", "--tcp"))
        until("its end", lambda: live.get("/alarms")["alarms"] == [])
        assert alarms(live) == [("CORE-A/east", "link_down", "raised"), ("CORE-A/east", "link_down", "cleared")]


def test_the_settings_as_printed(tmp_path: Path) -> None:
    """Those to be tried, and those of a network."""
    for text in (one for one in blocks() if one.startswith("[listeners.syslog]") and "certificate" not in one):
        file = tmp_path / "simpul.toml"
        file.write_text((ROOT / "simpul.example.toml").read_text() + text)
        assert "syslog" in load(file).listeners


def test_several_machines_make_the_same_alarms_of_it(tmp_path: Path) -> None:
    """An edge keeps a line as it came; a worker reads it."""
    taken = given(tmp_path)
    world = World(compile_inventory(inventory_of(TOWN)), read_policy(None))
    counter = MemoryCounter()
    parse = parser(taken, world, counter, MemoryDeadLetters())
    text = b"<13>45: CORE-A: *Mar  1 00:00:07.003: %LINK-3-UPDOWN: Interface east, changed state to down"
    said: list[Any] = list(parse(Record(pack(RawFrame("syslog", "e/1", [Datagram("10.0.0.1", T0, text)])))))
    again: list[Any] = list(parse(Record(pack(RawFrame("syslog", "e/1", [Datagram("10.0.0.1", T0, text)])))))
    assert said == again != []


def test_the_command_shows_what_lines_and_traps_become(tmp_path: Path) -> None:
    file = tmp_path / "lines.txt"
    line = "<187>45: CORE-A: *Mar  1 00:00:07.003: %LINK-3-UPDOWN: Interface east, changed state to down"
    trap = (ROOT / "tests/golden/traps/cold-start.toml").read_text().partition('"""')[2].partition('"""')[0]
    file.write_text("\n".join([line, "".join(trap.split()), line.encode().hex(), "<999>x", "nobody knows 7", ""]))
    command = [sys.executable, "-m", "streams", "catalogue", "test", str(file), "--inventory", str(TOWN)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ran.returncode == 1, ran.stderr
    assert ran.stdout.count("  syslog cisco-ios: read\n    CORE-A/east link_down raised major") == 2
    assert "  snmp: read\n    CORE-A device_restart raised warning (coldStart)" in ran.stdout
    assert "  syslog: refused, bad_priority" in ran.stdout
    assert "  syslog: unknown, nobody knows <*>" in ran.stdout
    assert ran.stdout.endswith("3 read, 1 refused, 1 unknown\n")
    file.write_text(line)
    assert subprocess.run([*command, "--json"], capture_output=True, check=False, cwd=ROOT).returncode == 0


def test_a_vendor_that_there_is_not_stops_the_start(tmp_path: Path) -> None:
    config = tmp_path / "simpul.toml"
    config.write_text('[listeners.syslog.senders.all]\nsources = ["0.0.0.0/0"]\nvendor = "acme"\n')
    (tmp_path / "lines.txt").write_text("nobody knows 7")
    lines = str(tmp_path / "lines.txt")
    command = [sys.executable, "-m", "streams", "catalogue", "test", lines, "--config", str(config)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ran.returncode == 2
    assert "no patterns of the vendor acme (listeners.syslog.senders.all)" in ran.stderr
    assert "cisco-ios" in ran.stderr


def test_a_certificate_that_there_is_not_is_named(tmp_path: Path) -> None:
    config = tmp_path / "simpul.toml"
    [text] = [one for one in blocks() if "clients" in one]
    config.write_text(text)
    found = [str(one) for one in doors(load(config), running=False)]
    assert any("/etc/simpul/syslog.pem" in one and "listeners.syslog.tls" in one for one in found), found


def test_the_parent_holds_the_port_of_tls_too(tmp_path: Path) -> None:
    _, ours, _ = authority(tmp_path)
    tls = ListenerTls(port=0, certificate=ours.certificate, key=ours.key)
    taken = given(tmp_path).model_copy(update={"listeners": {"syslog": Listener(port=0, transport="both", tls=tls)}})
    pinned, held = bootstrap.held_open(taken)
    try:
        syslog, here = pinned.listeners["syslog"], "127.0.0.1"
        assert syslog.tls is not None
        wanted = {("tcp", here, syslog.port), ("udp", here, syslog.port), ("tcp", here, syslog.tls.port)}
        assert wanted <= {one.place for one in held}
        assert len({port for _, _, port in wanted} - {0}) == 2
    finally:
        for one in held:
            one.socket.close()


def test_the_start_names_the_port_of_tls_too(tmp_path: Path) -> None:
    _, ours, _ = authority(tmp_path)
    config = write(tmp_path, inventory="kota.json")
    shutil.copy(TOWN, tmp_path / "kota.json")
    pair = f'port = 0\ncertificate = "{ours.certificate}"\nkey = "{ours.key}"\n'
    both = f'[listeners.syslog]\nport = 0\ntransport = "both"\n[listeners.syslog.tls]\n{pair}'
    config.write_text(config.read_text() + both)
    with service(config) as run:
        assert run.stdout is not None
        said = [run.stdout.readline() for _ in range(3)]
    places = [line for line in said if "yslog" in line]
    assert [re.sub(r"\d+ \(", "N (", one.rpartition("  ")[2].strip()) for one in places] == [
        "127.0.0.1 port N (UDP and TCP)",
        "127.0.0.1 port N (TLS)",
    ], said


def test_the_doctor_names_what_is_wrong_with_patterns(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('vendor = "Acme Ltd"\n')
    taken = given(tmp_path)
    well = {one.part: one for one in found_of(taken)}["catalogues"]
    assert (well.state, "syslog" in well.what) == ("ok", True)
    broken = taken.model_copy(update={"listeners": {"syslog": Listener(port=0, patterns=tmp_path)}})
    found = {one.part: one for one in found_of(broken)}["catalogues"]
    assert found.state == "wrong"
    assert "mine.toml, vendor: a name of small letters" in found.what
