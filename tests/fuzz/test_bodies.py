"""36,000 bodies in each run of the tests; `python -m tests.fuzz.bodies` throws as many as one likes."""

from connectors.access.routes import ROUTES
from streams.bootstrap.webhooks import FORMATS
from tests.fuzz.bodies import READERS, bodies, run

COUNT = 36_000


def test_no_body_crashes_and_each_is_counted() -> None:
    outcome = run(COUNT, seed=1)
    assert outcome.thrown == COUNT == sum(outcome.taken.values()) + sum(outcome.refused.values())
    for route in READERS:
        refused = {reason: n for (where, reason), n in outcome.refused.items() if where == route}
        assert outcome.taken[route] > 100, route
        assert sum(refused.values()) > 100, route
    assert len({reason for _, reason in outcome.refused}) >= 25  # the mutations reach past the first brace
    assert len(outcome.refused) < 600  # reasons can be counted: they hold nothing that the sender wrote
    assert outcome.packed > COUNT // 10


def test_every_route_that_takes_a_body_is_thrown_at() -> None:
    posts = {path for method, path in ROUTES if method in ("POST", "PATCH")} - {
        "/signout",
        "/webhooks/{name}",
    }  # one reads no body
    webhooks = {f"/webhooks/{name}" for name in (*FORMATS, "mapped")} - {"/webhooks/generic"}  # read as /alarms is
    assert posts | webhooks == READERS.keys()


def test_a_seed_throws_the_same_again() -> None:
    assert list(bodies(500, 3)) == list(bodies(500, 3))
    assert list(bodies(500, 3)) != list(bodies(500, 4))
