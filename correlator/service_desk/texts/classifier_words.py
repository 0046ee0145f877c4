"""The words by which a complaint's text is read, as data: Bahasa Indonesia and English, with weights.

`weight words; ...`: several words stand in this order, next to one another, once spellings are made one and fillers are
dropped (so `tidak dapat` reads `tidak bisa`, hyphens are spaces, `-nya` is cut off); a `*` lets a word go on. Weights:
3 or 4 says it clearly, 2 points there, 1 hints, below 0 takes back. Of matches that overlap the longest counts.
Every change here is a new VERSION: it is journaled beside each verdict.
"""

VERSION = "2026-11"


def listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What is wrong with the network; the first list that is matched as strongly as any other decides
SYMPTOMS = {
    "no_service": """
        3 mati*; 4 mati total; 4 total mati; 3 putus; 4 putus total; 4 total putus; 3 terputus; 3 padam; 3 matot
        3 blank; 3 down; 4 down total; 4 total down; 4 gangguan total; 3 offline; 3 los; 4 los merah; 3 lampu merah
        2 hilang; 1 tidak bisa; 3 tidak bisa internet*; 3 tidak bisa konek*; 3 tidak bisa connect*; 3 tidak connect*
        3 tidak bisa akses*; 3 tidak bisa diakses; 3 tidak bisa browsing; 3 tidak bisa online
        3 tidak bisa digunakan; 3 tidak bisa dipakai; 3 tidak bisa pakai; 3 tidak bisa terhubung
        3 tidak bisa tersambung; 3 tidak bisa nyambung; 3 tidak bisa ping; 3 tidak bisa buka; 3 tidak terhubung
        3 tidak tersambung; 3 tidak terkoneksi; 3 tidak konek*; 3 tidak nyambung; 3 tidak nyala; 3 tidak menyala
        3 tidak berfungsi; 3 tidak jalan; 3 tidak hidup; 3 tidak aktif; 3 tidak respon; 3 tidak ada layanan
        3 tidak ada internet; 3 tidak ada koneksi; 3 tidak ada sinyal; 3 tidak ada jaringan; 3 belum nyala
        3 belum bisa; 2 rto; 3 request timed out; 2 unreachable; 3 tidak keluar sinyal; 3 terisolir; 2 isolir
        3 no internet; 3 no service; 3 no connect*; 3 no signal; 3 no network; 3 no light; 3 nothing works
        3 not work*; 3 stopped working; 3 cannot connect; 3 cannot access; 3 cannot use; 3 cannot browse
        3 cannot get online; 3 cannot reach; 3 not reachable; 3 not available; 3 not connect*; 3 no longer works
        3 unusable; 3 dead; 4 completely down; 4 totally down; 3 went down; 2 disconnected; 3 outage; 3 cut off
        3 red light; 3 light red; 3 connection lost; 3 lost connection; 3 lost internet; 3 lost service
        3 unavailable; 3 link down; 1 cannot; -4 sudah normal; -4 sudah pulih; -4 sudah kembali normal
        -4 sudah lancar; -4 sudah nyala; -4 sudah hidup; -4 sudah bisa; -4 works again; -4 working again
        -4 back online; -4 back up; -4 restored
        """,
    "slow": """
        4 lemot; 4 lelet; 4 lambat; 4 lola; 4 ngelag; 4 lag; 4 lagging; 4 ngadat; 4 tersendat*; 4 putus nyambung
        4 putus putus; 4 nyambung putus; 4 hilang timbul; 4 kadang putus; 4 kadang mati; 4 sering putus
        4 sering terputus; 4 sering mati; 4 sering hilang; 4 mati nyala; 4 mati hidup; 4 hidup mati; 4 nyala mati
        4 kadang kadang mati; 4 tidak stabil; 4 kurang stabil; 4 kurang lancar; 4 tidak lancar; 4 buffering
        4 buffer; 4 muter terus; 4 pelan; 2 kecepatan; 2 speed*; 4 packet loss; 4 ping tinggi; 4 latensi; 4 latency
        4 jitter; 4 slow*; 4 slow down; 4 slowed down; 4 sluggish; 4 unstable; 4 intermittent*; 4 drops; 4 dropping
        4 keeps disconnecting; 4 keeps going down; 4 goes down every; 4 laggy; 4 degraded; 4 degradasi; 4 high ping
        3 loading lama; 3 lama loading; 4 kecepatan turun; 4 speed down; 4 speed dropped; 3 menurun; 2 turun
        2 tidak sesuai paket; 3 tidak sampai; 3 cuma dapat; 4 not stable; 4 on and off; 4 comes and goes
        3 half speed; 3 takes forever; -4 sudah normal; -4 sudah pulih; -4 sudah kembali normal; -4 sudah lancar
        -4 fast again
        """,
    "tv": """
        3 tv; 3 iptv; 3 siaran; 3 televisi; 3 stb; 3 set top box; 3 tv channel*; 3 channel tv; 3 tayangan
        """,
}

# What it is about
CATEGORIES = {
    "network": """
        2 internet*; 2 wifi; 2 wi fi; 2 jaringan; 2 koneksi; 1 sinyal; 2 modem; 2 router; 2 ont; 2 los; 2 fiber
        2 fibre; 2 fo; 2 kabel; 2 vpn; 2 link; 2 network; 2 connection; 2 broadband; 1 line; 1 gangguan; 2 tower
        2 bts; 2 ping; 2 bandwidth; 1 browsing; 1 streaming; 1 online; 2 backbone; 1 indikator; 1 lampu; 2 dedicated
        2 wireless; 2 radio; 1 site; 2 trunk; 1 ip; 2 dns; 1 signal; 1 outage; 2 metro; 2 latency; 2 jitter
        2 packet; 1 layanan; 1 service; 1 cabang
        """,
    "billing": """
        4 tagihan; 4 ditagih*; 4 menagih; 4 tertagih; 4 invoice*; 4 faktur; 4 billing; 4 bill; 4 bills; 4 billed
        4 bayar; 4 pembayaran; 4 membayar; 4 dibayar*; 4 terbayar; 4 payment*; 4 paid; 4 pay; 4 charge*
        4 overcharged; 4 denda; 4 refund*; 4 pengembalian dana; 4 lunas; 4 tarif; 4 biaya; 4 harga; 4 kuitansi
        4 kwitansi; 4 pajak; 4 ppn; 4 npwp; 4 restitusi; 4 virtual account; 4 autodebet; 4 auto debit; 3 transfer
        4 price; 4 fee; 4 fees; 4 receipt; 3 promo; 3 diskon; 3 discount; 4 jatuh tempo; 4 tunggakan; 4 nunggak
        4 debit; 3 rupiah; 4 tax; 4 pulsa; 1 sudah bayar; 1 sudah dibayar; 1 sudah lunas; 1 already paid
        1 have paid; -4 bukan tagihan; -4 bukan masalah tagihan; -4 bukan soal tagihan; -4 not billing
        -4 not about bill; -4 not bill
        """,
    "account": """
        4 password*; 4 kata sandi; 4 sandi; 4 login; 4 log in; 4 otp; 4 akun; 4 account; 4 username; 4 user name
        3 portal; 4 ganti nama; 4 balik nama; 4 ubah alamat; 4 ganti alamat; 4 pindah alamat; 4 pindah rumah
        4 ganti nomor; 4 ubah nomor; 4 data pelanggan; 4 terblokir; 4 terkunci; 4 locked; 4 sign in; 4 register
        4 registrasi; 3 profil; 3 profile; 4 ganti email; 4 ubah email; 4 change email; 4 change of ownership
        4 ganti paket; 4 ubah paket; 4 upgrade*; 4 downgrade*; 4 berhenti berlangganan; 4 tutup layanan
        4 unsubscribe; 4 terminate*; 4 terminasi; 4 cancel subscription; 3 berlangganan; 4 subscription; 4 kontrak
        4 contract; 3 address; 4 relokasi; 4 credentials; 4 kredensial; 4 new office address; 4 ganti pemilik
        """,
    "service": """
        3 teknisi*; 3 petugas; 3 technician*; 3 engineer*; 3 pelayanan; 3 jadwal; 3 appointment; 3 instalasi
        3 pemasangan; 3 pasang baru; 3 installation; 4 cloud; 4 hosting; 4 server; 4 vm; 4 virtual machine*; 4 voip
        4 sip; 4 pbx; 4 telepon ip; 4 unified communications; 4 video conference; 4 iot; 4 sensor; 3 dashboard
        4 customer service; 4 cs; 4 call center; 3 tidak ramah; 3 rude; 3 kasar; 3 pengaduan; 4 respon lambat
        4 respon lama; 3 janji; 3 promised; 3 website; 4 backup; 4 storage; 3 aplikasi; 3 application; 4 database
        3 conference; 4 tidak datang; 4 never came
        """,
}

# What turns round a symptom that follows within two words, and what ends its reach
NEGATIONS = listed("tidak bukan belum jangan tanpa not no never without hampir almost nearly")
BUT = listed("tapi tetapi namun melainkan but however only hanya cuma justru karena")

SPELLINGS = {
    one: word
    for word, ones in {
        "tidak": "gak ga nggak enggak gk tdk ngga kagak ndak tdak tak engga",
        "tidak bisa": "gabisa gakbisa gbs tidakbisa nggabisa gakbs",
        "tidak ada": "gada gaada gakada",
        "bisa": "bs bsa dapat dpt",
        "internet": "inet internt intrnet internetan indihome",
        "jaringan": "jaringn jringan",
        "lemot": "lemod lemott lmot leemot",
        "putus": "dc diskonek putuss",
        "mati": "mti matii matek",
        "cannot": "can't cant couldn't couldnt unable",
        "not": "don't dont doesn't doesnt isn't isnt won't wont didn't didnt aren't wasn't haven't hasn't",
        "belum": "blm blum",
        "sudah": "udah udh sdh dah",
        "tagihan": "tagian tgihan",
        "pembayaran": "pembyaran pmbayaran",
        "bayar": "byr",
        "password": "pw passwd",
        "kadang": "kadang2",
        "putus putus": "putus2",
        "hidup": "idup",
        "konek": "conek nyantol",
        "telepon": "tlp telpon",
        "nyala": "nyala2",
    }.items()
    for one in ones.split()
}
KEPT_WHOLE = listed("hanya biasanya punya tanya sebelumnya")  # their -nya is no suffix
FILLERS = listed(
    "sama sekali lagi juga sih nih dong deh kok ya yah nya ini itu saya kami kita aku the a an our my at all is are "
    "was were has been have for to with very sangat banget jadi masih still any of be i we it"
)

# Words that tell the language of a text
INDONESIAN = listed(
    "yang dan tidak gak nggak saya kami sudah ada di ke dari untuk bisa mati lemot tagihan sejak tadi mohon tolong "
    "pak bu min jaringan gangguan putus lambat ini itu belum lagi hari jam kenapa bagaimana sekali dengan pagi "
    "malam kantor rumah terima kasih layanan bulan akun sandi lupa ganti kok dong sih nih banget bayar tapi"
)
ENGLISH = listed(
    "the is are my our we have has been since please and not no of for to with i it this that on in at was your you "
    "cannot can't does doesn't slow working help connection service bill works nothing but"
)
