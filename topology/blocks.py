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
from collections.abc import Iterable, Sequence
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

    def reachable(self, vertex: int) -> bool:
        return self.head[vertex] >= 0

    def members_of(self, block: int) -> "array[int]":
        return self.members[self.starts[block] : self.starts[block + 1]]

    def fallen(self, block: int, killed: Iterable[int]) -> set[int]:
        """Members of the block that lose every way to its head when these members fail; these left out."""
        dead = set(killed)
        lost: set[int] = set()
        for vertex in dead:
            spot = self.spot[vertex]
            lost.update(self.members[spot : spot + self.weight[vertex]])
        lost -= dead
        out = self.members[self.starts[block]]
        head = self.head[out]
        saved = [vertex for vertex in lost if self._touches(vertex, head, block, lost, dead)]
        lost.difference_update(saved)
        while saved and lost:
            for near in self.neighbours[saved.pop()]:
                if near in lost:
                    lost.discard(near)
                    saved.append(near)
        return lost

    def _touches(self, vertex: int, head: int, block: int, lost: set[int], dead: set[int]) -> bool:
        """Whether a neighbour in this block still has its way."""
        for near in self.neighbours[vertex]:
            if near == head or (self.block[near] == block and near not in lost and near not in dead):
                return True
        return False


def build(neighbours: Csr, devices: int) -> Blocks:
    """Vertices 1..devices are devices; positions count these alone."""
    order, head, block = search(neighbours)
    low, high = intervals(order, head, devices)
    starts, members, weight = breadth_first(neighbours, order, head, block)
    spot = ints([-1]) * len(neighbours)
    for place, vertex in enumerate(members):
        spot[vertex] = place
    return Blocks(neighbours, ints(head), ints(block), low, high, starts, members, spot, weight)


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
) -> tuple["array[int]", "array[int]", "array[int]"]:
    """For each block of two or more: its members in preorder of the breadth-first tree, and their subtrees' sizes."""
    first: dict[
        int, int
    ] = {}  # block -> its head; blocks come in order of discovery, which is not that of their number
    for vertex in order:
        if block[vertex] >= 0:
            first.setdefault(block[vertex], head[vertex])
    starts, members, weight = ints([0]), ints([]), ints([0]) * len(head)
    for number in range(len(first)):
        rows, above = layers(neighbours, first[number], number, block)
        for vertex in reversed(rows):
            weight[vertex] += 1
            if vertex in above and above[vertex] != first[number]:
                weight[above[vertex]] += weight[vertex]
        members.extend(preorder(rows, above, weight))
        starts.append(len(members))
    return starts, members, weight


def layers(neighbours: Csr, head: int, number: int, block: Sequence[int]) -> tuple[list[int], dict[int, int]]:
    rows: list[int] = []
    above: dict[int, int] = {}
    row = [head]
    while row:
        following = []
        for vertex in row:
            for near in neighbours[vertex]:
                if block[near] == number and near not in above:
                    above[near] = vertex
                    following.append(near)
        rows += following
        row = following
    return rows, above


def preorder(rows: Sequence[int], above: dict[int, int], weight: Sequence[int]) -> list[int]:
    placed = [0] * len(rows)
    free: dict[int, int] = {}
    last = 0
    for vertex in rows:
        parent = above[vertex]
        if parent in free:
            start = free[parent]
            free[parent] = start + weight[vertex]
        else:  # hangs at the head
            start = last
            last += weight[vertex]
        placed[start] = vertex
        free[vertex] = start + 1
    return placed
