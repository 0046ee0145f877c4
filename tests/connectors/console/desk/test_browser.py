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
    record = desk.get(f"/incidents/{incident}/rca")["id"]
    desk.order("administrator", "fill", record, corrective=[{"what": "sangat" * 60, "owner": "wayan"}])
    paths = ["/desk", f"/desk/tickets/{number}", f"/desk/tickets/{outage}", f"/desk/tickets/{number}/words"]
    paths += ["/desk/many", "/desk/rca", f"/desk/rca/{record}"]
    with serving(desk.door.app, desk.door.page.close) as url:
        enter(browser, desk, url, "administrator", "/desk/callers?lang=id")
        browser.see(width, height)
        for path in [*paths, "/desk/callers"]:
            browser.go(url + path + (f"?ticket={number}&ticket={outage}" if path == "/desk/many" else ""))
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
    record = desk.get(f"/incidents/{desk.cut()}/rca")["id"]
    unnamed = (
        "[...document.querySelectorAll('button, a, input:not([type=hidden]), select, textarea, img')].filter(it => "
        "!(it.innerText?.trim() || it.getAttribute('aria-label') || it.getAttribute('alt') !== null "
        "|| it.labels?.length)).map(it => it.outerHTML)"
    )
    with serving(desk.door.app, desk.door.page.close) as url:
        enter(browser, desk, url, "administrator", "/desk")
        for path in ("/desk", f"/desk/tickets/{number}", "/desk/callers", "/desk/rca", f"/desk/rca/{record}"):
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


def tab_to(browser: Browser, condition: str, most: int = 90) -> None:
    """By Tab alone, until the element that has the focus (`it`) is the one."""
    for _ in range(most):
        browser.press("Tab")
        if browser.value(f"(it => {condition})(document.activeElement)"):
            return
    raise AssertionError(f"no Tab leads to {condition}")


def test_several_tickets_are_worked_on_at_once_by_keyboard_alone(browser: Browser, desk: Desk) -> None:
    own = [desk.complain(None, "Internet lambat sekali", contact=f"+62811000{n}") for n in range(3)]
    with serving(desk.door.app, desk.door.page.close) as url:
        enter(browser, desk, url, "care_supervisor", "/desk?lang=id")
        for number in own[:2]:
            tab_to(browser, f"it.name == 'ticket' && it.value == '{number}'")
            browser.press("Space")
        tab_to(browser, "it.innerText == 'Kerjakan yang dipilih'")
        browser.press("Enter")
        browser.wait_for(f"location.pathname == '/desk/many' && {READY}")
        tab_to(browser, "it.parentElement.id == 'step-assign'")
        browser.press("Enter")
        browser.wait_for("document.getElementById('step-assign').open")
        typed(browser, "wayan")
        typed(browser, "giliran malam")
        browser.press("Enter")
        browser.wait_for(f"location.search.includes('command=') && {READY}")
        assert browser.value("document.querySelector('[role=status]').innerText") == "2 sudah dilakukan"
        browser.go(f"{url}/desk?lang=id")
        browser.wait_for(f"location.pathname == '/desk' && {READY}")
        tab_to(browser, "it.dataset.all == 'ticket'")
        browser.press("Space")
        browser.wait_for("document.querySelectorAll('[name=ticket]:checked').length == 3")
    assert [desk.get(f"/tickets/{number}")["assigned_to"] for number in own] == ["wayan", "wayan", None]
    assert [one for one in browser.said if "net::ERR_" not in one] == []


def test_a_script_that_is_lost_takes_no_other_with_it(browser: Browser, desk: Desk) -> None:
    for n in range(2):
        desk.complain(None, "Internet lambat sekali", contact=f"+62811000{n}")
    with serving(desk.door.app, desk.door.page.close) as url:
        browser.without("times.js")
        try:
            enter(browser, desk, url, "care_supervisor", "/desk?lang=id")
            tab_to(browser, "it.dataset.all == 'ticket'")
            browser.press("Space")
            browser.wait_for("document.querySelectorAll('[name=ticket]:checked').length == 2")
        finally:
            browser.without()
    assert [one for one in browser.said if "desk.js" in one] == []


def test_a_record_is_filled_by_keyboard_alone(browser: Browser, desk: Desk) -> None:
    record = desk.get(f"/incidents/{desk.cut()}/rca")["id"]
    with serving(desk.door.app, desk.door.page.close) as url:
        enter(browser, desk, url, "technical", f"/desk/rca/{record}?lang=id")
        tab_to(browser, "it.parentElement.id == 'step-whys'")
        browser.press("Enter")
        browser.wait_for("document.getElementById('step-whys').open")
        typed(browser, "sebuah ekskavator")
        typed(browser, "saluran tidak bertanda")
        tab_to(browser, "it.name == 'reason'")
        browser.write("ditinjau")
        browser.press("Enter")
        browser.wait_for(f"location.search.includes('command=') && {READY}")
        assert "Sudah dilakukan" in browser.value("document.querySelector('[role=status]').innerText")
        assert "saluran tidak bertanda" in browser.value("document.getElementById('whys').innerText")
    assert desk.get(f"/incidents/{record}/rca")["five_whys"] == ["sebuah ekskavator", "saluran tidak bertanda"]
    assert [one for one in browser.said if "net::ERR_" not in one] == []
