"""Customers who complain: about an outage that they feel, or about something else."""

from random import Random

from bench.storm.reel import Reel
from correlator.events import SECOND_US, Channel, ComplaintIn, moment
from topology.model import Inventory, Service

CHANNELS: tuple[Channel, ...] = ("phone", "phone", "email", "portal", "walk_in")
CALLS_AFTER_S = 480  # on average, from the failure
OUTAGE = {
    "id": (
        "Internet mati total, lampu LOS merah",
        "Tidak ada koneksi sejak tadi, mohon dicek",
        "Jaringan down, kantor tidak bisa bekerja",
        "WiFi tersambung tapi tidak ada internet sama sekali",
    ),
    "en": (
        "No internet at all since this morning",
        "Our line is down, red light on the modem",
        "Complete outage at our office, please check",
    ),
}
OTHERWISE = {
    "id": (
        "Tagihan bulan ini dua kali lipat, mohon dijelaskan",
        "Ganti nama pemilik akun, apa syaratnya?",
        "Internet agak lambat kalau malam",
        "Saya mau pindah alamat bulan depan",
        "Kapan teknisi datang memasang?",
    ),
    "en": (
        "I was charged twice this month",
        "Please change the name on my account",
        "Speed is slow in the evening",
    ),
}


class Desk:
    """Where complaints come in, numbered."""

    def __init__(self, inventory: Inventory, reel: Reel, chance: Random) -> None:
        self._services = inventory.services
        self._language = {customer.id: customer.language or "id" for customer in inventory.customers}
        self._reel, self._chance, self._taken = reel, chance, 0

    def about_outage(self, row: int, since_us: int) -> str:
        """The customer of a service (by its place in the inventory) that went down complains; the complaint's id."""
        delay_us = int(self._chance.expovariate(1 / CALLS_AFTER_S) * SECOND_US)
        return self._take(self._services[row], since_us + delay_us, OUTAGE)

    def about_something(self) -> str:
        """Anyone, about a bill, a move, a slow evening."""
        return self._take(self._chance.choice(self._services), self._reel.somewhen(self._chance), OTHERWISE)

    def _take(self, service: Service, at_us: int, texts: dict[str, tuple[str, ...]]) -> str:
        chance, name = self._chance, f"co-{self._taken:06}"
        self._taken += 1
        complaint = ComplaintIn(
            id=name,
            time=moment(at_us),
            channel=chance.choice(CHANNELS),
            customer=service.customer,
            service=service.id,
            text=chance.choice(texts[self._language[service.customer]]),
        )
        self._reel.other(at_us, complaint)
        return name
