"""What people say: customers who are down call, others call for other reasons, and the field tells of repairs."""

from __future__ import annotations

from bench.drawn.case import Case, Event
from bench.drawn.faults import FOREVER

CALLING = {"residential": 0.15, "business": 0.4, "enterprise": 0.6, "wholesale": 0.5}  # share of those who are down
DOWN_WORDS = (
    "internet mati total sejak tadi",
    "tidak bisa konek sama sekali",
    "no connection at all",
    "our line is down",
    "modem lampu LOS merah",
    "VPN putus",
    "layanan mati",
)
OTHER_WORDS = (
    "tagihan saya salah",
    "internet lambat malam hari",
    "bill is wrong",
    "wifi lemot",
    "minta ganti password wifi",
)
CHANNELS = ("phone", "phone", "portal", "email", "walk_in")
OTHERS_A_DAY = 0.15  # calls for other reasons, a customer
TOLD_REPAIRS = 0.5
SETTLED_S = 300  # a repair is told within so long


def call(case: Case, before: list[Event], readiness: float) -> list[Event]:
    """Ids count on from what is told `before`. `readiness`: as many times as usual call."""
    found: list[Event] = []
    customers, services = case.scene.network.customers, case.scene.network.services
    for customer, spells in case.down.items():
        for begin, end in spells:
            if case.rng.random() < CALLING[customers[customer]["segment"]] * readiness:
                at = begin + 60 * case.rng.lognormvariate(2.2, 0.7)
                if at < min(end, case.horizon_s):
                    first = next(name for name, row in services.items() if row["customer"] == customer)
                    event = _complaint(f"c{len(before) + len(found)}_{customer}", at, customer)
                    event["channel"] = case.rng.choice(CHANNELS)
                    event["service"] = case.rng.choice([first, first, None])
                    event["text"] = case.rng.choice(DOWN_WORDS)
                    found.append(event)
    names = list(customers)
    for _ in range(max(1, round(len(customers) * case.horizon_s / 86400 * OTHERS_A_DAY))):
        customer, at = case.rng.choice(names), case.rng.uniform(0, case.horizon_s)
        event = _complaint(f"b{len(before) + len(found)}_{customer}", at, customer)
        found.append({**event, "text": case.rng.choice(OTHER_WORDS)})
    return found


def _complaint(name: str, at: float, customer: str) -> Event:
    event: Event = {"type": "complaint", "id": name, "time": at, "received": at, "channel": "phone"}
    return {**event, "customer": customer, "service": None, "text": ""}


def repairs(case: Case) -> list[Event]:
    """Half of all repairs are told, but of power and of what flaps."""
    found: list[Event] = []
    for fault in case.faults:
        ended = fault.end < FOREVER and fault.end + SETTLED_S < case.horizon_s
        if ended and case.rng.random() < TOLD_REPAIRS and fault.kind not in ("flap", "power"):
            at = fault.end + case.rng.uniform(60, 280)
            found.append({"type": "restored", "id": f"r_{fault.root}_{int(fault.begin)}", "time": at})
            found[-1]["object"] = fault.root
    return found
