"""One table of routes and roles, and every route of the app keeps to it."""

from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import Response

from connectors.access.holders import Holder, Role
from connectors.access.routes import BY_COOKIE, EVERYONE, OPEN, PAGES, ROUTES
from connectors.api.app import Doors, DoorSettings, create_app, keys
from connectors.console.words import WORDS as SAID
from correlator.rows.quality import ImprovementRow, SurveyRow
from tests.connectors.api.doorway import Door, error
from tests.connectors.house import ALARMS

NAMED = {
    "name": "generic",
    "incident": "IN-000001",
    "ticket": "TK-2",
    "file": "board.css",
    "command": "k-1",
    "alarm": "a-SBY-CR1",
    "report": "sla",
    "survey": "CSI-2026-1",
    "hub": "hub-1",
    "record": "RCA-000001",
    "entry": "IM-000001",
}
GUARDED = sorted(route for route, roles in ROUTES.items() if roles != OPEN)
WRONG = [(method, path, role) for method, path in GUARDED for role in sorted(EVERYONE - ROUTES[method, path])]
WORDS = ("/tickets/{ticket}/words", "/desk/tickets/{ticket}/words")
OTHERS = {(path, role) for path in WORDS for role in ("technical", "billing_account")}  # whose ticket it is not
RIGHT = [
    (method, path, role)
    for method, path in GUARDED
    for role in sorted(ROUTES[method, path])
    if (path, role) not in OTHERS
]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    made = Door(tmp_path_factory.mktemp("door"), DoorSettings(guesses_per_min=1e6))
    made.house.cut()
    made.house.commit([("alarms", row.key, row) for row in ALARMS])
    survey = SurveyRow("CSI-2026-1", "running", "machine", 0, 1, "seed")
    entry = ImprovementRow("IM-000001", "hand", "budi", "racks", "technical", 0, 0, "budi")
    made.house.commit([("surveys", survey.id, survey), ("improvements", entry.id, entry)])
    made.page.close()  # so that its stream ends
    return made


def refusal(answer: httpx.Response, route: tuple[str, str]) -> dict[str, str]:
    """Of a page its words; of the TM Forum's doors theirs."""
    if route in PAGES:
        return dict.fromkeys(("reason", "remedy"), unescape(answer.text))
    if route[1].startswith("/tmf-api/"):
        return {"reason": answer.json()["reason"], "remedy": answer.json()["message"]}
    return error(answer)


def test_the_table_and_the_app_have_the_same_routes(door: Door) -> None:
    assert {key for route in door.app.routes for key in keys(route)} == ROUTES.keys()


def test_most_routes_are_guarded() -> None:
    assert {path for (_, path), roles in ROUTES.items() if roles == OPEN} == {
        "/healthz",
        "/signin",
        "/signin/oidc",
        "/signin/oidc/back",
        "/signin/oidc/logout",
        "/signout",
        "/page/{file}",
        "/a/{token}",
    }
    assert len(WRONG) > 30


@pytest.mark.parametrize(("method", "path", "role"), WRONG)
def test_a_wrong_role_is_refused(door: Door, method: str, path: str, role: Role) -> None:
    answer = door.ask(method, path.format(**NAMED), role, json={})
    assert answer.status_code == 403
    said = refusal(answer, (method, path))
    page = (method, path) in PAGES
    assert (SAID["id"].get(f"role.{role}", role) if page else role) in said["reason"]
    assert ("Yang boleh: " if page else "It takes one of") in said["remedy"]
    assert door.inbox.events == []


@pytest.mark.parametrize(("method", "path", "role"), RIGHT)
def test_a_right_role_is_let_in(door: Door, method: str, path: str, role: Role) -> None:
    answer = door.ask(method, path.format(**NAMED), role, json={} if method in ("POST", "PATCH") else None)
    missing = (404,) if "{hub}" in path else ()  # nobody has subscribed
    assert answer.status_code in (200, 422, *missing), answer.text  # 422: let in, and nothing useful was said


@pytest.mark.parametrize(("method", "path"), GUARDED)
@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, "a token is needed"),
        ("Bearer nonsense", "the token is unknown, wrong, revoked or expired"),
        ("Bearer ", "the token is unknown, wrong, revoked or expired"),
        ("Basic YWRtaW46YWRtaW4=", "the token is unknown, wrong, revoked or expired"),
        ("badge-administrator", "the token is unknown, wrong, revoked or expired"),
    ],
)
def test_without_a_good_token_nobody_is_let_in(
    door: Door, method: str, path: str, header: str | None, reason: str
) -> None:
    headers = {"Authorization": header} if header is not None else {}
    answer = door.ask(method, path.format(**NAMED), None, json={}, headers=headers)
    if (method, path) in PAGES:  # a person in a browser is shown where to sign in
        assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
        return
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    said = refusal(answer, (method, path))
    assert said["reason"].endswith(reason)
    assert "Bearer simpul_" in said["remedy"]


def test_a_browsers_cookie_is_never_an_order(door: Door) -> None:
    cookie = {"Cookie": f"simpul_page={door.page.passes.open(Person())}"}
    for method, path in GUARDED:
        answer = door.ask(method, path.format(**NAMED), None, json={}, headers=cookie)
        if (method, path) in PAGES:  # a form without the key of the session is none
            assert answer.status_code == (200 if method == "GET" else 422), (method, path)
        else:
            assert (answer.status_code != 401) == ((method, path) in BY_COOKIE), (method, path)
            assert method == "GET" or answer.status_code == 401, "it opens nothing that takes something in"
    assert door.inbox.events == []


def test_metrics_can_be_opened_for_a_scraper(tmp_path: Path) -> None:
    open_door = Door(tmp_path, DoorSettings(open_metrics=True))
    assert open_door.ask("GET", "/metrics", None).status_code == 200
    assert open_door.ask("GET", "/incidents", None).status_code == 401


class Person:
    id = ""
    name = "screen"
    role: Role = "service_manager"
    scope: tuple[str, ...] = ()


class Stranger:
    """A page with a route that nobody wrote into the table."""

    def add_routes(self, app: FastAPI, _: Any) -> None:
        app.add_api_route("/backdoor", lambda: Response("in"), methods=["GET"])

    def holder(self, _: Request) -> Holder | None:
        return None

    def problem(self, *_: Any) -> Response:
        return Response()


def test_a_route_that_is_not_in_the_table_stops_the_start(door: Door) -> None:
    reader, words, tokens, inbox = None, None, door.badges, door.inbox
    doors = Doors(
        *(inbox, reader, words, tokens, None, door.counter, door.house.clock, {}, {}, bytes, None, None, None),
        page=Stranger(),
    )  # type: ignore[arg-type]  # it never gets so far as to use them
    with pytest.raises(AssertionError, match="backdoor"):
        create_app(doors)
