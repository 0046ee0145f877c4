"""What LibreNMS says by its API.

No LibreNMS can be had here: a small HTTP server answers in the forms of its documentation (API, Devices: list_devices;
Ports: get_all_ports; Alerts: list_alerts), with devices and ports of ours. It gives numbers as text, as these pages
show; later versions give numbers. Of alerts it takes several states between commas, as LibreNMS' source does.
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


def port(device_id: Any, name: str, oper: str | None, admin: str = "up", **more: Any) -> dict[str, Any]:
    """The columns that are asked for; their values are as get_port_info of the manual has them."""
    known: dict[str, Any] = {"device_id": device_id, "ifIndex": "501", "ifName": name, "ifDescr": name, "ifAlias": ""}
    return {**known, "ifOperStatus": oper, "ifAdminStatus": admin, "ignore": "0", "disabled": "0", **more}


class Librenms:
    def __init__(self) -> None:
        self.devices = [
            device("10.0.0.2", "1", device_id=55),
            device("dps-cr1", 0, ip="10.0.0.3"),
            device("JKT-CR1", "0", disabled="1"),
            device("web-9", "0"),
        ]
        self.ports: list[dict[str, Any]] = []
        self.alerts = {"1": [("10.0.0.2", "7")], "2": [("dps-cr1", 9)]}

    def __call__(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        del body
        if headers.get("x-auth-token") != "lnms-token":
            return 401, {"message": "Unauthenticated."}
        if path == "/api/v0/devices":
            return 200, {"status": "ok", "count": len(self.devices), "devices": self.devices}
        if path.startswith("/api/v0/ports?columns="):
            columns = path.partition("=")[2].split("%2C")
            return 200, {"status": "ok", "message": "", "ports": [{c: one[c] for c in columns} for one in self.ports]}
        before, states = path.rsplit("=", 1)
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
            for state in states.split("%2C")
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
    ("given", "down", "held"),
    [
        (port("55", "2", "down"), True, True),
        (port(55, "2", "lowerLayerDown"), True, True),
        (port("55", "2", "up"), False, False),
        (port("55", "Gi0/2", "down", ifDescr="GigabitEthernet0/2", ifAlias="2"), True, True),
        (port("55", "Gi0/2", "down", ifIndex=2), True, True),
        (port("55", "2", "down", admin="down"), False, None),
        (port("55", "2", "down", ignore="1"), False, None),
        (port("55", "2", "down", disabled=1), False, None),
        (port("55", "2", "dormant"), False, None),
        (port("55", "2", None), False, None),
        (port("55", "99", "down"), False, None),
        (port("354", "2", "down"), False, None),
        (port("9", "2", "down"), False, None),
    ],
)
def test_a_port_that_a_row_has(given: dict[str, Any], down: bool, held: bool | None) -> None:
    """Device 55 is SBY-CR1, which answers; 354 is none that does, 9 none at all."""
    librenms = Librenms()
    librenms.ports = [given]
    answer = ask(librenms)
    said = [(one.object, one.alarm_type, one.source) for one in answer.active if one.alarm_type == "link_down"]
    assert said == ([("SBY-CR1/2", "link_down", SOURCE)] if down else [])
    assert answer.holds(Standing("k", "SBY-CR1/2", "link_down", None)) is held
    assert answer.holds(Standing("k", "SBY-CR1/2", "link_down", "rule 9")) is False, (
        "the webhook's own are told by alerts"
    )


def test_two_ports_of_one_name_are_down_where_one_is() -> None:
    librenms = Librenms()
    librenms.ports = [port("55", "2", "up"), port("55", "2", "down"), port("55", "2", "up")]
    assert [one.object for one in ask(librenms).active if one.alarm_type == "link_down"] == ["SBY-CR1/2"]


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
