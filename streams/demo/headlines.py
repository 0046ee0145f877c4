"""The story's line on the live page, in both languages: what happens at this moment."""

from collections.abc import Callable
from pathlib import Path

from connectors.headline import Headline, tell
from streams.demo.story import Key, Story

LINES: dict[Key, tuple[str, str]] = {
    "calm": (
        "Hari biasa: satu port naik turun, satu pelanggan bertanya soal tagihan.",
        "An ordinary day: one port flaps, one customer asks about a bill.",
    ),
    "cut": (
        "Semua serat di {name} putus. Alarm membanjir; tidak ada perangkat yang menyebut penyebabnya.",
        "Every fibre in {name} is cut. Alarms storm in; no device names the cause.",
    ),
    "calls": (
        "Pelanggan mengeluh lewat empat kanal. Masing-masing mendapat nomor tiket dan jawaban yang sama, apa adanya.",
        "Customers complain on four channels. Each gets a ticket number, and the same true answer.",
    ),
    "ack": (
        "NOC menangani insiden: tim serat laut dikirim. SLA respons terpenuhi.",
        "The NOC takes it: the submarine team is sent. The response clock is met.",
    ),
    "repair": (
        "Serat disambung kembali. Jika stabil, pelanggan diberi tahu dan dimintai konfirmasi.",
        "The fibre is spliced. If it holds, the customers are told and asked.",
    ),
    "word": (
        "Pelanggan yang menutup tiket: layanannya sudah normal kembali.",
        "A customer has the last word: the service works again, the ticket is closed.",
    ),
}


def headlines(path: Path, story: Story) -> Callable[[Key | None], None]:
    """What puts up the line of a chapter; None takes it down."""
    order = [chapter.key for chapter in story.chapters]

    def show(key: Key | None) -> None:
        if key is None:
            tell(path, None)
            return
        said, told = (line.format(name=story.root_name) for line in LINES[key])
        tell(path, Headline(id=said, en=told, step=order.index(key) + 1, steps=len(order)))

    return show
