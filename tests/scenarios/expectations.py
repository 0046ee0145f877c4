"""What must follow: the `expect` lines of a script, asked of what the outside sees."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.scenarios.hosts import Played, Seen
from tests.scenarios.script import BadScript, Line

Row = dict[str, Any]
FIGURES = {"down": "customers_down", "risk": "services_at_risk"}


def standing(row: Row) -> bool:
    """An incident that counts: not merged away, not a suspicion that dissolved."""
    return row["status"] != "merged" and not (row["status"] == "closed" and row["opened_at"] is None)


def short(rows: list[Row]) -> str:
    """Incidents in few words, for a failure's text."""
    told = [f"{row['id']} {row['status']} {row['root']['id']} ({len(row['alarms'])} alarms)" for row in rows]
    return "; ".join(told) or "none"


class Expectations:
    """Checks lines against a host, and finds the ids that scripts call `incident:ROOT`, `ticket:NAME`, `rca:ROOT`."""

    def __init__(self, host: Played) -> None:
        self.host = host
        self.foreseen: set[str] = set()  # refused events that a line expects

    def check(self, line: Line) -> None:
        what, *words = line.head or ("",)
        wanted = what not in ("no", "not")
        if not wanted and words:
            what, *words = words
        kinds: dict[str, Callable[[Line, Seen, list[str], bool], str | None]] = {
            "incident": self._incident,
            "incidents": self._incidents,
            "ticket": self._ticket,
            "told": self._told,
            "said": self._said,
            "alert": self._alert,
            "rejected": self._rejected,
            "rca": self._rca,
            "unresolved": self._unresolved,
            "member": self._member,
            "light": self._light,
            "lights": self._lights,
            "survey": self._survey,
            "improvement": self._improvement,
            "paid": self._paid,
        }
        if what not in kinds:
            raise BadScript(line.place, f"expect knows {', '.join(kinds)}, and no or not before them; not {what!r}")
        wrong = kinds[what](line, self.host.seen(), words, wanted)
        assert wrong is None, f"{line.place}: {line.source}\n  but {wrong}"

    # Finding

    def find(self, line: Line, name: str) -> str:
        """The id behind a name of the script; the name itself where it is none of these."""
        word, colon, rest = name.partition(":")
        seen = self.host.seen()
        if not colon:
            return name
        if word == "incident":
            return str(self._one_incident(line, seen, rest)["id"])
        if word == "ticket":
            return str(self._one_ticket(line, seen, rest)["id"])
        if word == "number":
            return str(self._one_ticket(line, seen, rest)["number"])
        if word == "light":
            return str(self._light_tickets(seen, rest)[-1]["id"])
        if word == "improvement":
            return str(self._improvements(line, seen, rest)[-1]["id"])
        if word == "rca":
            return str(self._one_rca(line, seen, rest)["id"])
        return name

    def _with_root(self, seen: Seen, root: str) -> list[Row]:
        return [
            row for row in seen.incidents if standing(row) and root in (row["root"]["id"], *row["root"]["equivalent"])
        ]

    def _one_incident(self, line: Line, seen: Seen, root: str) -> Row:
        found = self._with_root(seen, root)
        assert found, f"{line.place}: {line.source}\n  but no incident has the root {root}: {short(seen.incidents)}"
        return found[-1]

    def _one_ticket(self, line: Line, seen: Seen, name: str) -> Row:
        """Of a complaint by the complaint's name, of an outage by the root."""
        for row in seen.tickets:
            if row["complaint"] == name:
                return row
        incident = self._one_incident(line, seen, name)
        for row in seen.tickets:
            if row["incident"] == incident["id"] and row["kind"] == "outage":
                return row
        raise AssertionError(f"{line.place}: {line.source}\n  but {incident['id']} ({name}) has no ticket")

    def _one_rca(self, line: Line, seen: Seen, name: str) -> Row:
        about = {name, *(row["id"] for row in self._with_root(seen, name))}
        about |= {row["id"] for row in seen.tickets if row["complaint"] == name}
        found = [row for row in seen.rcas if row["incident"] in about or row["ticket"] in about]
        assert found, f"{line.place}: {line.source}\n  but there is no RCA record about {name}"
        return found[-1]

    # What can be expected

    def _incident(self, line: Line, seen: Seen, words: list[str], wanted: bool) -> str | None:
        found = self._with_root(seen, words[0]) if words else [row for row in seen.incidents if standing(row)]
        states = line.options.get("is")
        if not wanted:
            found = [row for row in found if states is None or row["status"] in states]
            return f"there is {short(found)}" if found else None
        if len(found) != 1:
            return f"{len(found)} incidents have that root; all: {short(seen.incidents)}"
        row = found[0]
        if states is not None and row["status"] not in states:
            return f"it is {row['status']}"
        for name, field in FIGURES.items():
            if (value := line.one(name)) is not None and row["impact"][field] != int(value):
                return f"{field} is {row['impact'][field]}"
        for name in ("alarms", "complaints"):
            if (value := line.one(name)) is not None and len(row[name]) != int(value):
                return f"it has {len(row[name])} {name}: {row[name]}"
        if (value := line.one("class")) is not None and row["severity"] != value:
            return f"its class is {row['severity']}"
        if (value := line.one("kind")) is not None and row["root"]["kind"] != value:
            return f"the kind of its root is {row['root']['kind']}"
        return None

    def _incidents(self, _line: Line, seen: Seen, words: list[str], wanted: bool) -> str | None:
        """How many were ever opened, and not merged away."""
        opened = [row for row in seen.incidents if standing(row) and row["opened_at"] is not None]
        same = len(opened) == int(words[0])
        return None if same == wanted else f"{len(opened)} were opened: {short(opened)}"

    def _ticket(self, line: Line, seen: Seen, words: list[str], wanted: bool) -> str | None:
        if not wanted and not words:
            outage = [row["number"] for row in seen.tickets if row["kind"] == "outage"]
            return f"there are outage tickets {outage}" if outage else None
        return self._ticket_is(line, seen, self._one_ticket(line, seen, words[0]))

    def _ticket_is(self, line: Line, seen: Seen, row: Row) -> str | None:
        clocks = {clock["name"]: clock for clock in row["clocks"]}
        for name in ("class", "stage", "owner", "category", "closed_as"):
            if (value := line.one(name)) is not None and (row[name] or "none") != value:
                return f"{name} is {row[name]}"
        if (value := line.one("by")) is not None and row["classed_by"] != value:
            return f"it was classed by {row['classed_by']}"
        if (value := line.one("under")) is not None:
            parent = None if value == "nobody" else self._one_ticket(line, seen, value)["id"]
            if row["parent"] != parent:
                return f"its parent is {row['parent']}"
        if (value := line.one("number")) is not None and row["number"] != value:
            return f"its number is {row['number']}"
        for name in line.options.get("breached", ()):
            if not clocks[name]["breached"]:
                return f"{name} is not breached: {clocks[name]}"
        for name in line.options.get("met", ()):
            if clocks[name]["met_at"] is None or clocks[name]["breached"]:
                return f"{name} is not met in time: {clocks[name]}"
        for name in line.options.get("skipped", ()):
            if clocks[name]["met_at"] is not None or clocks[name]["due_at"] is not None:
                return f"{name} is not skipped: {clocks[name]}"
        return None

    def _light_tickets(self, seen: Seen, name: str = "") -> list[Row]:
        """Of alarms that nothing explains: of those on one object, or all."""
        light = [row for row in seen.tickets if row["kind"] == "outage" and row["incident"] is None]
        return [row for row in light if not name or row["class_reason"].startswith(f"{name}: ")]

    def _light(self, line: Line, seen: Seen, words: list[str], wanted: bool) -> str | None:
        """`light OBJECT`: there is one light ticket about it, and it is so."""
        found = self._light_tickets(seen, *words)
        if not wanted:
            return f"there are {[row['class_reason'] for row in found]}" if found else None
        if len(found) != 1:
            return f"there are {len(found)} of it; all: {[row['class_reason'] for row in self._light_tickets(seen)]}"
        return self._ticket_is(line, seen, found[0])

    def _lights(self, _line: Line, seen: Seen, words: list[str], _wanted: bool) -> str | None:
        found = self._light_tickets(seen)
        return None if len(found) == int(words[0]) else f"there are {len(found)}"

    def _told(self, line: Line, seen: Seen, words: list[str], wanted: bool) -> str | None:
        """`told outage 12`: so many, each once; `told outage CU-1 CU-2`: these; `only`: these and no other."""
        kind, *whom = words or ("",)
        if since := line.one("since"):
            says = (since, since.replace(":", "."))  # in English, in Bahasa Indonesia
            theirs = [row for row in seen.notices if row["kind"] == kind]
            named = [row["body"] for row in theirs if row["customer"] in whom]
            bodies = named or [row["body"] for row in theirs]
            if others := [body for body in bodies if not any(f" {time} WI" in body for time in says)]:
                return f"told was {others[0]}"
        told = Counter(row["customer"] for row in seen.notices if not kind or row["kind"] == kind)
        if not wanted:
            found = sorted(str(name) for name in told if not whom or name in whom)
            return f"told were {found}" if found else None
        if len(whom) == 1 and whom[0].isdigit():
            return None if len(told) == int(whom[0]) else f"{len(told)} were told: {sorted(map(str, told))}"
        only = line.options.get("only")
        if only is not None and set(only) != set(told):
            return f"told were {sorted(map(str, told))}"
        missing = [name for name in (*whom, *(only or ())) if not told[name]]
        if missing:
            return f"nobody told {missing}; told were {sorted(map(str, told))}"
        times = line.one("times")
        often = {
            name: count
            for name, count in told.items()
            if name in (*whom, *(only or ())) and count != int(times or count)
        }
        return f"so often: {often}" if often else None

    def _said(self, line: Line, seen: Seen, words: list[str], wanted: bool) -> str | None:
        """`said CUSTOMER KIND "words"`: what the last message of this kind to them says."""
        if len(words) != 3:
            raise BadScript(line.place, 'write expect said CUSTOMER KIND "words"')
        customer, kind, part = words
        bodies = [row["body"] for row in seen.notices if (row["customer"], row["kind"]) == (customer, kind)]
        says = bool(bodies) and part.casefold() in bodies[-1].casefold()
        return None if says == wanted else f"it was {bodies[-1:]}"

    def _alert(self, line: Line, seen: Seen, words: list[str], wanted: bool) -> str | None:
        role, times = line.one("to"), line.one("times")
        about = self.find(line, line.needed("about")) if "about" in line.options else None
        found = [
            row
            for row in seen.alerts
            if row["kind"] == words[0] and role in (None, row["role"]) and about in (None, row["about"])
        ]
        kinds = Counter(f"{row['kind']} to {row['role']}" for row in seen.alerts)
        if not wanted:
            return f"there were {len(found)}" if found else None
        if not found or (times is not None and len(found) != int(times)):
            return f"there were {len(found)}; all alerts: {dict(kinds)}"
        return None

    def _rejected(self, line: Line, seen: Seen, words: list[str], wanted: bool) -> str | None:
        for name in words:
            rows = [row for row in seen.rejected if row["id"] == name]
            self.foreseen.add(name)
            if bool(rows) != wanted:
                return f"rejected are {[(row['id'], row['reason']) for row in seen.rejected]}"
            if wanted and (value := line.one("field")) is not None and rows[-1]["field"] != value:
                return f"the field is {rows[-1]['field']}: {rows[-1]['reason']}"
        return None

    def _rca(self, line: Line, seen: Seen, words: list[str], _wanted: bool) -> str | None:
        row = self._one_rca(line, seen, words[0])
        if (value := line.one("state")) is not None and row["state"] != value:
            return f"its state is {row['state']}"
        if (value := line.one("root")) is not None and row["root"] != value:
            return f"its root is {row['root']}"
        if (value := line.one("category")) is not None and row["cause_category"] != value:
            return f"its cause is {row['cause_category']}"
        return None

    def _survey(self, line: Line, seen: Seen, words: list[str], _wanted: bool) -> str | None:
        """`survey CSI-2026-1 state running asked 9 answered 2`"""
        rows = [row for row in seen.surveys if row["id"] == words[0]]
        if not rows:
            return f"there are {[row['id'] for row in seen.surveys]}"
        for name in ("state", "asked", "answered"):
            if (value := line.one(name)) is not None and str(rows[0][name]) != value:
                return f"{name} is {rows[0][name]}"
        return None

    def _improvements(self, line: Line, seen: Seen, about: str) -> list[Row]:
        """Entries of the register about it; `hand`: those that people proposed."""
        name = self.find(line, about)
        return [row for row in seen.improvements if name in (row["about"], row["source"])]

    def _improvement(self, line: Line, seen: Seen, words: list[str], wanted: bool) -> str | None:
        found, times = self._improvements(line, seen, words[0]), line.one("times")
        known = [(row["about"], row["what"]) for row in seen.improvements]
        if bool(found) != wanted or (times is not None and len(found) != int(times)):
            return f"there are {known}"
        for name, key in (("state", "state"), ("owner", "division")) if wanted else ():
            if (value := line.one(name)) is not None and found[-1][key] != value:
                return f"{key} is {found[-1][key]}"
        return None

    def _paid(self, line: Line, _seen: Seen, words: list[str], wanted: bool) -> str | None:
        """`paid CUSTOMER... about SERVICE... min N`: minutes that restitution counts; `not paid CUSTOMER...`: none."""
        services, minutes = line.options.get("about"), line.one("min")
        told = {(row["customer"], row["service"]): row["minutes"] for row in self.host.paid()}
        theirs = {key: told[key] for key in told if key[0] in words and (services is None or key[1] in services)}
        if not wanted:
            return f"there are {theirs}" if theirs else None
        found = {customer for customer, _ in theirs}
        same = minutes is None or set(theirs.values()) == {int(minutes)}
        whole = services is None or {service for _, service in theirs} == {*services}
        return None if same and whole and found == {*words} else f"there are {theirs}"

    def _unresolved(self, _line: Line, seen: Seen, words: list[str], wanted: bool) -> str | None:
        return None if (seen.unresolved == int(words[0])) == wanted else f"there are {seen.unresolved}"

    def _member(self, line: Line, seen: Seen, words: list[str], wanted: bool) -> str | None:
        """`member NAME... root ROOT`: these alarms or complaints belong to that incident."""
        row = self._one_incident(line, seen, line.needed("root"))
        held = {*row["alarms"], *row["complaints"]}
        wrong = [name for name in words if (name in held) != wanted]
        return f"{wrong} {'are missing' if wanted else 'are'} among {sorted(held)}" if wrong else None
