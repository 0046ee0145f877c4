"""Who watches the steps of a process: its figures of latency, the log, and a collector of traces where one is named."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from connectors.ports import Unusable
from connectors.telemetry.latency import Latency
from connectors.telemetry.metrics import PrometheusCounter
from connectors.telemetry.witness import Witness, Witnesses
from streams.host.step_log import StepLog
from streams.settings import Settings

if TYPE_CHECKING:
    from connectors.telemetry.traces import Traces


@dataclass(frozen=True, slots=True)
class Watching:
    """`close` when the process ends: what is not told by then gets some seconds."""

    witness: Witness
    close: Callable[[], None]


def watching(settings: Settings, counter: PrometheusCounter) -> Watching:
    """Raises Unusable where traces are wanted and cannot be made."""
    always: list[Witness] = [Latency(counter), StepLog()]
    made = traces(settings, counter)
    return (
        Watching(Witnesses(always), lambda: None) if made is None else Watching(Witnesses([*always, made]), made.close)
    )


def installed() -> bool:
    """Whether the extra `traces` is; the API alone comes with others."""
    return all(find_spec(name) for name in ("opentelemetry", "opentelemetry.sdk", "opentelemetry.exporter"))


def traces(settings: Settings, counter: PrometheusCounter) -> "Traces | None":
    """None where nobody wants them; then nothing of OpenTelemetry is imported."""
    if settings.traces is None:
        return None
    if not installed():
        raise Unusable("[traces] needs OpenTelemetry, which is not installed", "Say: pip install 'simpul[traces]'")
    from connectors.telemetry.traces import Place, Traces

    instance = f"{socket.gethostname()}-{os.getpid()}"
    return Traces(Place(settings.traces.endpoint, counter.process, instance, settings.traces.sample), counter)
