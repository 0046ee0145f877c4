"""Why the kernel refused a command, which it says in English, in Bahasa Indonesia."""

from collections.abc import Mapping
from typing import Final

from connectors.formats.retold import Patterns, retold, word_of

INDONESIAN: Final[Patterns] = (  # {..} is a word of the page
    # a ticket
    (r"(\w+) is no order for (?:ticket|RCA record) (\S+)", r"\2 tidak dapat diberi perintah {action.\1}"),
    (r"ticket (\S+) is closed; reopen it first", r"tiket \1 sudah ditutup; buka kembali dahulu"),
    (r"ticket (\S+) is closed by the order close", r"tiket \1 ditutup dengan langkah {step.close}"),
    (r"ticket (\S+) is in (\w+) already", r"tiket \1 sudah di tahap {stage.\2}"),
    (r"ticket (\S+) is in (\w+)", r"tiket \1 masih di tahap {stage.\2}"),
    (
        r"ticket (\S+) follows its alarm: no (\w+) by hand; assign it, note it or close it",
        r"tiket \1 mengikuti alarmnya, tidak {action.\2} dengan tangan; tugaskan, catat atau tutup",
    ),
    (
        r"outage ticket (\S+) follows its incident (\S+): no (\w+) by hand",
        r"tiket gangguan \1 mengikuti insiden \2, tidak {action.\3} dengan tangan",
    ),
    (r"no clock of (\S+) runs that (\w+) would stop", r"\1 tidak punya jam berjalan yang dihentikan oleh {choice.\2}"),
    (r"ticket (\S+) is not paused", r"tiket \1 tidak dijeda"),
    (r"there is no alert (\S+): check its id", r"tidak ada peringatan \1: periksa nomornya"),
    (r"alert (\S+) went to (\w+), not to (\w+)", r"peringatan \1 dikirim kepada {role.\2}, bukan {role.\3}"),
    # closing one
    (
        r"(\S+) is in (\w+): move it to confirmation, or close it as duplicate",
        r"\1 masih di tahap {stage.\2}: pindahkan ke {stage.confirmation}, atau tutup sebagai duplikat",
    ),
    (
        r"closing without the customer's word is the supervisor's decision",
        r"menutup tanpa jawaban pelanggan adalah keputusan supervisor",
    ),
    (
        r"ticket (\S+) is in (\w+): ask the customer first, in confirmation",
        r"tiket \1 masih di tahap {stage.\2}: tanya pelanggan dahulu, di tahap {stage.confirmation}",
    ),
    (
        r"the customer of (\S+) was not told that no fault was found: .+",
        r"pelanggan \1 belum diberi tahu bahwa tidak ditemukan gangguan: pilih hasil itu pada {step.result}",
    ),
    (
        r"the customer of (\S+) was asked and may still answer: reminders go each day, then you decide",
        r"pelanggan \1 sudah ditanya dan masih dapat menjawab: pengingat dikirim tiap hari, setelah itu Anda putuskan",
    ),
    (r"score (.+) is no whole number from 1 to 5", r"nilai \1 bukan bilangan bulat 1 sampai 5"),
    (
        r"(.+) is no other complaint's ticket: name the one that (\S+) repeats",
        r"\1 bukan tiket keluhan lain: sebut tiket yang diulang oleh \2",
    ),
    (
        r"(\S+) is another customer's: who shares an outage is attached to its incident",
        r"\1 milik pelanggan lain: keluhan dari gangguan yang sama digabungkan ke insidennya",
    ),
    (r"(\S+) is closed: nobody would work on it", r"\1 sudah ditutup: tidak ada yang akan mengerjakannya"),
    (r"incident (\S+) is \w+: close that first", r"insiden \1 belum ditutup: tutup itu dahulu"),
    (r"(\S+)(?: complaints? (?:is|are))? open under (\S+)", r"\1 keluhan masih terbuka di bawah \2"),
    (
        r"(\S+)(?: customers? says?)? that (\S+) is not repaired: those complaints come first",
        r"menurut \1 pelanggan \2 belum diperbaiki: selesaikan keluhan itu dahulu",
    ),
    # an incident
    (r"(\w+) is no order for incident (\S+)", r"insiden \2 tidak dapat diberi perintah {action.\1}"),
    (
        r"incident (\S+) is only suspected: accept_root or let it be",
        r"insiden \1 baru diduga: terima akarnya, atau biarkan",
    ),
    (r"incident (\S+) is (\w+)", r"insiden \1: {status.\2}"),
    (r"incident (\S+) has no ticket yet", r"insiden \1 belum punya tiket"),
    (r"domain (\S+) decides on incident (\S+)", r"insiden \2 diputuskan oleh domain \1"),
    (r"the root of (\S+) is not pinned by anyone", r"akar \1 tidak ditetapkan oleh siapa pun"),
    (r"the inventory has no (.+)", r"tidak ada \1 di inventaris"),
    (
        r"at is not in the future: customers are told when it will be repaired",
        r"waktunya sudah lewat: pelanggan diberi tahu kapan akan pulih",
    ),
    (r"until is not in the future", r"waktunya sudah lewat"),
    (r"no other open incident (.+)", r"tidak ada insiden terbuka lain \1"),
    (r"alarm (\S+) belongs to incident (\S+)", r"alarm \1 milik insiden \2"),
    (r"alarm (\S+) does not stand, or is no evidence", r"alarm \1 tidak aktif, atau bukan bukti"),
    (r"alarm (\S+) is not shelved", r"alarm \1 tidak ditunda"),
    (r"(\S+) is no (?:standing alarm|complaint) of (\S+)", r"\1 bukan bagian dari \2"),
    (r"(\S+) is no standing alarm", r"\1 bukan alarm yang aktif"),
    (r"(\w+) needs alarms, complaints or both", r"{action.\1} memerlukan alarm atau keluhan"),
    (r"there is no complaint (\S+)", r"tidak ada keluhan \1"),
    (r"role (\w+) may not (\w+) (\S+)", r"peran {role.\1} tidak boleh {action.\2} \3"),
    # a record
    (r"RCA record (\S+) is closed", r"dokumen RCA \1 sudah ditutup"),
    (r"fill needs at least one of (.+)", r"isi paling sedikit satu dari \1"),
    (r"a person fills (.+), not (\S+)", r"yang diisi: \1, bukan \2"),
    (r"done_at is in the future: say so when it is done", r"waktu selesai masih di depan: isi setelah dikerjakan"),
    (r"(.+) is not done yet: give done_at first", r"\1 belum dikerjakan: isi waktu selesainya dahulu"),
    (
        r"the effect of (.+) shows after (\S+)(?: days?)?: judge it from (\S+) on",
        r"efek dari \1 terlihat setelah \2 hari: nilai mulai \3",
    ),
    (
        r"RCA record (\S+) is (\w+): cause, whys and actions with owner and due date come first",
        r"dokumen RCA \1 masih {rca_state.\2}: isi dahulu penyebab, mengapa, dan tindakan dengan pemilik dan tenggat",
    ),
    (
        r"(.+) filled RCA record (\S+): somebody else verifies it",
        r"\1 mengisi dokumen RCA \2: orang lain yang memverifikasi",
    ),
    (
        r"(\S+) is repaired for now only: tell the permanent repair first",
        r"\1 baru diperbaiki sementara: isi perbaikan permanen dahulu",
    ),
    (r"(\w+)\[(\w+)\] (.+) has no done_at or no effect yet", r"tindakan \3 belum punya waktu selesai atau efek"),
    (
        r"(\S+) is a list of at most (\S+) texts, each of 1 to (\S+) signs",
        r"\1: paling banyak \2 teks, masing-masing 1 sampai \3 tanda",
    ),
    (r"(\S+) is a list of at most (\S+) steps", r"\1: paling banyak \2 tindakan"),
    (r"(\S+) is an object with the text `what`", r"\1: sebut tindakannya (`what`)"),
    (r"(\S+) is a text or null", r"\1 berupa teks, atau kosong"),
    (r"(\S+) (.+) is no RFC 3339 time with an offset", r"\1 \2 bukan waktu dengan zona (RFC 3339)"),
    (
        r"verified_by is who gives the command verify: leave it out",
        r"verified_by diisi oleh yang memverifikasi: kosongkan",
    ),
    (r"a step has (.+); not (\S+)", r"tindakan punya \1; bukan \2"),
    # the register of improvements
    (r"(\w+) is no order for the register", r"daftar perbaikan tidak dapat diberi perintah {action.\1}"),
    (r"(\w+) is no order for entry (\S+)", r"perbaikan \2 tidak dapat diberi perintah {action.\1}"),
    (r"an entry has (.+), not (\S+)", r"perbaikan punya \1; bukan \2"),
    (r"due lies in the past: name a time to come", r"tenggatnya sudah lewat: isi waktu yang akan datang"),
    (r"entry (\S+) is open already", r"perbaikan \1 masih terbuka"),
    (
        r"entry (\S+) is (\w+): what shows that it is done comes first .+",
        r"perbaikan \1: {improvement_state.\2}; isi dahulu apa yang membuktikan bahwa sudah selesai",
    ),
    (r"entry (\S+) is (\w+)", r"perbaikan \1: {improvement_state.\2}"),
    (
        r"entry (\S+) is (.+)'s: somebody else signs it off",
        r"perbaikan \1 dikerjakan \2: orang lain yang mengesahkan",
    ),
    (r"entry (\S+) is (\w+)'s", r"perbaikan \1 milik {role.\2}"),
    (r"entry (\S+) follows (\S+): fill it there", r"perbaikan \1 mengikuti \2: isi di sana"),
    (r"role (\w+) may not (\w+) entry (\S+): .+", r"peran {role.\1} tidak boleh {action.\2} perbaikan \3"),
    # a survey
    (r"(\w+) is no order for survey (\S+)", r"survei \2 tidak dapat diberi perintah {action.\1}"),
    (r"survey (\S+) is not planned", r"survei \1 tidak direncanakan"),
    (r"survey (\S+) is (\w+)", r"survei \1: {survey_state.\2}"),
    (
        r"at lies in the half-year of (\S+), not of (\S+)",
        r"waktu mulainya ada di setengah tahun \1, bukan \2",
    ),
    (r"at lies in the past: name a time to come", r"waktu mulainya sudah lewat: isi waktu yang akan datang"),
    (r"sample is a number of customers from 1 to (\S+)", r"jumlah pelanggan adalah bilangan 1 sampai \1"),
    (r"there is no customer (.+)", r"tidak ada pelanggan \1"),
    # any
    (
        r"(\w+) of (\S+) is for its owner (\w+) or above, not for (\w+)",
        r"yang boleh {action.\1} \2 adalah pemiliknya, {role.\3}, atau jenjang di atasnya; bukan {role.\4}",
    ),
    (r"role (\w+) may not (\w+)(?: an? (?:ticket|RCA record))?", r"peran {role.\1} tidak boleh {action.\2}"),
    (r"(\w+) needs the argument (\w+), a (?:text|time .+)", r"{action.\1} memerlukan isian \2"),
    (
        r"(\w+) has (\S+) signs; (\S+) at most: give a name or a role, the rest as the reason",
        r"\1 berisi \2 tanda; paling banyak \3: isi nama atau peran, sisanya sebagai alasan",
    ),
    (r"(\w+) has (\S+) signs; (\S+) at most", r"\1 berisi \2 tanda; paling banyak \3"),
    (r"(\w+) (.+) is none of (.+)", r"\1 \2 bukan salah satu dari \3"),
    (r"(\w+): (\w+) is a list of ids", r"{action.\1}: \2 adalah daftar nomor"),
    (r"(\w+) (.+) is not a time with an offset .+", r"\1 \2 bukan waktu dengan zona (RFC 3339)"),
    (
        r"it failed each time, and is set aside: (.+)\. It stays in the journal: .+",
        r"selalu gagal, jadi dikarantina: \1. Administrator sudah diberi tahu; beri lagi setelah itu diperbaiki",
    ),
    (r"there is no (\S+) that one could (\w+)(?:: .+)?", r"tidak ada \1 yang dapat diberi perintah {action.\2}"),
)


def refused(reason: str, language: str, words: Mapping[str, str]) -> str:
    """In the language of the page; a refusal that nobody foresaw stays as it is."""
    if language == "en":
        return reason
    return retold(reason, INDONESIAN, word_of(words))
