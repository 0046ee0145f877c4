"""The building blocks below a backbone: metro rings and chains, PON, DSLAM, radio towers, leased lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from bench.drawn.backbone import Backbone, lay
from bench.drawn.graphs import GRAPHS, load
from bench.drawn.network import Network

METROS = ("ring", "dwdm", "chain", "tworing")
ACCESSES = ("pon", "dslam", "tower", "leased")
WITH_METRO = 0.8  # share of edge routers below which there is something


@dataclass(frozen=True, slots=True)
class Node:
    """A place where customers' lines begin: a site with its aggregation router."""

    site: str
    router: str
    region: str


def graph_of(seed: int) -> str:
    return GRAPHS[seed % len(GRAPHS)]


def build(seed: int) -> Network:
    """A backbone, three to twelve edge routers on it, and what hangs below."""
    edges = Random(seed * 7 + 1).randint(3, 12)
    network = Network(seed)
    rng = network.rng
    laid = lay(network, load(graph_of(seed)))
    towns = list(laid.sites)
    rng.shuffle(towns)
    nodes: list[Node] = []
    for town in towns[:edges]:
        edge = network.device(laid.sites[town], "edge", "backbone")
        network.link(laid.cores[town], edge, "backbone")
        if rng.random() < 0.4:  # a second patch
            network.link(laid.cores[town], edge, "backbone")
        if rng.random() <= WITH_METRO:
            nodes += _metro(network, laid, town, edge)
    for node in nodes:
        match rng.choice(ACCESSES):
            case "pon":
                _pon(network, node)
            case "dslam":
                _dslam(network, node)
            case "tower":
                _towers(network, node)
            case _:
                _leased(network, node, nodes)
    return network


def _metro(network: Network, laid: Backbone, town: str, edge: str) -> list[Node]:
    """A ring back to where it began, a ring that ends at the core router, a chain, or a ring of optical nodes."""
    rng = network.rng
    kind, count, region = rng.choice(METROS), rng.randint(3, 5), laid.regions[town]
    sites = [network.site("pop" if rng.random() < 0.5 else "cabinet", region) for _ in range(count)]
    head, role = edge, "aggregation"
    if kind == "dwdm":
        role = "optical"
        head = network.device(laid.sites[town], role, "metro")
        network.link(edge, head, "metro")
    devices = [network.device(site, role, "metro") for site in sites]
    around = [(laid.sites[town], head), *zip(sites, devices, strict=True)]
    if kind != "chain":
        around.append((laid.sites[town], laid.cores[town] if kind == "tworing" else head))
    trench = network.conduit() if rng.random() < 0.5 else None  # of the first two spans
    for n, ((site, device), (next_site, next_device)) in enumerate(pairwise(around)):
        ducts = [network.conduit()] if rng.random() < 0.4 else []
        if trench and n < 2:
            ducts.append(trench)
        span = network.span((site, next_site), "metro", ducts)
        network.link(device, next_device, "metro", [span])
    if kind != "dwdm":
        return [Node(site, device, region) for site, device in zip(sites, devices, strict=True)]
    nodes = []
    for site, optical in zip(sites, devices, strict=True):
        router = network.device(site, "aggregation", "metro")
        network.link(optical, router, "metro")
        nodes.append(Node(site, router, region))
    return nodes


def _pon(network: Network, node: Node) -> None:
    """An OLT, one or two trees of splitters, in one or two steps, of four to seven homes each."""
    rng = network.rng
    olt = network.device(node.site, "olt", "feeder")
    network.link(node.router, olt, "metro")
    duct = network.conduit()
    for _ in range(rng.choice([1, 2, 2])):
        cabinet = network.site("cabinet", node.region)
        feeder = network.span((node.site, cabinet), "feeder", [duct])
        splitter = network.device(cabinet, "splitter", "distribution")
        network.link(olt, splitter, "feeder", [feeder])
        ends = [(splitter, cabinet)]
        if rng.random() < 0.3:
            ends = [_second_splitter(network, node, splitter, cabinet) for _ in range(2)]
        for end, place in ends:
            for _ in range(rng.randint(4, 7)):
                home = network.site("customer", node.region)
                drop = network.span((place, home), "drop")
                ont = network.device(home, "ont", "drop")
                network.link(end, ont, "drop", [drop])
                network.service(network.customer("residential"), "broadband", [ont])


def _second_splitter(network: Network, node: Node, splitter: str, cabinet: str) -> tuple[str, str]:
    place = network.site("cabinet", node.region)
    ducts = [network.conduit()] if network.rng.random() < 0.5 else []
    span = network.span((cabinet, place), "distribution", ducts)
    second = network.device(place, "splitter", "distribution")
    network.link(splitter, second, "distribution", [span])
    return second, place


def _dslam(network: Network, node: Node) -> None:
    """A street cabinet with five to nine lines, four of them in one duct; an OLT to the inventory."""
    rng = network.rng
    cabinet = network.site("cabinet", node.region)
    feeder = network.span((node.site, cabinet), "feeder", [network.conduit()] if rng.random() < 0.5 else [])
    dslam = network.device(cabinet, "olt", "feeder")
    network.link(node.router, dslam, "feeder", [feeder])
    street = network.conduit()
    for n in range(rng.randint(5, 9)):
        home = network.site("customer", node.region)
        drop = network.span((cabinet, home), "drop", [street] if n < 4 else [])
        cpe = network.device(home, "cpe", "drop")
        network.link(dslam, cpe, "drop", [drop])
        segment = rng.choice(["residential", "residential", "business"])
        network.service(network.customer(segment), "broadband", [cpe])


def _towers(network: Network, node: Node) -> None:
    """A hub by fibre or by radio, and one to three towers by radio from it or from each other."""
    rng = network.rng
    hub = network.site("tower", node.region)
    stations = [network.device(hub, "bts", "feeder")]
    fibre = [[network.span((node.site, hub), "feeder")]] if rng.random() < 0.5 else []
    network.link(node.router, stations[0], "feeder", *fibre)
    for _ in range(rng.randint(1, 3)):
        tower = network.site("tower", node.region)
        station = network.device(tower, "bts", "distribution")
        network.link(rng.choice(stations), station, "distribution")
        stations.append(station)
    for station in stations:
        network.service(network.customer("wholesale"), "tower", [station])
        if rng.random() < 0.5:
            network.service(network.customer("business"), "wireless", [station])


def _leased(network: Network, node: Node, nodes: list[Node]) -> None:
    """Two to four enterprises: on one line, on two lines to one router, or on two routers of which one is enough."""
    rng = network.rng
    street = network.conduit()
    for n in range(rng.randint(2, 4)):
        place = network.site("customer", node.region)
        cpe = network.device(place, "cpe", "drop")
        line = network.span((node.site, place), "drop", [street] if n < 2 else [])
        network.link(node.router, cpe, "drop", [line])
        customer, way = network.customer("enterprise"), rng.random()
        if way < 0.3:
            other = rng.choice(nodes)
            if other.router != node.router:
                network.link(other.router, cpe, "drop", [network.span((other.site, place), "drop")])
            network.service(customer, "dia", [cpe])
        elif way < 0.5:
            second, other = network.device(place, "cpe", "drop"), rng.choice(nodes)
            network.link(other.router, second, "drop", [network.span((other.site, place), "drop")])
            network.service(customer, "vpn", [cpe, second], need=1)
        elif way < 0.7:
            network.service(customer, "vpn", [cpe])
        else:
            network.service(customer, rng.choice(["dia", "vpn", "uc"]), [cpe])
