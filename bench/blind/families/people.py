"""Complaints: about money, after the news, before the network, with wrong names."""

from random import Random

from bench.blind import shapes
from bench.blind.case import Case
from bench.blind.family import Family, closed, opened, strike
from bench.blind.speech import NO_NET

ELSE_WORDS = (
    "Tagihan bulan ini dobel, tolong dicek",
    "Mau tanya harga paket 100 Mbps",
    "Aplikasi tidak bisa login, lupa password",
    "Portal pelanggan error saat bayar",
    "Minta upgrade kecepatan",
    "Kapan teknisi datang untuk pasang baru?",
    "Invoice belum diterima, mohon dikirim ulang",
    "Harga naik tanpa pemberitahuan",
    "Please change the address on my invoice",
)
VAGUE_WORDS = (
    "Apakah ada gangguan? Saya baca di berita",
    "Internet agak lambat hari ini",
    "Katanya kabel laut putus, apakah kena?",
    "Game sering lag",
    "YouTube buffering terus",
)


def money(rng: Random, number: int) -> Case:
    """A tariff goes up, or the app fails: tens of calls from everywhere. The network is well."""
    net = shapes.gpon(rng, 3) if number % 2 else shapes.town(rng)
    case = opened(net, rng)
    services = net.rows["services"]
    for _ in range(rng.randint(15, 60)):
        row = rng.choice(services)
        named = row["id"] if rng.random() < 0.6 else None
        case.complaint(rng.uniform(0, 3600), row["customer"], named, rng.choice(ELSE_WORDS))
    return closed(case)


def news(rng: Random, number: int) -> Case:
    """News of a sea cable: calls from everywhere, vague ones; in half of the cases a small fault of our own."""
    net = shapes.town(rng)
    case = opened(net, rng)
    if number % 2:
        strike(case, rng.choice(net.ids("devices", role="olt")), callers=0.2)
    for _ in range(rng.randint(15, 50)):
        row = rng.choice(net.rows["services"])
        case.complaint(rng.uniform(0, 2400), row["customer"], row["id"], rng.choice(VAGUE_WORDS))
    return closed(case)


def calls_first(rng: Random, _: int) -> Case:
    """Customers call minutes before the poller is sure; the ports of that vendor tell nothing."""
    net = shapes.gpon(rng, 2)
    case = opened(net, rng)
    case.net.habits.poll_s, case.net.habits.poll_misses = 300, 3
    olt = rng.choice(net.ids("devices", role="olt"))
    begin = 300.0
    fault = case.fault(olt, begin, callers=0.0)
    down = sorted(case.physics.state([olt]).down)
    owner = {row["id"]: row["customer"] for row in net.rows["services"]}
    for service in rng.sample(down, max(4, len(down) // 4)):
        when = begin + rng.uniform(20, 300)
        case.complaint(when, owner[service], service, rng.choice(NO_NET), channel="phone")
        fault.told.append(when)
    return closed(case)


def wrong_service(rng: Random, _: int) -> Case:
    """Callers with two services name the one that works, or none, or a customer number that nobody knows."""
    net = shapes.metro(rng, 2)
    for router in net.ids("devices", role="aggregation"):
        other = rng.choice(net.ids("devices", role="aggregation"))
        for _ in range(3):
            owner = net.customer("business")
            net.service(owner, "dia", net.port(router))
            net.service(owner, "vpn", net.port(other))
    case = opened(net, rng)
    root = rng.choice(net.ids("devices", role="aggregation"))
    strike(case, root, callers=0.0)
    down = case.physics.state([root]).down
    owners = sorted({row["customer"] for row in net.rows["services"] if row["id"] in down})
    for owner in owners:
        works = [row["id"] for row in net.rows["services"] if row["customer"] == owner and row["id"] not in down]
        named = rng.choice([*works, None])
        if rng.random() < 0.7:
            who = owner if rng.random() < 0.9 else f"{owner}-lama"
            case.complaint(case.faults[0].begin + rng.uniform(60, 1800), who, named, rng.choice(NO_NET))
    return closed(case)


def slow(rng: Random, _: int) -> Case:
    """A tree's homes say that it is slow in the evening: full, not down."""
    net = shapes.gpon(rng, 2)
    case = opened(net, rng, 19.0)
    olt = rng.choice(net.ids("devices", role="olt"))
    down = sorted(case.physics.state([olt]).down)
    owner = {row["id"]: row["customer"] for row in net.rows["services"]}
    for service in rng.sample(down, min(len(down), rng.randint(5, 15))):
        case.complaint(rng.uniform(0, 3600), owner[service], service, rng.choice(VAGUE_WORDS[1:]))
    return closed(case)


def late_calls(rng: Random, _: int) -> Case:
    """Repaired; the calls about it come in for an hour afterwards, by mail and at the counter."""
    net = shapes.gpon(rng, 2)
    case = opened(net, rng)
    root = rng.choice(net.ids("devices", role="splitter"))
    begin, end = 120.0, 120.0 + rng.uniform(1200, 2400)
    fault = case.fault(root, begin, end, callers=0.2)
    owner = {row["id"]: row["customer"] for row in net.rows["services"]}
    for service in sorted(case.physics.state([root]).down):
        if rng.random() < 0.5:
            when = end + rng.uniform(60, 4000)
            occurred = case.at(rng.uniform(begin, end))
            case.complaint(when, owner[service], service, rng.choice(NO_NET), occurred=occurred, channel="email")
    del fault
    return closed(case)


FAMILIES = (
    Family("money", money, 20, "calls about price, app and bills"),
    Family("news", news, 20, "calls after the news, with a small fault or without"),
    Family("calls_first", calls_first, 20, "callers before the poller"),
    Family("wrong_service", wrong_service, 20, "callers who name the wrong service, or none"),
    Family("slow", slow, 16, "slow in the evening"),
    Family("late_calls", late_calls, 20, "calls after the repair"),
)
