"""Half a year of two regions, as files: in the west all that is told is true, in the east a manager babbles.

CORE (gateway) = AGG-w, AGG-e      two links each, over spans of their own
AGG-r = HUB-r                      SIDE links side by side: when one is cut, both ends say so and nobody is out
AGG-r - BTS-r-n                    a base station at the end of each
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from topology.loaders.dump import to_json
from topology.model import Customer, Device, Inventory, Link, Service, Site, Span

REGIONS = ("w", "e")
SIDE, STATIONS, WEEKS = 8, 24, 26
LONG = 3  # of the links side by side: whose span carries more; cut by nobody here
START = datetime(2026, 1, 5, tzinfo=UTC)
Event = dict[str, Any]


def inventory(*long: str) -> Inventory:
    """`long`: the route of a link LK-long from CORE to HUB-w; none: there is no such link."""
    sites = [Site(id="JKT", kind="pop", region="core")]
    devices = [Device(id="CORE", site="JKT", role="core", tier="backbone", gateway=True)]
    spans: list[Span] = []
    links: list[Link] = []

    def linked(name: str, ends: tuple[str, str], ports: tuple[str, str]) -> None:
        spans.append(Span(id=f"SP-{name}", a=ends[0], b=ends[1], tier="metro", length_km=10))
        links.append(Link(id=f"LK-{name}", a=ports[0], b=ports[1], tier="metro", routes=((f"SP-{name}",),)))

    for r in REGIONS:
        sites += [Site(id=f"{name}-{r}", kind="pop", region=r) for name in ("A", "H")]
        devices += [Device(id=f"AGG-{r}", site=f"A-{r}", role="aggregation", tier="metro")]
        devices += [Device(id=f"HUB-{r}", site=f"H-{r}", role="aggregation", tier="metro")]
        for n in (1, 2):
            linked(f"{r}-up{n}", ("JKT", f"A-{r}"), (f"CORE/{r}{n}", f"AGG-{r}/up{n}"))
        for n in range(SIDE):
            linked(f"{r}-side{n}", (f"A-{r}", f"H-{r}"), (f"AGG-{r}/s{n}", f"HUB-{r}/s{n}"))
        for n in range(STATIONS):
            sites.append(Site(id=f"T-{r}-{n}", kind="tower", region=r))
            devices.append(Device(id=f"BTS-{r}-{n}", site=f"T-{r}-{n}", role="bts", tier="metro"))
            linked(f"{r}-bts{n}", (f"A-{r}", f"T-{r}-{n}"), (f"AGG-{r}/b{n}", f"BTS-{r}-{n}/up"))
    if long:
        links.append(Link(id="LK-long", a="CORE/long", b="HUB-w/long", tier="metro", routes=(long,)))
    stations = [device.id for device in devices if device.role == "bts"]
    return Inventory(
        sites=tuple(sites),
        spans=tuple(spans),
        devices=tuple(devices),
        links=tuple(links),
        services=tuple(
            Service(id=f"SV-{name}", customer=f"CU-{name}", product="tower", attach=(name,)) for name in stations
        ),
        customers=tuple(Customer(id=f"CU-{name}", segment="wholesale") for name in stations),
    )


class Weeks:
    """What was told, in order of time."""

    def __init__(self, seed: int = 1) -> None:
        self.rng = random.Random(seed)
        self.told: list[tuple[datetime, Event]] = []

    def alarm(self, at: datetime, hours: float, source: str, name: str, kind: str, **more: Any) -> None:
        """Raised then, and cleared so many hours later."""
        for number, (state, when) in enumerate((("raised", at), ("cleared", at + timedelta(hours=hours)))):
            event = {
                "type": "alarm",
                "id": f"al-{len(self.told)}-{number}",
                "time": when.isoformat(),
                "source": source,
                "object": name,
                "alarm_type": kind,
                "severity": "major",
                "state": state,
            }
            self.told.append((when, event | (more if state == "raised" else {})))

    def side_cut(self, at: datetime, r: str, n: int) -> None:
        for name in (f"AGG-{r}/s{n}", f"HUB-{r}/s{n}"):
            self.alarm(at + timedelta(seconds=self.rng.uniform(0, 3)), 3, f"nms-{r}", name, "link_down")

    def station_lost(self, at: datetime, r: str, n: int, *, alone: bool) -> None:
        """`alone`: nobody but the poller tells it, and the NOC opens the incident by hand."""
        if not alone:
            self.alarm(at, 4, f"nms-{r}", f"AGG-{r}/b{n}", "link_down")
        name = f"al-{len(self.told)}-0"
        self.alarm(at + timedelta(seconds=20), 4, f"poll-{r}", f"BTS-{r}-{n}", "device_unreachable")
        if alone:
            self.command(at + timedelta(minutes=20), "open", name, root=f"BTS-{r}-{n}")

    def command(self, at: datetime, action: str, target: str, **arguments: str) -> None:
        event = {
            "type": "command",
            "id": f"co-{len(self.told)}",
            "time": at.isoformat(),
            "actor": "noc-1",
            "role": "noc_operator",
            "action": action,
            "target": target,
            "arguments": arguments,
            "reason": "seen on site",
        }
        self.told.append((at, event))

    def babble(self, at: datetime, r: str) -> None:
        name = self.rng.choice([f"AGG-{r}/s{n}" for n in range(SIDE)] + [f"AGG-{r}/b{n}" for n in range(STATIONS)])
        self.alarm(at, 0.5, f"nms-{r}", name, "link_down")
        self.alarm(
            at + timedelta(minutes=40),
            0.2,
            f"poll-{r}",
            f"BTS-{r}-{self.rng.randrange(STATIONS)}",
            "device_unreachable",
        )

    def days(self, weeks: int = WEEKS) -> Iterator[datetime]:
        for day in range(weeks * 7):
            yield START + timedelta(days=day)

    def lines(self) -> bytes:
        ordered = sorted(self.told, key=lambda one: one[0])
        return b"".join(msgspec.json.encode(event) + b"\n" for _, event in ordered)

    def write(self, folder: Path, *long: str) -> tuple[Path, Path]:
        """The files of inventory and events."""
        network, events = folder / "inventory.json", folder / "events.jsonl"
        network.write_bytes(to_json(inventory(*long)))
        events.write_bytes(self.lines())
        return network, events


def half_a_year(weeks: int = WEEKS) -> Weeks:
    """Every other day a true fault in each region; in the east a stray word each hour or two besides."""
    told = Weeks()
    for number, day in enumerate(told.days(weeks)):
        for r in REGIONS:
            at = day + timedelta(hours=told.rng.uniform(0, 12))
            if number % 2 == 0:
                told.side_cut(at, r, told.rng.choice([n for n in range(SIDE) if n != LONG]))
            else:
                told.station_lost(at, r, told.rng.randrange(STATIONS), alone=number % 8 == 1)
        for hour in range(24):
            if told.rng.random() < 0.6:
                told.babble(day + timedelta(hours=hour, minutes=told.rng.uniform(0, 59)), "e")
    return told
