"""net-snmp's snmpd on a port of this machine, which lets us see trees of objects that a test writes."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.connectors.snmp.usm.station import SEALS, SIGNS
from tests.integration.house import until

SNMPD = Path("/usr/sbin/snmpd")
COMMUNITY = "sehat"


@contextmanager
def snmpd(
    folder: Path, port: int, trees: Sequence[str], rows: Path, without: Sequence[str] = ("smux",), view: str = ""
) -> Iterator[None]:
    """`rows`: see `alarm_agent`; `without`: modules of its own that would answer for these trees; `view`: what the
    community sees, where that is not all."""
    assert SNMPD.exists(), "snmpd is not installed: apt-get install snmpd"
    script = Path(__file__).with_name("alarm_agent.py")
    config, log = folder / "snmpd.conf", folder / "snmpd.log"
    log.unlink(missing_ok=True)
    config.write_text(
        f"agentaddress udp:127.0.0.1:{port}\n"
        f"rocommunity {COMMUNITY} 127.0.0.1 {view}\n"
        f'createUser noc SHA-256 "{SIGNS}" AES "{SEALS}"\n'
        "rouser noc priv\n" + "".join(f"pass_persist .{tree} {sys.executable} -u {script} {rows}\n" for tree in trees)
    )
    options = ["-f", "-C", "-c", config, "-Lf", log, "-I", ",".join(f"-{name}" for name in without)]
    environment = {"SNMP_PERSISTENT_DIR": str(folder / "kept"), "PATH": "/usr/sbin:/usr/bin:/bin"}
    process = subprocess.Popen([SNMPD, *options], env=environment)
    try:
        until("snmpd", lambda: log.exists() and "NET-SNMP version" in log.read_text())
        yield
    finally:
        process.terminate()
        process.wait(30)
