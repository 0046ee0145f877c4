"""What most consoles do: alarms of one site that come close together are one incident, named by its first alarm."""

from __future__ import annotations

from bench.accuracy.answers import Answer, Found
from bench.accuracy.case import Case
from bench.accuracy.physics import Net, device_of

WINDOW_S = 300.0


def answer(case: Case) -> Answer:
    net = case.given or case.scene.net
    last: dict[str, float] = {}
    found = []
    for one in case.told:
        if not one.raised:
            continue
        site = site_of(net, one.key[0])
        if one.received - last.get(site, -WINDOW_S * 2) > WINDOW_S:
            found.append(Found(one.key[0], one.received, one.received))
        last[site] = one.received
    return Answer(found)


def site_of(net: Net, name: str) -> str:
    """Where an object is; a fibre is where it begins."""
    device = net.device.get(device_of(name))
    if device is not None:
        return net.home[device]
    if name in net.span:
        return str(net.span[name]["a"])
    if name in net.service:
        return net.home[net.device[device_of(net.service[name]["attach"][0])]]
    return name
