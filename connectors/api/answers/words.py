"""The answer page's words in Bahasa Indonesia and English; for those on duty both in one."""

from typing import Final, Literal

Tongue = Literal["id", "en", "both"]

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Jawaban Anda", "Your answer"),
    "ask": ("Apakah keluhan Anda sudah teratasi?", "Has your complaint been settled?"),
    "ticket": ("Nomor tiket", "Ticket number"),
    "yes": ("Sudah normal", "It works"),
    "no": ("Belum, masih bermasalah", "No, it does not"),
    "score": ("Pelayanan kami (1 kurang, 5 sangat baik)", "Our service (1 poor, 5 very good)"),
    "words": ("Pesan untuk kami (tidak wajib)", "A word to us (optional)"),
    "satisfied": ("Seberapa puas Anda dengan layanan kami?", "How satisfied are you with our service?"),
    "give": ("Kirim", "Send"),
    "stop": ("Jangan tanya saya lagi", "Do not ask me again"),
    "thanks": ("Terima kasih. Jawaban Anda sudah kami terima.", "Thank you. We have your answer."),
    "over": (
        "Pertanyaan ini sudah dijawab atau tidak berlaku lagi. Hubungi kami di {desk}.",
        "This question was answered, or is over. Call us at {desk}.",
    ),
    "expired": (
        "Tautan ini sudah tidak berlaku. Hubungi kami di {desk}.",
        "This link has run out. Call us at {desk}.",
    ),
    "wrong": (
        "Tautan ini tidak dikenal. Buka lagi dari pesan yang asli.",
        "This link is unknown. Open it again from the message itself.",
    ),
    "often": ("Terlalu sering. Coba lagi sebentar lagi.", "Too often. Try again in a moment."),
    "away": ("Sedang ada gangguan di sistem kami. Coba lagi.", "Our system is not well just now. Try again."),
    "unclear": ("Pilih salah satu tombol.", "Choose one of the buttons."),
    "unscored": ("Pilih nilai 1 sampai 5.", "Choose a score of 1 to 5."),
    # those on duty
    "called": ("Anda dipanggil untuk tiket ini.", "You are called about this ticket."),
    "alerted": ("Anda diberi tahu tentang tiket ini.", "You are alerted of this ticket."),
    "mine": ("Saya tangani", "I am on it"),
    "noted": ("Tercatat. Tidak ada orang lain yang dipanggil lagi.", "Noted. Nobody else is called any more."),
    "taken": ("Tercatat: Anda menangani tiket ini.", "Noted: you are on it."),
    "closed": ("Tiket ini sudah ditutup.", "This ticket is closed."),
}


def words(tongue: Tongue, desk: str) -> dict[str, str]:
    """`desk`: the number under which customers reach us."""

    def one(pair: tuple[str, str]) -> str:
        both = [text.format(desk=desk) for text in pair]
        return " / ".join(dict.fromkeys(both)) if tongue == "both" else both[tongue == "en"]

    return {name: one(pair) for name, pair in _WORDS.items()}
