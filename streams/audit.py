"""The audit of the doors, as lines of the log."""

import structlog

from connectors.access.holders import Audited

log = structlog.get_logger("audit")


def told(one: Audited) -> None:
    """`info` where it was taken, `warning` where it was refused."""
    say = log.info if one.status < 400 else log.warning
    said = {"door": one.door, "status": one.status, "address": one.address, "why": one.why}
    who = {"token": one.token, "name": one.name, "role": one.role}
    say("audit", **{name: value for name, value in (said | who | dict(one.about)).items() if value != ""})
