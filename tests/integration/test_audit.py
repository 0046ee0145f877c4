"""`simpul run` behind a proxy: the log tells who ordered what, from where, and whom the door refused."""

import json
from typing import Any

import httpx
import pytest

from tests.integration.command import port_of, service, write
from tests.integration.house import PATIENCE_S
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json

ORDER = {"id": "k-1", "action": "acknowledge", "target": "IN-000001", "reason": "pak Budi di 0812-0000 menunggu"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The audit of: an order, one without a token, one of a wrong role, one that a stranger says is the proxy's."""
    folder = tmp_path_factory.mktemp("service")
    (folder / "inventory.json").write_bytes(to_json(INVENTORY))
    more = {"SIMPUL_LOG": "info", "SIMPUL_HTTP__PROXIES": '["127.0.0.1"]'}
    with service(write(folder), **more) as run:
        assert run.stdout is not None
        token = (folder / "data" / "administrator.token").read_text().strip()
        url, by = f"http://127.0.0.1:{port_of(run)}", {"X-Forwarded-For": "6.6.6.6, 203.0.113.9"}
        with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE_S, headers=by) as client:
            good = {"Authorization": f"Bearer {token}"}
            assert client.post("/commands", json=ORDER, headers=good).status_code == 202
            assert client.post("/commands", json=ORDER, headers=good).json()["repeated"]
            assert client.post("/commands", json={**ORDER, "role": "technical"}, headers=good).status_code == 403
            wrong = {"Authorization": f"Bearer {token[:-3]}xyz"}
            assert client.post("/commands", json=ORDER, headers=wrong).status_code == 401
            assert client.get("/incidents", headers={"X-Forwarded-For": "203.0.113.10"}).status_code == 401
        run.terminate()
        said = run.communicate()[1]
    assert token.split("_", 2)[2] not in said
    assert "0812-0000" not in said
    return [line for line in map(json.loads, filter(None, said.splitlines())) if line["event"] == "audit"]


def test_each_order_has_its_line(told: list[dict[str, Any]]) -> None:
    assert [(one["status"], one["door"], one["level"]) for one in told] == [
        (202, "POST /commands", "info"),
        (202, "POST /commands", "info"),
        (403, "POST /commands", "warning"),
        (401, "POST /commands", "warning"),
        (401, "GET /incidents", "warning"),
    ]


def test_it_says_who_and_from_where_and_what(told: list[dict[str, Any]]) -> None:
    order = told[0]
    assert (order["name"], order["role"], order["address"]) == ("administrator", "administrator", "203.0.113.9")
    assert (order["command"], order["action"], order["target"]) == ("k-1", "acknowledge", "IN-000001")
    assert [one.get("repeated") for one in told[:3]] == [None, "yes", None]
    assert told[2]["why"] == "the token's role is administrator"
    assert told[3]["why"] == "the token is unknown, wrong, revoked or expired"
    assert "name" not in told[3]
    assert told[4]["address"] == "203.0.113.10"
