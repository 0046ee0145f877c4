"""The live service asks a real Prometheus: a target dies and is back, then Prometheus itself is gone."""

from pathlib import Path
from typing import Any

from streams.poll_settings import Poll
from tests.connectors.polls.peers import blackbox, prometheus, running, target
from tests.integration.house import Live, living, settings, until

DEVICE = "DPS-1"


def standing(live: Live) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = live.get("/alarms")["alarms"]
    return [one for one in found if one["object"] == DEVICE]


def habit(live: Live) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {one["source"]: one for one in live.get("/sources")["habits"]}
    return found.get("prometheus:jkt", {})


def test_prometheus_is_asked_and_its_own_death_is_told(tmp_path: Path) -> None:
    with (
        running(target()) as alive,
        running(target()) as dies,
        running(blackbox(tmp_path)) as probes,
        running(prometheus(tmp_path, probes, {"JKT-1": alive.address, DEVICE: dies.address})) as asked,
    ):
        polls = {"jkt": Poll(system="prometheus", url=asked.url, every_s=1)}
        with living(settings(tmp_path, polls=polls, clock_factor=60)) as live:
            until("both devices polled", lambda: habit(live).get("polls") == 2)
            assert standing(live) == []

            dies.stop()
            [lost] = until("its loss", lambda: standing(live))
            assert (lost["alarm_type"], lost["sources"]) == ("device_unreachable", ["prometheus:jkt"])

            dies.start()
            until("its return", lambda: not standing(live))
            assert habit(live)["quiet"] is None

            asked.stop()
            until("quiet", lambda: habit(live)["quiet"])
            until("word to the NOC", lambda: live.messages_of("source_quiet"))
            told = live.messages_of("source_quiet")[0]
            assert "prometheus:jkt" in str(told)
            assert live.health()[0] == 200

            asked.start()
            until("its return", lambda: habit(live)["quiet"] is None)
