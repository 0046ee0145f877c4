"""When a domain stands still: the administrator is told once, after a while, by the first way that takes it."""

import asyncio

from connectors.channels.memory import MemoryChannel
from connectors.ports import Failed
from correlator.events import SECOND_US
from streams.processes.worker.stall_alert import AFTER_US, Stall, Way

MAIL = "admin@example.com"
AFTER_S = AFTER_US // SECOND_US


def looked_at(channels: list[MemoryChannel], *looks: tuple[int, str | None]) -> None:
    """At these times (seconds) with this trouble."""

    async def run() -> None:
        now_s = [0]
        stall = Stall("id", [Way(channel, MAIL) for channel in channels], lambda: now_s[0] * SECOND_US)
        for at_s, trouble in looks:
            now_s[0] = at_s
            stall.look(trouble)
            if stall.telling is not None:
                await stall.telling

    asyncio.run(run())


def test_short_trouble_is_told_to_nobody() -> None:
    mail = MemoryChannel("smtp")
    looked_at([mail], (0, "full"), (AFTER_S - 1, "full"), (AFTER_S, None), (AFTER_S + 1, "full"), (AFTER_S + 9, "full"))
    assert mail.messages == []


def test_what_lasts_is_told_once_and_again_the_next_time() -> None:
    mail = MemoryChannel("smtp")
    late = AFTER_S * 3
    looks = (0, "full"), (AFTER_S, "full"), (late, "full"), (late, None), (late, "locked"), (2 * late, "locked")
    looked_at([mail], *looks)
    assert [(one.to, one.kind) for one in mail.messages] == [(MAIL, "domain_stopped")] * 2
    assert "full" in mail.messages[0].body
    assert "locked" in mail.messages[1].body
    assert mail.messages[0].id != mail.messages[1].id


def test_where_the_first_way_fails_the_next_one_is_taken() -> None:
    mail, file = MemoryChannel("smtp", answers=[Failed("away", recoverable=True)]), MemoryChannel("file")
    looked_at([mail, file], (0, "full"), (AFTER_S, "full"))
    assert (len(mail.messages), len(file.messages)) == (0, 1)
