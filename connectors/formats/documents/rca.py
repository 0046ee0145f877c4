"""One RCA/CAPA record as a page (SOP 7): what the machine knows and what people wrote, as far as they have."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from connectors.formats.documents.page import (
    Block,
    Grid,
    Heading,
    Imprint,
    Page,
    Pairs,
    Paragraph,
    laid_out,
    number,
    span,
    time_shown,
    titled,
)
from connectors.formats.retold import Patterns, retold
from correlator.reports.figures import CATEGORIES, RCA_STATES, minutes
from correlator.reports.recap.words import CAUSES, CLOCKS, DIVISIONS, NOTICES
from correlator.reports.report import Words
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import CapaAction, RcaRow, TicketRow
from correlator.service_desk.outputs import impact_json
from correlator.service_desk.rca import timeline
from correlator.state import CounterRow, State
from correlator.wording import sentences
from topology.model import Language

TITLE: Final[Words] = {"id": "Laporan RCA dan CAPA", "en": "RCA and CAPA report"}
NOT_YET: Final[Words] = {"id": "Belum diisi.", "en": "Not filled in yet."}
BY_MACHINE: Final[Words] = {"id": "dugaan sistem", "en": "the machine's guess"}
NOT_NAMED = {"id": "belum ditetapkan", "en": "not named yet"}
HEADS: Final[Mapping[str, Words]] = {
    "why": {"id": "Mengapa ini akar masalahnya", "en": "Why this is the root"},
    "timeline": {"id": "Urutan kejadian", "en": "Timeline"},
    "repairs": {"id": "Perbaikan", "en": "Repairs"},
    "whys": {"id": "Lima mengapa", "en": "Five whys"},
    "corrective": {"id": "Tindakan korektif", "en": "Corrective actions"},
    "preventive": {"id": "Tindakan pencegahan", "en": "Preventive actions"},
}
FIELDS: Final[Mapping[str, Words]] = {
    "state": {"id": "Status", "en": "State"},
    "ticket": {"id": "Nomor tiket", "en": "Ticket number"},
    "class": {"id": "Tingkat", "en": "Class"},
    "category": {"id": "Kategori", "en": "Category"},
    "incident": {"id": "Insiden", "en": "Incident"},
    "root": {"id": "Akar masalah", "en": "Root"},
    "cause": {"id": "Kategori penyebab", "en": "Category of cause"},
    "began": {"id": "Mulai", "en": "Began"},
    "back": {"id": "Terputus lagi", "en": "Down again"},
    "repaired": {"id": "Diperbaiki", "en": "Repaired"},
    "lasted": {"id": "Lama", "en": "Lasted"},
    "customers": {"id": "Pelanggan terputus", "en": "Customers down"},
    "user_minutes": {"id": "Menit pelanggan", "en": "User-minutes"},
    "met": {"id": "SLA terpenuhi", "en": "SLA kept"},
    "breached": {"id": "SLA dilanggar", "en": "SLA breached"},
    "similar": {"id": "Gangguan serupa", "en": "Similar incidents"},
}
MOMENT: Final[Sequence[Words]] = ({"id": "Waktu", "en": "Time"}, {"id": "Kejadian", "en": "What"})
WHY: Final[Sequence[Words]] = ({"id": "No.", "en": "No."}, {"id": "Mengapa", "en": "Why"})
REPAIR: Final[Sequence[Words]] = (
    *MOMENT[:1],
    {"id": "Perbaikan", "en": "Repair"},
    {"id": "Yang dilakukan", "en": "What was done"},
    {"id": "Oleh", "en": "By"},
)
REPAIRS: Final[Mapping[str, Words]] = {
    "temporary": {"id": "sementara", "en": "for now"},
    "permanent": {"id": "permanen", "en": "for good"},
}
STEP: Final[Sequence[Words]] = (
    {"id": "Tindakan", "en": "Action"},
    {"id": "Penanggung jawab", "en": "Owner"},
    {"id": "Tenggat", "en": "Due"},
    {"id": "Selesai", "en": "Done"},
    {"id": "Hasil", "en": "Effect"},
    {"id": "Diverifikasi oleh", "en": "Verified by"},
)
# what the timeline's lines say, which are kept in English: pattern -> Bahasa Indonesia
TIMELINE_ID: Final[Patterns] = (
    (r"first event", r"kejadian pertama"),
    (r"suspected, root (.+)", r"dugaan, akar \1"),
    (r"open, root (.+)", r"dibuka, akar \1"),
    (r"root (.+) -> (.+)", r"akar berubah dari \1 ke \2"),
    (r"resolved", r"pulih"),
    (r"closed", r"ditutup"),
    (r"repaired", r"diperbaiki"),
    (r"no fault found", r"tidak ditemukan gangguan"),
    (r"back, open again", r"terputus lagi, dibuka kembali"),
    (r"merged into (.+)", r"digabungkan ke \1"),
    (r"took in (\S+), root (.+)", r"menerima gabungan \1, akar \2"),
    (r"complaint (\S+), (\w+)", r"keluhan \1, {\2}"),
    (r"ticket closed as (\w+)", r"tiket ditutup: {\1}"),
    (r"(\w+) told to ([\d,]+) customers?", r"{\1} disampaikan kepada \2 pelanggan"),
    (r"escalated to (\w+)(: .+)?", r"dieskalasi ke {\1}\2"),
    (r"(\w+) by (.+)", r"{\1} oleh \2"),
)
TIMELINE_EN: Final[Patterns] = (
    (r"(\w+) by (.+)", r"{\1} by \2"),
    (r"escalated to (\w+)(: .+)?", r"escalated to {\1}\2"),
    (r"ticket closed as (\w+)", r"ticket closed: {\1}"),
)
# what people commanded, as what came of it
DONE: Final[Mapping[str, Words]] = {
    "accept_root": {"id": "akar masalah dipastikan", "en": "root accepted"},
    "acknowledge": {"id": "ditanggapi", "en": "acknowledged"},
    "assign": {"id": "ditugaskan", "en": "assigned"},
    "attach": {"id": "digabungkan", "en": "attached"},
    "close": {"id": "ditutup", "en": "closed"},
    "detach": {"id": "dilepas", "en": "detached"},
    "hold_notices": {"id": "pesan ke pelanggan ditahan", "en": "messages to customers held"},
    "merge": {"id": "digabungkan", "en": "merged"},
    "note": {"id": "dicatat", "en": "noted"},
    "open": {"id": "dibuka", "en": "opened"},
    "pause": {"id": "dijeda", "en": "paused"},
    "release_notices": {"id": "pesan ke pelanggan dilepas", "en": "messages to customers released"},
    "repair": {"id": "diperbaiki", "en": "repaired"},
    "resume": {"id": "dilanjutkan", "en": "resumed"},
    "set_category": {"id": "kategori diubah", "en": "category set"},
    "set_class": {"id": "tingkat diubah", "en": "class set"},
    "send_again": {"id": "pesan ke pelanggan dikirim lagi", "en": "messages to customers sent again"},
    "set_estimate": {"id": "perkiraan pulih diberikan", "en": "repair time estimated"},
    "split": {"id": "dipisahkan", "en": "split"},
    "unpin": {"id": "akar masalah dilepas", "en": "root released"},
    "confirmed": {"id": "dipastikan pelanggan", "en": "confirmed by the customer"},
    "unconfirmed": {"id": "tanpa jawaban pelanggan", "en": "without the customer's word"},
    "no_fault": {"id": "tanpa gangguan", "en": "no fault found"},
}

WORDS: Final[Mapping[str, Words]] = {**NOTICES, **CATEGORIES, **DIVISIONS, **DONE}  # that a line of the timeline names


class Case(NamedTuple):
    """A record with what it is about: an incident and its ticket, or the ticket of a lone complaint."""

    record: RcaRow
    incident: IncidentRow | None
    ticket: TicketRow | None


def rca_page(case: Case, imprint: Imprint) -> Page:
    record, incident, ticket = case
    language = imprint.language
    blocks: list[Block] = [Pairs(list(_facts(case, imprint)))]
    if incident is not None and incident.why:
        blocks.append(Heading(HEADS["why"][language]))
        blocks += [Paragraph(line) for line in sentences(incident.why, language)]
    rows = [[time_shown(one.at_us, language), happened(one.what, language)] for one in timeline(record)]
    blocks += [Heading(HEADS["timeline"][language]), _grid(MOMENT, rows, language)]
    if repairs := _repairs(ticket, language):
        blocks += [Heading(HEADS["repairs"][language]), _grid(REPAIR, repairs, language)]
    if incident is not None or record.five_whys:  # a lone complaint needs none
        whys = [[str(place), why] for place, why in enumerate(record.five_whys, 1)]
        blocks.append(Heading(HEADS["whys"][language]))
        blocks.append(_grid(WHY, whys, language) if whys else Paragraph(NOT_YET[language]))
    for name, steps in (("corrective", record.corrective), ("preventive", record.preventive)):
        blocks.append(Heading(HEADS[name][language]))
        told = [_step(one, language) for one in steps]
        blocks.append(_grid(STEP, told, language) if told else Paragraph(NOT_YET[language]))
    about = record.incident or (ticket.number if ticket is not None else record.ticket)
    return titled(TITLE[language], f"{record.id} · {about}", imprint, blocks)


def happened(what: str, language: Language) -> str:
    """What a line of the timeline says; one that says what nobody foresaw stays as it is."""
    if language == "en":
        return retold(what, TIMELINE_EN, lambda code: _word(code, language))
    told = retold(what, TIMELINE_ID, lambda code: _word(code, language))
    return told if told == what else re.sub(r"(?<=\d),(?=\d{3})", ".", told)


def _word(code: str, language: Language) -> str:
    return WORDS[code][language] if code in WORDS else code


def _facts(case: Case, imprint: Imprint) -> Iterator[tuple[str, str]]:
    for name, told in _told(case, imprint):
        if told:
            yield FIELDS[name][imprint.language], told


def _told(case: Case, imprint: Imprint) -> Iterator[tuple[str, str | None]]:
    (record, incident, ticket), language = case, imprint.language
    yield "state", RCA_STATES[record.state][language]
    if ticket is not None:
        yield "ticket", ticket.number
        yield "class", ticket.severity
        yield "category", CATEGORIES[ticket.category][language]
    by_machine = record.cause_by == "machine"
    cause = CAUSES[record.cause_category or "unknown"][language] + (f" ({BY_MACHINE[language]})" if by_machine else "")
    if by_machine and record.cause_category in (None, "unknown"):  # a cut fibre does not tell who cut it
        cause = NOT_NAMED[language]
    if incident is not None:
        yield "incident", incident.id
        yield "root", incident.root
    yield "cause", cause
    began_us = _began(incident, ticket)
    repaired_us = ticket.repaired_us if ticket is not None else None
    yield "began", None if began_us is None else time_shown(began_us, language)
    if incident is not None and incident.back_us:
        yield "back", time_shown(incident.back_us, language)
    yield "repaired", None if repaired_us is None else time_shown(repaired_us, language)
    if began_us is not None and repaired_us is not None:
        yield "lasted", span(minutes(repaired_us - began_us) or 0, language)
    felt = impact_json(state_of(case, imprint.moment_us), record)
    yield "customers", number(felt["customers"], language)
    yield "user_minutes", number(felt["user_minutes"], language)
    clocks = ticket.clocks if ticket is not None else []
    met = [clock.name for clock in clocks if clock.met_us is not None and not clock.breached]
    for name, names in (("met", met), ("breached", [clock.name for clock in clocks if clock.breached])):
        yield name, ", ".join(CLOCKS[one][language] if one in CLOCKS else one for one in names) or "–"
    yield "similar", ", ".join(record.similar)


def state_of(case: Case, moment_us: int) -> State:
    """As much of a state as the record speaks of, as it stands at a moment."""
    rows = {"incidents": case.incident, "tickets": case.ticket}
    told = {table: {row.id: row} for table, row in rows.items() if row is not None}
    return State({**told, "counters": {"now_us": CounterRow(moment_us)}})


def _began(incident: IncidentRow | None, ticket: TicketRow | None) -> int | None:
    if incident is not None:
        return incident.began_us
    return None if ticket is None else ticket.opened_us


def _repairs(ticket: TicketRow | None, language: Language) -> list[list[str]]:
    """What the ticket says was done, for now and for good (SOP 4.2 stage 4)."""
    done = ((name, getattr(ticket, name)) for name in REPAIRS if ticket is not None)
    return [
        [time_shown(one.at_us, language), REPAIRS[name][language], one.text, one.actor] for name, one in done if one
    ]


def _step(one: CapaAction, language: Language) -> list[str]:
    due, done = ("–" if us is None else time_shown(us, language) for us in (one.due_us, one.done_us))
    return [one.what, one.owner or "–", due, done, one.effect or "–", one.verified_by or "–"]


def _grid(heads: Sequence[Words], rows: Sequence[Sequence[str]], language: Language) -> Grid:
    return laid_out([head[language] for head in heads], rows)
