"""The stream: what changed and no more, to whoever looks, at whatever pace; and nobody looks when nobody is there."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.console.board import Boards
from connectors.console.drawn import SECTIONS, Drawing
from connectors.console.live import Around, Live, Pace
from connectors.headline import Headline, HeadlineFile, tell
from connectors.ports import StoreDown
from tests.connectors.house import DOMAIN, House, incident

QUICK = Pace(poll_s=0.01, news_s=0.01, tick_s=0.02, counts_s=0.01)
Event = tuple[str, dict[str, Any]]


class Screen:
    """One screen that listens."""

    def __init__(self, live: Live, language: Any = "en", stands: Any = lambda: True) -> None:
        async def still() -> bool:
            return bool(stands())

        self._stream: AsyncIterator[bytes] = live.stream(language, still)

    async def next(self) -> Event:
        async with asyncio.timeout(20):
            head, data, *_ = (await anext(self._stream)).decode().split("\n")
        return head.removeprefix("event: "), msgspec.json.decode(data.removeprefix("data: "))

    async def board(self) -> dict[str, str]:
        """The sections of the next push."""
        while True:
            name, data = await self.next()
            if name == "board":
                return dict(data["sections"])

    async def ends(self) -> bool:
        """Whether it comes to an end, within some pushes."""
        for _ in range(5):
            try:
                await self.next()
            except StopAsyncIteration:
                return True
        return False

    async def close(self) -> None:
        await self._stream.aclose()  # type: ignore[attr-defined]  # it is a generator


@pytest.fixture
def house() -> House:
    return House()


def live_of(house: House, path: Path = Path("none")) -> Live:
    around = Around(house.clock, HeadlineFile(path), {})
    return Live(Boards(house.store, {DOMAIN: house.world}), Drawing(), around, QUICK)


def test_the_first_push_has_all_and_the_next_only_what_changed(house: House) -> None:
    async def story() -> None:
        screen = Screen(live_of(house))
        first = await screen.board()
        while "No incident" not in first["incidents"]:
            first |= await screen.board()
        assert set(first) == set(SECTIONS)
        house.cut()
        pushed = await screen.board()
        assert {"figures", "incidents", "tickets"} <= set(pushed)
        assert not {"story", "trouble", "notices"} & set(pushed)
        assert "NT-20260301-900000" in pushed["incidents"]
        await screen.close()

    asyncio.run(story())


def test_news_is_looked_at_at_once(house: House) -> None:
    """It would look by itself in an hour."""

    async def story() -> None:
        around = Around(house.clock, HeadlineFile(Path("none")), {})
        pace = Pace(poll_s=3600, tick_s=0.02)
        live = Live(Boards(house.store, {DOMAIN: house.world}), Drawing(), around, pace)
        screen = Screen(live)
        while "No incident" not in (await screen.board()).get("incidents", ""):
            pass
        house.cut()
        live.hear()
        while "NT-20260301-900000" not in (await screen.board()).get("incidents", ""):
            pass
        await screen.close()

    asyncio.run(story())


def test_while_nothing_changes_a_screen_hears_the_time(house: House) -> None:
    async def story() -> None:
        screen = Screen(live_of(house))
        await screen.board()
        names = {(await screen.next())[0] for _ in range(6)}
        assert "tick" in names
        name, data = await screen.next()
        assert data["now"] == house.clock() // 1000 or name == "board"
        await screen.close()

    asyncio.run(story())


def test_one_look_serves_all_screens_and_none_looks_when_none_is_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.cut()
    live = live_of(house)
    read: list[int] = []
    real = Boards.read
    monkeypatch.setattr(Boards, "read", lambda boards: (read.append(1), real(boards))[1])

    async def story() -> None:
        screens = [Screen(live) for _ in range(20)]
        for screen in screens:
            while "IN-000001" not in (await screen.board()).get("incidents", ""):
                pass
        assert live.watchers == 20
        assert len(read) == 1
        for screen in screens:
            await screen.close()
        assert live.watchers == 0

    asyncio.run(story())


def test_a_slow_screen_gets_the_newest_and_no_queue(house: House) -> None:
    async def story() -> None:
        screen = Screen(live_of(house))
        await screen.board()
        for n in range(50):
            row = incident(id=f"IN-{n:06}", ticket=None, down_now=n)
            house.commit([("incidents", row.id, row)])
        incidents = ""
        while "IN-000049" not in incidents:
            incidents = (await screen.board()).get("incidents", incidents)
        await screen.close()

    asyncio.run(story())


def test_a_screen_that_is_signed_out_is_told_and_hung_up_on(house: House) -> None:
    async def story() -> None:
        signed_in = [True]
        screen = Screen(live_of(house), stands=lambda: signed_in[0])
        await screen.board()
        signed_in[0] = False
        name = ""
        while name != "gone":
            name, _ = await screen.next()
        with pytest.raises(StopAsyncIteration):
            await screen.next()

    asyncio.run(story())


def test_closing_ends_every_stream(house: House) -> None:
    async def story() -> None:
        live = live_of(house)
        screens = [Screen(live) for _ in range(3)]
        for screen in screens:
            await screen.board()
        live.close()
        for screen in screens:
            assert await screen.ends()

    asyncio.run(story())


def test_a_store_that_is_away_is_said_and_the_page_stays(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.cut()
    live = live_of(house)

    async def story() -> None:
        screen = Screen(live)
        incidents = ""
        while "IN-000001" not in incidents:
            incidents = (await screen.board()).get("incidents", "")

        def away(_: str) -> int:
            raise StoreDown("The disk is full", "Free some space")

        monkeypatch.setattr(house.store, "applied", away)
        pushed = await screen.board()
        assert "The disk is full. Free some space" in pushed["trouble"]
        assert "incidents" not in pushed
        monkeypatch.undo()
        assert "The disk is full" not in (await screen.board())["trouble"]
        await screen.close()

    asyncio.run(story())


def test_a_story_is_pushed_as_it_is_told(house: House, tmp_path: Path) -> None:
    path = tmp_path / "headline.json"

    async def story() -> None:
        screen = Screen(live_of(house, path), "id")
        await screen.board()
        for step in (1, 2):
            tell(path, Headline(id=f"Babak {step}", en="", step=step, steps=2))
            pushed: dict[str, str] = {}
            while f"Babak {step}" not in pushed.get("story", ""):
                pushed = await screen.board()
        tell(path, None)
        while "Babak" in pushed.get("story", "Babak"):
            pushed = await screen.board()
        await screen.close()

    asyncio.run(story())
