"""What the core says, read from its source: so that words are missed for nothing that is said seldom."""

import ast
from collections.abc import Iterator, Mapping
from operator import itemgetter
from pathlib import Path

import correlator
from correlator.arguments import GOOD_TIME

ROOM = Path(correlator.__file__).parent
KNOWN = {"GOOD_TIME": GOOD_TIME}


def sentences(path: Path, call: str) -> Iterator[str]:
    """The last argument of each call of this name, as far as it is words."""
    tree = ast.parse(path.read_text())
    named = [(node.lineno, node.targets[0], node.value) for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and call in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
            before = {
                to.id: said
                for line, to, said in sorted(named, key=itemgetter(0))
                if line < node.lineno and isinstance(to, ast.Name)
            }
            if (text := words(node.args[-1], before)) is not None:
                yield text


def words(node: ast.AST, named: Mapping[str, ast.AST]) -> str | None:
    """A text, with `7` for what is put in; None where it is no text."""
    if isinstance(node, ast.Name):
        return KNOWN.get(node.id) or (words(named[node.id], {}) if node.id in named else None)
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
    return "".join(words(part, named) or "7" for part in parts)
