"""Suppression by parents: what fails below a failed uplink belongs to the uplink that is nearest to a gateway."""

from __future__ import annotations

from bench.accuracy.answers import Answer, Found
from bench.accuracy.case import Case
from bench.accuracy.physics import Net, device_of

WITHIN_S = 300.0  # what is told in this time before or after
DARK = frozenset({"loss_of_signal", "link_down", "neighbor_down"})


def answer(case: Case) -> Answer:
    net = case.given or case.scene.net
    raised = [one for one in case.told if one.raised and one.key[1] not in ("signal_degraded", "protection_switch")]
    found: list[Found] = []
    latest: dict[str, Found] = {}
    for one in raised:
        around = [other for other in raised if abs(other.received - one.received) <= WITHIN_S]
        dark = {net.link_at[o.key[0]] for o in around if o.key[1] in DARK and o.key[0] in net.link_at}
        lost = {net.device[o.key[0]] for o in around if o.key[1] == "device_unreachable" and o.key[0] in net.device}
        root = _root(net, one.key[0], dark, lost)
        known = latest.get(root)
        if known is None or one.received - (known.opened or 0.0) > 2 * WITHIN_S:
            latest[root] = Found(root, one.received + WITHIN_S, one.received)
            found.append(latest[root])
    return Answer(found)


def _root(net: Net, name: str, dark: set[int], lost: set[int]) -> str:
    """The last thing that failed on the way up."""
    link = net.link_at.get(name)
    device = net.device.get(device_of(name))
    if device is None:
        return name
    root = name
    if link in dark:
        root = net.rows["links"][link]["id"]
        ends = net.ends[link]
        device = next((end for end in ends if net.up[end] != link), device)
    while net.up[device] >= 0:
        up = net.up[device]
        a, b = net.ends[up]
        above = b if a == device else a
        if up in dark:
            root = net.rows["links"][up]["id"]
        elif above in lost:
            root = net.devices[above]
        else:
            break
        device = above
    return root
