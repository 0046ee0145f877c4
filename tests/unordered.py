"""Finds loops over sets whose order could show: a set's order is no part of what the core may depend on.

An approximation. A name counts as a set where its function annotates it so or assigns a set to it; a loop counts as
safe inside a call that forgets order (`sorted`, `set`, `sum`, `min`...).
"""

import ast
from collections.abc import Iterator

FORGETS_ORDER = {"sorted", "set", "frozenset", "sum", "min", "max", "any", "all", "len", "Counter"}
OF_SETS = {"union", "intersection", "difference", "symmetric_difference", "copy"}
SETS = ("set", "frozenset", "Set", "AbstractSet")


def iterates_a_set(_: str, node: ast.AST) -> Iterator[str]:
    """Says, for a function or a module's own statements, which loops run over a set in its own order."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        known, body = sets_of(node), node.body
    elif isinstance(node, ast.For | ast.Expr | ast.Assign):
        known, body = set(), [node] if node.col_offset == 0 else []
    else:
        return
    for statement in body:
        for where in loops(statement):
            if is_set(where, known):
                yield f"line {where.lineno}: loops over a set in its own order; say sorted()"


def sets_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The names that hold a set in this function."""
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    known = {a.arg for a in arguments if a.annotation is not None and says_set(a.annotation)}
    for node in ast.walk(function):
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation) if says_set(annotation):
                known.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_set(value, known):
                known.add(name)
            case ast.NamedExpr(target=ast.Name(id=name), value=value) if is_set(value, known):
                known.add(name)
    return known


def says_set(annotation: ast.expr) -> bool:
    match annotation:
        case ast.Subscript(value=ast.Name(id=name)) | ast.Name(id=name):
            return name in SETS
        case ast.BinOp(left=left, right=right):
            return says_set(left) or says_set(right)
        case _:
            return False


def is_set(value: ast.expr, known: set[str]) -> bool:
    match value:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.Call(func=ast.Attribute(value=owner, attr=attr)):
            return attr in OF_SETS and is_set(owner, known)
        case ast.BinOp(left=left, right=right, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor()):
            return is_set(left, known) or is_set(right, known)
        case ast.Name(id=name):
            return name in known
        case _:
            return False


def loops(node: ast.AST) -> Iterator[ast.expr]:
    """What is looped over below a node, but where the order is forgotten; not within inner functions."""
    if isinstance(node, ast.For | ast.AsyncFor):
        yield node.iter
    if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp):
        yield from (generator.iter for generator in node.generators)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("list", "tuple", "iter"):
        yield from node.args
    if isinstance(node, ast.List | ast.Tuple):
        yield from (item.value for item in node.elts if isinstance(item, ast.Starred))
    forgets = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORGETS_ORDER
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.SetComp):
            continue
        if forgets and isinstance(child, ast.GeneratorExp | ast.ListComp):
            continue
        yield from loops(child)
