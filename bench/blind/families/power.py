"""Mains that fail: by site and by region, with batteries that run out after hours, and generators."""

from random import Random

from bench.blind import shapes
from bench.blind.case import FAR, Case
from bench.blind.family import Family, closed, opened
from bench.blind.speech import tell

HOUR = 3600.0
NO_GROUP = ("external",)  # what is right, too, where the inventory has no group for the grid


def _mains(case: Case, site: str, begin: float, end: float = FAR) -> None:
    """What a site's power monitor says, by a way of its own."""
    source = "power:dcpms"
    case.alarm(begin + case.rng.uniform(1, 30), source, (site, "power_failure"))
    case.alarm(begin + case.rng.uniform(5, 60), source, (site, "on_battery"))
    if end < FAR:
        case.alarm(end + case.rng.uniform(1, 60), source, (site, "power_failure"), "cleared")
        case.alarm(end + case.rng.uniform(60, 300), source, (site, "on_battery"), "cleared")


def site_dies(rng: Random, number: int) -> Case:
    """A site loses its mains; hours later its battery is empty."""
    net = shapes.metro(rng, 2) if number % 2 else shapes.microwave(rng, 14)
    case = opened(net, rng, rng.uniform(7, 14))
    device = rng.choice(net.ids("devices", role="aggregation"))
    site = net.sites[device]
    dark = rng.uniform(60, 600)
    dead = dark + rng.uniform(0.5, 6) * HOUR
    end = dead + rng.uniform(0.7, 3) * HOUR if number % 3 else FAR
    _mains(case, site, dark, end)
    fault = case.fault(site, dark, end, right=[device], parts=[(site, dead, end)], callers=0.3)
    fault.told.append(dark)
    return closed(case)


def battery_holds(rng: Random, number: int) -> Case:
    """Mains fail and come back before anything dies; a generator takes over. Nobody is down."""
    net = shapes.microwave(rng, 14) if number % 2 else shapes.metro(rng, 2)
    case = opened(net, rng)
    for site in rng.sample(net.ids("sites"), rng.randint(1, 4)):
        begin = rng.uniform(60, 3000)
        _mains(case, site, begin, begin + rng.uniform(0.3, 3) * HOUR)
        case.fault(site, begin, begin + 3 * HOUR, parts=[], optional=True)
    return closed(case)


def area(rng: Random, number: int) -> Case:
    """A feeder of the public grid: towers of some districts go dark, die one by one, and come back together."""
    net = shapes.microwave(rng, rng.randint(12, 24))
    sites = sorted(row["id"] for row in net.rows["sites"] if row["region"] in ("kec-1", "kec-2"))
    group = net.group("PLN-GI-KAB", "power", sites) if number % 2 else sites[0]
    case = opened(net, rng, rng.uniform(8, 12))
    begin, end = 120.0, rng.uniform(5, 8) * HOUR
    parts = []
    for site in sites:
        _mains(case, site, begin + rng.uniform(0, 30), end)
        if rng.random() < 0.75:  # the rest has a generator
            parts.append((site, begin + rng.uniform(0.5, 4) * HOUR, end + rng.uniform(0, 600)))
    devices = [one for site in sites for one in case.physics.at_site[site]]
    fault = case.fault(group, begin, end, right=[*sites, *devices, *NO_GROUP[number % 2 :]], parts=parts, callers=0.2)
    fault.told.append(begin)
    return closed(case)


def homes(rng: Random, number: int) -> Case:
    """A street without electricity: the ONT of most homes gasp and are gone; the tree is whole."""
    net = shapes.gpon(rng, rng.randint(1, 2))
    region = rng.choice([row["region"] for row in net.rows["sites"] if row["region"].startswith("rw-")])
    sites = [row["id"] for row in net.rows["sites"] if row["region"] == region and row["kind"] == "customer"]
    dark = [one for one in sites if rng.random() < 0.85]
    root = net.group(f"PLN-{region}", "power", sites) if number % 2 else dark[0]
    case = opened(net, rng)
    begin, end = 300.0, 300.0 + rng.uniform(1, 3) * HOUR
    right = [*NO_GROUP[number % 2 :], *sites, *(one for site in sites for one in case.physics.at_site[site])]
    parts = [(one, begin, end) for one in dark]
    fault = case.fault(root, begin, end, right=right, parts=parts, callers=0.05, optional=number % 2 == 0)
    for site in dark:
        ont = case.physics.at_site[site][0]
        if rng.random() < 0.85:
            olt = next(one for one in net.ids("devices", role="olt") if one[4:6] == region[3:5])
            case.alarm(begin + rng.uniform(0, 15), f"olt:{olt}", (ont, "dying_gasp"), severity="major")
    fault.told.append(begin)
    return closed(case)


def strip(rng: Random, _: int) -> Case:
    """A power strip of a data centre, without a word of a power monitor."""
    net = shapes.fabric(rng, 8)
    case = opened(net, rng)
    group = rng.choice(net.ids("risk_groups"))
    case.fault(group, 300, 300 + 2 * HOUR, callers=0.2)
    tell(case)
    case.horizon = 3 * HOUR
    return case


FAMILIES = (
    Family("power_site", site_dies, 28, "mains of a site, then its battery"),
    Family("battery_holds", battery_holds, 20, "mains come back in time: nobody is down"),
    Family("power_area", area, 24, "a district without mains: towers die one by one"),
    Family("power_homes", homes, 24, "a street without electricity: gasps of ONT"),
    Family("power_strip", strip, 12, "a power strip, told by what dies"),
)
