"""The shape of the house: no import circle, no crowded folder, no object that is everything at once."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import PurePath

import networkx as nx

from tests.test_tidy import PYTHON, SHIPPED, dotted, imported, tree

MOST_FILES = 20  # loose in one folder
MOST_PUBLIC = 20  # attributes and methods of one object of the core
# rows of a table, lines of columns beside them, the rules of a policy and the topology are lists of fields: what they
# hold, not what they do
LISTS = ("Row", "Line", "Policy", "Topology", "Scores", "State")  # the State is its tables


def module_of(name: str) -> str:
    return name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


MODULES = {module_of(name): name for name in SHIPPED}


def at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """Every node but those under `if TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and dotted(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from at_run_time(child)


def imports() -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    for module, name in MODULES.items():
        for node in at_run_time(tree(name)):
            named = [one for one in imported(node) if one in MODULES and one != module]
            whole = [one for one in named if not any(other.startswith(f"{one}.") for other in named)]
            graph.add_edges_from((module, one) for one in whole)
    return graph


def test_no_modules_import_each_other_in_a_circle() -> None:
    circles = [sorted(part) for part in nx.strongly_connected_components(imports()) if len(part) > 1]
    assert circles == []


def test_no_folder_is_crowded() -> None:
    loose = Counter(str(PurePath(name).parent) for name in PYTHON)
    assert {folder: count for folder, count in loose.items() if count > MOST_FILES} == {}


def public_names(node: ast.ClassDef) -> set[str]:
    """Fields and methods of a class, and what its methods set on `self`."""
    found: set[str] = set()
    for child in node.body:
        match child:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
                for inner in ast.walk(child):
                    if (
                        isinstance(inner, ast.Attribute)
                        and isinstance(inner.ctx, ast.Store)
                        and dotted(inner.value) == "self"
                    ):
                        found.add(inner.attr)
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
    return {name for name in found if not name.startswith("_")}


def test_no_object_of_the_core_is_everything_at_once() -> None:
    sizes: dict[str, int] = defaultdict(int)
    for name in (name for name in SHIPPED if name.startswith("correlator/")):
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.ClassDef) and not node.name.endswith(LISTS):
                sizes[f"{name}:{node.name}"] = len(public_names(node))
    assert {name: size for name, size in sizes.items() if size > MOST_PUBLIC} == {}
