"""Sentences that are kept in English, told as people read them: by patterns, in one language or the other."""

import re
from collections.abc import Callable, Mapping, Sequence

Patterns = Sequence[tuple[str, str]]  # a whole sentence -> what it becomes, with {code} for a word of the language


def retold(said: str, patterns: Patterns, word: Callable[[str], str]) -> str:
    """By the first pattern that it is of; a sentence that nobody foresaw stays as it is. `word`: of a code."""
    for pattern, words in patterns:
        if (found := re.fullmatch(pattern, said)) is not None:
            return re.sub(r"\{([\w.]+)\}", lambda code: word(code[1]), found.expand(words))
    return said


def word_of(words: Mapping[str, str]) -> Callable[[str], str]:
    """Of a code: its word on the page, or what the code itself names."""
    return lambda code: words.get(code, code.partition(".")[2])
