"""What the latency bench reads from outside: when a frame was committed, which incidents were opened as Critical."""

import threading
from pathlib import Path

from bench.latency import FaultRun, settle
from bench.senders.drills import Drill
from bench.watching.watch import Opened, Watch, opened
from connectors.journal.sqlite import SqliteJournal
from connectors.ports import Commit
from connectors.store.sql import SqlStore
from correlator.effects import Alert, Reason
from correlator.events import Frame, Heartbeat, moment
from correlator.rows.incidents import IncidentRow, Verdict
from correlator.rows.service_desk import TicketRow
from streams.demo.network import demo_inventory
from topology.compile import compile_inventory

DOMAIN = "id"
WHY = Reason("outage_opened", "x")


def incident(name: str, ticket: str | None, *verdicts: Verdict) -> IncidentRow:
    return IncidentRow(name, "open", verdicts[-1].root, 1, 1, 1, verdicts=list(verdicts), ticket=ticket)


def alert(ticket: str, kind: str, number: int) -> Alert:
    return Alert(id=f"A-{number}", at_us=1, role="noc_operator", kind=kind, about=ticket, text="x", reason=WHY)


def commit(store: SqlStore, offset: int, rows: list[tuple[str, IncidentRow | TicketRow]], *alerts: Alert) -> None:
    store.commit(Commit(DOMAIN, offset - 1, offset, [(table, row.id, row) for table, row in rows], alerts))


def test_each_root_under_which_a_critical_incident_was_open(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.db")
    for at_us in (100, 300, 200, 400):  # a clock that was set back; the service's time does not follow
        journal.append(DOMAIN, Frame(at_us, (Heartbeat(time=moment(at_us)),)))
    journal.close()
    store = SqlStore(f"sqlite:///{tmp_path / 'store.db'}")
    minor = incident("IN-1", "TK-1", Verdict(100, "open", "SP-1"))
    moved = incident("IN-2", "TK-2", Verdict(90, "suspected", "SP-2"), Verdict(250, "open", "SP-2"))
    moved.verdicts += [Verdict(301, "open", "CD-2"), Verdict(400, "clearing", "CD-2")]
    commit(store, 1, [("incidents", minor)], alert("TK-1", "major", 1))
    commit(store, 2, [("incidents", moved)], alert("TK-2", "critical", 2))
    commit(store, 3, [], alert("TK-2", "critical", 3))
    store.close()
    found = [(one.incident.id, one.root, one.offset) for one in opened(tmp_path, DOMAIN)]
    assert found == [("IN-2", "SP-2", 2), ("IN-2", "CD-2", 4)]


def test_a_commit_is_seen(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'store.db'}")
    watch = Watch(tmp_path / "store.db", DOMAIN)
    watch.start()
    try:
        for offset in (1, 2):
            commit(store, offset, [])
            while not watch.offsets or watch.offsets[-1] < offset:
                threading.Event().wait(0.001)
    finally:
        watch.stop()
        store.close()
    assert watch.committed_us(1) <= watch.committed_us(2)


def test_a_fault_gets_the_ticket_that_names_it_or_what_nobody_can_tell_from_it(tmp_path: Path) -> None:
    topology = compile_inventory(demo_inventory())
    link = next(n for n in range(topology.first.link, topology.first.port) if len(topology.ports_of(n)) == 2)
    port, alike = topology.ids[topology.ports_of(link)[0]], topology.ids[link]
    watch = Watch(tmp_path / "store.db", DOMAIN, offsets=[3, 7], seen_us=[5_200_000, 5_900_000])
    late, never = (FaultRun(Drill(name, "x", ()), False, 5_000_000) for name in (port, "POP-JKT"))
    other, mine = (
        Opened(incident(name, "TK", Verdict(1, "open", root)), root, 5_100_000, 6)
        for name, root in (("IN-1", topology.ids[0]), ("IN-2", alike))
    )
    left = settle([late, never], watch, [other, mine], topology)
    assert left == [other]
    assert (late.ms, never.ms) == (900.0, float("inf"))
