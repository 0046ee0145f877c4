"""Two `simpul api` over one journal and one database: what one takes in the other knows, whatever is away meanwhile."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.redis.link import Link, Place
from connectors.redis.notifier import RedisNotifier
from connectors.telemetry.metrics import PrometheusCounter
from correlator.events import Frame, Heartbeat, moment
from streams import clock
from tests.integration.distributed.street import Street, checks, opened
from tests.integration.house import until
from tests.services import kill, own

COMPLAINT = {
    "id": "c-1",
    "time": "2026-03-01T01:00:00Z",
    "channel": "phone",
    "customer": "CU-1",
    "text": "internet mati total sejak pagi",
}


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    with opened(tmp_path) as made:
        yield made


def test_what_one_takes_in_the_other_knows(street: Street) -> None:
    with street.open() as one, street.open() as two:
        first = street.post(one, "/complaints", COMPLAINT)
        again = street.post(two, "/complaints", COMPLAINT)
        other = street.post(two, "/complaints", COMPLAINT | {"id": "c-2"})
        assert (first.status_code, again.status_code, other.status_code) == (201, 201, 201)
        assert first.json()["number"] == again.json()["number"] != other.json()["number"]
        assert [complaint.id for complaint in street.complaints()] == ["c-1", "c-2"]


def test_a_browser_that_signs_in_at_one_is_in_at_the_other(street: Street) -> None:
    with street.open() as one, street.open() as two:
        signed = one.post("/signin", data={"token": street.admin})
        assert signed.status_code == 303
        assert two.get("/").headers.get("location") == "/signin"
        two.cookies.update(one.cookies)
        assert two.get("/").status_code == 200
        assert one.post("/signout").status_code == 303
        until("end of the session", lambda: two.get("/").headers.get("location") == "/signin")


def test_what_is_wrong_is_said_and_nobody_waits_for_redis(street: Street) -> None:
    with street.open() as door:
        assert set(checks(door)) == {"worker of id"}, "none works"
        kill("redis", street.folder)
        answers = [street.post(door, "/complaints", COMPLAINT | {"id": f"c-{n}"}).status_code for n in range(20)]
        assert answers == [201] * 20
        assert "Redis does not answer" in checks(door)["redis"]
        own("redis", street.folder)
        until("Redis in use again", lambda: street.post(door, "/complaints", COMPLAINT) and "redis" not in checks(door))
        assert len(street.complaints()) == 20


def test_one_that_is_told_to_stop_answers_and_goes(street: Street) -> None:
    with (
        street.open() as door,
        door.stream("GET", "/live", headers={"Authorization": f"Bearer {street.admin}"}) as live,
    ):
        assert live.status_code == 200
        next(live.iter_raw())
        assert street.post(door, "/complaints", COMPLAINT).status_code == 201
        (process,) = street.running
        process.terminate()
        assert process.wait(30) == 0
    assert len(street.complaints()) == 1


def test_a_worker_rings_when_it_has_committed(street: Street) -> None:
    kafka = street.settings.kafka
    assert kafka is not None
    link = Link(Place(street.redis, kafka.prefix), PrometheusCounter(), clock.monotonic_s)
    notifier = RedisNotifier(link)

    async def heard() -> None:
        names: set[str] = set()
        listening = asyncio.create_task(notifier.listen(names.add))
        await asyncio.to_thread(street.made.start, SIMPUL_REDIS__URL=street.redis)
        async with asyncio.timeout(120):
            while True:
                await asyncio.to_thread(street.made.append, "id", [Frame(1, (Heartbeat(time=moment(1)),))])
                if "id" in names:
                    break
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)

    asyncio.run(heard())
    notifier.close()
    link.close()
