"""Which single elements could be behind what is seen: the covers of inference.

Each answer is worked out when it is first asked for and kept; all are ascending element numbers.
"""

from collections.abc import Iterable

from topology.around import AT_HOME
from topology.down import Intervals, down_alone
from topology.graph import CONDUIT, SITE, SPAN, Topology
from topology.memo import Together
from topology.predict import Signature, signature

Elements = tuple[int, ...]


def with_groups(topology: Topology, elements: Iterable[int]) -> set[int]:
    """These, and every risk group that holds one of them."""
    found = set(elements)
    for element in tuple(found):
        found.update(topology.groups_of(element))
    return found


def cutters(topology: Topology, span: int) -> set[int]:
    """Whose failure cuts this span: itself, its conduits, and the groups that hold either."""
    return with_groups(topology, (span, *topology.conduits_of(span)))


def holders(topology: Topology, device: int) -> set[int]:
    """Whose failure is this device's failure: itself, its site, and the groups that hold either."""
    return with_groups(topology, (device, topology.site_of(device)))


def stops(topology: Topology, link: int) -> Elements:
    """Elements that alone make the link not work: itself, its ports and devices, what cuts all of its routes."""
    known = topology.memo.stops.get(link)
    if known is None:
        found = with_groups(topology, parts(topology, link))
        routes = cut_routes(topology, link)
        if routes:
            found |= set.intersection(*routes)
        known = topology.memo.stops[link] = tuple(sorted(found))
    return known


def parts(topology: Topology, link: int) -> set[int]:
    """Of a link: itself, its ports, its devices and their sites; of its routes and of groups nothing."""
    ends = topology.ends(link)
    return {link, *topology.ports_of(link), *ends, *map(topology.site_of, ends)}


def degrades(topology: Topology, link: int) -> Elements:
    """Elements that cut a route of a protected link and alone do not stop it."""
    known = topology.memo.degrades.get(link)
    if known is None:
        routes = cut_routes(topology, link)
        found = set[int]().union(*routes) if len(routes) > 1 else set[int]()
        known = topology.memo.degrades[link] = tuple(sorted(found.difference(stops(topology, link))))
    return known


def cut_routes(topology: Topology, link: int) -> list[set[int]]:
    """For each route of the link the elements that cut it."""
    return [set[int]().union(*(cutters(topology, span) for span in route)) for route in topology.routes_of(link)]


def severs(topology: Topology, element: int) -> Elements:
    """Elements that cut the fibre under a span, in a conduit or under any route of a link."""
    if topology.kind[element] == SPAN:
        return tuple(sorted(cutters(topology, element)))
    if topology.kind[element] == CONDUIT:
        spans = (cutters(topology, span) for span in topology.spans_in(element))
        return tuple(sorted(with_groups(topology, (element,)).union(*spans)))
    return tuple(sorted(set[int]().union(*cut_routes(topology, element))))


def unpowers(topology: Topology, element: int) -> Elements:
    """Elements that could take the mains from a site or a device: itself, its site, groups that hold either."""
    if topology.kind[element] == SITE:
        return tuple(sorted(with_groups(topology, (element,))))
    return tuple(sorted(holders(topology, element)))


def lost_places(topology: Topology, group: int, told_of: Iterable[int]) -> list[int]:
    """Members of the group where something is lost, if alarms of these elements say so.

    Of a port the device that tells lives, so it is the other end, and nothing that would have cut that device off. Of
    what lies below, the nearest that cuts it off; of a home itself alone, for as a rule its OLT tells, and so lives.
    """
    members, found = set(topology.members_of(group)), set[int]()
    for element in told_of:
        if element in members:
            found.add(element)
        is_port = topology.kind_of(element) == "port"
        lives = set(cuts_off(topology, topology.device_of(element))) if is_port else set[int]()
        for device in _lost_devices(topology, element):
            mine = members.intersection(holders(topology, device))
            at_home = topology.role_of(device) in AT_HOME
            above = () if mine or at_home else members.intersection(cuts_off(topology, device)) - lives
            found |= mine
            if above:
                found.add(min(above, key=lambda one: (_size(topology, one), one)))
    return sorted(found)


def _lost_devices(topology: Topology, element: int) -> list[int]:
    """Which are lost if an alarm of a device, a service or a port says so; of the rest none."""
    match topology.kind_of(element):
        case "device":
            return [element]
        case "service":
            points = topology.service_attach(element - topology.first_service)
            return [topology.device_of(point) for point in points]
        case "port":
            teller = topology.device_of(element)
            return [end for link in topology.links_of(element) for end in topology.ends(link) if end != teller]
        case _:
            return []


def _size(topology: Topology, element: int) -> int:
    """How many devices it takes down."""
    return sum(high - low for low, high in down_alone(topology, element).intervals)


def cuts_off(topology: Topology, device: int) -> Elements:
    """Elements that alone make this device fail or leave it no way to a gateway; none where it never had one."""
    known = topology.memo.covers.get(device)
    if known is not None:
        return known
    if not topology.reachable(device):
        return ()
    base, covers = topology.first.device - 1, topology.memo.covers
    chain, found = [], set[int]()
    vertex = device - base
    while vertex > 0:
        if vertex + base in covers:
            found.update(covers[vertex + base])
            break
        chain.append(vertex)
        vertex = topology.blocks.head[vertex]
    for vertex in reversed(chain):
        found |= kills(topology, vertex)
        found.update(joint_cuts(topology, topology.blocks.block[vertex]).get(vertex, ()))
        if topology.is_device(vertex + base):
            covers[vertex + base] = tuple(sorted(found))
    return covers[device]


def kills(topology: Topology, vertex: int) -> set[int]:
    """Elements whose failure fails this vertex of the graph itself."""
    element = vertex + topology.first.device - 1
    return holders(topology, element) if topology.is_device(element) else set(stops(topology, element))


def joint_cuts(topology: Topology, block: int) -> dict[int, Elements]:
    """By member of a block: elements that fail several others of it and so cut this one off."""
    known = topology.memo.joints.get(block)
    if known is None:
        gathered: dict[int, list[int]] = {}
        for element, killed in failing_together(topology, block).killed.items():
            for vertex in topology.blocks.fallen(block, killed):
                gathered.setdefault(vertex, []).append(element)
        known = topology.memo.joints[block] = {vertex: tuple(found) for vertex, found in gathered.items()}
    return known


def prepare(topology: Topology) -> None:
    """Works out what fails together in every block, so that no question has to wait for it."""
    for block in range(len(topology.blocks.starts) - 1):
        joint_cuts(topology, block)


def failing_together(topology: Topology, block: int) -> Together:
    """Elements that fail two or more members of the block; a link at a failed device adds nothing."""
    known = topology.memo.together.get(block)
    if known is None:
        gathered: dict[int, list[int]] = {}
        for vertex in topology.blocks.members_of(block) if block >= 0 else ():
            for element in kills_first(topology, vertex):
                gathered.setdefault(element, []).append(vertex)
        killed = {element: tuple(gathered[element]) for element in sorted(gathered) if len(gathered[element]) > 1}
        at: dict[int, list[int]] = {}
        for element, vertices in killed.items():
            for vertex in vertices:
                at.setdefault(vertex, []).append(element)
        alone: dict[int, list[int]] = {}
        for element in sorted(gathered.keys() - killed.keys()):
            alone.setdefault(gathered[element][0], []).append(element)
        known = Together(killed, *({vertex: tuple(who) for vertex, who in each.items()} for each in (at, alone)))
        topology.memo.together[block] = known
    return known


def kills_first(topology: Topology, vertex: int) -> set[int]:
    """As `kills`, but of a link without what fails one of its devices."""
    element = vertex + topology.first.device - 1
    found = kills(topology, vertex)
    if topology.is_device(element):
        return found
    return found.difference(*(holders(topology, end) for end in topology.ends(element)))


def fails_service(topology: Topology, service: int) -> Elements:
    """Elements that alone take the service down: itself, and what leaves its gate too few attach points."""
    known = topology.memo.services.get(service)
    if known is None:
        known = topology.memo.services[service] = tuple(sorted(find_failing(topology, service)))
    return known


def find_failing(topology: Topology, service: int) -> set[int]:
    found = with_groups(topology, (topology.first.service + service,))
    lost: dict[int, int] = {}  # element -> attach points that it takes
    attach = topology.demand.service_attach[service]
    points = [point for point in attach if topology.reachable(topology.device_of(point))]
    for point in points:
        for element in loses_point(topology, point):
            lost[element] = lost.get(element, 0) + 1
    spare = len(points) - topology.service_need(service)
    if spare >= 0:
        found.update(element for element, number in lost.items() if number > spare)
    return found


def loses_point(topology: Topology, point: int) -> set[int]:
    """Elements that alone make an attach point not work: what cuts its device off, and the port itself."""
    found = set(cuts_off(topology, topology.device_of(point)))
    return found if topology.is_device(point) else found | with_groups(topology, (point,))


def speaker(topology: Topology, device: int) -> int:
    """Who speaks for an ONT or a CPE: the nearest device above that speaks itself. -1: a poller, or nobody."""
    return topology.places.speaker.item(topology.places.position.item(device))


def equivalents(topology: Topology, element: int) -> Elements:
    """Elements that no evidence can tell from this one, itself included, in order of name (contract, section 3).

    Their failures put the same speaking objects and the same customers in the same states. What nobody would notice is
    alone: a dark span is no more like another dark span than like a working network.
    """
    known = topology.memo.equivalents.get(element)
    if known is None:
        mine = signature(topology, element)
        alike = {element}
        if not mine.is_empty():
            alike.update(other for other in suspects(topology, mine) if signature(topology, other) == mine)
        known = tuple(sorted(alike, key=lambda member: (topology.ids[member], member)))
        for member in known:
            topology.memo.equivalents[member] = known
    return known


def suspects(topology: Topology, seen: Signature) -> Iterable[int]:
    """Elements that explain one of the things seen, the one that most narrows the choice."""
    if seen.links:
        return stops(topology, seen.links[0])
    if seen.degraded:
        return degrades(topology, seen.degraded[0])
    if seen.speakers:
        return cut_no_more(topology, seen.speakers)
    service = seen.services[0] if seen.services else topology.places.simple_services.item(seen.simple[0][0])
    return fails_service(topology, service)


def cut_no_more(topology: Topology, speakers: Intervals) -> set[int]:
    """Elements that cut off the first of these devices, left out those that must cut off more than all of them."""
    prefix, blocks = topology.places.speaking_prefix, topology.blocks
    position = int(prefix.searchsorted(speakers[0][0], side="right")) - 1
    vertex = topology.places.device_at.item(position) - topology.first.device + 1
    size = sum(high - low for low, high in speakers)
    found = set[int]()
    while vertex > 0 and prefix.item(blocks.high[vertex]) - prefix.item(blocks.low[vertex]) <= size:
        found |= kills(topology, vertex)
        found.update(joint_cuts(topology, blocks.block[vertex]).get(vertex, ()))
        vertex = blocks.head[vertex]
    return found
