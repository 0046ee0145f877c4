"""What the demo expects of the service at the end; the exit status of `simpul demo` says whether it came so."""

from collections import Counter
from dataclasses import dataclass

from streams.demo.doors import Json
from streams.demo.play import Player
from streams.demo.story import Story
from streams.demo.watch import Watch


@dataclass(frozen=True, slots=True)
class Check:
    what: str
    holds: bool
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        return all(check.holds for check in self.checks)


def judge(story: Story, player: Player, watch: Watch) -> Outcome:
    """Reads once more, so that what was shown on the way is not taken on trust."""
    incidents = watch.incidents()
    found = watch.settled(story.root)
    if found is None:
        seen = ", ".join(f"{line['id']} {line['status']} {line['root']['id']}" for line in incidents)
        return Outcome((Check(f"one incident with the root {story.root}", False, seen),))
    down = found["impact"]["customers_down"]
    sent = _messages(watch, down)
    return Outcome(
        (
            *_of_incident(story, incidents, found),
            *_of_ticket(watch, found),
            Check("staff were alerted", sent["critical"] > 0, f"{sent['critical']} alerts of class Critical"),
            Check("everyone who was down was told once", sent["outage"] == down, f"{sent['outage']} of {down}"),
            Check("... and told when it was over", _over(sent) == down, f"{_over(sent)} of {down}"),
            *_of_complaints(story, player, watch, found),
            *_of_record(watch, found),
        )
    )


def _messages(watch: Watch, down: int) -> Counter[str]:
    """How many of each kind left, once the last has heard that it is over."""

    def all_out() -> Counter[str] | None:
        counted = Counter(str(line["kind"]) for line in watch.sent())
        return counted if _over(counted) >= down else None

    return watch.until(f"{down} restored notices", all_out)


def _over(sent: Counter[str]) -> int:
    """Who complained is asked instead whether it works again."""
    return sent["restored"] + sent["question"]


def _of_incident(story: Story, incidents: list[Json], found: Json) -> list[Check]:
    others = [line["id"] for line in incidents if line["id"] != found["id"] and line["status"] != "merged"]
    opened = [line["id"] for line in incidents if line["id"] in others and line["ticket"]]
    return [
        Check(f"the cut conduit {story.root} was found", found["root"]["equivalent"] == [story.root]),
        Check("nothing else made an outage, the flapping port neither", not opened, ", ".join(opened)),
        Check("the repair resolved it", found["status"] in ("resolved", "closed"), found["status"]),
    ]


def _of_ticket(watch: Watch, found: Json) -> list[Check]:
    ticket = watch.ticket(found["ticket"]["number"]) or {}
    critical = ticket.get("class") == "Critical" and ticket.get("kind") == "outage"
    return [
        Check("it has a Critical outage ticket", critical, str(ticket.get("class_reason", ""))),
        Check("the NOC acknowledged it", bool(ticket.get("responded_at"))),
    ]


def _of_complaints(story: Story, player: Player, watch: Watch, found: Json) -> list[Check]:
    outage = found["ticket"]["id"]
    tickets = {key: watch.ticket(taken.number) or {} for key, taken in player.taken.items()}
    about = [call.key for call in story.calls if call.key != "bill" and call.customer is not None]
    under = [key for key in about if tickets[key].get("parent") == outage]
    apart = [call.key for call in story.calls if call.key not in about]
    wrongly = [key for key in apart if tickets[key].get("parent")]
    closed = tickets["phone"]
    return [
        Check("complaints about it hang under its ticket", under == about, f"{len(under)} of {len(about)}"),
        Check("the bill, and the caller whom nobody knows, stay apart", not wrongly, ", ".join(wrongly)),
        Check("the customer's word closed a ticket", closed.get("closed_as") == "confirmed", str(closed.get("stage"))),
    ]


def _of_record(watch: Watch, found: Json) -> list[Check]:
    record = watch.record(found["id"]) or {}
    drafted = record.get("state") == "draft" and record.get("root") == found["root"]["id"]
    return [Check("an RCA/CAPA record is drafted", drafted, str(record.get("id", "")))]
