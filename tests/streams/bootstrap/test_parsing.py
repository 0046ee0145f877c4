"""The parse stage as it is put together: what an edge heard goes to the domain of the object that it is about."""

from connectors.formats.dead_letters import MemoryDeadLetters
from connectors.formats.raw_frames import Datagram, RawFrame, pack
from connectors.telemetry.metrics import PrometheusCounter
from correlator.policy import DomainPolicy, Policy
from correlator.world import World
from streams.bootstrap.member import parser
from streams.settings import Settings
from tests.connectors.snmp.test_golden import octets
from tests.streams.small import INVENTORY
from tests.streams.test_parsing import T0, Record
from topology.compile import compile_inventory

TWO = DomainPolicy(names=("nasional", "bali"), regions={"Bali": "bali", "Jawa Timur": "bali"})
HEARD = ("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.9.9.9")  # Jakarta, Surabaya, Denpasar, somebody


def domains_of(policy: Policy) -> list[str]:
    """One linkUp of each who is heard."""
    world = World(compile_inventory(INVENTORY), policy)
    parse = parser(Settings(), world, PrometheusCounter(), MemoryDeadLetters())
    frame = RawFrame("snmp", "edge/1", [Datagram(peer, T0, octets("link-up")) for peer in HEARD])
    return [domain for domain, _ in parse(Record(pack(frame)))]


def test_by_object_where_domains_share_the_network() -> None:
    assert domains_of(Policy(domains=TWO)) == ["nasional", "nasional", "bali", "nasional"]


def test_all_to_the_one_domain_that_there_is() -> None:
    assert domains_of(Policy()) == ["id"] * len(HEARD)
