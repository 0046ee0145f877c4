"""One search: what the engine makes of what changed, and what incidents make of that. A deadline steps it."""

from correlator.effects import Reason
from correlator.events import MINUTE_US
from correlator.explanation import PROBES
from correlator.facts import WorkChanged
from correlator.incidents import observing, rerooting, settling
from correlator.incidents.index import index_of
from correlator.incidents.repairs import begun_anew
from correlator.incidents.repairs.left_behind import without_what_is_over
from correlator.incidents.together import called_first
from correlator.inference.port import Diagnosis
from correlator.state import CounterRow, Draft

UNREACHED_AGAIN_US = 60 * MINUTE_US


def run(draft: Draft) -> None:
    begun_anew.look(draft)
    index = index_of(draft)
    looks = list(index.looks)
    index.looks.clear()
    diagnosis = index.engine.diagnose(draft.now_us, index.roots, [draft.state.incidents[name].root for name in looks])
    solved = index.solved = draft.step
    draft.step = draft.count("step")  # what publishing changes is for the next search, and its rows say so
    hypotheses = rerooting.retest(draft, diagnosis) if index.live else diagnosis.hypotheses
    hypotheses = without_what_is_over(draft, hypotheses)
    rethought = diagnosis.rethought.union(looks)
    settling.publish(draft, hypotheses, {name for name in rethought if name in index.suspected})
    called_first.end_what_is_over(draft)
    rerooting.beside_what_failed(draft)
    alert_unreached(draft, diagnosis)
    for name, value in (("solved", solved), ("solved_us", draft.now_us), ("units", index.engine.units())):
        draft.put("counters", name, CounterRow(value))
    draft.count("solves")


def alert_unreached(draft: Draft, diagnosis: Diagnosis) -> None:
    """A region's poller has lost its way: no fault of the network, but the NOC is blind there; once an hour."""
    for region, devices in diagnosis.unreached:
        name = f"unreached.{region}"
        known = draft.state.counters.get(name)
        if known is not None and draft.now_us < known.value + UNREACHED_AGAIN_US:
            continue
        draft.put("counters", name, CounterRow(draft.now_us))
        where = region or "-"
        text = (
            f"Pemantauan wilayah {where} terputus: {devices} perangkat tak terjangkau, tanpa link yang down / "
            f"The way to the management of {where} is lost: {devices} devices unreachable, no link dark"
        )
        if region == PROBES:
            text = (
                f"Probe layanan tampaknya terputus: {devices} layanan tak menjawab, tanpa alarm jaringan / "
                f"The probes seem to have lost their way: {devices} services do not answer, nothing else tells of it"
            )
        draft.alert("noc_operator", "management_lost", where, text, Reason("management_lost", text, "operator"))


def look_again(draft: Draft, name: str) -> None:
    """A suspected incident is older: silence matures. The next search takes it along; none is made for it alone."""
    incident = draft.state.incidents[name]
    if incident.status == "suspected":
        incident.moved = draft.step
        draft.put("incidents", name, incident)
        index_of(draft).looks[name] = None
        observing.arm_solve(draft, at_once=True)


def window_ended(draft: Draft, name: str) -> None:
    """Planned work over a suspected incident ends: what still stands is a fault, now."""
    draft.tell(WorkChanged())
    if draft.state.incidents[name].status == "suspected":
        index_of(draft).looks[name] = None
        run(draft)
