"""All commands, as `simpul --help` shows them."""

from streams.__main__ import made

app = made()
