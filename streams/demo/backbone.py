"""The demo's backbone: which fibre lies where, and which links run over it. Systems and companies are invented.

A conduit is a submarine system, a toll road's or a railway's duct, or a place where several of them come ashore.
"""

from dataclasses import dataclass
from itertools import pairwise

from streams.demo.metro import Hub
from streams.demo.places import distance_km
from streams.demo.rows import Rows
from topology.model import Conduit, Link, Span

LANDING = "CD-PADANGBAI"  # the story's place: everything from Bali to Lombok and Sumbawa comes ashore here

CONDUITS = {
    "CD-LINTAS-TIMUR": "Saluran Lintas Timur Sumatera",
    "CD-LINTAS-BARAT": "Saluran Lintas Barat Sumatera",
    "CD-MALAKA": "SKKL Malaka Raya",
    "CD-KARIMATA": "SKKL Karimata",
    "CD-NATUNA": "SKKL Natuna Raya",
    "CD-SUNDA": "SKKL Selat Sunda",
    "CD-MERAK": "Saluran pendaratan Merak",
    "CD-TOL-UTARA": "Saluran tol utara Jawa",
    "CD-REL-SELATAN": "Saluran rel selatan Jawa",
    "CD-TOL-BARAT": "Saluran tol Jakarta-Merak",
    "CD-SELAT-BALI": "SKKL Selat Bali",
    "CD-RINJANI": "SKKL Rinjani",
    "CD-TAMBORA": "SKKL Tambora",
    "CD-SUMBA": "SKKL Sumba Selatan",
    LANDING: "Saluran pendaratan Padangbai",
    "CD-LAUT-FLORES": "SKKL Laut Flores",
    "CD-TRANS-FLORES": "Saluran Trans-Flores",
    "CD-LAUT-JAWA": "SKKL Laut Jawa",
    "CD-TRANS-KALIMANTAN": "Saluran Trans-Kalimantan",
    "CD-MAKASSAR": "SKKL Selat Makassar",
    "CD-TENGAH": "SKKL Nusa Tengah",
    "CD-TRANS-SULAWESI": "Saluran Trans-Sulawesi",
    "CD-SULAWESI": "SKKL Laut Sulawesi",
    "CD-BANDA": "SKKL Laut Banda",
    "CD-HALMAHERA": "SKKL Halmahera",
    "CD-CENDERAWASIH": "SKKL Cenderawasih",
    "CD-ARAFURA": "SKKL Arafura",
    "CD-TRANS-PAPUA": "Saluran Trans-Papua",
}
CHAINS = (  # cities in a row, the fibre between them in these conduits
    ("BTJ LSW MDN PKU DJB PLM TKG", "CD-LINTAS-TIMUR"),
    ("BTJ SBG PDG BKS TKG", "CD-LINTAS-BARAT"),
    ("MDN SBG", "CD-LINTAS-BARAT"),
    ("PDG PKU DUM", "CD-LINTAS-TIMUR"),
    ("MDN DUM BTH", "CD-MALAKA"),
    ("BTH TNJ PGK JKT", "CD-KARIMATA"),
    ("PLM PGK", "CD-KARIMATA"),
    ("BTH PNK", "CD-NATUNA"),
    ("JKT PNK", "CD-KARIMATA"),
    ("SRG TKG", "CD-SUNDA CD-MERAK"),
    ("SRG TKG", "CD-MERAK"),
    ("JKT TNG SRG", "CD-TOL-BARAT"),
    ("JKT BGR BDO TSM PWT YOG SOC MDU SUB", "CD-REL-SELATAN"),
    ("JKT BKI CBN SMG SUB", "CD-TOL-UTARA"),
    ("BKI BDO CBN", "CD-TOL-UTARA"),
    ("SMG SOC", "CD-TOL-UTARA"),
    ("SUB MLG BWX", "CD-REL-SELATAN"),
    ("SUB BWX", "CD-TOL-UTARA"),
    ("BWX DPS", "CD-SELAT-BALI"),
    ("SUB DPS", "CD-LAUT-JAWA"),
    ("DPS AMI", f"CD-RINJANI {LANDING}"),
    ("DPS AMI", f"CD-RINJANI {LANDING}"),
    ("DPS SWQ", f"CD-TAMBORA {LANDING}"),
    ("AMI SWQ BMU", "CD-TAMBORA"),
    ("DPS WGP", f"CD-SUMBA {LANDING}"),
    ("WGP KOE", "CD-SUMBA"),
    ("MKS MOF", "CD-LAUT-FLORES"),
    ("LBJ MOF KOE", "CD-TRANS-FLORES"),
    ("LBJ WGP", "CD-SUMBA"),
    ("SUB BDJ", "CD-LAUT-JAWA"),
    ("PNK PKY BDJ BPN SRI TRK", "CD-TRANS-KALIMANTAN"),
    ("SRI BPN MKS", "CD-MAKASSAR"),
    ("BPN PLW", "CD-MAKASSAR"),
    ("SUB MKS", "CD-TENGAH"),
    ("DPS MKS", "CD-TENGAH"),
    ("MKS PRP MJU PLW GTO MDC", "CD-TRANS-SULAWESI"),
    ("PRP KDI MKS", "CD-TRANS-SULAWESI"),
    ("TRK MDC", "CD-SULAWESI"),
    ("KDI AMQ", "CD-BANDA"),
    ("MKS AMQ", "CD-BANDA"),
    ("MDC TTE SOQ", "CD-HALMAHERA"),
    ("TTE AMQ SOQ", "CD-HALMAHERA"),
    ("SOQ MKW BIK DJJ", "CD-CENDERAWASIH"),
    ("AMQ TIM MKQ", "CD-ARAFURA"),
    ("BIK TIM", "CD-TRANS-PAPUA"),
    ("DJJ MKQ", "CD-TRANS-PAPUA"),
    ("KOE AMQ", "CD-ARAFURA"),
)
PROTECTED = (  # links with two routes: through these cities, or through those; `AMI:2` is the second fibre
    ("DPS AMI", "DPS AMI:2"),
    ("DPS SWQ", "DPS AMI SWQ"),
    ("DPS WGP KOE", "DPS MKS MOF KOE"),
    ("SRG TKG", "SRG TKG:2"),
    ("JKT BKI CBN SMG SUB", "JKT BGR BDO TSM PWT YOG SOC MDU SUB"),
    ("JKT PGK TNJ BTH", "JKT PNK BTH"),
    ("JKT TNG SRG TKG PLM", "JKT PGK PLM"),
    ("BTH DUM MDN", "BTH DUM PKU MDN"),
    ("SUB DPS", "SUB BWX DPS"),
    ("SUB DPS AMI", "SUB BWX DPS AMI:2"),  # an express wavelength: past Denpasar's router, through the same landing
    ("SUB MKS", "SUB DPS MKS"),
    ("SUB BDJ BPN", "SUB MKS BPN"),
    ("MKS AMQ", "MKS KDI AMQ"),
    ("MDC TTE SOQ", "MDC TTE AMQ SOQ"),
    ("SOQ MKW BIK DJJ", "SOQ AMQ TIM MKQ DJJ"),
    ("JKT BKI BDO", "JKT BGR BDO"),
    ("SMG SOC YOG", "SMG CBN BDO TSM PWT YOG"),
)
GATEWAYS = ("JKT", "SUB", "BTH")
DETOUR = 1.25  # fibre is longer than the great circle


@dataclass(frozen=True, slots=True)
class Fibre:
    """The spans between cities, to find the one that is meant."""

    spans: dict[tuple[str, str], list[str]]

    def between(self, a: str, b: str, number: int = 1) -> str:
        return self.spans[min(a, b), max(a, b)][number - 1]

    def route(self, cities: str, start: str) -> tuple[str, ...]:
        """The spans through cities in a row, as `PROTECTED` writes them, from `start` on."""
        stops = [stop.partition(":") for stop in cities.split()]
        spans = [self.between(a, b, int(number or 1)) for (a, _, _), (b, _, number) in pairwise(stops)]
        return tuple(spans if stops[0][0] == start else reversed(spans))


def draw_backbone(rows: Rows, hubs: dict[str, Hub]) -> Fibre:
    """Conduits, spans, a link between neighbours, and the long protected links; `hubs` by city code."""
    rows.add(*(Conduit(id=conduit, name=name) for conduit, name in CONDUITS.items()))
    fibre = Fibre({})
    for cities, conduits in CHAINS:
        for a, b in pairwise(cities.split()):
            draw_span(rows, fibre, (hubs[a], hubs[b]), tuple(conduits.split()))
    protected = {ends(routes[0]): routes for routes in PROTECTED}
    for pair in [*fibre.spans, *(pair for pair in protected if pair not in fibre.spans)]:
        draw_link(rows, fibre, (hubs[pair[0]], hubs[pair[1]]), protected.get(pair, (" ".join(pair),)))
    return fibre


def draw_link(rows: Rows, fibre: Fibre, pair: tuple[Hub, Hub], routes: tuple[str, ...]) -> None:
    a, b = pair
    ports = f"{a.core}/to-{b.code}", f"{b.core}/to-{a.code}"
    ways = tuple(fibre.route(cities, a.code) for cities in routes)
    rows.add(Link(id=f"LK-{a.code}-{b.code}", a=ports[0], b=ports[1], tier="backbone", routes=ways))


def draw_span(rows: Rows, fibre: Fibre, pair: tuple[Hub, Hub], conduits: tuple[str, ...]) -> None:
    a, b = sorted(pair, key=lambda hub: hub.code)
    found = fibre.spans.setdefault((a.code, b.code), [])
    found.append(f"BB-{a.code}-{b.code}-{len(found) + 1}")
    km = round(DETOUR * distance_km((a.place.lat, a.place.lon), (b.place.lat, b.place.lon)), 1)
    rows.add(Span(id=found[-1], a=a.site, b=b.site, tier="backbone", length_km=km, conduits=conduits))


def ends(cities: str) -> tuple[str, str]:
    """First and last city, in the order that names use."""
    first, *_, last = cities.split()
    return min(first, last), max(first, last)
