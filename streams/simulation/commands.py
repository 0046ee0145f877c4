"""What people command in a night, wise or not: on incidents and alarms whose ids they guess right or wrong."""

from random import Random
from typing import Any

from correlator.events import MINUTE_US, Action, Alarm, Command, Complaint, Reply, StaffRole, moment
from correlator.service_desk.stages import onward
from correlator.times import rfc3339
from streams.simulation.telling import Saying

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
ON_TICKETS: tuple[Action, ...] = (
    "acknowledge",
    "assign",
    "set_class",
    "set_category",
    "move_stage",
    "pause",
    "resume",
    "note",
    "close",
    "reopen",
)
ROLES: tuple[StaffRole, ...] = ("noc_operator", "operations_director", "customer_care")


def commands(rng: Random, over: tuple[int, int], told: list[Alarm]) -> list[Saying]:
    """Up to a dozen."""
    return [_command(rng, number, rng.randint(*over), told) for number in range(rng.randint(1, 12))]


def _command(rng: Random, number: int, at_us: int, told: list[Alarm]) -> Saying:
    action: Action = rng.choice(ON_INCIDENTS)
    target = f"IN-{rng.randint(1, 4):06}"
    if rng.random() < 0.3:
        action = rng.choice(ON_TICKETS)
        target = f"NT-20260303-{rng.choice((0, 0, 900_000)) + rng.randint(1, 4):06}"
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
        case "assign":
            return {"to": "staf-2"}
        case "set_category":
            return {"category": rng.choice(("network", "billing", "service"))}
        case "move_stage":
            return {"stage": rng.choice(onward("receipt", "move_stage"))}
        case "pause":
            return {"why": rng.choice(("waiting_customer", "access_refused", "force_majeure"))}
        case "note":
            return {"text": "simulated"}
        case "set_class":
            return {"class": rng.choice(("Minor", "Major", "Critical"))}
        case "set_estimate":
            return {"at": rfc3339(at_us + 60 * MINUTE_US)}
        case "shelve":
            return {"until": rfc3339(at_us + rng.randint(1, 60) * MINUTE_US)}
        case _:
            return {}


def replies(rng: Random, said: list[Saying], most_us: int) -> list[Saying]:
    """Some who complained answer, asked or not."""
    found: list[Saying] = []
    for one in said:
        if isinstance(one.event, Complaint) and rng.random() < 0.3:
            at_us = one.arrives_us + rng.randint(1, most_us)
            event = Reply(
                id=f"r-{one.event.id}",
                time=moment(at_us),
                customer=one.event.customer,
                ticket=one.event.number,
                says=rng.choice(("satisfied", "not_satisfied", "other")),
            )
            found.append(Saying(at_us, event))
    return found
