"""A small network by hand, on which one or two alarms must come out right."""

from __future__ import annotations

from functools import cache

from bench.accuracy.case import Scene, staged
from bench.accuracy.inventory import Plant
from bench.accuracy.plant import POLLED

PLACES = ((-6.2, 106.8), (-6.9, 107.6), (-7.8, 110.4))
HOMES = 64


@cache
def kampung() -> Scene:
    """Three nodes in a triangle, two areas with rings of base stations, two OLTs, a data centre on two ways."""
    made = Plant("kampung", "by hand", 0)
    for n, place in enumerate(PLACES):
        made.site(f"S{n}", "pop", f"R{n}", place)
        made.device(f"cr-{n}", f"S{n}", "core", "backbone", gateway=n == 0)
        made.device(f"er-{n}", f"S{n}", "edge", "metro")
        made.link(f"L-ce-{n}", (f"cr-{n}/e0", f"er-{n}/c0"), "metro", [])
        made.service(made.customer(f"c-vpn-{n}", "enterprise"), "vpn", [f"er-{n}/ge0"])
    for a, b, km in ((0, 1, 140.0), (1, 2, 340.0), (0, 2, 470.0)):
        made.span(f"F{a}-{b}", (f"S{a}", f"S{b}"), "backbone", km)
        made.link(f"L{a}-{b}", (f"cr-{a}/x{b}", f"cr-{b}/x{a}"), "backbone", [[f"F{a}-{b}"]])
    for n in (1, 2):
        _area(made, n)
    _duct(made)
    _centre(made)
    for row in made.rows["devices"]:
        if row["role"] in POLLED:
            made.voices.words[row["id"]] = ("loss_of_signal",)
    return staged(made)


def _area(made: Plant, n: int) -> None:
    site = made.site(f"M{n}", "pop", f"R{n}", PLACES[n])
    made.device(f"ag-{n}", site, "aggregation", "metro")
    made.span(f"MF{n}", (f"S{n}", site), "metro", 18)
    made.link(f"L-ag-{n}", (f"er-{n}/m0", f"ag-{n}/u0"), "metro", [[f"MF{n}"]])
    ring = [f"ag-{n}", f"bts-{n}a", f"bts-{n}b", f"ag-{n}"]
    sites = [site, f"T{n}a", f"T{n}b", site]
    for letter in "abc":
        made.site(f"T{n}{letter}", "tower", f"R{n}", PLACES[n])
        made.device(f"bts-{n}{letter}", f"T{n}{letter}", "bts", "distribution")
        made.service(made.customer(f"c-t{n}{letter}", "wholesale"), "tower", [f"bts-{n}{letter}"])
    for leg in range(3):
        made.span(f"TF{n}-{leg}", (sites[leg], sites[leg + 1]), "feeder", 6)
        ports = f"{ring[leg]}/w{leg}", f"{ring[leg + 1]}/e{leg}"
        made.link(f"L-ring-{n}-{leg}", ports, "feeder", [[f"TF{n}-{leg}"]])
    made.span(f"TF{n}-c", (site, f"T{n}c"), "feeder", 7)
    made.link(f"L-bts-{n}c", (f"ag-{n}/bc", f"bts-{n}c/up0"), "feeder", [[f"TF{n}-c"]])
    cabinet = made.site(f"O{n}", "cabinet", f"R{n}", PLACES[n])
    made.device(f"olt-{n}", cabinet, "olt", "feeder")
    made.span(f"OF{n}", (site, cabinet), "feeder", 5)
    made.link(f"L-olt-{n}", (f"ag-{n}/o0", f"olt-{n}/up0"), "feeder", [[f"OF{n}"]])
    for pon in range(2):
        _pon(made, n, pon, cabinet)


def _pon(made: Plant, n: int, pon: int, cabinet: str) -> None:
    name = f"{n}-{pon}"
    site = made.site(f"P{name}", "cabinet", f"R{n}", PLACES[n])
    made.device(f"sp-{name}", site, "splitter", "distribution")
    made.span(f"PF{name}", (cabinet, site), "feeder", 2)
    made.link(f"L-pon-{name}", (f"olt-{n}/pon{pon}", f"sp-{name}/in"), "feeder", [[f"PF{name}"]])
    for home in range(HOMES):
        street = made.site(f"H{name}-{home}", "customer", f"R{n}", PLACES[n])
        made.device(f"ont-{name}-{home}", street, "ont", "drop")
        made.span(f"HF{name}-{home}", (site, street), "drop", 0.2)
        ports = f"sp-{name}/{home}", f"ont-{name}-{home}/pon"
        made.link(f"L-ont-{name}-{home}", ports, "drop", [[f"HF{name}-{home}"]])
        made.service(made.customer(f"c-{name}-{home}", "residential"), "broadband", [f"ont-{name}-{home}"])


def _duct(made: Plant) -> None:
    """Two more links that leave one site through one duct."""
    made.rows["conduits"].append({"id": "D2"})
    for n in (3, 4):
        made.site(f"M{n}", "pop", "R2", PLACES[2])
        made.device(f"ag-{n}", f"M{n}", "aggregation", "metro")
        made.span(f"MF{n}", ("S2", f"M{n}"), "metro", 9)
        made.rows["spans"][-1]["conduits"] = ["D2"]
        made.link(f"L-ag-{n}", (f"er-2/m{n}", f"ag-{n}/u0"), "metro", [[f"MF{n}"]])
        made.service(made.customer(f"c-b{n}", "business"), "dia", [f"ag-{n}/ge0"])
    made.span("MF34", ("M3", "M4"), "metro", 4)
    made.link("L-ag-34", ("ag-3/r0", "ag-4/r0"), "metro", [["MF34"]])
    made.span("MF4-z", ("S1", "M4"), "metro", 40)
    made.link("L-ag-4z", ("er-1/z0", "ag-4/z0"), "metro", [["MF4-z"]])


def _centre(made: Plant) -> None:
    made.site("DC", "datacenter", "R0", PLACES[0])
    made.device("ds-0", "DC", "edge", "metro")
    for leg in range(2):
        made.span(f"DF{leg}", ("S0", "DC"), "metro", 4 + leg)
        made.link(f"L-dc-{leg}", (f"er-0/d{leg}", f"ds-0/u{leg}"), "metro", [[f"DF{leg}"]])
    for n in range(4):
        made.device(f"sv-{n}", "DC", "server", "distribution")
        made.link(f"L-sv-{n}", (f"ds-0/s{n}", f"sv-{n}/eth0"), "distribution", [])
        made.service(made.customer(f"c-sv{n}", "business"), "cloud", [f"sv-{n}"])
