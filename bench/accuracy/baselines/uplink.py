"""Suppression by parents: what fails below a failed uplink belongs to the uplink that is nearest to a gateway."""

from __future__ import annotations

from bench.accuracy.answers import Answer, Found
from bench.accuracy.case import Case
from bench.accuracy.physics import Net, device_of

WITHIN_S = 300.0  # what is told in this time before or after
NO_LOSS = frozenset({"signal_degraded", "protection_switch", "on_battery", "power_failure"})
DARK = frozenset({"loss_of_signal", "link_down", "neighbor_down"})


def answer(case: Case) -> Answer:
    net = case.given or case.scene.net
    raised = [one for one in case.told if one.raised and one.key[1] not in NO_LOSS]
    found: list[Found] = []
    latest: dict[str, Found] = {}
    for one in raised:
        around = [other for other in raised if abs(other.received - one.received) <= WITHIN_S]
        dark = {net.link_at[o.key[0]] for o in around if o.key[1] in DARK and o.key[0] in net.link_at}
        lost = {net.device[o.key[0]] for o in around if o.key[1] == "device_unreachable" and o.key[0] in net.device}
        _splitters(net, lost)
        root = _root(net, one.key[0], dark, lost)
        known = latest.get(root)
        if known is None or one.received - (known.opened or 0.0) > 2 * WITHIN_S:
            latest[root] = Found(root, one.received + WITHIN_S, one.received)
            found.append(latest[root])
    return Answer(found)


def _splitters(net: Net, lost: set[int]) -> None:
    """A splitter does not speak: it is lost where most of what hangs on it is."""
    around = {other for device in lost if net.role[device] == "ont" for other, _ in net.beside[device]}
    for splitter in around:
        below = [other for other, link in net.beside[splitter] if net.up[other] == link]
        if 2 * len(lost.intersection(below)) > len(below):
            lost.add(splitter)


def _root(net: Net, name: str, dark: set[int], lost: set[int]) -> str:
    """The last thing that failed on the way up."""
    if name in net.service:
        name = net.service[name]["attach"][0]
    link = net.link_at.get(name)
    device = net.device.get(device_of(name))
    if device is None:
        return name
    root = name
    if link is not None and link in dark:
        root = _named(net, link, lost)
        a, b = net.ends[link]
        device = b if net.up[a] == link else a
    while net.up[device] >= 0:
        up = net.up[device]
        a, b = net.ends[up]
        above = b if a == device else a
        if up in dark:
            root = _named(net, up, lost)
        elif above in lost:
            root = net.devices[above]
        else:
            break
        device = above
    return root


def _named(net: Net, link: int, lost: set[int]) -> str:
    """A dark link is the device at its end that is lost, where one is."""
    gone = [end for end in net.ends[link] if end in lost]
    return net.devices[gone[0]] if len(gone) == 1 else str(net.rows["links"][link]["id"])
