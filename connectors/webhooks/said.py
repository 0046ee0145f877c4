"""What parsers of webhooks share: names that are fit to be kept, where something is, when, and of which type."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import get_args

from connectors.formats.json_rows import FIRST_YEAR, LAST_YEAR, LONGEST_NAME, Envelope
from correlator.events import AlarmType

TYPES: dict[str, AlarmType] = {name: name for name in get_args(AlarmType)}
OF_A_PORT = ("link_down", "neighbor_down", "loss_of_signal")  # of a device alone they say too little
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def fit(text: str) -> str:
    """Fit to be a name: a sender's words may hold anything, and an alarm is not lost for it."""
    if text.isprintable():
        return text.strip()[:LONGEST_NAME].strip() or "unnamed"
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()[:LONGEST_NAME].strip() or "unnamed"


def placed(devices: Sequence[str], port: str, envelope: Envelope) -> str:
    """`device/port`, or the device where no port is named. Of a device's names (host, address) the first that the
    inventory has, else the first of all: then it stands under that, unresolved."""
    given = [name.strip() for name in devices if name.strip()]
    if not given:
        return ""
    device = next((name for name in given if envelope.known(name)), given[0])
    port = port.strip()
    return fit(f"{device}/{port}" if port and "/" not in device else device)


def of_type(said: AlarmType | None, port: str) -> AlarmType:
    """Where what a type says of a port comes without one, nobody knows which: it is kept, and is no evidence."""
    return "other" if said is None or (said in OF_A_PORT and not port.strip()) else said


def at(seconds: str, otherwise: datetime) -> datetime:
    """A time in seconds since 1970, as text; `otherwise` where it is none."""
    if not seconds.isdecimal() or len(seconds) > 12:
        return otherwise
    try:
        return believed(EPOCH + timedelta(seconds=int(seconds)), otherwise)
    except OverflowError:
        return otherwise


def believed(time: datetime | None, otherwise: datetime) -> datetime:
    """A time that a calendar can hold in each zone; `otherwise` for another."""
    return time if time is not None and FIRST_YEAR < time.year <= LAST_YEAR else otherwise
