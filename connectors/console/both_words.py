"""What the kernel says to staff in both languages at once (`serat putus / fibre is cut`), in that of a page."""

from typing import Final

from connectors.console.words import Language
from connectors.formats.retold import retold

BOTH: Final[tuple[tuple[str, str, str], ...]] = (  # as it is said, Bahasa Indonesia, English
    (r"(.+: \d+) (pelanggan terputus) / (customers down)", r"\1 \2", r"\1 \3"),
    (r"(.+), atau / or (.+?): (.+) / (.+)", r"\1, atau \2: \3", r"\1, or \2: \4"),
    (r"di luar jaringan / outside the network: (.+) / (.+)", r"di luar jaringan: \1", r"outside the network: \2"),
    (
        r"(.+: )(ada perangkat backbone(?: di)?) / (has (?:a|the) backbone device(?: in)?) (\S+)",
        r"\1\2 \4",
        r"\1\3 \4",
    ),
    (r"(.+?: )(.+) / (.+) (\d+%), batas waktu / due (.+)", r"\1\2 \4, batas waktu \5", r"\1\3 \4, due \5"),
    (r"(.+) / (.+) \((?:network|service|billing|account)\)", r"\1", r"\2"),
    (r"(?!.* / .* / )((?:[^:]+: (?:\S+: )*)?)(.+) / (.+)", r"\1\2", r"\1\3"),
)


STRATEGIC: Final = ("(pelanggan strategis / strategic customer)", "(pelanggan strategis)", "(strategic customer)")


def in_one(said: str, language: Language) -> str:
    """One of the two; what has no two languages, or is said otherwise, stays as it is."""
    place = 1 if language == "id" else 2
    said = said.replace(STRATEGIC[0], STRATEGIC[place])
    return retold(said, [(pattern, both[place - 1]) for pattern, *both in BOTH], str)
