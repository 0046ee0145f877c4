"""Hosts of a system by their several names, and what is said of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from connectors.polls.port import Answer, Standing
from connectors.ports import Resolver
from correlator.events import Alarm, AlarmType

LOST: AlarmType = "device_unreachable"


@dataclass(frozen=True, slots=True)
class Hosts:
    """`source`: under which their alarms stand."""

    resolver: Resolver
    source: str

    def own(self, alarm: Alarm) -> Alarm:
        """Under the inventory's id, and of this source."""
        found = self.resolver.object_named(alarm.object) or alarm.object
        return msgspec.structs.replace(alarm, object=found, source=self.source)

    def named(self, names: Sequence[str]) -> str:
        """The inventory's id by the first name that it knows, else the first name as it stands."""
        given = [name.strip() for name in names if name.strip()]
        known = next((name for name in given if self.resolver.knows(name)), given[0] if given else "")
        return (self.resolver.object_named(known) or known) if known else ""

    def answer(
        self,
        now: datetime,
        reached: Mapping[tuple[str, ...], bool],
        active: Sequence[Alarm],
        holds: Callable[[Standing], bool | None],
    ) -> Answer:
        """`reached`: by a host's names; `active`, `holds`: of what it holds besides."""
        well: dict[str, bool] = {}
        for names, reaches in reached.items():
            if name := self.named(names):
                well[name] = well.get(name, False) or reaches

        def held(one: Standing) -> bool | None:
            if one.alarm_type != LOST or one.qualifier is not None:
                return holds(one)
            known = well.get(one.object)
            return None if known is None else not known

        lost = [self.wrong(name, LOST, now) for name, reaches in well.items() if not reaches]
        return Answer([*lost, *active], held, frozenset(name for name in well if self.resolver.lists(name)))

    def wrong(self, name: str, alarm_type: AlarmType, now: datetime) -> Alarm:
        said = {"id": f"{self.source}/{now.timestamp():.6f}/{alarm_type}/{name}", "time": now, "source": self.source}
        said |= {"object": name, "alarm_type": alarm_type, "severity": "major", "state": "raised"}
        return msgspec.convert(said, Alarm)
