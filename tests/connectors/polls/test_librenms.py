"""What LibreNMS says by its API.

No LibreNMS can be had here: a small HTTP server answers in the forms of its documentation (API, Devices: list_devices;
Alerts: list_alerts), with devices of ours. It gives numbers as text, as that page shows; later versions give numbers.
"""

from typing import Any

import pytest

from connectors.polls.port import Answer, Standing, Unanswered
from tests.connectors.polls.server import asked_once

SOURCE = "librenms:nms-jkt"


def device(hostname: str, status: Any, ip: str | None = None, **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"device_id": "354", "sysName": hostname.upper(), "ip": ip, "os": "junos", "snmpver": "v2c"}
    return {
        **known,
        "hostname": hostname,
        "status": status,
        "status_reason": "",
        "ignore": "0",
        "disabled": "0",
        **more,
    }


class Librenms:
    def __init__(self) -> None:
        self.devices = [
            device("10.0.0.2", "1"),
            device("dps-cr1", 0, ip="10.0.0.3"),
            device("JKT-CR1", "0", disabled="1"),
            device("web-9", "0"),
        ]
        self.alerts = {"1": [("10.0.0.2", "7")], "2": [("dps-cr1", 9)]}

    def __call__(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        del body
        if headers.get("x-auth-token") != "lnms-token":
            return 401, {"message": "Unauthenticated."}
        if path == "/api/v0/devices":
            return 200, {"status": "ok", "count": len(self.devices), "devices": self.devices}
        before, state = path.rsplit("=", 1)
        assert before == "/api/v0/alerts?state"
        listed = [
            {
                "hostname": name,
                "id": "1",
                "device_id": "1",
                "rule_id": rule,
                "state": state,
                "alerted": "1",
                "open": "1",
            }
            for name, rule in self.alerts.get(state, [])
        ]
        return 200, {"status": "ok", "message": "", "count": len(listed), "alerts": listed}


def ask(librenms: Librenms, token: str = "lnms-token") -> Answer:
    return asked_once("nms", librenms, system="librenms", token=token, source=SOURCE)


def test_its_devices() -> None:
    answer = ask(Librenms())
    assert sorted(one.object for one in answer.active) == ["DPS-CR1", "web-9"]
    assert {(one.alarm_type, one.source) for one in answer.active} == {("device_unreachable", SOURCE)}
    assert answer.devices == {"SBY-CR1", "DPS-CR1"}, "a disabled one is not polled"

    def held(name: str) -> bool | None:
        return answer.holds(Standing(f"{name}\x1fdevice_unreachable", name, "device_unreachable", None))

    assert [held(name) for name in ("DPS-CR1", "SBY-CR1", "JKT-CR1")] == [True, False, None]


@pytest.mark.parametrize(
    ("name", "qualifier", "held"),
    [
        ("SBY-CR1", "rule 7", True),
        ("SBY-CR1/2", "rule 7", True),
        ("SBY-CR1/2", "rule 7 10.0.0.9", True),
        ("DPS-CR1", "rule 9", True),
        ("SBY-CR1", "rule 9", False),
        ("DPS-CR1", "rule 7", False),
        ("DPS-CR1", "trigger 7", None),
        ("DPS-CR1", "rule", None),
    ],
)
def test_what_its_webhook_told_is_held_while_the_rule_alerts_on_the_device(
    name: str, qualifier: str, held: bool | None
) -> None:
    assert ask(Librenms()).holds(Standing(f"{name}\x1f{qualifier}", name, "link_down", qualifier)) is held


def test_a_token_that_is_none() -> None:
    with pytest.raises(Unanswered) as raised:
        ask(Librenms(), token="nonsense")
    assert "token or password" in raised.value.remedy
