"""Judges a month by what the outside sees: tickets, alerts, messages, the recap and restitution as JSON.

It shares no code with what it judges: times are read from text, sums are made by hand, what is allowed is written anew.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

Row = dict[str, Any]
STAGES = ("receipt", "verification", "assignment", "investigation", "confirmation", "closed")
LADDER = ("care_supervisor", "service_manager", "operations_director")
REMINDERS = 3


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
    for alert in alerts:
        raised[alert["about"]].append(alert)
    for row in tickets:
        wrong += [f"{row['number']}: {what}" for what in stages(row)]
        wrong += [f"{row['number']}: {what}" for what in climbs(row, raised[row["id"]], replies.get(row["number"], ()))]
        if row["kind"] == "complaint" and row["closed_at"] is not None:
            wrong += [f"{row['number']}: {what}" for what in ended(row, asked, replies)]
    return wrong


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


def ended(row: Row, asked: Counter[str], replies: Mapping[str, Sequence[Row]]) -> list[str]:
    """No complaint is closed without its customer's word, or the rule that takes its place."""
    said = [one["says"] for one in replies.get(row["number"], ())]
    match row["closed_as"]:
        case "confirmed":  # one question asks for all tickets of a customer under an outage
            every = [one for some in replies.values() for one in some if one["customer"] == row["customer"]]
            good = any(one["says"] == "satisfied" for one in every)
            return [] if good else ["closed as confirmed, and nobody said so"]
        case "unconfirmed":
            person = any(line["action"] == "close" and line["actor"] != "machine" for line in row["trail"])
            questions = asked[row["id"]] - 1
            enough = questions >= REMINDERS or "other" in said
            return [] if person and enough else [f"unconfirmed after {questions} reminders"]
        case "duplicate":
            return []
        case other:
            return [f"closed as {other}"]


def climbs(row: Row, alerts: Sequence[Row], replies: Sequence[Row]) -> list[str]:
    """Each climb is one rung, after something that was late or a customer who was not satisfied, and is told."""
    wrong, rung = [], 0
    late = [time(clock["due_at"]) for clock in row["clocks"] if clock["breached"] and clock["due_at"]]
    breaches = [time(alert["at"]) for alert in alerts if alert["kind"] == "breach"]
    denied = [time(one["time"]) for one in replies if one["says"] == "not_satisfied"]
    told = Counter((alert["role"], alert["at"]) for alert in alerts if alert["kind"] == "escalation")
    for line in row["trail"]:
        if line["action"] != "escalate":
            continue
        at = time(line["at"])
        if not line["reason"]:
            wrong.append(f"a climb at {line['at']} without a reason")
        if not any(cause <= at for cause in (*breaches, *late, *denied)):
            wrong.append(f"a climb at {line['at']}, and nothing was late and nobody discontent")
        if rung >= len(LADDER) or line["to"] != LADDER[rung]:
            wrong.append(f"climbed to {line['to']} from rung {rung}")
        if not told[line["to"], line["at"]]:
            wrong.append(f"climbed to {line['to']} at {line['at']}, and nobody there was told")
        rung += 1
    return wrong


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
    for row in totals:
        key = row["customer"], row["service"]
        if row["minutes"] != minutes.pop(key, None):
            wrong.append(f"restitution of {key}: {row['minutes']} min is not the sum of its evidence")
    wrong += [f"restitution leaves out {key}" for key in minutes]
    for key, some in spans.items():
        whole = max(end for _, end in some) - min(start for start, _ in some)
        if sum(one["minutes"] for one in evidence if (one["customer"], one["service"]) == key) * 60e6 > whole + 60e6:
            wrong.append(f"restitution of {key} counts a minute twice")
    return wrong
