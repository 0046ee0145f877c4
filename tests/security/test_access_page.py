"""The page that says who may do what is made of the tables that decide it."""

from connectors.access.routes import ROUTES
from correlator.policy.care import CarePolicy
from dev.access import PAGE, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == page(), "say `make schemas`"


def test_it_has_each_door_and_each_command() -> None:
    text = page()
    assert all(f"`{method} {path}`" in text for method, path in ROUTES)
    assert all(f"| `{action}` |" in text for action in CarePolicy().may)
