"""OLTs that were back a moment before and call nearly all their ONTs lost: these register, one after the other."""

import numpy as np

from correlator.alarms import states
from correlator.events import MINUTE_US, SECOND_US, AlarmType
from correlator.rows.incidents import AlarmRow
from correlator.state import Draft
from topology.around import AT_HOME
from topology.cover import speaker
from topology.domains import element_of
from topology.graph import Topology

LOSS: tuple[AlarmType, ...] = ("device_unreachable", "loss_of_signal", "link_down")
BELOW = ("splitter", *AT_HOME)  # roles on the other side of an OLT's PON
BACK_BEFORE_US = 2 * MINUTE_US
BOOTS = 0.75  # of its ONTs: so many are lost to an OLT that boots


def boots_until_us(draft: Draft, rows: list[AlarmRow]) -> int:
    """How long these register; 0: not so."""
    topology, alarms = draft.world.topology, draft.state.alarms
    olts = {_olt_of(topology, row) for row in rows}
    back_us = {olt: _back_us(draft, olt) for olt in sorted(olts) if olt >= 0}
    since_us = min((row.first_us for row in rows), default=0) - BACK_BEFORE_US
    if not olts or -1 in olts or min(back_us.values()) < since_us:
        return 0
    for olt, at_us in back_us.items():
        onts = topology.device_at[np.flatnonzero(topology.places.speaker == olt)].tolist()
        told = (alarms.get(states.named(topology.ids[ont], "device_unreachable")) for ont in onts)
        lost = sum(row is not None and row.first_us >= at_us - BACK_BEFORE_US for row in told)
        if lost < BOOTS * len(onts):
            return 0
    return max(back_us.values()) + draft.world.policy.faults.boots_s * SECOND_US


def _olt_of(topology: Topology, row: AlarmRow) -> int:
    """Of a port of an OLT, or of one of its ONTs, that is lost; -1: of anything else."""
    element = element_of(topology, row.object)
    if row.alarm_type not in LOSS or element < 0 or topology.kind_of(element) not in ("device", "port"):
        return -1
    device = topology.device_of(element)
    if topology.role_of(device) in AT_HOME:
        device = speaker(topology, device)
    return device if device >= 0 and topology.role_of(device) == "olt" else -1


def _back_us(draft: Draft, olt: int) -> int:
    """When it was told to be reached again, or the last of its links up was; 0: it is not told that it was lost."""
    topology = draft.world.topology
    up = [
        one for one in topology.links_of(olt) if not any(topology.role_of(end) in BELOW for end in topology.ends(one))
    ]
    back_us = [max(_well_us(draft, topology.ids[port]) for port in topology.ports_of(link)) for link in up]
    return max(_well_us(draft, topology.ids[olt]), max(back_us) if back_us and all(back_us) else 0)


def _well_us(draft: Draft, name: str) -> int:
    """When the loss of it was told to be over; 0: it never was, or is lost."""
    rows = [row for one in LOSS if (row := draft.state.alarms.get(states.named(name, one))) is not None]
    return 0 if any(row.active for row in rows) else max((row.cleared_us for row in rows), default=0)
