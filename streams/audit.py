"""The audit of the doors: lines of the log, and of a file of its own whose lines follow from one another."""

import structlog

from connectors.access.audit_trail import AuditTrail
from connectors.access.holders import Audited
from correlator.times import rfc3339
from streams import clock

log = structlog.get_logger("audit")


class Audit:
    """`told` is called for each request that is to be told."""

    def __init__(self, trail: AuditTrail) -> None:
        self._trail = trail

    def told(self, one: Audited) -> None:
        """`info` where it was taken, `warning` where it was refused. A full disk holds up nobody: the log has it."""
        said = {"door": one.door, "status": one.status, "address": one.address, "why": one.why}
        who = {"token": one.token, "name": one.name, "role": one.role}
        kept = {name: value for name, value in (said | who | dict(one.about)).items() if value != ""}
        say = log.info if one.status < 400 else log.warning
        say("audit", **kept)
        try:
            self._trail.add({"at": rfc3339(clock.wall_us()), **kept})
        except OSError as error:
            log.error("audit_not_kept", file=str(self._trail.path), why=error.strerror)
