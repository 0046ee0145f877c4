"""The page's words in Bahasa Indonesia and English. Words that staff use in both stay: tiket, Critical, SLA, NOC."""

from typing import Final, Literal, get_args

from correlator.service_desk.stages import BY_CLOCK, STAGES

Language = Literal["id", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

_PAIRS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Papan Gangguan", "Incident Board"),
    "skip": ("Langsung ke insiden", "Skip to incidents"),
    "language": ("Bahasa", "Language"),
    "rooms": ("Halaman", "Pages"),
    "desk": ("Tiket", "Tickets"),
    "sign_out": ("Keluar", "Sign out"),
    "live": ("Langsung", "Live"),
    "lost": ("Sambungan terputus. Data terakhir", "Connection lost. Data as of"),
    "story": ("Cerita", "Story"),
    "trouble": ("Sistem Simpul sendiri bermasalah", "This service itself has a problem"),
    # head figures
    "open": ("Insiden terbuka", "Open incidents"),
    "of_them_critical": ("Critical", "Critical"),
    "suspected": ("Diduga", "Suspected"),
    "customers_down": ("Pelanggan terputus", "Customers down"),
    "services_at_risk": ("Layanan terancam", "Services at risk"),
    "breached": ("SLA terlampaui", "SLA clocks breached"),
    "notices_uncertain": ("Pemberitahuan tak pasti", "Notices uncertain"),
    # incidents
    "incidents": ("Insiden", "Incidents"),
    "no_incidents": ("Tidak ada gangguan. Jaringan normal.", "No incident. The network is well."),
    "no_incident": ("Tidak ada insiden.", "No incident."),  # where that is not all
    "unexplained": (
        "Alarm major atau critical yang belum dijelaskan insiden mana pun: {}",
        "Major or critical alarms that no incident explains: {}",
    ),
    "more": ("lagi yang tidak ditampilkan", "more not shown"),
    "since": ("Sejak", "Since"),
    "for": ("selama", "for"),
    "down": ("terputus", "down"),
    "customers": ("pelanggan", "customers"),
    "services": ("layanan", "services"),
    "at_risk": ("terancam", "at risk"),
    "at_most": ("terbanyak", "at most"),
    "if_so": ("bila benar", "if so"),
    "complaints": ("keluhan terbuka", "open complaints"),
    "alarms": ("alarm", "alarms"),
    "no_ticket": ("Belum ada tiket", "No ticket yet"),
    "why": ("Mengapa", "Why"),
    "nats": (
        "angka dalam nat, bobot bukti: + mendukung akar ini, - menentangnya",
        "figures are nats, weights of evidence: + speaks for this root, - against it",
    ),
    "held_still": (
        "Alarm sudah pulih sejak {at}. Pelanggan tetap dihitung terputus sampai pemulihan terbukti stabil.",
        "Alarms clear since {at}. Customers count as down until it has held.",
    ),
    "confidence": ("keyakinan", "confidence"),
    "or_else": ("tidak dapat dibedakan dari", "cannot be told from"),
    "estimate": ("Perkiraan pulih", "Estimate"),
    "acknowledged": ("Ditangani oleh", "Acknowledged by"),
    "unacknowledged": ("Belum ditangani", "Not acknowledged"),
    "held": ("Pemberitahuan ditahan", "Notices held"),
    "planned": ("Pekerjaan terencana sampai", "Planned work until"),
    "pinned": ("Akar ditetapkan oleh", "Root set by"),
    "over_at": ("Berfungsi lagi sejak", "Works again since"),
    "resolved_at": ("Pulih", "Resolved"),
    # status
    "status.suspected": ("Diduga", "Suspected"),
    "status.open": ("Terbuka", "Open"),
    "status.clearing": ("Mulai pulih", "Clearing"),
    "status.resolved": ("Pulih", "Resolved"),
    "status.closed": ("Selesai", "Closed"),
    "status.merged": ("Disatukan", "Merged"),
    # kinds
    "kind.span": ("Ruas serat", "Fibre span"),
    "kind.conduit": ("Saluran kabel", "Conduit"),
    "kind.site": ("Lokasi", "Site"),
    "kind.device": ("Perangkat", "Device"),
    "kind.port": ("Port", "Port"),
    "kind.link": ("Link", "Link"),
    "kind.splitter": ("Splitter", "Splitter"),
    "kind.risk_group": ("Kelompok risiko", "Risk group"),
    "kind.service": ("Layanan", "Service"),
    "kind.external": ("Di luar jaringan", "Outside the network"),
    "kind.unknown": ("Tidak ada di inventaris", "Not in the inventory"),
    # tickets
    "tickets": ("Tiket dan waktu SLA", "Tickets and SLA clocks"),
    "no_tickets": ("Tidak ada tiket terbuka.", "No open ticket."),
    "ticket": ("Tiket", "Ticket"),
    "ticket.outage": ("gangguan", "outage"),
    "ticket.complaint": ("keluhan", "complaint"),
    "ticket.light": ("alarm tanpa penjelasan", "unexplained alarm"),
    "class": ("Kelas", "Class"),
    "stage": ("Tahap", "Stage"),
    "clocks": ("Jam", "Clocks"),
    "clock.response": ("Respons", "Response"),
    "clock.resolution": ("Penyelesaian", "Resolution"),
    **{f"clock.{rule.clock}": (rule.indonesian.capitalize(), rule.english.capitalize()) for rule in BY_CLOCK.values()},
    **{f"stage.{rule.stage}": (rule.indonesian, rule.english) for rule in STAGES},
    "met": ("terpenuhi", "met"),
    "paused": ("dijeda", "paused"),
    "late": ("terlampaui", "breached"),
    "left": ("sisa {}", "{} left"),
    "over": ("lewat {}", "{} over"),
    # alerts and notices
    "alerts": ("Peringatan terbaru", "Latest alerts"),
    "no_alerts": ("Belum ada peringatan.", "No alert yet."),
    "notices": ("Pesan keluar", "Messages out"),
    "no_notices": ("Belum ada pesan.", "No message yet."),
    "state.queued": ("antre", "queued"),
    "state.trying": ("sedang dikirim", "sending"),
    "state.sent": ("terkirim", "sent"),
    "state.delivered": ("diterima", "delivered"),
    "state.failed": ("gagal", "failed"),
    "state.dead": ("dihentikan", "given up"),
    "state.uncertain": ("tak pasti", "uncertain"),
    "word.phone": ("Telepon", "Phone"),
    "word.email": ("Email", "Mail"),
    "word.portal": ("Portal", "Portal"),
    "word.walk_in": ("Kunjungan", "Walk-in"),
    "word.staff": ("Staf", "Staff"),
    "channel": ("Kanal", "Channel"),
    # the map
    "map": ("Peta jaringan", "Network map"),
    "map.hit": ("putus", "broken"),
    "map.dark": ("terisolasi", "cut off"),
    "map.maybe": ("diduga", "suspected"),
    # sign in
    "sign_in": ("Masuk", "Sign in"),
    "token": ("Token akses", "Access token"),
    "token_help": (
        "Token ditampilkan sekali saat sistem pertama kali dijalankan; administrator dapat membuat token lain.",
        "The token was shown once, at the first start of the service; an administrator can make others.",
    ),
    "token_wrong": (
        "Token ini tidak dikenal, dicabut, atau kedaluwarsa. Periksa lalu coba lagi.",
        "This token is unknown, revoked or expired. Check it and try again.",
    ),
    "role_wrong": (
        "Peran token ini tidak boleh melihat papan. Gunakan token staf.",
        "The role of this token may not see the board. Use a token of staff.",
    ),
    "user": ("Nama pengguna", "User name"),
    "password": ("Kata sandi", "Password"),
    "code": ("Kode enam angka, bila diminta", "Six-digit code, where one is asked for"),
    "or_by_token": ("Atau dengan token", "Or with a token"),
    "sign_on": ("Masuk dengan {}", "Sign in with {}"),
    "password_wrong": (
        "Nama, kata sandi, atau kode salah. Periksa lalu coba lagi; kode hanya berlaku sekali.",
        "Name, password or code is wrong. Check them and try again; a code counts once.",
    ),
    "totp_needed": (
        "Peran Anda memerlukan kode, dan belum ada yang disiapkan. Minta administrator: simpul users totp.",
        "Your role needs a code, and none was set up. Ask an administrator: simpul users totp.",
    ),
    "too_often": (
        "Terlalu banyak percobaan. Tunggu satu menit lalu coba lagi.",
        "Too many tries. Wait a minute and try again.",
    ),
    "oidc_unset": (
        "Masuk lewat penyedia identitas tidak diaktifkan di sini.",
        "There is no single sign-on here.",
    ),
    "oidc_away": (
        "Penyedia identitas tidak menjawab. Coba lagi, atau masuk dengan cara lain; log layanan menyebut sebabnya.",
        "The identity provider does not answer. Try again, or sign in another way; the service's log says why.",
    ),
    "oidc_refused": (
        "Penyedia identitas tidak mengizinkan Anda masuk, atau terlalu lama. Mulai lagi.",
        "The identity provider did not let you in, or it took too long. Begin anew.",
    ),
    "oidc_no_role": (
        "Akun Anda tidak punya peran di sini. Minta administrator memberikannya.",
        "Your account has no role here. Ask an administrator for one.",
    ),
    "link_wrong": (
        "Tautan ini sudah dipakai atau kedaluwarsa. Masuk dengan token, atau buat tautan baru.",
        "This link was used or has expired. Sign in with a token, or print a new link.",
    ),
    # roles
    "role.customer_care": ("Customer Care", "Customer Care"),
    "role.customer_support": ("Customer Support", "Customer Support"),
    "role.care_supervisor": ("Customer Care Supervisor", "Customer Care Supervisor"),
    "role.service_manager": ("Manajer Layanan Pelanggan", "Customer Service Manager"),
    "role.operations_director": ("Direktur Operasional", "Director of Network Operations"),
    "role.noc_operator": ("Operator NOC", "NOC operator"),
    "role.technical": ("Divisi Teknis", "Technical division"),
    "role.billing_account": ("Billing & Account", "Billing & Account"),
    "role.customer_experience": ("Customer Experience", "Customer Experience"),
    "role.administrator": ("Administrator", "Administrator"),
}

WORDS: Final[dict[Language, dict[str, str]]] = {
    language: {name: pair[place] for name, pair in _PAIRS.items()} for place, language in enumerate(LANGUAGES)
}


def chosen(asked: str | None, kept: str | None, accepts: str) -> Language:
    """The language that was asked for, else the one kept, else the browser's, else Bahasa Indonesia."""
    for given in (asked, kept, *(part.strip()[:2].lower() for part in accepts.split(",")[:10])):
        for language in LANGUAGES:
            if given == language:
                return language
    return "id"
