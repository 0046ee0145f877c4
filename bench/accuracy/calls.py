"""Customers who call: those who are down, those who always do, and crowds with another grief."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

OUT_TEXTS = (
    "Internet mati total sejak tadi, lampu LOS merah",
    "wifi gak bisa sama sekali min, udah restart modem tetep mati",
    "Koneksi terputus, tidak ada sinyal internet di rumah saya",
    "inet down dr setengah jam lalu, tolong dicek dong",
    "Tidak bisa akses internet sama sekali, modem indikator merah",
    "Jaringan mati, mohon segera diperbaiki",
    "internetnya ilang ini gimana sih, lampunya kedip merah",
    "Layanan kami down, link ke kantor pusat putus",
    "Our connection has been down for twenty minutes, please check",
    "No internet at all, the LOS light on the modem is red",
)
PRICE_TEXTS = (
    "Kok tagihan bulan ini naik, padahal paket sama",
    "Harga paket saya naik tanpa pemberitahuan, mohon dijelaskan",
    "tagihan gw kok jadi mahal bgt bulan ini?",
    "Kenapa ada kenaikan harga? Saya mau komplain soal tarif baru",
    "Saya keberatan dengan tarif baru per bulan ini",
    "min ini tagihannya salah deh, kok dobel",
    "Pembayaran sudah lunas tapi masih muncul tagihan",
    "Why did my bill go up this month?",
)
FAIR_USE_TEXTS = (
    "Kena FUP ya? kuota belum habis kok kecepatan turun",
    "speed turun drastis katanya fup, padahal baru tgl 5",
    "Batas pemakaian wajar saya berapa, kenapa diturunkan?",
    "Internet jadi lemot karena FUP, mohon direset",
    "lemot bgt sih sejak aturan FUP baru",
    "My speed was cut by the fair use policy, please lift it",
)
APP_TEXTS = (
    "Aplikasi MyCare tidak bisa dibuka, error terus",
    "gak bisa login ke aplikasi, OTP ga masuk2",
    "Portal pelanggan error 500 waktu mau bayar",
    "app nya force close mulu min",
    "Tidak bisa cek tagihan di portal, halamannya kosong",
    "Netflix tidak bisa, lainnya lancar",
    "Mobile legends ga bisa masuk tapi youtube aman",
    "I cannot log in to the customer app, internet itself is fine",
)
BILLING_TEXTS = (
    "Saldo kepotong dua kali untuk tagihan yang sama",
    "Invoice salah nama, mohon revisi",
    "udah bayar kok diisolir",
    "Layanan diblokir padahal sudah bayar kemarin",
    "Autodebet gagal terus, minta nomor VA baru",
    "bayar via VA gagal mulu, kena denda kan jadinya",
    "I was charged twice this month",
)
SLOW_TEXTS = (
    "Internet lambat dari semalam",
    "lemot parah, buka youtube aja muter terus",
    "Kecepatan tidak sesuai paket, cuma dapat 5 Mbps",
    "ping tinggi banget buat main game",
    "Wifi di lantai dua lemah sinyalnya",
)
ORDINARY = (*OUT_TEXTS[:4], *SLOW_TEXTS, *PRICE_TEXTS[:3], *APP_TEXTS[:4], *BILLING_TEXTS[:3])
TOPICS = {"price": PRICE_TEXTS, "fair_use": FAIR_USE_TEXTS, "app": APP_TEXTS, "billing": BILLING_TEXTS}
OPENINGS = ("", "", "Halo, ", "Selamat pagi. ", "min ", "Pak, ", "Mohon bantuan, ", "Permisi, ")
CLOSINGS = ("", "", ".", " terima kasih", " tks", " tolong ya", " mohon info", "!!")
BY_HABIT_A_MONTH, MONTH_S = 0.05, 30 * 86_400.0
CHANNELS = ("phone", "phone", "portal", "email", "walk_in")


@dataclass(frozen=True, slots=True)
class Call:
    at: float
    customer: str
    channel: str
    text: str


def worded(rng: Random, at: float, customer: str, texts: tuple[str, ...]) -> Call:
    text = f"{rng.choice(OPENINGS)}{rng.choice(texts)}{rng.choice(CLOSINGS)}"
    return Call(round(at, 3), customer, rng.choice(CHANNELS), text)


def of_down(rng: Random, down: dict[str, list[tuple[float, float]]], share: float, until: float) -> list[Call]:
    """Of those who are down a share calls within the first hour, if it is still so then."""
    calls = []
    for customer, spells in sorted(down.items()):
        for start, end in spells:
            if rng.random() < share:
                at = start + 60 + rng.uniform(0, 3540)
                if at < min(end, until):
                    calls.append(worded(rng, at, customer, OUT_TEXTS))
    return calls


def by_habit(rng: Random, customers: list[str], until: float) -> list[Call]:
    """Of all customers, as often as ever."""
    often = BY_HABIT_A_MONTH * until / MONTH_S
    return [worded(rng, rng.uniform(0, until), name, ORDINARY) for name in customers if rng.random() < often]


def ordinary(rng: Random, customers: list[str], count: int, window: tuple[float, float]) -> list[Call]:
    """What is said on any day."""
    return [worded(rng, rng.uniform(*window), rng.choice(customers), ORDINARY) for _ in range(count)]


def crowd(rng: Random, customers: list[str], count: int, window: tuple[float, float]) -> list[Call]:
    """Many, each once, about one thing that is no outage; most come soon."""
    texts = TOPICS[rng.choice(sorted(TOPICS))]
    callers = rng.sample(customers, min(count, len(customers)))
    length = window[1] - window[0]
    times = [window[0] + min(rng.expovariate(3 / length), length) for _ in callers]
    return [worded(rng, at, customer, texts) for at, customer in zip(times, callers, strict=True)]
