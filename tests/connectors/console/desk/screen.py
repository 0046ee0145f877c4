"""Somebody of staff at the desk's pages, before a real kernel: what a browser would send, without one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx

from connectors.access.holders import Role
from connectors.console.web import COOKIE
from tests.connectors.api.desk.house import Desk

FORM = "application/x-www-form-urlencoded"


@dataclass
class Staff:
    """Signed in with a session. `follow`: what they see after a form."""

    desk: Desk
    role: Role
    name: str = "budi"

    def __post_init__(self) -> None:
        passes = self.desk.door.page.passes
        self.cookie = f"{COOKIE}={passes.redeem(passes.link(self.name, self.role))}"

    def see(self, path: str, language: str = "en", status: int = 200) -> str:
        answer = self.desk.door.ask("GET", path, None, headers=self._headers(language))
        assert answer.status_code == status, answer.text
        return unescape(answer.text)

    def post(self, path: str, form: Mapping[str, str | list[str]], **headers: str) -> httpx.Response:
        more = {**self._headers("en"), "Content-Type": FORM, **headers}
        return self.desk.door.ask("POST", path, None, data=form, headers=more)

    def steps(self, number: str) -> list[str]:
        """Those that their page of this ticket offers."""
        return offered(self.see(f"/desk/tickets/{number}"))

    def hidden(self, number: str) -> dict[str, str]:
        """What every form of the page carries."""
        return hidden(self.see(f"/desk/tickets/{number}"))

    def take(self, number: str, step: str, **fields: str) -> str:
        """A step with a ticket."""
        return self.take_at(f"/desk/tickets/{number}", step, **fields)

    def take_at(self, path: str, step: str, **fields: str) -> str:
        """The page that follows. Of the fields those go that the form has."""
        page = self.see(path)
        own = page.partition(f'id="step-{step}"')[2].partition("</form>")[0]
        assert own, f"{step} is not offered"
        given = {name: fields[name] for name in re.findall(r'name="(\w+)"', own) if name in fields}
        form = {**hidden(page), "step": step, "reason": "keputusan shift", **given}
        answer = self.post(f"{path}/steps", form)
        assert answer.status_code == 303, answer.text
        return self.see(answer.headers["location"])

    def _headers(self, language: str) -> dict[str, str]:
        return {"Cookie": self.cookie, "Accept-Language": language}


def offered(page: str) -> list[str]:
    """The steps of a page."""
    return re.findall(r'id="step-(\w+)"', page)


def hidden(page: str) -> dict[str, str]:
    """What every form of it carries."""
    return {name: re.findall(rf'name="{name}" value="(\w+)"', page)[0] for name in ("key", "once")}


def events(desk: Desk) -> list[Any]:
    return list(desk.door.inbox.events)
