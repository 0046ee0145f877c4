"""What people order in a night, wise or not: on incidents and alarms whose ids they guess right or wrong."""

from random import Random
from typing import Any

from correlator.events import MINUTE_US, Action, Alarm, Command, StaffRole, moment
from correlator.times import rfc3339
from streams.simulate.telling import Saying

ON_INCIDENTS: tuple[Action, ...] = (
    "acknowledge",
    "accept_root",
    "unpin",
    "merge",
    "split",
    "attach",
    "detach",
    "set_class",
    "set_estimate",
    "hold_notices",
    "release_notices",
    "close",
)
ROLES: tuple[StaffRole, ...] = ("noc_operator", "operations_director", "customer_care")


def orders(rng: Random, over: tuple[int, int], told: list[Alarm]) -> list[Saying]:
    """Up to a dozen."""
    return [_order(rng, number, rng.randint(*over), told) for number in range(rng.randint(1, 12))]


def _order(rng: Random, number: int, at_us: int, told: list[Alarm]) -> Saying:
    action: Action = rng.choice(ON_INCIDENTS)
    target = f"IN-{rng.randint(1, 4):06}"
    raised = [one for one in told if one.state == "raised"]
    if raised and rng.random() < 0.25:
        action, target = rng.choice(("shelve", "unshelve", "open")), rng.choice(raised).id
    event = Command(
        id=f"o{number:03}",
        time=moment(at_us),
        actor="staf-1",
        role=rng.choice(ROLES),
        action=action,
        target=target,
        arguments=_arguments(rng, action, at_us, raised),
        reason="simulated",
    )
    return Saying(at_us, event)


def _arguments(rng: Random, action: Action, at_us: int, raised: list[Alarm]) -> dict[str, Any]:
    match action:
        case "merge":
            return {"into": f"IN-{rng.randint(1, 4):06}"}
        case "accept_root" | "open" if raised and rng.random() < 0.7:
            return {"root": rng.choice(raised).object}
        case "split" | "attach" | "detach":
            return {"alarms": [one.id for one in rng.sample(raised, min(len(raised), rng.randint(0, 3)))]}
        case "set_class":
            return {"class": rng.choice(("Minor", "Major", "Critical"))}
        case "set_estimate":
            return {"at": rfc3339(at_us + 60 * MINUTE_US)}
        case "shelve":
            return {"until": rfc3339(at_us + rng.randint(1, 60) * MINUTE_US)}
        case _:
            return {}
