"""An island of subscribers behind one backbone fibre: what a cut of it makes of a million customers, and no more."""

from collections.abc import Iterator

from topology.model import Customer, Device, Inventory, Link, Service, Site, Span

CUT = "SP-BB"
LINES = 1000  # subscribers an OLT


def island(customers: int) -> Inventory:
    """Each with an ONT, and a phone or a mail address."""
    olts = range(-(-customers // LINES))
    mainland = Site(id="JKT", kind="pop", region="DKI Jakarta")
    port = Site(id="SBY", kind="pop", region="Jawa Timur")
    cores = (
        Device(id="JKT-1", site="JKT", role="core", tier="backbone", gateway=True),
        Device(id="SBY-1", site="SBY", role="core", tier="backbone"),
    )
    across = Link(id="LK-BB", a="JKT-1/1", b="SBY-1/0", tier="backbone", routes=((CUT,),))
    people = range(customers)
    return Inventory(
        sites=(mainland, port, *(Site(id=f"ST-{n:04}", kind="pop", region="Jawa Timur") for n in olts)),
        spans=(
            Span(id=CUT, a="JKT", b="SBY", tier="backbone", length_km=800),
            *(Span(id=f"SP-{n:04}", a="SBY", b=f"ST-{n:04}", tier="metro", length_km=5) for n in olts),
        ),
        devices=(
            *cores,
            *(Device(id=f"OLT-{n:04}", site=f"ST-{n:04}", role="olt", tier="feeder") for n in olts),
            *(Device(id=f"ONT-{n:07}", site=f"ST-{n // LINES:04}", role="ont", tier="drop") for n in people),
        ),
        links=(across, *(feeder(n) for n in olts), *(drop(n) for n in people)),
        services=tuple(
            Service(id=f"SV-{n:07}", customer=f"CU-{n:07}", product="broadband", attach=(f"ONT-{n:07}",))
            for n in people
        ),
        customers=tuple(subscribers(customers)),
    )


def feeder(n: int) -> Link:
    return Link(id=f"LK-{n:04}", a=f"SBY-1/{n + 1}", b=f"OLT-{n:04}/up", tier="metro", routes=((f"SP-{n:04}",),))


def drop(n: int) -> Link:
    return Link(id=f"LK-O-{n:07}", a=f"OLT-{n // LINES:04}/{n % LINES}", b=f"ONT-{n:07}/pon", tier="drop")


def line(n: int) -> Service:
    return Service(id=f"SV-{n:07}", customer=f"CU-{n:07}", product="broadband", attach=(f"ONT-{n:07}",))


def subscribers(customers: int) -> Iterator[Customer]:
    for n in range(customers):
        yield Customer(
            id=f"CU-{n:07}",
            segment="residential",
            language="en" if n % 7 == 0 else "id",
            phone=f"+62811{n:07}" if n % 4 else None,
            email=f"c{n}@example.com" if n % 4 == 0 else None,
        )
