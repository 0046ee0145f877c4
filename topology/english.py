"""Counts as English tells them."""


def counted(count: int, one: str, many: str = "") -> str:
    """The count with its words: `one` for 1, else `many` (without it: `one` and an s)."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
