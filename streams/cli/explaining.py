"""`simpul explain`: what broke and why, or why no incident explains an alarm, in English or Bahasa Indonesia."""

import json
import re
from typing import Annotated, Any, Final

import typer
from rich.markup import escape

from correlator.service_desk.stages import STAGES
from correlator.wording import decimal, kind_word
from streams.cli.service import NUMBER, URL, AsJson, Service, TokenOption, Unanswered, Url, fail, out, part, service
from topology.english import counted
from topology.model import Language

COLOURS = {"Critical": "bold red", "Major": "yellow", "Minor": "cyan"}
HANDS = ("acknowledged_by", "assigned_to", "pinned_by")
DECISIONS_SHOWN = 15
INCIDENT = re.compile(r"^IN-")
_PAIRS: Final[dict[str, tuple[str, str]]] = {  # English, Bahasa Indonesia
    "root": ("root       {} [bold]{}[/bold], confidence {}", "akar       {} [bold]{}[/bold], keyakinan {}"),
    "merged": (
        "merged     into {0}; go on there: simpul explain {0}",
        "digabung   ke dalam {0}; lanjutkan di sana: simpul explain {0} --lang id",
    ),
    "unknown": ("unknown element", "elemen tidak dikenal"),
    "or_else": ("or else    {} (no evidence tells them apart)", "atau       {} (tidak ada bukti yang membedakan)"),
    "not_yet": (
        "impact     {who} down if so; counted when it opens (simpul whatif says more)",
        "dampak     {0} pelanggan terputus bila benar; dihitung saat insiden dibuka (selengkapnya: simpul whatif)",
    ),
    "joins": (
        "evidence   told below; alarms and complaints join it when it opens",
        "bukti      lihat di bawah; alarm dan keluhan masuk saat insiden dibuka",
    ),
    "impact": (
        "impact     {who} down now, {customers_down} at most; {what} down, {services_at_risk} at risk",
        "dampak     {customers_down_now} pelanggan terputus sekarang, terbanyak {customers_down}; "
        "{services_down} layanan terputus, {services_at_risk} terancam",
    ),
    "untold": (
        "told       {who}, not yet: not sure enough that they are down (told from {1})",
        "kabar      {0} pelanggan, belum: belum cukup pasti bahwa mereka terputus (diberi tahu mulai {1})",
    ),
    "evidence": ("evidence   {alarms}, {complaints}", "bukti      {0} alarm, {1} keluhan"),
    "ticket": ("ticket     {}", "tiket      {}"),
    "no_ticket": ("none yet", "belum ada"),
    "hands": ("hands      {}", "petugas    {}"),
    "acknowledged_by": ("acknowledged by {}", "ditangani oleh {}"),
    "assigned_to": ("assigned to {}", "ditugaskan kepada {}"),
    "pinned_by": ("root set by {}", "akar ditetapkan oleh {}"),
    "no_hands": ("nobody has acknowledged it", "belum ada yang menangani"),
    "why": ("Why", "Mengapa"),
    "nothing": ("Nothing is written down yet.", "Belum ada yang tercatat."),
    "otherwise": ("Otherwise", "Kemungkinan lain"),
    "course": ("Course", "Perkembangan"),
    "moved": ("{}  {}, root {}", "{}  {}, akar {}"),
    "decisions": ("Decisions", "Keputusan"),
}
WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {name: pair[0] for name, pair in _PAIRS.items()},
    "id": {name: pair[1] for name, pair in _PAIRS.items()},
}
STATES: Final[dict[str, str]] = {  # of incidents and tickets, in Bahasa Indonesia
    "suspected": "diduga",
    "open": "terbuka",
    "clearing": "mulai pulih",
    "resolved": "pulih",
    "merged": "digabung",
    **{rule.stage: rule.indonesian for rule in STAGES},
}


def explain(
    name: Annotated[
        str,
        typer.Argument(
            metavar="INCIDENT|NUMBER|ALARM",
            help="an incident's id, as IN-000001, a ticket's number, an alarm's id, or an object that has alarms",
        ),
    ],
    language: Annotated[Language, typer.Option("--lang", help="en, or id for Bahasa Indonesia")] = "en",
    url: Url = URL,
    token: TokenOption = None,
    as_json: AsJson = False,
) -> None:
    """Why the service believes that this is what broke; or why no incident explains an alarm."""
    asked = service(url, token)
    try:
        incident, of = _meant(asked, name.strip())
        if incident is None:
            found = asked.get("/alarms/explanation", of=of)
            _show_alarms(found, language, as_json=as_json)
            return
        whole = asked.get(f"/incidents/{part(incident)}")
        said = asked.get(f"/explain/{part(incident)}")
    except Unanswered as error:
        raise fail(error) from None
    if as_json:
        typer.echo(json.dumps({**whole, **said}, ensure_ascii=False, indent=1))
        return
    show_incident(whole, language)
    words = WORDS[language]
    _listed(words["why"], said["why"][language] or [words["nothing"]])
    show_course(whole, said, language)


def _meant(asked: Service, name: str) -> tuple[str | None, str]:
    """The incident; or None, and the alarm or its object. Raises Unanswered.

    Whoever is called at night has the ticket's number.
    """
    if NUMBER.match(name):
        ticket = asked.get(f"/tickets/{part(name.upper())}")
        if ticket["incident"] is not None:
            return str(ticket["incident"]), ""
        if ticket["alarm_object"] is not None:
            return None, str(ticket["alarm_object"])
        raise Unanswered(f"ticket {name} belongs to no incident", f"`simpul who {name}` tells whose it is")
    return (name, "") if INCIDENT.match(name) else (None, name)


def _show_alarms(found: dict[str, Any], language: Language, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for one in found["alarms"]:
        what = " ".join(filter(None, (one["alarm_type"], one["qualifier"], one["severity"])))
        out.print(f"[bold]{escape(one['object'])}[/bold] {escape(what)}  {one['id']}  {one['raised_at']}")
        for line in one["why"][language]:
            out.print(f"  {escape(line)}")


def show_incident(whole: dict[str, Any], language: Language) -> None:
    words, root, ticket = WORDS[language], whole["root"], whole["ticket"]
    colour = COLOURS.get(whole["severity"], "")
    state = state_word(whole["status"], language)
    out.print(f"[bold]{whole['id']}[/bold] {state}  [{colour}]{whole['severity']}[/{colour}]")
    if whole["merged_into"]:
        _say(words["merged"], whole["merged_into"])
    _say(words["root"], kind_words(root, language), escape(root["id"]), _share(root["confidence"], language))
    others = [name for name in root["equivalent"] if name != root["id"]]
    if others:
        _say(words["or_else"], escape(", ".join(others)))
    if whole["status"] == "suspected":  # noughts would read as "nobody is down"
        so = whole["impact"]["customers_if_so"]
        _say(words["not_yet"], so, who=counted(so, "customer"))
        _say(words["joins"])
    else:
        impact, alarms, complaints = whole["impact"], len(whole["alarms"]), len(whole["complaints"])
        who, what = counted(impact["customers_down_now"], "customer"), counted(impact["services_down"], "service")
        _say(words["impact"], who=who, what=what, **impact)
        if unsure := impact["customers_unsure"]:
            _say(words["untold"], unsure, _share(whole["told_from"], language), who=counted(unsure, "customer"))
        told = {"alarms": counted(alarms, "alarm"), "complaints": counted(complaints, "complaint")}
        _say(words["evidence"], alarms, complaints, **told)
    _say(
        words["ticket"],
        f"{ticket['number']}, {state_word(ticket['stage'], language)}" if ticket else words["no_ticket"],
    )
    hands = [words[field].format(whole[field]) for field in HANDS if whole[field]]
    _say(words["hands"], escape(", ".join(hands) or words["no_hands"]))


def show_course(whole: dict[str, Any], said: dict[str, Any], language: Language) -> None:
    """How the verdict moved, what else it could be, what was decided."""
    words = WORDS[language]
    others = [
        f"{kind_words({**one, 'tier': None}, language)} {one['id']} ({_share(one['confidence'], language)})"
        for one in whole["alternatives"]
    ]
    moved = [
        words["moved"].format(one["at"], state_word(one["status"], language), one["root"]) for one in said["verdicts"]
    ]
    decided = [f"{one['at']}  {one['text']} {_source(one['source'])}" for one in said["decisions"][-DECISIONS_SHOWN:]]
    otherwise = [", ".join(others)] if others else []
    for title, lines in (("otherwise", otherwise), ("course", moved), ("decisions", decided)):
        if lines:
            _listed(words[title], lines)


def _say(template: str, *given: Any, **named: Any) -> None:
    out.print("  " + template.format(*given, **named))


def _listed(title: str, lines: list[str]) -> None:
    out.print(f"\n[bold]{title}[/bold]")
    for line in lines:
        out.print(f"  {escape(line)}")


def state_word(name: str, language: Language) -> str:
    return STATES[name] if language == "id" else name


def kind_words(root: dict[str, Any], language: Language) -> str:
    """Kind and tier, in the order of the language."""
    kind = kind_word(root["kind"], language) if root["kind"] else WORDS[language]["unknown"]
    parts = (root["tier"], kind) if language == "en" else (kind, root["tier"])
    return " ".join(one for one in parts if one)


def _share(part_of_one: float, language: Language) -> str:
    return decimal(f"{part_of_one:.2f}", language)


def _source(text: str) -> str:
    return f"({text})" if text else ""
