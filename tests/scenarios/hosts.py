"""Where a scenario is played: hosts that take events one by one and show what the outside would see.

`kernel`: the pure fold, as `simpul replay` runs it. `embedded`: the host of `simpul run` over a journal and a store in
memory, killed and started again after each event, so that nothing may depend on what is not in the rows.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from connectors.api.quality.views import improvement_json, survey_json
from connectors.journal.memory import MemoryJournal
from connectors.store.memory import MemoryStore
from correlator import kernel
from correlator.effects import Alert, Campaign, Notice
from correlator.events import Event, Frame
from correlator.incidents.outputs import incidents_json
from correlator.policy import Policy
from correlator.reports.facts import Facts
from correlator.reports.lines import ticket_line
from correlator.reports.network import Network
from correlator.reports.recap import recap_of
from correlator.reports.report import month_of
from correlator.reports.restitution import RESTITUTION
from correlator.reports.totals import Months, totals
from correlator.rows.audiences import by_name
from correlator.service_desk import outputs
from correlator.service_desk.notices import notices
from correlator.state import Draft
from correlator.times import rfc3339
from correlator.world import World
from streams.host.host import Host, Ports
from streams.replay.replay import Numbers, Replay
from streams.simulation.twins import Known
from topology.graph import Topology

Row = dict[str, Any]
DOMAIN = "test"


@dataclass
class Seen:
    """What the outside sees, as the contract's section 3 writes it."""

    incidents: list[Row]
    tickets: list[Row]
    notices: list[Row]
    alerts: list[Row]
    rcas: list[Row]
    rejected: list[Row]
    unresolved: int
    surveys: list[Row]
    improvements: list[Row]


class Played(Protocol):
    """Takes events, lets time pass, shows what is seen."""

    def take(self, event: Row) -> None: ...

    def wait(self, at_us: int) -> None:
        """Time passes until then: what falls due is done."""

    def seen(self) -> Seen: ...

    def paid(self) -> list[Row]:
        """The month's restitution so far, by customer and service."""


class KernelHost:
    """The pure fold."""

    def __init__(self, topology: Topology, policy: Policy, given: frozenset[str]) -> None:
        self.run = self._run(World(topology, policy), given)
        self.lines = 0
        kernel.wake(self.run.state, self.run.world)

    def _run(self, world: World, given: frozenset[str]) -> Replay:
        worlds, policies = {world.topology.hash: world.topology}, {world.policy.hash: world.policy}
        return Replay(world, worlds, policies, Numbers(given), more=True)

    def take(self, event: Row) -> None:
        self.lines += 1
        self.run.line(self.lines, msgspec.json.encode(event))

    def wait(self, at_us: int) -> None:
        self.run.drain(at_us)
        self.run.received_us = max(self.run.received_us, at_us)

    def seen(self) -> Seen:
        run = self.run
        draft = Draft(run.state, run.world, run.state.now_us)
        told: list[Row] = []
        for effect in run.effects:
            if isinstance(effect, Campaign):
                told.extend(outputs.notice_json(notice) for notice in notices.fan_out(run.world, effect))
            elif isinstance(effect, Notice):
                told.append(outputs.notice_json(notices.single(run.world, effect)))
        unresolved = run.state.counters.get("unresolved")
        return Seen(
            incidents=incidents_json(draft),
            tickets=[outputs.ticket_json(row) for _, row in sorted(run.state.tickets.items())],
            notices=told,
            alerts=[outputs.alert_json(effect) for effect in run.effects if isinstance(effect, Alert)],
            rcas=[outputs.rca_json(run.state, row) for _, row in sorted(run.state.rcas.items())],
            rejected=run.rejected,
            unresolved=unresolved.value if unresolved else 0,
            surveys=[
                survey_json(row, [one for one in run.state.surveyed.values() if one.survey == row.id])
                for _, row in sorted(run.state.surveys.items())
            ],
            improvements=[improvement_json(row) for _, row in sorted(run.state.improvements.items())],
        )

    def paid(self) -> list[Row]:
        state, topology = self.run.state, self.run.world.topology
        period = month_of(rfc3339(state.now_us)[:7])
        assert period is not None
        lines = [ticket_line(row, None) for _, row in sorted(state.tickets.items())]
        facts = Facts(
            moment_us=state.now_us,
            network=Network(topology),
            divisions=self.run.world.policy.care.owners,
            totals=totals(Months(period.number, period.number), lines),
            incidents=list(state.incidents.values()),
            affected={name: by_name(topology, row) for name, row in state.audiences.items()},
        )
        return [dict(row) for row in RESTITUTION.tables(recap_of(facts, period, 1), period)[0].rows]


class _Journaled(Replay):
    """Appends each event to a journal; the service's own host folds and commits it, and is started anew each time."""

    journal: MemoryJournal
    store: MemoryStore
    kept: int
    now_us: int

    def fold(self, number: int, line: bytes, at_us: int, event: Event) -> None:
        self.now_us = max(self.now_us, at_us)
        self.journal.append(DOMAIN, Frame(self.now_us, (event,)))
        self.work(number, line)

    def drain(self, until_us: int) -> None:
        self.now_us = max(self.now_us, until_us)
        self.work(0, b"")

    def work(self, number: int, line: bytes) -> None:
        """A new process loads the rows and works till it is idle."""
        host = Host(DOMAIN, Ports(self.journal, self.store, Known(self.world), lambda: self.now_us))
        while host.turn() == "worked":
            pass
        assert host.stopped is None, host.stopped
        self.state = host.state
        effects = self.store.effects(DOMAIN, ("alert", "campaign", "notice", "rejected"), last=1_000_000)
        self._keep(kernel.Step(effects=effects[self.kept :]), number, line)
        self.kept = len(effects)


class EmbeddedHost(KernelHost):
    """The host that `simpul run` runs, killed and started again after each event."""

    def _run(self, world: World, given: frozenset[str]) -> Replay:
        run = _Journaled(world, {}, {}, Numbers(given), more=True)
        run.journal, run.store, run.kept, run.now_us = MemoryJournal(), MemoryStore(), 0, 0
        return run


HOSTS = {"kernel": KernelHost, "embedded": EmbeddedHost}
