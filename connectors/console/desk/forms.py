"""What a form of the desk's pages asks for, and the command that it stands for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from correlator.events import Action


@dataclass(frozen=True, slots=True)
class Field:
    """One argument of a command. `choices`: any of these words; without, words are typed."""

    name: str
    choices: tuple[str, ...] = ()
    long: bool = False  # several lines
    needed: bool = True
    at_most: int = 200
    shape: Literal["text", "time", "list", "target"] = "text"  # as the command has it; a time is typed in WIB
    said: Mapping[str, str] = field(default_factory=dict)  # what a choice is called, where it is no word of the page

    def value(self, typed: str) -> str | list[str]:
        """Of what was typed or chosen."""
        match self.shape:
            case "time":
                return f"{typed}:00+07:00"
            case "list":
                return [typed]
            case _:
                return typed


@dataclass(frozen=True, slots=True)
class Step:
    """`name`: of the form; `fixed`: arguments that nobody is asked for; `on`: what is commanded, where it is not what
    the page shows."""

    name: str
    action: Action
    fields: tuple[Field, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    on: str = ""

    def arguments(self, form: Mapping[str, str]) -> dict[str, Any]:
        """As the command names them; what was left empty is left out."""
        typed = [(one, form.get(one.name, "").strip()) for one in self.fields if one.shape != "target"]
        return {**{one.name: one.value(said) for one, said in typed if said}, **self.fixed}

    def target(self, form: Mapping[str, str], shown: str) -> str | None:
        """What is commanded: what the form lets choose, else `on`, else what the page shows; None: no such choice."""
        for one in self.fields:
            if one.shape == "target":
                chosen = form.get(one.name, "")
                return chosen if chosen in one.choices else None
        return self.on or shown
