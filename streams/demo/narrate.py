"""Tells the story in the terminal while it is played: what happens, and what the service concluded."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console

from streams.demo import panels
from streams.demo.doors import Json
from streams.demo.outcome import Outcome, judge
from streams.demo.play import Player
from streams.demo.story import Call, Chapter, Confirm, Key, Story
from streams.demo.watch import Watch
from topology.english import counted


@dataclass(slots=True)
class Narrator:
    """Plays chapter after chapter, and shows what came of each. Raises DemoFailed where the service stays silent."""

    story: Story
    player: Player
    watch: Watch
    console: Console
    show: Callable[[Key | None], None] = lambda _: None  # the chapter's line on the live page

    def tell(self) -> Outcome:
        """The whole story; what is expected of the service at its end."""
        after: dict[Key, Callable[[], None]] = {
            "calm": self._calm,
            "cut": self._cut,
            "calls": self._calls,
            "ack": self._acknowledged,
            "repair": self._repaired,
            "word": self._last_word,
        }
        for chapter in self.story.chapters:
            self._open(chapter)
            with self.console.status(f"{chapter.title} ..."):
                self.player.play(chapter)
                after[chapter.key]()
        outcome = judge(self.story, self.player, self.watch)
        self._verdict(outcome)
        return outcome

    def _open(self, chapter: Chapter) -> None:
        start_s = chapter.steps[0].at_s
        self.player.wait_for(start_s)
        self.show(chapter.key)
        self.console.rule(f"[bold]{chapter.title}[/bold] [dim]{clock(start_s)}[/dim]", align="left")

    def _say(self, text: str) -> None:
        self.console.print(text, highlight=False)

    def _calm(self) -> None:
        bill = self.player.taken["bill"]
        ticket = self.watch.until("ticket of the bill", lambda: self.watch.ticket(bill.number))
        self._say(f"Port {self.story.noisy} goes down and up, and down and up: it flaps. It makes no incident.")
        self._say(f'A customer writes on the {bill.call.channel}: "{bill.call.text}" ({bill.call.language}).')
        self._say(f"Tiket Komplain {bill.number}: category {ticket['category']}, class {ticket['class']}.")

    def _cut(self) -> None:
        whole = self.watch.until(f"settled incident at {self.story.root}", lambda: self.watch.settled(self.story.root))
        self.player.incident = whole["id"]
        alarms = counted(self.player.alarms, "alarm")
        self._say(f"{alarms} so far, by SNMP trap and HTTP. No device names the cause: fibre is passive.")
        self.console.print(panels.incident(whole))
        self.console.print(panels.ticket(self._outage()))
        alert = self.watch.until("alert to the NOC", lambda: self._message("critical", None))
        self._say(f"To the NOC: {alert['body'].splitlines()[0]}")
        self._notices("outage")

    def _outage(self) -> Json:
        """The outage's ticket as it stands."""
        whole = self.watch.until("incident", lambda: self.watch.settled(self.story.root))
        number = whole["ticket"]["number"]
        return self.watch.until(f"ticket {number}", lambda: self.watch.ticket(number))

    def _notices(self, kind: str) -> None:
        """One message of this kind in each language, as it left."""
        self.console.print(panels.message(self.watch.until(f"{kind} notice (id)", lambda: self._message(kind, "id"))))
        self.console.print(panels.message(self.watch.until(f"{kind} notice (en)", lambda: self._message(kind, "en"))))

    def _message(self, kind: str, language: str | None) -> Json | None:
        """The first that left of this kind."""
        return next(
            (one for one in self.watch.sent() if one["kind"] == kind and language in (None, one["language"])), None
        )

    def _calls(self) -> None:
        outage = self._outage()
        about_it = [call.key for call in self.story.calls if self._belongs(call)]
        for key in about_it:
            self._wait_under(self.player.taken[key].number, outage)
        taken = list(self.player.taken.values())
        self.console.print(panels.calls(taken, {one.call.key: one.call.key in about_it for one in taken}))
        for one in taken:
            if (answer := panels.spoken(one)) is not None:
                self.console.print(answer)
                break

    def _wait_under(self, number: str, outage: Json) -> None:
        what = f"ticket {number} under {outage['number']}"
        self.watch.until(what, lambda: self.watch.under(number, outage["id"]))

    def _belongs(self, call: Call) -> bool:
        """It is about the cut, and the desk knows who speaks."""
        return call.key != "bill" and call.customer is not None

    def _acknowledged(self) -> None:
        number = self._outage()["number"]
        ticket = self.watch.until(f"response on {number}", lambda: self.watch.acknowledged(number))
        self.console.print(panels.ticket(ticket))

    def _repaired(self) -> None:
        repaired = next(step for step in self.story.steps if isinstance(step.act, Confirm))
        self._say(
            f"The crew confirms the splice at {clock(repaired.at_s)}. "
            "(A real splice takes hours.) It has to hold for five minutes, then the outage is over."
        )
        incident = self.player.incident or ""
        whole = self.watch.until("resolved incident", lambda: self.watch.in_state(incident, "resolved", "closed"))
        self._say(f"{whole['id']} is {whole['status']} at {panels.short(whole['resolved_at'])}.")
        self._notices("restored")

    def _last_word(self) -> None:
        answered = self.player.taken["phone"]
        ticket = self.watch.until(f"closed ticket {answered.number}", lambda: self.watch.closed(answered.number))
        self._say(
            f"Asked, the first caller says it works again: {ticket['number']} is closed as {ticket['closed_as']}."
        )
        record = self.watch.until("RCA/CAPA record", lambda: self.watch.record(self.player.incident or ""))
        self.console.print(panels.record(record))

    def _verdict(self, outcome: Outcome) -> None:
        self.console.rule("[bold]What was expected[/bold]", align="left")
        for check in outcome.checks:
            mark = "[green]yes[/green]" if check.holds else "[bold red]NO [/bold red]"
            self._say(f"{mark} {check.what}" + (f" [dim]({check.seen})[/dim]" if check.seen else ""))


def clock(second: float) -> str:
    """The story's second as minutes and seconds since it began: a plus, so that it is no time of day."""
    return f"+{int(second) // 60:02}:{int(second) % 60:02}"
