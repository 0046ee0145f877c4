"""Which back-ups were put into a data folder, and when: `restored.jsonl`, a line each."""

import msgspec

from correlator.events import Time, microseconds
from streams.backup.manifest import BadBackup
from streams.files import Files


class PutBack(msgspec.Struct, frozen=True, kw_only=True):
    """A line of `restored.jsonl`: when which back-up was put back, by whom, and where the old files went."""

    at: Time
    by: str
    taken: Time
    source: str


def restored_us(files: Files) -> int:
    """When a back-up was put into this folder last, microseconds since 1970; 0: never. Raises PortError."""
    try:
        found = files.restored.read_bytes().splitlines()
        return max((microseconds(msgspec.json.decode(line, type=PutBack).at) for line in found), default=0)
    except FileNotFoundError:
        return 0
    except (OSError, msgspec.MsgspecError) as error:
        raise BadBackup(f"{files.restored} cannot be used: {error}", "Put it back from the back-up") from error
