"""House rules, read from the syntax tree: sizes, banned calls (each with what to use instead), names, imports."""

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.unordered import iterates_a_set

ROOT = Path(__file__).parents[1]
ROOMS = ("topology", "correlator", "connectors", "streams")
MOST_LINES, MOST_FUNCTION_LINES, MOST_PARAMETERS = 400, 60, 5
BANNED_PARTS = {"Manager", "Helper", "Util", "Utils", "Base", "Handler"}
# how paths of the machine begin on which something was written
ELSEWHERE = tuple(f"{before}{name}" for before, name in (("/", "work/"), ("/", "root/"), (".", "library")))

# (file, function or class): why it may do what the rules forbid.
ALLOWED: dict[tuple[str, str], str] = {
    ("correlator/incidents/settling.py", "_mark_alarms"): "puts rows by key, each once: their order does not show",
    ("connectors/polls/poller.py", "_guarded"): "a poll at which we break is told and counted, and asked again",
    ("connectors/polls/port_asker.py", "_guarded"): "a device at which we break is told and counted, and asked again",
    ("connectors/listeners/source.py", "_read"): "a datagram at which a reader breaks is told and counted",
    (
        "streams/processes/worker/parsing.py",
        "parsed",
    ): "a datagram at which we break becomes a dead letter, told and counted",
}

# call: (what to use instead, where it may stand)
CALLS: dict[str, tuple[str, tuple[str, ...]]] = {
    "time.time": ("a clock that is handed in", ("streams/clock.py",)),
    "time.time_ns": ("a clock that is handed in", ("streams/clock.py",)),
    "time.monotonic": ("a clock that is handed in", ("streams/clock.py", "bench/", "tests/", "dev/")),
    "datetime.now": ("a clock that is handed in", ("streams/clock.py",)),
    "datetime.datetime.now": ("a clock that is handed in", ("streams/clock.py",)),
    "datetime.utcnow": ("a clock that is handed in", ()),
    "datetime.today": ("a clock that is handed in", ("streams/clock.py",)),
    "date.today": ("a clock that is handed in", ("streams/clock.py",)),
    "print": (
        "structlog, or typer.echo in a command",
        ("streams/cli/", "streams/demo/", "bench/", "tests/fuzz/", "tests/simulation/"),
    ),
    "eval": ("a parser", ()),
    "exec": ("a function", ()),
    "pickle.loads": ("msgspec", ()),
    "pickle.load": ("msgspec", ()),
    "pickle.dumps": ("msgspec", ()),
    "pickle.dump": ("msgspec", ()),
}
# module: (what to use instead, where it is banned)
MODULES: dict[str, tuple[str, tuple[str, ...]]] = {
    "random": ("ids from counters, choices from the rows", ("topology/", "correlator/")),
    "uuid": ("ids from counters or from their cause", ("topology/", "correlator/")),
    "secrets": ("ids from counters or from their cause", ("topology/", "correlator/")),
    "pickle": ("msgspec", ("",)),
}


def tracked() -> list[str]:
    """Files that git knows, or would on the next commit."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    return [name for name in listed if name and (ROOT / name).is_file()]


PYTHON = [name for name in tracked() if name.endswith(".py")]
SHIPPED = [name for name in PYTHON if name.startswith(ROOMS)]


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(), name)


def placed(module: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Each node with the innermost function or class around it (its own name for these)."""
    todo: list[tuple[str, ast.AST]] = [("", module)]
    while todo:
        where, node = todo.pop()
        for child in ast.iter_child_nodes(node):
            inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else where
            yield inside, child
            todo.append((inside, child))


def dotted(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{dotted(value)}.{attr}"
        case _:
            return ""


def imported(node: ast.AST) -> list[str]:
    """The modules that an import statement may name."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), names=names):
            return [module, *(f"{module}.{alias.name}" for alias in names)]
        case _:
            return []


# The rules


def too_long(_: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
        lines = node.end_lineno - node.lineno + 1
        if lines > MOST_FUNCTION_LINES:
            yield f"{node.name} has {lines} lines, the most is {MOST_FUNCTION_LINES}"


def too_many_parameters(_: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        names = [arg.arg for arg in every if arg.arg not in ("self", "cls")]
        if len(names) > MOST_PARAMETERS and not injected(node):
            yield f"{node.name} has {len(names)} parameters, the most is {MOST_PARAMETERS}"


def injected(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """The parameters of a command are its options: Typer reads them from the signature."""
    annotations = [arg.annotation for arg in [*node.args.args, *node.args.kwonlyargs]]
    return any(isinstance(a, ast.Subscript) and dotted(a.value).endswith("Annotated") for a in annotations)


def banned_call(name: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and (call := dotted(node.func)) in CALLS:
        instead, places = CALLS[call]
        if not name.startswith(places):
            yield f"{call}: use {instead}"


def banned_module(name: str, node: ast.AST) -> Iterator[str]:
    for module in imported(node):
        instead, places = MODULES.get(module.partition(".")[0], ("", ()))
        if name.startswith(places) and places:
            yield f"import {module}: use {instead}"


def blind_except(_: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ExceptHandler):
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        blind = node.type is None or {"Exception", "BaseException"} & {dotted(k) for k in kinds if k is not None}
        if blind and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node)):
            yield "blind except: name the errors that you expect"


def banned_name(_: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ClassDef):
        for part in BANNED_PARTS & set(re.findall(r"[A-Z][a-z0-9]*", node.name)):
            yield f"class {node.name}: say what it is, not {part}"


ROOTS = ("streams/bootstrap/", "streams/simulation/twins.py")  # the simulation is put together of memory twins


def room_walls(name: str, node: ast.AST) -> Iterator[str]:
    for module in imported(node):
        if module.partition(".")[0] == "faust" and name != "streams/processes/worker/faust_app.py":
            yield "only streams/processes/worker/faust_app.py imports faust"
        concrete = connector(module)
        if concrete and name.startswith("streams/") and not name.startswith(ROOTS):
            yield f"only streams/bootstrap/ names concrete connectors ({module})"
        if concrete and name.startswith("connectors/") and name.split("/")[1] != concrete:
            yield f"a connector imports no other ({module}); only connectors/*.py"


# folders of connectors/ that every connector may use; the others are one outside thing each
NEUTRAL = frozenset({"access", "formats", "kafka", "listeners", "privacy", "rota", "telemetry"})


def connector(module: str) -> str | None:
    """The package of a concrete connector that a module belongs to; neutral are NEUTRAL, and files in connectors/."""
    parts = module.split(".")
    if len(parts) > 1 and parts[0] == "connectors" and (ROOT / "connectors" / parts[1]).is_dir():
        if parts[1] in NEUTRAL:
            return None
        return parts[1]
    return None


Rule = Callable[[str, ast.AST], Iterator[str]]
# and for which files it is: how their names begin
RULES: dict[Rule, tuple[str, ...]] = {
    too_long: ("",),
    too_many_parameters: ROOMS,
    banned_call: ("",),
    banned_module: ("",),
    blind_except: ("",),
    banned_name: ("",),
    room_walls: ROOMS,
    iterates_a_set: ("correlator/",),
}


@cache
def found() -> dict[Rule, list[str]]:
    """What each rule says of every node of its files, but where it is allowed. A file is read once, for all rules."""
    said: dict[Rule, list[str]] = {rule: [] for rule in RULES}
    for name in PYTHON:
        rules = [rule for rule, begins in RULES.items() if name.startswith(begins)]
        for where, node in placed(ast.parse((ROOT / name).read_text(), name)):
            if (name, where) not in ALLOWED:
                for rule in rules:
                    said[rule] += [f"{name}:{getattr(node, 'lineno', 1)} {text}" for text in rule(name, node)]
    return said


@pytest.mark.parametrize("rule", RULES)
def test_house_rule(rule: Rule) -> None:
    assert found()[rule] == []


def test_no_file_is_too_long() -> None:
    lines = {name: (ROOT / name).read_text().count("\n") for name in PYTHON}
    assert {name: n for name, n in lines.items() if n > MOST_LINES} == {}


def test_nothing_names_the_machine_it_was_written_on() -> None:
    said = []
    for name in tracked():
        data = (ROOT / name).read_bytes()
        said += [f"{name} says {word}" for word in ELSEWHERE if word.encode() in data]
    assert said == []


def test_what_is_allowed_is_still_there() -> None:
    places = {(name, where) for name in {file for file, _ in ALLOWED} for where, _ in placed(tree(name))}
    assert set(ALLOWED) <= places


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("def f():\n" + "    x = 1\n" * 60, too_long),
        ("def f(a, b, c, d, *, e, f): ...", too_many_parameters),
        ("now = time.time()", banned_call),
        ("print(1)", banned_call),
        ("import pickle", banned_module),
        ("from random import Random", banned_module),
        ("try:\n    f()\nexcept Exception:\n    pass", blind_except),
        ("try:\n    f()\nexcept:\n    pass", blind_except),
        ("class AlarmHandler: ...", banned_name),
        ("import faust", room_walls),
        ("for x in {1, 2}: f(x)", iterates_a_set),
        ("def f(names: set[str]):\n    return [n for n in names]", iterates_a_set),
        ("def f(a: set[str], b: set[str]):\n    for n in a | b:\n        g(n)", iterates_a_set),
    ],
)
def test_each_rule_sees_what_it_forbids(text: str, rule: Rule) -> None:
    module = ast.parse(text)
    assert [said for _, node in placed(module) for said in rule("correlator/some.py", node)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("def f(self, a, b, c, d, e): ...", too_many_parameters),
        ("try:\n    f()\nexcept Exception:\n    close()\n    raise", blind_except),
        ("class Database: ...", banned_name),
        ("def f(names: set[str]):\n    return sorted(n for n in names)", iterates_a_set),
        ("def f(names: set[str]):\n    return {n for n in names} | set(g(n) for n in names)", iterates_a_set),
        ("def f(names: list[str]):\n    return [n for n in names]", iterates_a_set),
    ],
)
def test_no_rule_cries_wolf(text: str, rule: Rule) -> None:
    assert [said for _, node in placed(ast.parse(text)) for said in rule("correlator/some.py", node)] == []
