"""Judges a month by what the outside sees: tickets, alerts, messages, the recap and restitution as JSON.

It shares no code with what it judges: times are read from text, sums are made by hand, what is allowed is written anew.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]
STAGES = ("receipt", "verification", "assignment", "investigation", "confirmation", "closed")
LADDER = ("care_supervisor", "service_manager", "operations_director")
REMINDERS = 3
PERIOD = timedelta(minutes=60)  # a ticket climbs one rung in so long
EFFECT = timedelta(days=7)  # an action's effect is judged no sooner
WARNINGS = ("clock_50", "clock_80", "breach")
LATE_RECORDS = ("rca_unfilled", "corrective_late", "rca_unverified")
AT_ONCE = timedelta(seconds=5)


def time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def judged(
    tickets: Sequence[Row],
    alerts: Sequence[Row],
    notices: Sequence[Row],
    replies: Mapping[str, Sequence[Row]],
    complaints: Sequence[Row],
) -> list[str]:
    """What is wrong, each in a line; nothing where all laws hold."""
    wrong = numbers(tickets, complaints)
    asked = Counter(row["ticket"] for row in notices if row["kind"] == "question")
    raised = defaultdict[str, list[Row]](list)
    content = {one["customer"] for some in replies.values() for one in some if one["says"] == "satisfied"}
    for alert in alerts:
        raised[alert["about"]].append(alert)
    goes_on = {row["id"] for row in tickets if any(unmet(clock, "resolution") for clock in row["clocks"])}
    for row in tickets:
        wrong += [f"{row['number']}: {what}" for what in stages(row)]
        wrong += [f"{row['number']}: {what}" for what in warned(row, raised[row["id"]], row["parent"] in goes_on)]
        wrong += [f"{row['number']}: {what}" for what in climbs(row, raised[row["id"]], replies.get(row["number"], ()))]
        if row["kind"] == "complaint" and row["closed_at"] is not None:
            said = [one["says"] for one in replies.get(row["number"], ())]
            wrong += [f"{row['number']}: {what}" for what in ended(row, asked[row["id"]] - 1, said, content)]
    return wrong


def unmet(clock: Row, name: str) -> bool:
    return clock["name"] == name and clock["met_at"] is None


def numbers(tickets: Sequence[Row], complaints: Sequence[Row]) -> list[str]:
    """Each complaint has one ticket, and each ticket a number of its own."""
    often = Counter(row["number"] for row in tickets)
    wrong = [f"number {number} {count} times" for number, count in often.items() if count > 1]
    mine = Counter(row["complaint"] for row in tickets if row["kind"] == "complaint")
    wrong += [f"complaint {row['id']} has {mine[row['id']]} tickets" for row in complaints if mine[row["id"]] != 1]
    known = {row["id"] for row in complaints}
    return wrong + [f"a ticket of nobody's complaint {name}" for name in mine if name not in known]


def stages(row: Row) -> list[str]:
    """One stage at a time: each move begins where the one before ended, and time never runs back."""
    wrong, stood, last = [], None, None
    for line in row["trail"]:
        at = time(line["at"])
        if last is not None and at < last:
            wrong.append(f"its trail runs back at {line['at']}")
        last = at
        if line["action"] == "close":
            stood = "closed"
        elif line["from"] in STAGES and line["to"] in STAGES:
            if stood is not None and line["from"] != stood:
                wrong.append(f"moved from {line['from']} at {line['at']}, and stood in {stood}")
            stood = line["to"]
    if stood is not None and stood != row["stage"]:
        wrong.append(f"is in {row['stage']}, and its trail ends in {stood}")
    if (row["closed_at"] is not None) != (row["stage"] == "closed"):
        wrong.append(f"is in {row['stage']}, closed at {row['closed_at']}")
    return wrong


def ended(row: Row, reminders: int, said: Sequence[str], content: Set[str]) -> list[str]:
    """No complaint is closed without its customer's word, or the rule that takes its place. `content`: the customers
    who said so at some time."""
    match row["closed_as"]:
        case "confirmed":  # one question asks for all tickets of a customer under an outage
            return [] if row["customer"] in content else ["closed as confirmed, and nobody said so"]
        case "unconfirmed" | "no_fault" as word:
            by = [line["actor"] for line in row["trail"] if line["action"] == "close"]
            enough = reminders >= REMINDERS or "other" in said
            leads = bool(by) and by[-1].startswith(LADDER)
            return [] if leads and enough else [f"{word} after {reminders} reminders, by {by[-1:]}"]
        case "duplicate":
            return []
        case other:
            return [f"closed as {other}"]


def climbs(row: Row, alerts: Sequence[Row], replies: Sequence[Row]) -> list[str]:
    """Each climb is one rung, after something that was late or a customer who was not satisfied, and is told."""
    wrong, rung, last = [], 0, None
    late = [time(clock["due_at"]) for clock in row["clocks"] if clock["breached"] and clock["due_at"]]
    breaches = [time(alert["at"]) for alert in alerts if alert["kind"] == "breach"]
    denied = [time(one["time"]) for one in replies if one["says"] == "not_satisfied"]
    denied += [time(line["at"]) for line in row["trail"] if line["action"] == "reopen"]  # a review was asked for
    told = Counter((alert["role"], alert["at"]) for alert in alerts if alert["kind"] == "escalation")
    for line in row["trail"]:
        if line["action"] != "escalate":
            continue
        at = time(line["at"])
        if not line["reason"]:
            wrong.append(f"a climb at {line['at']} without a reason")
        if not any(cause <= at for cause in (*breaches, *late, *denied)):
            wrong.append(f"a climb at {line['at']}, and nothing was late and nobody discontent")
        said = [cause for cause in denied if cause <= at]
        once_more = len(said) > 1 and at - max(said) < AT_ONCE  # a second review climbs within the period too
        if last is not None and at - last < PERIOD and not once_more:
            wrong.append(f"climbed twice within {at - last}")
        if rung >= len(LADDER) or line["to"] != LADDER[rung]:
            wrong.append(f"climbed to {line['to']} from rung {rung}")
        if not told[line["to"], line["at"]]:
            wrong.append(f"climbed to {line['to']} at {line['at']}, and nobody there was told")
        rung, last = rung + 1, at
    return wrong


def warned(row: Row, alerts: Sequence[Row], spoken_for: bool) -> list[str]:
    """No warning comes twice; what is late and not done was told. `spoken_for`: by the outage, which goes on."""
    often = Counter((alert["role"], alert["kind"], alert["text"]) for alert in alerts if alert["kind"] in WARNINGS)
    wrong = [f"{count} times: {text}" for (_, _, text), count in often.items() if count > 1]
    late = [clock["name"] for clock in row["clocks"] if clock["breached"] and clock["met_at"] is None]
    told = any(alert["kind"] == "breach" for alert in alerts)
    return wrong if told or not late or spoken_for else [*wrong, f"{late} late, and nobody was told"]


def records(tickets: Sequence[Row], rcas: Sequence[Row], commands: Sequence[Row]) -> list[str]:
    """What is closed has one RCA/CAPA record; it is verified by another than who filled it, and after the wait."""
    about = Counter(row["incident"] or row["ticket"] for row in rcas)
    wrong: list[str] = []
    for row in tickets:
        alone = row["kind"] == "complaint" and row["parent"] is None and row["closed_as"] != "duplicate"
        of = row["id"] if alone else row["incident"] if row["kind"] == "outage" else None
        if row["closed_at"] is not None and of is not None and about[of] != 1:
            wrong.append(f"{row['number']}: closed with {about[of]} RCA/CAPA records")
    filled = defaultdict[str, set[str]](set)
    done: dict[str, datetime] = {}  # when first told done
    for one in commands:
        if one["action"] != "fill":
            continue
        filled[one["target"]].add(one["actor"])
        if any("done_at" in step for step in one["arguments"].get("corrective", ())):
            done.setdefault(one["target"], time(one["time"]))
    verified = {(one["target"], one["actor"]): time(one["time"]) for one in commands if one["action"] == "verify"}
    for row in rcas:
        steps = [*row["corrective"], *row["preventive"]]
        for by in sorted({step["verified_by"] for step in steps if step["verified_by"]}):
            if by in filled[row["id"]]:
                wrong.append(f"{row['id']}: verified by {by}, who filled it")
            if verified[row["id"], by] < done[row["id"]] + EFFECT:
                wrong.append(f"{row['id']}: verified {verified[row['id'], by] - done[row['id']]} after it was done")
        ended = row["state"] in ("verified", "closed")
        if ended and not all(step["verified_by"] for step in steps) and not merged(row):
            wrong.append(f"{row['id']}: {row['state']}, and nobody verified it")
    return wrong


def reminded(alerts: Sequence[Row]) -> list[str]:
    """Nobody is reminded of the same late records twice."""
    often = Counter((alert["role"], alert["kind"], alert["text"]) for alert in alerts if alert["kind"] in LATE_RECORDS)
    return [f"{count} times to {role}: {text}" for (role, _, text), count in often.items() if count > 1]


def merged(record: Row) -> bool:
    return any(line["what"].startswith("merged into") for line in record["timeline"])


def sums(tickets: Sequence[Row], recap: Mapping[str, Sequence[Row]], month: str) -> list[str]:
    """The recap is the sum over the tickets. `recap`: rows of its tables by name."""
    mine = [row for row in tickets if row["kind"] == "complaint" and not follows(row)]
    opened = Counter(row["class"] for row in mine if row["opened_at"].startswith(month))
    closed = Counter(row["class"] for row in mine if (row["closed_at"] or "").startswith(month))
    wrong: list[str] = []
    for row in recap["complaints_by_class"]:
        name = str(row["group"])
        if (row["opened"], row["closed"]) != (opened[name], closed[name]):
            told = f"{row['opened']} opened, {row['closed']} closed"
            wrong.append(f"recap of {name}: {told}; the tickets say {opened[name]}, {closed[name]}")
    for table in (name for name in recap if name.startswith("complaints_by_")):
        for column, number in (("opened", sum(opened.values())), ("closed", sum(closed.values()))):
            found = sum(int(row[column] or 0) for row in recap[table])
            if found != number:
                wrong.append(f"{table}: {found} {column} in all, the tickets say {number}")
    every = [clock for row in mine if row["opened_at"].startswith(month) for clock in row["clocks"]]
    breached = Counter(clock["name"] for clock in every if clock["breached"])
    for name in ("response", "resolution"):
        told = [row for row in recap["clocks"] if (row["kind"], row["clock"]) == ("complaint", name)]
        found = sum(int(row["breached"]) for row in told)
        if found != breached[name]:
            wrong.append(f"clocks: {found} of {name} breached, the tickets say {breached[name]}")
    return wrong


def follows(row: Row) -> bool:
    """The same customer called again: the first ticket is worked on."""
    return row["closed_as"] == "duplicate" and row["closed_at"] == row["opened_at"]


def restitution(totals: Sequence[Row], evidence: Sequence[Row]) -> list[str]:
    """Each service's minutes are the sum over its evidence, which does not overlap."""
    wrong: list[str] = []
    minutes, spans = Counter[tuple[Any, Any]](), defaultdict[tuple[Any, Any], list[tuple[int, int]]](list)
    for one in evidence:
        minutes[one["customer"], one["service"]] += one["minutes"]
        spans[one["customer"], one["service"]].append((one["start"], one["end"]))
    counted = dict(minutes)
    for row in totals:
        key = row["customer"], row["service"]
        if row["minutes"] != minutes.pop(key, None):
            wrong.append(f"restitution of {key}: {row['minutes']} min is not the sum of its evidence")
    wrong += [f"restitution leaves out {key}" for key in minutes]
    for key, some in spans.items():
        whole = max(end for _, end in some) - min(start for start, _ in some)
        if counted[key] * 60e6 > whole + 60e6:
            wrong.append(f"restitution of {key} counts a minute twice")
    return wrong
