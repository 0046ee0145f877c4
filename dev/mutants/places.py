"""Where one change can be made to a module, and which of these places say something of the tests.

The changes are cosmic-ray's: comparisons, operators, numbers, conditions, loops. It leaves strings alone, so no
docstring and no sentence changes.
"""

import ast
import difflib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.provider import OperatorProvider

Position = tuple[int, int]  # line from 1, column from 0
Span = tuple[Position, Position]

PLAIN = {"name", "string", "newline", "endmarker", "fstring_start", "fstring_string", "fstring_end"}
PUNCTUATION = set(".,:;()[]{}=@") | {"->", "...", ":="}
IDENTITY = {"Is", "IsNot"}
DECLARED = {"slots", "frozen", "kw_only", "gc"}  # of a class: like `__slots__`, they guard and decide nothing
CHECKS = {"isinstance": 1, "issubclass": 1, "cast": 0}  # which argument is a type


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A piece of code, and the changes that can be made to it: (operator, which of its occurrences)."""

    file: str
    start: Position
    end: Position
    changes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change."""

    file: str
    line: int
    operator: str
    text: str  # of the whole module
    diff: str  # with a line before and after
    statement: range  # the lines of the statement it is in, of a compound one those of its head


def operators() -> dict[str, Any]:
    """Those that need no arguments and change what is decided."""
    every = OperatorProvider()
    return {name: every[name]() for name in every if not every[name].arguments() and sensible(name)}


def sensible(name: str) -> bool:
    """No `is` for `==`, nor the other way: whether that matters hangs on what Python interns."""
    kind, *ends = name.split("_")
    return kind != "ReplaceComparisonOperator" or len(IDENTITY & set(ends)) in (0, 2)


def draw(root: Path, package: str, count: int, seed: int) -> list[Mutant]:
    """So many of a package, the same for the same seed. A place counts once, however many changes it may take."""
    chance = Random(seed)
    texts = {str(path.relative_to(root)): path.read_text() for path in sorted((root / package).rglob("*.py"))}
    every = operators()
    found = [place for file, text in texts.items() for place in places(file, text, every)]
    chance.shuffle(found)
    drawn: list[Mutant] = []
    for place in found:
        if len(drawn) == count:
            break
        drawn += mutants(place, texts[place.file], every, chance)
    return sorted(drawn, key=lambda mutant: (mutant.file, mutant.line))


def places(file: str, text: str, every: dict[str, Any]) -> list[Place]:
    """The places of one module, in order."""
    changes: dict[Span, list[tuple[str, int]]] = {}
    seen = dict.fromkeys(every, 0)
    for node in ast_nodes(get_ast(text)):
        if node.type in PLAIN or (node.type == "operator" and node.value in PUNCTUATION):
            continue
        for name, operator in every.items():
            for span in operator.mutation_positions(node):
                changes.setdefault(span, []).append((name, seen[name]))
                seen[name] += 1
    left_out = list(idle(text))
    kept = {span: one for span, one in changes.items() if not any(a <= span[0] and span[1] <= b for a, b in left_out)}
    return sorted(Place(file, start, end, tuple(one)) for (start, end), one in kept.items())


def mutants(place: Place, text: str, every: dict[str, Any], chance: Random) -> list[Mutant]:
    """One mutant of this place, where one of its changes gives a program."""
    for name, occurrence in chance.sample(place.changes, len(place.changes)):
        changed = mutate_code(text, every[name], occurrence)
        if changed is not None and compiles(changed) and ast.dump(ast.parse(changed)) != ast.dump(ast.parse(text)):
            lines = difflib.unified_diff(text.split("\n"), changed.split("\n"), n=1, lineterm="")
            line = place.start[0]
            return [Mutant(place.file, line, name, changed, "\n".join([*lines][3:]), statement(text, line))]
    return []


def compiles(text: str) -> bool:
    """Also without a warning, as of `1 is x`."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            compile(text, "mutant", "exec")
        except (SyntaxError, SyntaxWarning):
            return False
    return True


def statement(text: str, line: int) -> range:
    """The lines of the innermost statement around a line."""
    inner = range(line, line + 1)
    for node in ast.walk(ast.parse(text)):  # outer ones come first
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno):
            body = getattr(node, "body", None)
            if not body:
                inner = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            elif line < body[0].lineno:
                inner = range(node.lineno, body[0].lineno)
    return inner if line in inner else range(line, line + 1)


# What is left out


def idle(text: str) -> Iterator[Span]:
    """What is there for readers and for mypy: annotations, names of types, `__slots__`."""
    lines = text.split("\n")
    tree = ast.parse(text)
    top = set(tree.body)
    for node in ast.walk(tree):
        for one in types_in(node, at_top=node in top):
            yield (
                (one.lineno, characters(lines, one.lineno, one.col_offset)),
                (one.end_lineno or one.lineno, characters(lines, one.end_lineno, one.end_col_offset)),
            )


def characters(lines: list[str], line: int | None, octets: int | None) -> int:
    """A column as cosmic-ray counts it: `ast` counts octets."""
    return len(lines[(line or 1) - 1].encode()[:octets].decode())


def types_in(node: ast.AST, at_top: bool) -> list[Any]:
    match node:
        case ast.AnnAssign(annotation=annotation, value=value):
            return [annotation, value] if value and ast.unparse(annotation).endswith("TypeAlias") else [annotation]
        case ast.arg(annotation=ast.expr() as annotation):
            return [annotation]
        case ast.FunctionDef(returns=ast.expr() as returns) | ast.AsyncFunctionDef(returns=ast.expr() as returns):
            return [returns]
        case ast.If(test=test) if ast.unparse(test).endswith("TYPE_CHECKING"):
            return [node]
        case ast.Assign(targets=[ast.Name(id="__slots__")]):
            return [node]
        case ast.Assign(value=value) if at_top and is_type(value):
            return [value]
        case ast.Call(func=ast.Name(id=name), args=args) if name in CHECKS:
            return args[CHECKS[name] : CHECKS[name] + 1]
        case ast.keyword(arg=str(name), value=ast.Constant()) if name in DECLARED:
            return [node]
        case _:
            return []


def is_type(node: ast.expr) -> bool:
    """`A | B`, `tuple[A, ...]`: nothing but names, and one of these two at least."""
    parts = [part for part in ast.walk(node) if isinstance(part, ast.expr)]
    named = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List)
    return any(isinstance(part, ast.Subscript | ast.BinOp) for part in parts) and all(
        isinstance(part, named) or (isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitOr)) for part in parts
    )
