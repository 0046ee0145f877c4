"""The months of the recap's benchmark: the same for the same seed, and the recap counts each of their tickets."""

from bench.month.closed_months import A_OUTAGE, closed
from bench.storm.national import national
from connectors.api.read import Reader
from connectors.ports import Commit
from connectors.store.memory import MemoryStore
from correlator.events import DAY_US
from correlator.policy import Policy
from correlator.reports.recap import MONTHLY
from correlator.world import World
from tests.connectors.house import IntakeRegister
from tests.correlator.reports.rows import period
from topology.compile import compile_inventory


def test_every_ticket_is_counted() -> None:
    world, month = World(compile_inventory(national(2_000, 1)), Policy()), period()
    rows = list(closed(world.topology, month, 400, 1))
    assert rows == list(closed(world.topology, month, 400, 1))
    store = MemoryStore()
    store.commit(Commit("id", 0, 1, [], [], rows))
    reader = Reader(store, {"id": lambda: world}, lambda: month.end_us + DAY_US, IntakeRegister())
    recap = reader.recap(month, 1)
    kinds, *_ = MONTHLY.tables(recap, month)
    assert {row["kind"]: row["opened"] for row in kinds.rows} == {"complaint": 400, "outage": 400 // A_OUTAGE}
    assert recap.totals.notices["ack"]["messages"] == 400
    assert sum(sums.records for sums in recap.totals.rcas.values()) >= 300
