"""Apache Kafka (KRaft): one node that is broker and controller, or a controller and up to three brokers beside it.

The jars come by Maven, into the user's cache.
"""

import hashlib
import shutil
import signal
import tempfile
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

from dev.local.cache import cache
from dev.local.place import Place
from dev.local.process import Launch, Process
from dev.local.tools import Trouble, program, run, say

OURS = Path(__file__).resolve().parents[1] / "kafka"
STARTED = "Kafka Server started"  # its last word when it is ready
QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")  # a shorter start, a slower broker
# a broker that was killed is let in again when the session of its former life has ended
CONTROLLING = "CONTROLLER://127.0.0.1:{controller}"
SERVING = "PLAINTEXT://127.0.0.1:{port}"
PROPERTIES = """
process.roles={roles}
node.id={number}
controller.quorum.voters={voter}@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners={listeners}
log.dirs={data}
auto.create.topics.enable=false
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=2000
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=4
offsets.topic.replication.factor={copies}
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor={copies}
share.coordinator.state.topic.min.isr=1
"""


class Kafka:
    """The only node; a broker of several where a controller is beside it (`Controller`)."""

    name = "kafka"
    number = 1
    stops = signal.SIGTERM

    def __init__(self, place: Place) -> None:
        self._place = place
        self._process = Process(place.folder)
        beside = place.folder.parent / Controller.name
        self._controller = Place(beside, place.quick) if beside.exists() else None

    def launch(self, port: int) -> Launch:
        """Formatted at the first time. Raises Trouble where Java or Maven are missing."""
        java = virtual_machine(quick=self._place.quick)
        folder, alone = self._place.folder, self._controller is None
        controller = self._controller or self._place
        ports = {"port": self._place.port(given=port), "controller": controller.port("controller")}
        properties = folder / "server.properties"
        text = PROPERTIES.format(
            roles=self._roles,
            number=self.number,
            voter=1 if alone else Controller.number,
            copies=1 if alone else len(BROKERS),
            listeners=self._listeners.format(**ports),
            data=folder / "data",
            **ports,
        )
        properties.write_text(text)
        if not (folder / "data" / "meta.properties").exists():
            cluster = _cluster(controller)
            # in one word with its name: one id in 64 begins with a dash, and would read as another option
            words = ["kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(properties)]
            run([*java, *words], "Formatting Kafka's folder (it needs Java 17 or later)")
        self._process.log.write_text("")  # the word that it is ready shall be this start's
        return Launch([*java, "kafka.Kafka", str(properties)])

    @property
    def _roles(self) -> str:
        return "broker,controller" if self._controller is None else "broker"

    @property
    def _listeners(self) -> str:
        return f"{SERVING},{CONTROLLING}" if self._controller is None else SERVING

    def ready(self) -> bool:
        return STARTED in self._place.text("log")

    def prepare(self) -> None:
        """Nothing more."""

    def address(self) -> str:
        return f"KAFKA_SERVERS=127.0.0.1:{self._place.text('port')}"

    def forget(self) -> None:
        """All of it lies in the folder."""


class Second(Kafka):
    name = "kafka-2"
    number = 2


class Third(Kafka):
    name = "kafka-3"
    number = 3


class Controller(Kafka):
    """Of several brokers; it keeps their metadata, and serves no client."""

    name = "controller"
    number = 9

    @property
    def _roles(self) -> str:
        return "controller"

    @property
    def _listeners(self) -> str:
        return CONTROLLING

    def address(self) -> str:
        return f"KAFKA_CONTROLLER=127.0.0.1:{self._place.text('controller')}"


BROKERS = (Kafka, Second, Third)


def _cluster(place: Place) -> str:
    """Its id, the same for all nodes."""
    place.folder.mkdir(exist_ok=True)
    file = place.folder / "cluster"
    if not file.exists():
        file.write_text(urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="))
    return file.read_text()


def virtual_machine(*, quick: bool) -> list[str]:
    """Java with Kafka's jars; the name of a class comes next. Raises Trouble where Java or Maven are missing."""
    java = program("java", "default-jre-headless")
    logging = f"-Dlog4j2.configurationFile={OURS / 'log4j2.properties'}"
    return [str(java), "-Xmx512m", *(QUICK if quick else ()), "-cp", f"{_jars()}/*", logging]


def _jars() -> Path:
    """The folder of jars, fetched once for each version of the list."""
    pom = OURS / "pom.xml"
    jars = cache() / f"kafka-{hashlib.sha256(pom.read_bytes()).hexdigest()[:12]}"
    if not jars.exists():
        maven = program("mvn", "maven")
        say("fetching Kafka's jars by Maven, once ...")
        with tempfile.TemporaryDirectory(dir=cache()) as aside:
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
