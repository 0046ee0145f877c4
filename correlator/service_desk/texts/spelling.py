"""Words as people write them, made one; negations; words between which a text turns; what stands for a picture.
Data for `features`."""

import re


def listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What an app writes where a picture was: `[gambar]`, `<Media tidak disertakan>`, `stiker dihilangkan`, `IMG-1.jpg (file
# terlampir)`. It is no word of a customer
_SENT = "(?:gambar|foto|image|photo|picture|video|stiker|sticker|gif|audio|voice note|pesan suara|dokumen|media|file)"
PLACEHOLDER = re.compile(
    rf"[\[<]{_SENT}[^\]>\n]{{0,40}}[\]>]"
    rf"|\b{_SENT} (?:tidak disertakan|dihilangkan|omitted|terlampir|attached)\b"
    r"|\b[\w-]{1,40}\.(?:jpe?g|png|webp|gif|mp4|opus|ogg|pdf)\b(?: \((?:file terlampir|file attached)\))?"
)

# What turns round a word that follows within two, and what ends its reach
NEGATIONS = listed("tidak bukan belum jangan tanpa not no never without cannot mboten ora teu hampir almost nearly")
BUT = listed("tapi namun melainkan but however only just hanya cuma doang justru padahal karena because")

SPELLINGS = {
    one: word
    for word, ones in {
        "tidak": "gak ga nggak enggak gk g tdk ngga engga kagak kaga ndak tak tidk nda gag kgk",
        "tidak bisa": "gabisa gakbisa gbs tidakbisa nggabisa gakbs gabs gkbs gabsa",
        "tidak ada": "gada gaada gakada gaad gkada",
        "bisa": "bs bsa dapat dpt bissa biza",
        "internet": "inet internt intrnet internetan indihome intenet interne",
        "jaringan": "jaringn jringan jarngan",
        "lemot": "lemod lemott lmot leemot lmt",
        "mati": "mti matii matek",
        "cannot": "can't cant couldn't couldnt unable",
        "not": "don't dont doesn't doesnt isn't isnt won't wont didn't didnt aren't wasn't haven't hasn't nothing none",
        "belum": "blm blum belom blom",
        "sudah": "udah udh sdh dah uda sdah",
        "tagihan": "tagian tgihan tghn taghian",
        "pembayaran": "pembyaran pmbayaran",
        "bayar": "byr bayr",
        "password": "pw passwd pass pasword",
        "dari": "dr dri",
        "padahal": "pdhl pdahal padhl",
        "transfer": "tf trf trnsfer",
        "down": "dwn dwon donw",
        "habis": "abis hbs abs",
        "setelah": "stlh stelah",
        "masih": "msh masi msih",
        "sampai": "sampe smpe ampe",
        "merah": "mrh",
        "kalau": "kalo klo klu",
        "karena": "krn karna",
        "teman": "temen tmn",
        "gara-gara": "gegara",
        "juga": "jg jga",
        "hidup": "idup",
        "konek": "conek nyantol connect konect",
        "telepon": "tlp telpon telp tlpn",
        "aplikasi": "apk app apps apl",
        "whatsapp": "wa",
        "tapi": "tp tetapi tpi",
        "cuma": "cuman cm cma",
        "yang": "yg",
        "sama": "sm",
        "semua": "smua smw",
        "normal": "nrml",
        "tolong": "tlg tlong tlng",
        "terus": "trs trus",
        "banget": "bgt bngt bgd",
        "kenapa": "knp napa knapa",
        "sekarang": "skrg skrng skr",
        "kemarin": "kmrn kmaren kemaren kmrin",
        "bulan": "bln",
        "saja": "aja aj",
        "lagi": "lg lgi",
        "tv": "televisi tipi teve",
    }.items()
    for one in ones.split()
}
KEPT_WHOLE = listed("hanya biasanya punya tanya sebelumnya")  # their -nya is no suffix
FILLERS = listed(
    "sih nih dong deh kok ya yah yaa nya ini itu saya kami kita aku gue gua gw the a an our my is are has "
    "been have for to of be i we it min admin kak pak bu mas mbak bang gan sis halo hai mohon tolong please selamat "
    "pagi siang sore malam di ke yang dan and dengan"
)
