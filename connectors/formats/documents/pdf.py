"""A page as PDF, typeset by Typst: no network, no font of the machine, no clock; the same page gives the same bytes."""

from pathlib import Path
from typing import Final

import msgspec

from connectors.formats.documents.page import Page

TEMPLATE: Final = Path(__file__).with_name("document.typ")


def as_pdf(page: Page) -> bytes:
    """PDF 1.7, tagged."""
    import typst  # tens of megabytes, which only who asks for a PDF need load

    inputs = {"page": msgspec.json.encode(page).decode()}
    made = typst.compile(TEMPLATE.read_bytes(), format="pdf", sys_inputs=inputs, ignore_system_fonts=True, timestamp=0)
    assert isinstance(made, bytes)
    return made
