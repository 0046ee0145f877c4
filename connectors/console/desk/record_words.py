"""The words of the pages of RCA/CAPA records, in Bahasa Indonesia and English."""

from typing import Final

RECORDS: Final[dict[str, tuple[str, str]]] = {
    "rca.record": ("Catatan RCA/CAPA", "RCA/CAPA record"),
    "rca.back": ("Kembali ke daftar RCA/CAPA", "Back to the list of RCA/CAPA"),
    "rca.list": ("Catatan RCA/CAPA, yang terbaru lebih dulu", "RCA/CAPA records, the newest first"),
    "rca.none": ("Tidak ada catatan yang cocok.", "No record matches."),
    "rca.open": ("belum selesai", "not closed"),
    "rca.overdue": ("Hanya dengan tindakan lewat batas", "Only with an action overdue"),
    "rca.late": ("{} lewat batas", "{} overdue"),
    "rca.done": ("{} dari {} selesai", "{} of {} done"),
    "rca.actions": ("Tindakan", "Actions"),
    "rca.cause": ("Kategori penyebab", "Category of cause"),
    "rca.guess": ("dugaan sistem", "the machine's guess"),
    "rca.not_named": ("belum ditetapkan", "not named yet"),
    "rca.facts": ("Yang diketahui sistem", "What the service knows"),
    "rca.root": ("Akar masalah", "Root"),
    "rca.user_minutes": ("Menit pelanggan", "User-minutes"),
    "rca.met": ("SLA terpenuhi", "SLA kept"),
    "rca.breached": ("SLA dilanggar", "SLA breached"),
    "rca.similar": ("Gangguan serupa", "Similar incidents"),
    "rca.filled_by": ("Diisi oleh", "Filled by"),
    "rca.timeline": ("Urutan kejadian", "Timeline"),
    "rca.whys": ("Lima mengapa", "Five whys"),
    "rca.why": ("Mengapa {}", "Why {}"),
    "rca.corrective": ("Tindakan korektif", "Corrective actions"),
    "rca.preventive": ("Tindakan pencegahan", "Preventive actions"),
    "rca.empty": ("Belum diisi.", "Not filled in yet."),
    "rca.no_whys": (
        "Belum diisi; catatan satu keluhan tidak memerlukannya.",
        "Not filled in; the record of a lone complaint needs none.",
    ),
    "rca.fill_cause": ("Tetapkan penyebab", "Set the cause"),
    "rca.fill_whys": ("Isi lima mengapa", "Fill in the five whys"),
    "rca.fill_corrective": ("Isi tindakan korektif", "Fill in corrective actions"),
    "rca.fill_preventive": ("Isi tindakan pencegahan", "Fill in preventive actions"),
    "rca.verify": ("Verifikasi", "Verification"),
    "rca.changed": (
        "Daftar ini diubah orang lain sementara Anda mengisinya; tidak ada yang disimpan.",
        "Somebody else changed this list while you filled it; nothing was kept.",
    ),
    "verify.ready": (
        "Semua tindakan selesai dan hasilnya dinilai. Anda tidak mengisi apa pun di sini: Anda boleh memverifikasi.",
        "All actions are done and their effect was judged. You filled nothing of it, so you may verify it.",
    ),
    "verify.incomplete": (
        "Belum dapat diverifikasi: isi dulu penyebab, lima mengapa (bila gangguan), dan kedua jenis tindakan dengan "
        "penanggung jawab dan batas waktunya.",
        "It cannot be verified yet: cause, whys (of an outage), and both kinds of actions with owner and due date come "
        "first.",
    ),
    "verify.own": (
        "Anda mengisi catatan ini: orang lain yang memverifikasinya.",
        "You filled this record: somebody else verifies it.",
    ),
    "verify.for_now": (
        "Baru diperbaiki sementara: perbaikan permanen dicatat dulu pada tiketnya.",
        "It is repaired for now only: the repair for good is told on its ticket first.",
    ),
    "verify.undone": ("Belum semua tindakan selesai.", "Not all actions are done."),
    "verify.early": (
        "Hasil tindakan belum dapat dinilai; lihat sejak kapan di tabelnya.",
        "The effect cannot be judged yet; the table says from when on.",
    ),
    "verify.unjudged": ("Hasil tindakan belum dinilai.", "The effect of an action was not judged yet."),
    "capa.what": ("Tindakan", "Action"),
    "capa.owner": ("Penanggung jawab", "Owner"),
    "capa.done_at": ("Selesai", "Done"),
    "capa.effect": ("Hasil", "Effect"),
    "capa.verified_by": ("Diverifikasi oleh", "Verified by"),
    "capa.judged_from": ("dapat dinilai mulai {}", "can be judged from {}"),
    "capa.number": ("Tindakan {}", "Action {}"),
    "capa.new": ("Tindakan baru", "Another action"),
    "capa.drop": ("kosongkan untuk menghapusnya", "empty it to drop the action"),
    "rca_kind.outage": ("gangguan", "outage"),
    "rca_kind.complaint": ("keluhan tersendiri", "lone complaint"),
}
