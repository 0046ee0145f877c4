"""Through a real browser: sign in, see the cut, watch it change without loading anew, lose the service and find it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.headline import Headline, tell
from tests.connectors.api.doorway import Door
from tests.connectors.console.browser import Browser, browsing
from tests.connectors.house import incident
from tests.connectors.serving import serving

LIVE = "document.getElementById('now')?.textContent.match(/^\\d\\d:\\d\\d:\\d\\d$/)"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as made:
        made.see(1920, 1080)
        yield made


def holds(words: str, where: str = "document.body") -> str:
    return f"{where}?.innerText.includes({words!r})"


def complaints(browser: Browser) -> list[str]:
    """What the browser's console says: what the policy forbids, errors; but not that a server went away."""
    return [said for said in browser.said if "net::ERR_" not in said]


def enter(browser: Browser, door: Door, url: str, language: str = "en") -> None:
    browser.said.clear()
    browser.go(f"{url}/signin?key={door.page.passes.link()}")
    browser.wait_for("location.pathname == '/' && " + LIVE)
    browser.go(f"{url}/?lang={language}")
    browser.wait_for(f"document.documentElement.lang == '{language}' && {LIVE}")


def test_a_person_signs_in_and_sees_the_cut(browser: Browser, door: Door) -> None:
    door.house.cut()
    with serving(door.app, door.page.close) as url:
        browser.said.clear()
        browser.go(f"{url}/")
        browser.wait_for("location.pathname == '/signin'")
        browser.wait_for(
            "(it => { if (!it) return false; it.value = 'badge-noc_operator'; it.form.submit(); return true })"
            "(document.getElementById('token'))"
        )
        browser.wait_for("location.pathname == '/' && " + LIVE)
        for words in ("Selat Bali", "NT-20260301-900000", "Critical"):
            browser.wait_for(holds(words, "document.getElementById('IN-000001')"))
        [session] = [cookie for cookie in browser.cookies() if cookie["name"] == "simpul_page"]
        assert (session["httpOnly"], session["sameSite"]) == (True, "Strict")
        assert "simpul_page" not in browser.value("document.cookie")
    assert complaints(browser) == []


def test_what_changes_appears_without_loading_anew(browser: Browser, door: Door, tmp_path: Path) -> None:
    with serving(door.app, door.page.close) as url:
        enter(browser, door, url)
        browser.wait_for(holds("The network is well"))
        browser.value("window.stayed = true")
        door.house.cut()
        browser.wait_for(holds("Selat Bali", "document.getElementById('IN-000001')"))
        browser.wait_for("document.querySelector('#map line.bad')")
        browser.wait_for(holds("left", "document.querySelector('#tickets .timer')"))
        tell(tmp_path / "headline.json", Headline(id="", en="Customers are calling"))
        browser.wait_for(holds("Customers are calling"))
        row = incident(status="resolved", resolved_us=door.house.now_us, down_now=0)
        door.house.commit([("incidents", row.id, row)])
        browser.wait_for(holds("Resolved", "document.getElementById('IN-000001')"))
        assert browser.value("window.stayed") is True
    assert complaints(browser) == []


def test_what_a_person_closed_stays_closed(browser: Browser, door: Door) -> None:
    door.house.cut()
    with serving(door.app, door.page.close) as url:
        enter(browser, door, url)
        browser.wait_for("document.querySelector('#IN-000001 details').open")
        browser.value("document.querySelector('#IN-000001 summary').click()")
        row = incident(down_now=77)
        door.house.commit([("incidents", row.id, row)])
        browser.wait_for(holds("77", "document.getElementById('IN-000001')"))
        assert browser.value("document.querySelector('#IN-000001 details').open") is False


def test_a_lost_service_is_said_and_found_again(browser: Browser, door: Door) -> None:
    with serving(door.app, door.page.close) as url:
        enter(browser, door, url)
    browser.wait_for("document.body.classList.contains('lost')")
    assert "Connection lost" in browser.value("document.getElementById('pulse').innerText")


def test_signing_out_leads_to_the_door(browser: Browser, door: Door, tmp_path: Path) -> None:
    with serving(door.app, door.page.close) as url:
        enter(browser, door, url)
        browser.value("document.querySelector('form[action=\"/signout\"]').submit()")
        browser.wait_for("location.pathname == '/signin'")
        assert [cookie for cookie in browser.cookies() if cookie["name"] == "simpul_page"] == []
        assert list((tmp_path / "passes").glob("session-*")) == []


@pytest.mark.parametrize(
    ("width", "height"), [(1920, 1080), (1366, 768), (1300, 800), (1110, 800), (820, 1180), (390, 844)]
)
def test_nothing_runs_off_the_side_and_a_wall_needs_no_scrolling(
    browser: Browser, door: Door, width: int, height: int
) -> None:
    door.house.cut()
    with serving(door.app, door.page.close) as url:
        enter(browser, door, url, "id")
        browser.see(width, height)
        assert browser.value("document.documentElement.scrollWidth <= innerWidth")
        figures = "[...document.querySelectorAll('#IN-000001 .facts dd')]"
        assert browser.value(f"{figures}.length == 5 && {figures}.every(it => it.scrollWidth <= it.clientWidth)")
        if width > 1100:
            assert browser.value("document.documentElement.scrollHeight <= innerHeight")


def test_the_page_can_be_used_without_sight_of_it(browser: Browser, door: Door) -> None:
    door.house.cut()
    with serving(door.app, door.page.close) as url:
        enter(browser, door, url)
        browser.wait_for("document.getElementById('IN-000001')")
        unnamed = browser.value(
            "[...document.querySelectorAll('button, a, input, progress, svg, img')].filter(it => !(it.innerText || "
            "it.getAttribute('aria-label') !== null || it.getAttribute('alt') !== null || it.labels?.length)).length"
        )
        assert unnamed == 0
        assert browser.value("document.querySelectorAll('h1').length") == 1
        assert browser.value("document.querySelector('[role=status]') !== null")
