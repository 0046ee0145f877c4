"""A raw log a kind of listener, as one: each frame goes to the log of its kind."""

import asyncio
from collections.abc import Mapping, Sequence

from connectors.formats.raw_frames import Placed, RawLog


class RawLogs:
    """In each place of each kind in the order in which they were appended."""

    def __init__(self, logs: Mapping[str, RawLog]) -> None:
        self._logs = logs

    async def append(self, frames: Sequence[Placed]) -> None:
        """Raises what a log raises; frames of other kinds may be there all the same."""
        of: dict[str, list[Placed]] = {}
        for frame in frames:
            of.setdefault(frame.kind, []).append(frame)
        done = await asyncio.gather(
            *(self._logs[kind].append(some) for kind, some in of.items()), return_exceptions=True
        )
        for error in done:
            if error is not None:
                raise error

    async def close(self) -> None:
        for log in self._logs.values():
            await log.close()
