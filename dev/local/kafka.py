"""Apache Kafka: one node that is broker and controller (KRaft). The jars come by Maven, into the user's cache."""

import hashlib
import os
import shutil
import signal
import tempfile
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

from dev.local.place import Place
from dev.local.process import Launch, Process
from dev.local.tools import Trouble, program, run, say

OURS = Path(__file__).resolve().parents[1] / "kafka"
STARTED = "Kafka Server started"  # its last word when it is ready
QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")  # a shorter start, a slower broker
# a broker that was killed is let in again when the session of its former life has ended
PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
log.dirs={data}
auto.create.topics.enable=false
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=2000
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
"""


class Kafka:
    name = "kafka"
    stops = signal.SIGTERM

    def __init__(self, place: Place) -> None:
        self._place = place
        self._process = Process(place.folder)

    def launch(self, port: int) -> Launch:
        """Formatted at the first time. Raises Trouble where Java or Maven are missing."""
        java = virtual_machine(quick=self._place.quick)
        folder = self._place.folder
        ports = {"port": self._place.port(given=port), "controller": self._place.port("controller")}
        properties = folder / "server.properties"
        properties.write_text(PROPERTIES.format(data=folder / "data", **ports))
        if not (folder / "data" / "meta.properties").exists():
            cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
            # in one word with its name: one id in 64 begins with a dash, and would read as another option
            words = ["kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(properties)]
            run([*java, *words], "Formatting Kafka's folder (it needs Java 17 or later)")
        self._process.log.write_text("")  # the word that it is ready shall be this start's
        return Launch([*java, "kafka.Kafka", str(properties)])

    def ready(self) -> bool:
        return STARTED in self._place.text("log")

    def prepare(self) -> None:
        """Nothing more."""

    def address(self) -> str:
        return f"KAFKA_SERVERS=127.0.0.1:{self._place.text('port')}"

    def forget(self) -> None:
        """All of it lies in the folder."""


def virtual_machine(*, quick: bool) -> list[str]:
    """Java with Kafka's jars; the name of a class comes next. Raises Trouble where Java or Maven are missing."""
    java = program("java", "default-jre-headless")
    logging = f"-Dlog4j2.configurationFile={OURS / 'log4j2.properties'}"
    return [str(java), "-Xmx512m", *(QUICK if quick else ()), "-cp", f"{_jars()}/*", logging]


def _jars() -> Path:
    """The folder of jars, fetched once for each version of the list."""
    pom = OURS / "pom.xml"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "simpul"
    jars = cache / f"kafka-{hashlib.sha256(pom.read_bytes()).hexdigest()[:12]}"
    if not jars.exists():
        maven = program("mvn", "maven")
        say("fetching Kafka's jars by Maven, once ...")
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as aside:
            fetch(maven, pom, Path(aside) / "jars")
            if not jars.exists():
                shutil.move(Path(aside) / "jars", jars)
    return jars


def fetch(maven: Path, pom: Path, into: Path) -> None:
    """As the user's Maven settings say, from Maven Central else."""
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={into}"]
    run(
        [str(maven), "-B", "-q", "-f", str(pom), *goal],
        "Maven (can it reach Maven Central, or a mirror?)",
    )
    if not list(into.glob("kafka-server-*.jar")):
        raise Trouble(f"Maven fetched no broker into {into}; run it by hand: mvn -f {pom} {' '.join(goal)}")
