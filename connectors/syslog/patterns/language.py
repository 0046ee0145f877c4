"""The language of pattern files: a line as it is printed, with names in braces for what varies.

It is less than regular expressions on purpose. What it becomes never goes back on what it took (possessive and atomic
groups), so a line is read in one pass however it is made.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_PART = re.compile(r"\{([^{}]*)\}")
_BRACES = str.maketrans("\0\1", "{}")  # what doubled ones, which stand for themselves, are while the names are found
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_WORD = r"""(?>[^\s,;()\[\]"'<>=]+(?<![.:]))"""  # a full stop or colon behind it is the sentence's
# what may stand behind a colon in the braces
_KINDS = {
    "": _WORD,
    "caps": r"[A-Z][A-Z0-9]*+(?:_[A-Z0-9]++)++",  # a mnemonic of Junos
    "topics": r"[a-z0-9-]++(?:,[a-z0-9!-]++)++",  # of RouterOS
    "number": r"[0-9]++",
    "word": r"[A-Za-z0-9_]++",  # of letters: a token ends at more
    "text": "",  # up to the text that follows, else to the end
}


class _Part(NamedTuple):
    """`literal`, then a field of that kind; no field at the end."""

    literal: str
    field: str | None
    kind: str
    words: tuple[str, ...]


def pattern(text: str) -> re.Pattern[str]:
    """Matches from the beginning of what is left of a line; what follows its end may be anything. Raises ValueError."""
    parts = list(_parts(text))
    made, owed = "", ""  # `owed`: the beginning of a group that ends behind the next literal
    for place, part in enumerate(parts):
        literal = " ++".join(map(re.escape, re.split(" +", part.literal)))
        made += f"(?>{owed}{literal})" if owed and literal else owed + literal
        owed = ""
        if part.field is None:
            continue
        last = place + 1 == len(parts) - 1 and not parts[-1].literal
        if part.field == "..." or part.kind == "text":
            if not last and not parts[place + 1].literal:
                raise ValueError(f"{text!r}: text must stand behind {{{part.field}}}, to find its end by")
            name = "" if part.field == "..." else f"?P<{part.field}>"
            owed = f"({name or '?:'}.*+)" if last else f"({name or '?:'}.*?)"
        elif part.words:
            words = "|".join(re.escape(word) for word in sorted(part.words, key=len, reverse=True))
            made += f"(?P<{part.field}>(?>(?i:{words})))(?![A-Za-z0-9])"
        else:
            made += f"(?P<{part.field}>{_KINDS[part.kind]})"
    made += owed
    try:
        return re.compile(made)
    except re.error as error:
        raise ValueError(f"{text!r}: a name stands in it twice ({error.msg})") from error


def _parts(text: str) -> Iterator[_Part]:
    at = 0
    text = text.replace("{{", "\0").replace("}}", "\1")
    for found in _PART.finditer(text):
        literal, inside = text[at : found.start()], found[1]
        at = found.end()
        if "{" in literal or "}" in literal:
            raise ValueError(f"{text!r}: a brace has no partner")
        if inside == "...":
            yield _Part(literal.translate(_BRACES), "...", "", ())
            continue
        name, equals, words = inside.partition("=")
        name, colon, kind = name.partition(":")
        if not _NAME.fullmatch(name):
            raise ValueError(f"{text!r}: write {{name}}, {{name=one|other}}, {{name:kind}} or {{...}}")
        if colon and kind not in _KINDS:
            raise ValueError(f"{text!r}: there is no kind {kind}: there are {', '.join(filter(None, _KINDS))}")
        choice = tuple(filter(None, words.split("|")))
        if equals and not choice:
            raise ValueError(f"{text!r}: name the words that {name} may be")
        yield _Part(literal.translate(_BRACES), name, kind, choice)
    rest = text[at:]
    if "{" in rest or "}" in rest:
        raise ValueError(f"{text!r}: a brace has no partner")
    yield _Part(rest.translate(_BRACES), None, "", ())
