"""Keycloak, an identity provider, with the realm of `dev/keycloak/noc.json`: for sign-in by OpenID Connect.

Its distribution comes by Maven, into the user's cache, and is built there once.
"""

import fcntl
import shutil
import signal
import tempfile
import urllib.request
import zipfile
from contextlib import closing
from pathlib import Path

from dev.local.cache import cache
from dev.local.place import Place
from dev.local.process import Launch
from dev.local.tools import Trouble, program, run, say

VERSION = "26.0.7"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
REALM = Path(__file__).resolve().parents[1] / "keycloak" / "noc.json"
QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
SHARED = ("bin", "conf", "lib", "providers", "themes")


class Keycloak:
    name = "keycloak"
    stops = signal.SIGTERM

    def __init__(self, place: Place) -> None:
        self._place = place

    def launch(self, port: int) -> Launch:
        """Raises Trouble where Java or Maven are missing."""
        dist, home = _dist(), self._place.folder / "home"
        (home / "data" / "import").mkdir(parents=True, exist_ok=True)
        shutil.copy(REALM, home / "data" / "import")
        for name in SHARED:
            if not (home / name).exists():
                (home / name).symlink_to(dist / name)
        place = ["--http-host=127.0.0.1", f"--http-port={self._place.port(given=port)}"]
        words = [
            "start",
            "--optimized",
            "--http-enabled=true",
            "--hostname-strict=false",
            "--import-realm",
            "--cache=local",
            *place,
        ]
        return Launch([*_java(home), *words])

    def ready(self) -> bool:
        try:
            with closing(urllib.request.urlopen(f"{self._url()}/.well-known/openid-configuration", timeout=5)):
                return True
        except OSError:
            return False

    def prepare(self) -> None:
        """Nothing more: the realm is read at the start."""

    def address(self) -> str:
        return f"KEYCLOAK_ISSUER={self._url()}"

    def forget(self) -> None:
        """All of it lies in the folder."""

    def _url(self) -> str:
        return f"http://127.0.0.1:{self._place.text('port')}/realms/noc"


def _java(home: Path) -> list[str]:
    """As its own script starts it, with the home of this place."""
    java = program("java", "default-jre-headless")
    where = [f"-Dkc.home.dir={home}", f"-Djboss.server.config.dir={home}/conf", f"-Dkeycloak.theme.dir={home}/themes"]
    pool = "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory"
    opened = ["--add-opens=java.base/java.util=ALL-UNNAMED", "--add-opens=java.base/java.lang=ALL-UNNAMED"]
    started = ["-cp", f"{home}/lib/quarkus-run.jar", "io.quarkus.bootstrap.runner.QuarkusEntryPoint"]
    named = "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
    return [
        str(java),
        "-Xms64m",
        "-Xmx384m",
        *QUICK,
        *where,
        *opened,
        f"{named}{pool}",
        "-Dkc.config.built=true",
        *started,
    ]


def _dist() -> Path:
    """The built distribution, fetched once."""
    found = cache() / f"keycloak-{VERSION}"
    with (cache() / "keycloak.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.exists():
            say("fetching Keycloak by Maven, once ...")
            with tempfile.TemporaryDirectory(dir=cache()) as aside:
                _fetch(Path(aside))
                shutil.move(Path(aside) / f"keycloak-{VERSION}", found)
            try:
                build = ["bash", str(found / "bin" / "kc.sh"), "build", "--db=dev-file"]
                run(build, "Building Keycloak")
            except BaseException:
                shutil.rmtree(found)
                raise
    return found


def _fetch(into: Path) -> None:
    maven = program("mvn", "maven")
    artifact = f"-Dartifact=org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
    run(
        [str(maven), "-B", "-q", COPY, artifact, f"-DoutputDirectory={into}"],
        "Maven (can it reach Maven Central, or a mirror?)",
    )
    found = list(into.glob("*.zip"))
    if not found:
        raise Trouble(f"Maven fetched no Keycloak into {into}")
    with zipfile.ZipFile(found[0]) as packed:
        packed.extractall(into)
    found[0].unlink()
