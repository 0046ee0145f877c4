"""Which vertex cuts off which: dominators of an undirected graph, by its biconnected blocks.

Vertex 0 stands outside the network and is joined to every gateway; then come the devices, then the links (a link is a
vertex between its two devices). A vertex works when it is joined to vertex 0 by working vertices only. In an undirected
graph the vertices that all ways to v must pass are the cut vertices between 0 and v in the block-cut tree (Hopcroft
and Tarjan 1973), and the nearest of them, `head[v]`, is the top of the block through which v is entered. Numbered along
that tree, all devices that v cuts off are one interval of positions, [low[v], high[v]).

Two vertices of one block that fail together may cut off more than each alone. Each block of two or more vertices
therefore keeps a breadth-first tree from its head: only what lay below a failed vertex in that tree can have lost its
way, so a joint failure costs what it may touch and not what the block holds.
"""

from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from topology.csr import Csr, ints


@dataclass(frozen=True, slots=True)
class Blocks:
    """All by vertex, but `starts` and `members`, which list the vertices of each block that has two or more.

    A vertex that no gateway reaches has head -1 and an empty interval.
    """

    neighbours: Csr
    head: "array[int]"
    block: "array[int]"  # -1: a block of its own
    low: "array[int]"
    high: "array[int]"
    starts: "array[int]"
    members: "array[int]"  # each block in preorder of its breadth-first tree, the head left out
    spot: "array[int]"  # index in members; -1 outside
    weight: "array[int]"  # vertices of its breadth-first subtree, itself included
    up: "array[int]"  # the vertex above in that tree; -1 outside

    def reachable(self, vertex: int) -> bool:
        return self.head[vertex] >= 0

    def members_of(self, block: int) -> "array[int]":
        return self.members[self.starts[block] : self.starts[block + 1]]

    def head_of(self, block: int) -> int:
        return self.head[self.members[self.starts[block]]]

    def fallen(self, block: int, killed: Iterable[int]) -> set[int]:
        """Members of the block that lose every way to its head when these members fail; these left out."""
        return self.detours(block, set(killed))[0]

    def detours(self, block: int, killed: set[int]) -> tuple[set[int], dict[int, int]]:
        """(members without a way to the head, next vertex on another way for those whose tree way is gone)."""
        starts, targets, blocks = self.neighbours.starts, self.neighbours.values, self.block  # this is where time goes
        lost: set[int] = set()
        for vertex in killed:
            spot = self.spot[vertex]
            lost.update(self.members[spot : spot + self.weight[vertex]])
        lost -= killed
        head = self.head_of(block)
        via: dict[int, int] = {}
        for vertex in lost:
            for near in targets[starts[vertex] : starts[vertex + 1]]:
                if near == head or (blocks[near] == block and near not in lost and near not in killed):
                    via[vertex] = near
                    break
        lost.difference_update(via)
        saved = list(via)
        while saved and lost:
            vertex = saved.pop()
            for near in targets[starts[vertex] : starts[vertex + 1]]:
                if near in lost:
                    lost.discard(near)
                    via[near] = vertex
                    saved.append(near)
        return lost, via

    def stranded(self, block: int, killed: set[int], fails: dict[int, int]) -> dict[int, int]:
        """By member that works and loses its way to the head in some case: in which.

        Many cases at once, each a bit: `fails` has by member the cases in which it fails, besides `killed`. Whatever
        reaches a member goes on from it, until nothing new comes; at the cost of the whole block.
        """
        starts, targets, blocks = self.neighbours.starts, self.neighbours.values, self.block  # this is where time goes
        every = 0
        for cases in fails.values():
            every |= cases
        head = self.head_of(block)
        reached, ways = {head: every}, dict[int, list[int]]()
        row: dict[int, None] = {head: None}
        while row:
            following: dict[int, None] = {}
            for vertex in row:
                here, near = reached[vertex], ways.get(vertex)
                if near is None:
                    joined = targets[starts[vertex] : starts[vertex + 1]]
                    near = ways[vertex] = [other for other in joined if blocks[other] == block and other not in killed]
                for other in near:
                    known = reached.get(other)
                    if known is None:
                        reached[other] = here & ~fails.get(other, 0)
                        following[other] = None
                    elif more := here & ~(known | fails.get(other, 0)):
                        reached[other] = known | more
                        following[other] = None
            row = following
        lost = ((vertex, every & ~(cases | fails.get(vertex, 0))) for vertex, cases in reached.items())
        return {vertex: cases for vertex, cases in lost if cases}

    def parts(self, vertices: Collection[int]) -> dict[int, int]:
        """By vertex a number that those share which hang together, by way of one another, inside one block."""
        number: dict[int, int] = {}
        for first in sorted(vertices):
            row, block = [first], self.block[first]
            while row:
                vertex = row.pop()
                if vertex not in number:
                    number[vertex] = first
                    around = self.neighbours[vertex] if block >= 0 else ()
                    row += (near for near in around if near in vertices and self.block[near] == block)
        return number


def build(neighbours: Csr, devices: int) -> Blocks:
    """Vertices 1..devices are devices; positions count these alone."""
    order, head, block = search(neighbours)
    low, high = intervals(order, head, devices)
    starts, members, weight, up = breadth_first(neighbours, order, head, block)
    spot = ints([-1]) * len(neighbours)
    for place, vertex in enumerate(members):
        spot[vertex] = place
    return Blocks(neighbours, ints(head), ints(block), low, high, starts, members, spot, weight, up)


def search(neighbours: Csr) -> tuple[list[int], list[int], list[int]]:
    """Depth first from vertex 0: the vertices in order of discovery, the head of each and its block."""
    size = len(neighbours)
    targets, ends = neighbours.values.tolist(), neighbours.starts.tolist()[1:]
    following = neighbours.starts.tolist()
    found, lowest = [0] * size, [0] * size  # place in the order, from 1; the least place that its subtree touches
    head, block = [-1] * size, [-1] * size
    order, path, pile = [0], [0], [0]
    found[0] = lowest[0] = 1
    blocks = 0
    while path:
        vertex = path[-1]
        at = following[vertex]
        if at < ends[vertex]:
            following[vertex] = at + 1
            near = targets[at]
            if not found[near]:
                order.append(near)
                found[near] = lowest[near] = len(order)
                path.append(near)
                pile.append(near)
            elif found[near] < lowest[vertex]:
                lowest[vertex] = found[near]
            continue
        path.pop()
        if not path:
            break
        above = path[-1]
        if lowest[vertex] >= found[above]:
            blocks += close(vertex, above, pile, (head, block, blocks))
        elif lowest[vertex] < lowest[above]:
            lowest[above] = lowest[vertex]
    return order, head, block


def close(vertex: int, above: int, pile: list[int], into: tuple[list[int], list[int], int]) -> int:
    """Takes the block below `above` that ends with `vertex` off the pile; 1 where it counts as a block, else 0."""
    head, block, number = into
    if pile[-1] == vertex:
        pile.pop()
        head[vertex] = above
        return 0
    while True:
        member = pile.pop()
        head[member], block[member] = above, number
        if member == vertex:
            return 1


def intervals(order: Sequence[int], head: Sequence[int], devices: int) -> tuple["array[int]", "array[int]"]:
    """Positions of devices, so that what a vertex cuts off is one interval. `order` has heads first."""
    size = [0] * len(head)
    for vertex in reversed(order[1:]):
        size[vertex] += vertex <= devices
        size[head[vertex]] += size[vertex]
    low, high, free = ints([0]) * len(head), ints([0]) * len(head), [0] * len(head)
    high[0] = size[0]
    for vertex in order[1:]:
        above = head[vertex]
        start = free[above]
        free[above] = start + size[vertex]
        low[vertex], high[vertex] = start, start + size[vertex]
        free[vertex] = start + (vertex <= devices)
    return low, high


def breadth_first(
    neighbours: Csr, order: Sequence[int], head: Sequence[int], block: Sequence[int]
) -> tuple["array[int]", "array[int]", "array[int]", "array[int]"]:
    """`starts`, `members`, `weight` and `up` of the blocks of two or more."""
    first: dict[int, int] = {}  # block -> its head
    for vertex in order:
        if block[vertex] >= 0:
            first.setdefault(block[vertex], head[vertex])
    starts, members = ints([0]), ints([])
    weight, up = ints([0]) * len(head), ints([-1]) * len(head)
    for number in range(len(first)):
        rows = layers(neighbours, first[number], number, (block, up))
        for vertex in reversed(rows):
            weight[vertex] += 1
            if up[vertex] != first[number]:
                weight[up[vertex]] += weight[vertex]
        members.extend(preorder(rows, up, weight))
        starts.append(len(members))
    return starts, members, weight, up


def layers(neighbours: Csr, head: int, number: int, into: tuple[Sequence[int], "array[int]"]) -> list[int]:
    """The members of a block in order of their distance from its head; writes the vertex above each into `up`."""
    block, up = into
    rows: list[int] = []
    row = [head]
    while row:
        following = []
        for vertex in row:
            for near in neighbours[vertex]:
                if block[near] == number and up[near] < 0:
                    up[near] = vertex
                    following.append(near)
        rows += following
        row = following
    return rows


def preorder(rows: Sequence[int], up: Sequence[int], weight: Sequence[int]) -> list[int]:
    placed = [0] * len(rows)
    free: dict[int, int] = {}
    last = 0
    for vertex in rows:
        above = up[vertex]
        if above in free:
            start = free[above]
            free[above] = start + weight[vertex]
        else:  # hangs at the head
            start = last
            last += weight[vertex]
        placed[start] = vertex
        free[vertex] = start + 1
    return placed
