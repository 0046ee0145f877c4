"""Who may do what: a table of the policy, and the ladder above every owner (SOP 4.2, 6, 10)."""

from typing import TYPE_CHECKING, get_args

from correlator.arguments import CommandRejected
from correlator.events import Action, Command, StaffRole

if TYPE_CHECKING:
    from correlator.policy.care import CarePolicy

ABOVE: tuple[StaffRole, ...] = ("service_manager", "operations_director", "administrator")
LEADS: tuple[StaffRole, ...] = ("care_supervisor", *ABOVE)
NOC: tuple[StaffRole, ...] = ("noc_operator", "technical", *ABOVE)
DESK: tuple[StaffRole, ...] = ("customer_care", "customer_support", "billing_account", *LEADS)
EVERYONE: tuple[StaffRole, ...] = get_args(StaffRole)


def default_may() -> dict[str, tuple[StaffRole, ...]]:
    """The operator's table; `move_stage`, and `close` and `reopen` of a ticket, ask for its owner or above besides."""
    workers: tuple[StaffRole, ...] = ("noc_operator", "technical", *DESK)
    return {
        "acknowledge": workers,
        "assign": workers,
        "note": EVERYONE,
        "accept_root": NOC,
        "unpin": NOC,
        "merge": NOC,
        "split": NOC,
        "attach": ("noc_operator", "technical", "customer_support", *LEADS),
        "detach": ("noc_operator", "technical", "customer_support", *LEADS),
        "set_class": ("noc_operator", "customer_support", *LEADS),
        "set_estimate": NOC,
        "hold_notices": ("noc_operator", *LEADS),
        "release_notices": ("noc_operator", *LEADS),
        "send_again": ("noc_operator", *LEADS),
        "close": workers,
        "shelve": NOC,
        "unshelve": NOC,
        "open": NOC,
        "set_category": ("customer_care", "customer_support", *LEADS),
        "move_stage": workers,
        "pause": workers,
        "resume": workers,
        "reopen": workers,
        "repair": ("noc_operator", "technical", "customer_support", "billing_account", *LEADS),
        "fill": ("technical", "noc_operator", "customer_experience", *LEADS),
        "verify": ("customer_experience", *LEADS),
        "plan": ("customer_experience", *ABOVE),
        "cancel": ("customer_experience", *ABOVE),
        "opt_out": (*DESK, "customer_experience"),
        "opt_in": (*DESK, "customer_experience"),
        "propose": EVERYONE,
    }


def rank(role: StaffRole) -> int:
    """How high a role stands on the ladder: 0 for those who do the work; the administrator stands above all."""
    match role:
        case "care_supervisor":
            return 1
        case "service_manager":
            return 2
        case "operations_director":
            return 3
        case "administrator":
            return 4
        case _:
            return 0


def allowed(
    policy: "CarePolicy", action: Action, role: StaffRole, owner: StaffRole | None = None, *, outage: bool = False
) -> bool:
    """Whether the table lets this role do this. With an `owner`: only that role or one above it. `outage`: of an
    incident or its ticket, which nobody acknowledges for the NOC (SOP 5: that is its first response)."""
    if role not in policy.may.get(action, ()):
        return False
    if outage and action == "acknowledge" and role not in NOC:
        return False
    return owner is None or role == owner or rank(role) > rank(owner)


def on_incident(policy: "CarePolicy", action: Action, role: StaffRole) -> bool:
    """Whether this role may do this with an incident. `close` says that it is repaired, and all who are down hear so:
    that is for whoever may say what failed (SOP 10)."""
    ends = action == "close" and role not in policy.may.get("accept_root", ())
    return not ends and allowed(policy, action, role, outage=True)


def check(policy: "CarePolicy", event: Command) -> None:
    """By the table alone. Raises CommandRejected."""
    if not allowed(policy, event.action, event.role):
        raise CommandRejected("role", "not_allowed", f"role {event.role} may not {event.action}")
