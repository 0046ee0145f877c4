"""The desk's pages in a real browser: by keyboard alone, at a desk's width and a phone's, with and without a script."""

from collections.abc import Iterator

import pytest

from connectors.access.holders import Role
from tests.connectors.api.desk.house import Desk
from tests.connectors.console.browser import Browser, browsing
from tests.connectors.serving import serving

READY = "document.readyState == 'complete' && document.querySelector('main')"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as made:
        yield made


def enter(browser: Browser, desk: Desk, url: str, role: Role, path: str) -> None:
    browser.said.clear()
    browser.see(1280, 800)
    browser.go(f"{url}/signin?key={desk.door.page.passes.link('budi', role)}")
    browser.wait_for("location.pathname == '/' && document.getElementById('now')")
    browser.go(f"{url}{path}")
    browser.wait_for(f"location.pathname == '{path.partition('?')[0]}' && {READY}")


def typed(browser: Browser, words: str) -> None:
    browser.press("Tab")
    browser.write(words)


def test_a_ticket_is_worked_on_by_keyboard_alone(browser: Browser, desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    desk.order("customer_support", "move_stage", number, stage="investigation")
    with serving(desk.door.app, desk.door.page.close) as url:
        enter(browser, desk, url, "noc_operator", "/desk?lang=id")
        for _ in range(60):  # to the ticket, through all that comes before it
            browser.press("Tab")
            if browser.value("document.activeElement.innerText") == number:
                break
        browser.press("Enter")
        browser.wait_for(f"location.pathname.endsWith('{number}') && {READY}")
        for _ in range(60):
            browser.press("Tab")
            if browser.value("document.activeElement.parentElement.id") == "step-repair_temporary":
                break
        browser.press("Enter")
        browser.wait_for("document.getElementById('step-repair_temporary').open")
        typed(browser, "dipindah ke port cadangan")
        typed(browser, "di lokasi")
        browser.press("Enter")
        browser.wait_for(f"location.search.includes('command=') && {READY}")
        assert "Sudah dilakukan" in browser.value("document.querySelector('[role=status]').innerText")
        assert "dipindah ke port cadangan" in browser.value("document.getElementById('record').innerText")
    assert [one for one in browser.said if "net::ERR_" not in one] == []


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 800), (820, 1180), (390, 844), (320, 640)])
def test_nothing_runs_off_the_side(browser: Browser, desk: Desk, width: int, height: int) -> None:
    incident = desk.cut()
    number = desk.complain("CU-1", service="SV-1")
    desk.order("administrator", "note", number, text="sangat" * 60)
    outage = desk.get(f"/incidents/{incident}")["ticket"]["number"]
    paths = ["/desk", f"/desk/tickets/{number}", f"/desk/tickets/{outage}", f"/desk/tickets/{number}/words"]
    with serving(desk.door.app, desk.door.page.close) as url:
        enter(browser, desk, url, "administrator", "/desk/callers?lang=id")
        browser.see(width, height)
        for path in [*paths, "/desk/callers"]:
            browser.go(url + path)
            browser.wait_for(f"location.pathname == '{path}' && {READY}")
            browser.value("document.querySelectorAll('details').forEach(it => { it.open = true })")
            wide = (
                "[...document.querySelectorAll('main *')].filter(it => "
                "it.getBoundingClientRect().right > innerWidth + 1).map(it => it.outerHTML.slice(0, 90))"
            )
            assert browser.value(wide) == [], path
            assert browser.value("document.documentElement.scrollWidth <= innerWidth"), path


def test_pages_can_be_used_without_sight_of_them(browser: Browser, desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    unnamed = (
        "[...document.querySelectorAll('button, a, input:not([type=hidden]), select, textarea, img')].filter(it => "
        "!(it.innerText?.trim() || it.getAttribute('aria-label') || it.getAttribute('alt') !== null "
        "|| it.labels?.length)).map(it => it.outerHTML)"
    )
    with serving(desk.door.app, desk.door.page.close) as url:
        enter(browser, desk, url, "administrator", "/desk")
        for path in ("/desk", f"/desk/tickets/{number}", "/desk/callers"):
            browser.go(url + path)
            browser.wait_for(f"location.pathname == '{path}' && {READY}")
            browser.value("document.querySelectorAll('details').forEach(it => { it.open = true })")
            assert browser.value(unnamed) == [], path
            assert browser.value("document.querySelectorAll('h1').length") == 1


def test_clocks_run_by_the_services_time(browser: Browser, desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    with serving(desk.door.app, desk.door.page.close) as url:
        enter(browser, desk, url, "administrator", f"/desk/tickets/{number}?lang=en")
        browser.wait_for("document.querySelector('[data-left]').innerText.includes('left')")
        assert browser.value("tick(Date.UTC(2026, 5, 1))") is None
        assert "over" in browser.value("document.querySelector('[data-left]').innerText")


def test_the_board_leads_to_the_ticket(browser: Browser, desk: Desk) -> None:
    desk.cut()
    with serving(desk.door.app, desk.door.page.close) as url:
        enter(browser, desk, url, "noc_operator", "/?lang=en")
        browser.wait_for("document.querySelector('#tickets a')")
        browser.value("document.querySelector('#tickets a').click()")
        browser.wait_for("location.pathname.startsWith('/desk/tickets/NT-') && document.getElementById('steps')")
