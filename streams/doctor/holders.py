"""The bearer tokens: whose have run out, or will soon. A source whose token has run out says nothing any more."""

from collections.abc import Iterator
from datetime import timedelta

from connectors.ports import PortError
from correlator.events import moment
from streams import bootstrap, clock
from streams.doctor.finding import Finding, well
from streams.files import Files
from streams.settings import Settings

PART = "tokens"
SOON = timedelta(days=14)


def holders(settings: Settings) -> Iterator[Finding]:
    """Of the data folder's tokens; those of a database are its machines' business."""
    if settings.database is not None or not Files(settings.data).tokens.exists():
        return
    try:
        with bootstrap.tokens(settings) as kept:
            listed = kept.listed()
    except PortError as error:
        yield Finding(PART, "wrong", error.what, error.remedy)
        return
    now = moment(clock.wall_us())
    ends = sorted((token.expires, token.name) for token in listed if token.expires is not None)
    late = [name for end, name in ends if end <= now]
    soon = [f"{name} on {end:%Y-%m-%d}" for end, name in ends if now < end <= now + SOON]
    if late:
        yield Finding(PART, "warning", f"run out: {', '.join(late)}", "Revoke them, and issue new ones where needed")
    if soon:
        yield Finding(PART, "warning", f"run out soon: {', '.join(soon)}", "Issue new ones in time")
    if not late and not soon:
        yield well(PART, f"{len(listed)} are good")
