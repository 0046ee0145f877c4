"""The words in which customers say that a line works, that it is dead, since when, and who says so: data of the rules.

Each is written as `features.words_of` leaves it (a test asks that): what that respells or drops could never be found.
"""

import re

from correlator.service_desk.texts.spelling import BUT, NEGATIONS, listed

NOW = listed("sekarang kini saat now currently")
WELL = listed(
    "normal nyala menyala lancar pulih hidup bisa aman bagus baik balik urip hurung ok oke "
    "works working fine restored back"
)
DEAD = listed("mati putus padam lumpuh hilang down dead off offline koit modar mampus tewas pareum paeh pedot pedhot")
TURNS = NEGATIONS | listed("belum still masih lagi lambat lemot slow sempat pernah bayar")
STILL = listed("masih still")
NOT_YET = listed("belum yet")
AGAIN = listed("lagi kembali again")
ANEW = listed("kembali again")  # said before what happens: "kembali mati"; "lagi mati" is "is dead just now"
UNTIL = listed("sampai hingga until till")
FROM = listed("dari sejak semenjak mulai since from ket ti")
REACH = 4  # words after "now" in which it is said
DIED = DEAD | listed("died dropped failed lost terputus los gangguan")
SINCE = listed("sudah baru akhir wis finally came kembali since lalu")
BACK = listed("pulih restored recovered back normal")  # of what had been down before
MAINS = listed("listrik pln lampu power")  # it is these that are back
BESIDE = listed("modem router ont lampu lamp light listrik pln power hp laptop tv")  # it is these that work
OTHERS = re.compile(  # whose line it is, perhaps
    "tetangga|tonggo|sebelah|mertua|saudara|teman|adik|adek|kakak|kanca|konco|neighbo|friend"
)
MINE = re.compile(  # "tetangga normal, saya mati", "ours is down": not "hp saya mati"
    r"(?:^|[,.;!?]|\b(?:tapi|tp|tetapi|namun|sedangkan|kok|punya|tempat|rumah)) *(?:saya|kami|aku|gue|gua|gw)"
    r"(?: (?:malah|kok|yang|juga|masih|udah|sudah))? (?:mati|putus|down|los|offline)\b"
    r"|\b(?:mine|ours) (?:is|has been|went) (?:still )?(?:down|dead|out|off)\b"
)
OWN = re.compile(  # whose line it is, in so many words, whatever was heard before
    r"\b(?:internet|wifi|jaringan|koneksi)(?:ku| (?:saya|aku|kami|gue|gua|gw))(?: (?:juga|masih|ikut))?"
    r" (?:mati|putus|padam|down)\b"
    r"|\b(?:(?:saya|kami|aku|gue|gw) (?:dan|sama) tetangga|tetangga (?:dan|sama) (?:saya|kami|aku|gue|gw))"
    r"(?: \w+){0,2} (?:mati|putus|padam|down)\b"
    r"|\b(?:my|our) (?:internet|wifi|line|link|connection)(?: is| has been|'s)? (?:down|dead|off)\b"
)
TODAY = re.compile(r"\b(?:hari|pagi|siang|sore|malam) ini\b|\b(?:today|now|sekarang|skrg|skrng|skr)\b")
HEARSAY = listed(
    "kata kabar bilang dengar denger benar bener betul betulkah benarkah true told isu rumor info berita "
    "jare jarene cenah ceunah news heard saw read twitter facebook grup medsos viral rame"
)
LINE = listed("internet wifi jaringan koneksi sinyal jalur link")
IF = listed("kalau jika bila if apabila when")
ONCE = IF | listed("kemarin lalu sempat pernah sering kadang kadang-kadang last yesterday")
WISH = listed("semoga biar supaya agar harap cepat segera hope kapan when need get want estimasi perkiraan target")
SAYS = HEARSAY | listed("janji ngomong dikabari dinyatakan tiket ticket said says support site")
ASIDE = listed("sisi side perangkat device tagihan bill")  # it is these that are well
NOT_OVER = DIED | TURNS | BUT | listed("kapan when merah red cek")
USED = listed("dipakai dipake digunakan konek online terhubung tersambung nyambung diakses internet")
CLOCK = ["jam", "0"]
PAST = listed("semalam kemarin lalu sempat yesterday last")
CLAIM = listed(
    "kompensasi restitusi refund potongan dipotong pengurangan keringanan diskon compensation credit discount"
)
MAKE_GOOD = ("ganti", "rugi")
UNPAID = listed("belum telat lupa nunggak tunggakan terlambat")
WOBBLE = listed(
    "lemot lambat lelet pelan lag slow nyala hidup nyambung tiap setiap suka bentar sebentar stabil putus-putus hampir "
    "kadang-kadang timbul setengah every sometimes keeps"
)
SERVICE = LINE | listed("sambungan")
GOES = listed("jalan konek nyambung nyala hidup berfungsi tersambung terhubung work works working")
OPENS = listed("terbuka kebuka dibuka diakses keakses")
THERE = ["ada"]  # "tidak ada internet"
INSTALLED = listed("pasang dipasang pemasangan instalasi install installation installed")
EACH = listed("tiap setiap sering selalu suka every always often")
BOUNDED = re.compile(  # "from 9 to 10", "dari jam 9 sampai jam 10"
    r"\b(?:dari|dr|from|jam|pukul) (?:jam |pukul )?\d[\d.:]*(?: ?[ap]m| pagi| siang| malam| sore)?"
    r" (?:sampai|sampe|smp|ampe|to|until|till) (?:jam |pukul )?\d"
)
OPEN = listed("apa apakah benar whether any")  # who asks whether it is so still
