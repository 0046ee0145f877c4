"""Why the service itself did something, as a ticket's trail keeps it in English, in the language of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from connectors.console.both_words import in_one
from connectors.console.words import Language
from connectors.formats.retold import Patterns, retold, word_of

SPOKEN_FOR: Final = ("machine", "customer")  # in whose name the service says why
# what the kernel says -> Bahasa Indonesia; {..} is a word of the page
INDONESIAN: Final[Patterns] = (
    (r"complaint (\S+) by (\w+)", r"keluhan melalui {choice.\2}"),
    (r"received and numbered", r"diterima dan diberi nomor"),
    (
        r"received and numbered; read as (\w+), cause \w+, outage \w+, by: (.+)",
        r"diterima dan diberi nomor; dibaca sebagai {choice.\1}, dari kata: \2",
    ),
    (r"the customer is not found", r"pelanggan tidak ditemukan"),
    (r"not satisfied", r"belum puas"),
    (r"satisfied", r"puas"),
    (r"other words", r"kata-kata lain"),
    (r"the customer has no such service", r"pelanggan tidak memiliki layanan itu"),
    (r"the customer called again about (\S+)", r"pelanggan menghubungi lagi tentang \1"),
    (r"the customer is down under (\S+), (.+)", r"pelanggan terputus oleh \1, \2"),
    (r"no longer explained by (\S+)", r"tidak lagi dijelaskan oleh \1"),
    (r"answered with the known incident (\S+)", r"dijawab dengan insiden yang diketahui, \1"),
    (r"answered with planned work (\S+)", r"dijawab dengan pekerjaan terencana \1"),
    (r"planned work (\S+) until (.+?): (.+)", r"pekerjaan terencana \1 sampai \2: \3"),
    (r"planned work accounts for it no more", r"tidak lagi karena pekerjaan terencana"),
    (
        r"the planned work is over, and the service is back as far as is told",
        r"pekerjaan terencana selesai, dan layanan pulih sejauh yang dilaporkan",
    ),
    (r"outage (\S+) is one with (\S+)", r"gangguan \1 satu dengan \2"),
    (r"outage (\S+) is repaired", r"gangguan \1 sudah diperbaiki"),
    (r"outage (\S+) is over for this customer", r"gangguan \1 sudah berakhir bagi pelanggan ini"),
    (r"outage (\S+) is back", r"gangguan \1 terjadi lagi"),
    (r"(\d+) customers? confirmed the repair of (\S+)", r"\1 pelanggan membenarkan perbaikan \2"),
    (r"(\S+) is over, nobody was to be asked", r"\1 selesai, tidak ada yang perlu ditanya"),
    (r"incident (\S+) is open: (.+)", r"insiden \1 terbuka: \2"),
    (r"incident (\S+) is resolved", r"insiden \1 pulih"),
    (r"incident (\S+) is back", r"insiden \1 terjadi lagi"),
    (r"incident (\S+) explains the alarm, root (.+)", r"insiden \1 menjelaskan alarmnya, akar \2"),
    (r"the evidence now names (.+)", r"bukti sekarang menunjuk \1"),
    (r"one outage with (\S+)", r"satu gangguan dengan \1"),
    (r"(\S+) is merged into (\S+)", r"\1 digabungkan ke \2"),
    (r"(\S+) is part of (\S+), which (\S+) decides on", r"\1 bagian dari \2, yang diputuskan \3"),
    (r"its outage is decided here", r"gangguannya diputuskan di sini"),
    (r"no answer to (\d+) calls", r"\1 panggilan tidak dijawab"),
    (r"no answer", r"tidak dijawab"),
    (r"alert (\S+) was sent", r"peringatan \1 dikirim"),
    (r"no answer after (\d+) reminders", r"tidak ada jawaban setelah \1 pengingat"),
    (r"(\w+) on (\S+) ended", r"\1 pada \2 berakhir"),
    (r"(\w+) on (\S+) was let go", r"\1 pada \2 dilepas"),
    # of an RCA/CAPA record
    (r"verified, and the outage is over", r"diverifikasi, dan gangguannya sudah berakhir"),
    (r"merged into (\S+)", r"digabungkan ke \1"),
    (r"RCA/CAPA not filled yet by (.+)", r"RCA/CAPA belum lengkap diisi sampai \1"),
    (r"corrective action not done by (.+)", r"tindakan korektif belum selesai sampai \1"),
    (r"RCA/CAPA not verified yet by (.+)", r"RCA/CAPA belum diverifikasi sampai \1"),
    # of the register of improvements, and of a survey
    (r"not done by (.+)", r"belum selesai sampai \1"),
    (r"(\S+) says so", r"menurut \1"),
    (r"(\S+) has it no more", r"tidak ada lagi di \1"),
    (r"(\S+): the effect was judged", r"\1: hasilnya sudah dinilai"),
    (r"policy survey_months", r"menurut kebijakan"),
    (r"(\d+) customers, seed (.+)", r"\1 pelanggan, undian \2"),
    (r"its days are over", r"waktunya habis"),
)
ENGLISH: Final[Patterns] = (
    (r"complaint (\S+) by (\w+)", r"complaint by {choice.\2}"),
    (
        r"received and numbered; read as (\w+), cause \w+, outage \w+, by: (.+)",
        r"received and numbered; read as {choice.\1}, by the words: \2",
    ),
    (r"policy survey_months", r"as the policy says"),
)


@dataclass(frozen=True, slots=True)
class Telling:
    """`numbers`: of tickets, by id; `words`: of the page, `ends`: those that a line may go from and to."""

    language: Language
    words: Mapping[str, str]
    numbers: Mapping[str, str] = field(default_factory=dict)
    ends: Sequence[str] = ("stage", "role", "choice", "says")

    def trail(self, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """As the page tells them, the newest first."""
        return [{**line, **{end: self._called(line[end]) for end in ("from", "to")}} for line in self.reasons(lines)]

    def reasons(self, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The same, with ends as they are kept."""
        return [self._reasoned(line) for line in reversed(lines)]

    def _reasoned(self, line: Mapping[str, Any]) -> dict[str, Any]:
        reason = line["reason"]
        return {**line, "reason": self.said(reason) if line["actor"] in SPOKEN_FOR and reason else reason}

    def said(self, reason: str) -> str:
        """A reason of the machine; one that nobody foresaw stays as it is."""
        patterns = ENGLISH if self.language == "en" else INDONESIAN
        return in_one(retold(reason, patterns, word_of(self.words)), self.language)

    def _called(self, value: Any) -> str | None:
        """A stage, role, kind of repair, ticket or text, as people say it."""
        if value is None:
            return None
        text, words = str(value), self.words
        for group in self.ends:
            if f"{group}.{text}" in words:
                return words[f"{group}.{text}"]
        said, _, number = text.partition(" ")
        if number and f"says.{said}" in words:
            return f"{words[f'says.{said}']} · {number}"
        kind, found, rest = text.partition(": ")
        if found and kind in ("temporary", "permanent"):
            return f"{words[kind]}: {rest}"
        return self.numbers.get(text, text)


def tickets_of(ticket: Mapping[str, Any]) -> dict[str, str]:
    """The numbers of those that a ticket's page speaks of, by id."""
    near = [(ticket["parent"], ticket["parent_number"]), *((one["id"], one["number"]) for one in ticket["children"])]
    return {name: number for name, number in near if name and number}
