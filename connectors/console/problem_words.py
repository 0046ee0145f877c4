"""What a door answers with an error, as people read it on a page: why not, and what to do there.

A door speaks English, to programs: its remedy names another door. On a page both are in the page's language.
"""

import re
from collections.abc import Mapping
from typing import Final

from connectors.console.words import Language
from connectors.formats.retold import retold, word_of

Said = tuple[str, str]  # why not, and the remedy
LOOK: Final = ("Periksa nomornya, atau cari di halaman {desk}.", "Check its number, or look for it at {desk}.")
PROBLEMS: Final[tuple[tuple[str, Said, Said], ...]] = (  # the door's reason, then Bahasa Indonesia and English
    (
        r"no customer of the inventory has this (\w+)",
        (
            r"tidak ada pelanggan dengan {by.\1} ini",
            "Periksa lagi, atau cari dengan isian lain. Keluhannya tetap dapat dicatat: {callers}, {new_complaint}.",
        ),
        (
            r"no customer has this {by.\1}",
            "Check it, or look up by something else. A complaint can be taken anyhow: {callers}, {new_complaint}.",
        ),
    ),
    (
        r"ask by one of .+",
        ("belum ada yang dicari", "Isi nomor pelanggan, layanan, telepon, atau email."),
        ("nothing was asked for", "Fill in a customer number, a service, a phone or a mail."),
    ),
    (
        r"there is no (?:ticket|complaint) (.+)",
        (r"tidak ada tiket \1", LOOK[0]),
        (r"there is no ticket \1", LOOK[1]),
    ),
    (
        r"there is no incident (.+)",
        (r"tidak ada insiden \1", "Periksa nomornya, atau cari di halaman {board}."),
        (r"there is no incident \1", "Check its number, or look for it at the {board}."),
    ),
    (
        r"there is no alarm (.+)",
        (r"tidak ada alarm \1", "Periksa namanya: id sebuah alarm, atau objek yang punya alarm."),
        (r"there is no alarm \1", "Check the name: an alarm's id, or an object that has alarms."),
    ),
    (
        r"there is no entry (.+)",
        (r"tidak ada perbaikan \1", "Periksa nomornya, atau cari di halaman {improvements}."),
        (r"there is no entry \1", "Check its number, or look for it at {improvements}."),
    ),
    (
        r"there is no survey (.+)",
        (r"tidak ada survei \1", "Periksa namanya di halaman {surveys}."),
        (r"there is no survey \1", "Check its name at {surveys}."),
    ),
    (
        r"there is no RCA/CAPA record of (.+)",
        (
            r"tidak ada dokumen RCA/CAPA \1",
            "Dokumen dibuka bersama gangguan, dan saat keluhan yang berdiri sendiri ditutup.",
        ),
        (
            r"there is no RCA/CAPA record of \1",
            "One opens with an outage, and when a lone complaint is closed.",
        ),
    ),
    (
        r"ticket (\S+) is (\w+)'s: its words are not for (\w+)",
        (
            r"tiket \1 milik {role.\2}: kata-katanya bukan untuk {role.\3}",
            "Tanyakan kepada Customer Care, atau minta tiketnya diserahkan kepada divisi Anda.",
        ),
        (
            r"ticket \1 is with {role.\2}: its words are not for {role.\3}",
            "Ask Customer Care, or have the ticket given to your division.",
        ),
    ),
    (
        r"the role (\w+) may not do this",
        (r"peran {role.\1} tidak boleh melakukannya", "Yang boleh: {roles}."),
        (r"the role {role.\1} may not do this", "Who may: {roles}."),
    ),
    (
        r"this person was looked up too often with this token",
        ("orang ini terlalu sering dicari hari ini", "Coba lagi dalam {again}."),
        ("this person was looked up too often today", "Try again in {again}."),
    ),
    (
        r"too many persons were looked up with this token",
        ("terlalu banyak orang dicari hari ini", "Coba lagi dalam {again}."),
        ("too many persons were looked up today", "Try again in {again}."),
    ),
    (
        r"it lies ahead: since when it fails is past, or left out",
        ("waktu kejadian belum datang", "Isi sejak kapan gangguannya, atau kosongkan."),
        ("since when it fails lies ahead", "Say since when it has failed, or leave it empty."),
    ),
)
FIELD: Final = re.compile(r"^\w+: ")  # of the question, which a door names first
ROLES: Final = re.compile(r"It takes one of: (.+)\.")
AGAIN: Final = re.compile(r"Ask again in (\d+) s\.")


def as_read(said: Said, language: Language, words: Mapping[str, str]) -> Said | None:
    """In the words of the page; None of what nobody foresaw, which stays as the door says it."""
    reason = FIELD.sub("", said[0])
    for pattern, *both in PROBLEMS:
        if re.fullmatch(pattern, reason):
            why, remedy = both[language == "en"]
            word = word_of({**words, **_given(said[1], words)})
            return retold(reason, [(pattern, why)], word), retold(reason, [(pattern, remedy)], word)
    return None


def _given(remedy: str, words: Mapping[str, str]) -> dict[str, str]:
    """What the door's remedy says besides: whose role may, and after how long one may ask again."""
    roles, again = ROLES.fullmatch(remedy), AGAIN.fullmatch(remedy)
    given = {}
    if roles:
        given["roles"] = ", ".join(words.get(f"role.{name}", name) for name in roles[1].split(", "))
    if again:
        given["again"] = words["in_minutes"].format(-(-int(again[1]) // 60))
    return given
