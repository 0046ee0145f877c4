"""An incident with its alarms one by one, and why an alarm has no incident."""

from typing import Any

from connectors.api.doors import Doors, HttpError, known

MOST_ALARMS = 200  # that a page shows


def incident_told(doors: Doors, name: str) -> dict[str, Any]:
    """`told`: alarms of it, what stands first, then the newest. Raises HttpError where there is no such incident."""
    found = known(doors.reader.incident(name), name)
    return {**found, "told": doors.reader.explained.of_events(found["alarms"][:MOST_ALARMS])}


def explained(doors: Doors, of: str) -> list[dict[str, Any]]:
    """Alarms of an object, or of one event's id, each with `why`. Raises HttpError where there is none."""
    found = doors.reader.explained.asked(of)
    if not found:
        raise HttpError(404, f"there is no alarm {of[:100]}", "Check it; GET /alarms lists them.", field="of")
    return found
