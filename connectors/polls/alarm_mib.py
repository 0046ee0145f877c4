"""What an agent holds active, by its ALARM-MIB (RFC 3877): alarmActiveTable, and the variables of each alarm.

Each row is read as the notification that raised it, by the catalogues that read its traps; so it is the same alarm. One
whose notification no catalogue knows is read as an alarmActiveState. What the agent does not model it does not list,
and nothing is concluded of it; the same where its table has overflowed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from connectors.polls.port import Answer, Standing
from connectors.polls.snmp import Agent, Column, Engine, Value, Walker
from correlator.alarms.states import key_of
from correlator.events import Alarm, AlarmType

ALARM = "1.3.6.1.2.1.118"
MODEL_NOTIFICATION = f"{ALARM}.1.1.2.1.3"  # alarmModelNotificationId
ACTIVE = f"{ALARM}.1.2.2.1"
NOTIFICATION, RESOURCE, MODEL = f"{ACTIVE}.9", f"{ACTIVE}.10", f"{ACTIVE}.13"
OVERFLOW = f"{ALARM}.1.2.5"  # alarmActiveOverflow
VARIABLE = f"{ALARM}.1.2.3.1"
VARIABLE_ID, VARIABLE_TYPE = f"{VARIABLE}.2", f"{VARIABLE}.3"
VALUES = {1: 4, 2: 5, 3: 6, 4: 7, 5: 9, 6: 8, 7: 10, 8: 11, 9: 12}  # alarmActiveVariableValueType -> column
ACTIVE_STATE = f"{ALARM}.0.2"
CLEAR_STATE = 1  # alarmModelState of a clear
GENERIC = "alarm:"  # how the qualifiers begin that the catalogue gives to alarmActiveState
NONE = ("0.0", "", None)
FIRST = 2  # variables sysUpTime and snmpTrapOID come first

Varbinds = tuple[tuple[str, Value], ...]


class Reads(NamedTuple):
    """What reads the traps of this agent. `kinds`: the types that a notification raises; none: no catalogue has it."""

    alarms: Callable[[str, Varbinds, datetime], Sequence[Alarm]]
    kinds: Callable[[str], frozenset[AlarmType]]


class ActiveAlarms:
    """Implements `Asked`."""

    def __init__(self, agent: Agent, reads: Reads) -> None:
        self._engine = Engine()
        self._walker = Walker(agent, self._engine)
        self._reads = reads

    async def ask(self, now: datetime) -> Answer:
        column = self._column
        overflows = await column(OVERFLOW)
        modelled = await column(MODEL_NOTIFICATION)
        notifications, resources, models = await column(NOTIFICATION), await column(RESOURCE), await column(MODEL)
        if not overflows and not modelled and not notifications:
            raise self._walker.unseen(f"ALARM-MIB ({ALARM})")
        variables = await self._variables() if notifications else {}
        active = [
            alarm
            for row, notification in notifications.items()
            for alarm in self._read(row, notification, (resources, models), variables.get(_without_date(row), ()), now)
            if alarm.state == "raised"
        ]
        held = {key_of(alarm) for alarm in active}
        raising = {str(name) for state, name in modelled.items() if state[-1] != CLEAR_STATE and name not in NONE}
        kinds = frozenset(kind for name in raising for kind in self._reads.kinds(name)) - {"other"}
        whole = bool(modelled) and not any(overflows.values())

        def holds(one: Standing) -> bool | None:
            if one.key in held:
                return True
            return False if whole and _listed(one, kinds, raising) else None

        return Answer(active, holds)

    async def close(self) -> None:
        await self._engine.close()

    async def _column(self, oid: str) -> Column:
        """What is not listed counts as over: so a part of a table is no answer."""
        return await self._walker.column(oid, whole=True)

    def _read(
        self, row: tuple[int, ...], notification: Value, pointers: tuple[Column, Column], said: Varbinds, now: datetime
    ) -> Sequence[Alarm]:
        if isinstance(notification, str) and self._reads.kinds(notification):
            return self._reads.alarms(notification, said, now)
        resources, models = pointers
        place = ".".join(map(str, row))
        pairs = ((f"{MODEL}.{place}", models.get(row)), (f"{RESOURCE}.{place}", resources.get(row)))
        return self._reads.alarms(ACTIVE_STATE, pairs, now)

    async def _variables(self) -> dict[tuple[int, ...], Varbinds]:
        """By list and index of the alarm, in order, without the first two."""
        names, types = await self._column(VARIABLE_ID), await self._column(VARIABLE_TYPE)
        wanted = sorted({VALUES[kind] for kind in types.values() if isinstance(kind, int) and kind in VALUES})
        values = {number: await self._column(f"{VARIABLE}.{number}") for number in wanted}
        found: dict[tuple[int, ...], list[tuple[str, Value]]] = {}
        for place, name in names.items():
            kind = types.get(place)
            if isinstance(name, str) and isinstance(kind, int) and kind in VALUES and place[-1] > FIRST:
                found.setdefault(place[:-1], []).append((name, values[VALUES[kind]].get(place)))
        return {alarm: tuple(pairs) for alarm, pairs in found.items()}


def _listed(one: Standing, kinds: frozenset[AlarmType], raising: set[str]) -> bool:
    """Whether the agent would list it, if it still held it active."""
    if one.qualifier is not None and one.qualifier.startswith(GENERIC):
        return True
    return one.alarm_type in kinds or one.qualifier in raising


def _without_date(row: tuple[int, ...]) -> tuple[int, ...]:
    """From (list, date and time, index) to (list, index); both texts have their length before them."""
    listed = 1 + row[0] if row else 0
    dated = 1 + row[listed] if listed < len(row) else 0
    return (*row[:listed], *row[listed + dated :])
