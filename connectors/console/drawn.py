"""A board as HTML, section by section, so that only what changed is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from connectors.console.board import Board
from connectors.console.both_words import in_one
from connectors.console.refusal_words import refused
from connectors.console.words import LANGUAGES, WORDS, Language
from connectors.formats.documents.rca import happened
from connectors.headline import Headline
from connectors.ports import MessageState
from correlator.events import DAY_US, HOUR_US, MINUTE_US, moment
from correlator.rows.service_desk import Clock, TicketRow
from correlator.service_desk.notices.notice_words import grouped
from correlator.times import OFFSET_US, parse_rfc3339
from correlator.wording import decimal, sentence

SECTIONS: Final = ("story", "trouble", "figures", "map", "incidents", "tickets", "alerts", "notices")
STATES: Final[tuple[MessageState, ...]] = ("queued", "trying", "sent", "delivered", "uncertain", "failed", "dead")


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page shows at one moment."""

    board: Board
    counts: Mapping[tuple[str, MessageState], int] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)  # what is wrong with the service itself
    unexplained: int = 0  # major and critical alarms, as counted some seconds ago
    headline: Headline | None = None
    map: str = ""  # SVG


@dataclass(frozen=True, slots=True)
class Ways:
    """To sign in, beside a token. `single_sign_on`: what the provider is called; empty: there is none."""

    by_password: bool = False
    single_sign_on: str = ""


class Drawing:
    """The templates; `draw` is a pure function of what it is given."""

    def __init__(self) -> None:
        self._jinja = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters |= {"figure": figure, "hour": hour, "stamp": stamp, "iso": iso}
        self._jinja.filters |= {"clock_state": clock_state, "shown_clocks": shown_clocks, "sentence": sentence}
        self._jinja.filters |= {"us": parse_rfc3339, "span": span, "local": local, "happened": happened}
        self._jinja.filters |= {"refused": refusal, "tongue": tongue, "percent": percent}
        self._jinja.globals |= {"STATES": STATES, "LANGUAGES": LANGUAGES, "OVER": ("resolved", "closed")}

    def sections(self, sight: Sight, language: Language) -> dict[str, str]:
        """Section -> HTML."""
        return {name: self._render(f"{name}.html", language, sight=sight, board=sight.board) for name in SECTIONS}

    def page(self, sight: Sight, language: Language, name: str) -> str:
        """The whole page; `name`: who looks."""
        return self._render("page.html", language, sections=self.sections(sight, language), name=name)

    def sign_in(self, language: Language, problem: str | None, ways: Ways) -> str:
        """The page that asks who it is; `problem` is a word of `WORDS`."""
        return self._render("signin.html", language, problem=problem, ways=ways)

    def entered(self, language: Language) -> str:
        """The step between a one-time link and the page."""
        return self._render("entered.html", language)

    def desk(self, page: str, language: Language, words: Mapping[str, str], **given: Any) -> str:
        """A page of the desk, in these words of the language."""
        return self._jinja.get_template(f"desk/{page}.html").render(w=words, language=language, **given)

    def _render(self, template: str, language: Language, **given: Any) -> str:
        return self._jinja.get_template(template).render(w=WORDS[language], language=language, **given)


@pass_context
def figure(page: Context, number: int) -> str:
    """1234567 -> 1.234.567 in Bahasa Indonesia, 1,234,567 in English."""
    return grouped(number, page["language"])


@pass_context
def percent(page: Context, share: float) -> str:
    """0.9974 -> 99,7 % in Bahasa Indonesia, 99.7 % in English."""
    return decimal(f"{share * 100:.1f} %", page["language"])


@pass_context
def refusal(page: Context, reason: str) -> str:
    """Why a command was refused, in the language of the page."""
    return refused(reason, page["language"], page["w"])


@pass_context
def tongue(page: Context, said: str) -> str:
    """What is said in both languages, in that of the page."""
    return in_one(said, page["language"])


def hour(us: int) -> str:
    """Time of day in WIB."""
    return f"{moment(us + OFFSET_US['WIB']):%H:%M}"


def stamp(us: int) -> str:
    """Day and time of day in WIB."""
    return f"{moment(us + OFFSET_US['WIB']):%d/%m %H:%M}"


def local(us: int) -> str:
    """In WIB, as a field of a form has it (`datetime-local`)."""
    return f"{moment(us + OFFSET_US['WIB']):%Y-%m-%dT%H:%M}"


def iso(us: int) -> str:
    """For machines that read the page (`datetime` of a time element)."""
    return moment(us).isoformat(timespec="seconds")


@pass_context
def span(page: Context, us: int) -> str:
    """How long, in its two largest units."""
    day, hours, minutes = ("hari", "jam", "mnt") if page["language"] == "id" else ("d", "h", "min")
    d, h, m = abs(us) // DAY_US, abs(us) // HOUR_US % 24, abs(us) // MINUTE_US % 60
    if d:
        return f"{d} {day} {h} {hours}"
    return f"{h} {hours} {m} {minutes}" if h else f"{m} {minutes}"


def clock_state(clock: Clock) -> str:
    """met, late, paused, warm (80 % told), or runs."""
    if clock.breached:
        return "late"
    if clock.met_us is not None:
        return "met"
    if clock.due_us is None:
        return "paused"
    return "warm" if 80 in clock.warned else "runs"


def shown_clocks(ticket: TicketRow) -> list[Clock]:
    """What somebody has to watch: response, resolution, the present stage; of a complaint only those not met."""
    names = ("response", "resolution", f"stage_{ticket.stage}")
    started = [clock for clock in ticket.clocks if clock.started and clock.name in names]
    return [clock for clock in started if ticket.kind == "outage" or clock.met_us is None or clock.breached]
