"""A proposal as the text of a catalogue file."""

import json
from collections.abc import Iterator

from connectors.snmp.catalogue.files import HOLE
from connectors.snmp.mibs.proposals import Proposal, Trap


def catalogue_text(proposal: Proposal) -> str:
    """In the form of README.md beside the catalogues. A file of it can be put in force as it is."""
    return "\n".join(_lines(proposal)) + "\n"


def _lines(proposal: Proposal) -> Iterator[str]:
    holes = sum(trap.holes for trap in proposal.traps)
    yield f"# Proposed from the text of {proposal.mib}; look through it before you rely on it."
    yield f'# {holes} holes: a value that begins with "{HOLE}" is not known. A word behind it is a proposal:'
    yield f'# take the "{HOLE}" away if it is right. A trap with a hole is kept as an alarm `other` under its OID.'
    yield from (f"# {name} is left out: {why}" for name, why in proposal.left_out.items())
    yield f"mib = {_quoted(proposal.mib)}"
    yield f"source = {_quoted(f'the text of {proposal.mib}' + (f' of {proposal.dated}' if proposal.dated else ''))}"
    if proposal.objects:
        yield ""
        yield "[objects]"
        yield from (f"{name} = {_quoted(oid)}" for name, oid in proposal.objects.items())
    for trap in proposal.traps:
        yield ""
        yield from _trap(trap)


def _trap(trap: Trap) -> Iterator[str]:
    if trap.says:
        yield f"# {trap.says}"
    if trap.carries:
        yield f"# It carries {', '.join(trap.carries)}."
    yield from (f"# {note[0].upper()}{note[1:]}." for note in trap.notes)
    yield "[[traps]]"
    yield f"name = {_quoted(trap.name)}"
    yield f"oids = [{', '.join(map(_quoted, trap.oids))}]"
    for alarm in trap.alarms:
        yield ""
        yield "[[traps.alarms]]"
        yield from (f"{key} = {_value(value)}" for key, value in alarm.items())


def _value(value: object) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{name} = [{', '.join(map(str, numbers))}]" for name, numbers in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_quoted, value))}]"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
