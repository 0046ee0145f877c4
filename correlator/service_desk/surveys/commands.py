"""What people command about surveys (SOP 9): plan, move, cancel one; keep a customer out of them, or let them in."""

from correlator import roles
from correlator.arguments import CommandRejected, text_argument, time_argument
from correlator.events import Command
from correlator.rows.quality import SurveyRow
from correlator.service_desk.surveys import half_years, survey
from correlator.state import Draft

MOST = 100_000  # customers of each product
SEED_MOST = 100


def is_survey(name: str) -> bool:
    return name.startswith(half_years.PREFIX)


def on_survey(draft: Draft, event: Command) -> None:
    """`plan` or `cancel`, by the name of the half-year, as CSI-2026-1."""
    try:
        if event.action not in ("plan", "cancel"):
            raise CommandRejected("action", "wrong_target", f"{event.action} is no order for survey {event.target}")
        roles.check(draft.world.policy.care, event)
        row = draft.state.surveys.get(event.target)
        if event.action == "plan":
            plan(draft, row, event)
        else:
            cancel(draft, row, event)
    except CommandRejected as refusal:
        draft.reject(event.id, refusal.field, refusal.reason)


def plan(draft: Draft, row: SurveyRow | None, event: Command) -> None:
    """`at`: when it begins; `sample`: customers of each product; `seed`: by what they are drawn."""
    start_us = time_argument(event, "at")
    if row is not None and row.state in ("running", "closed"):
        raise CommandRejected("target", "begun", f"survey {row.id} is {row.state}")
    if half_years.name_of(start_us) != event.target:
        text = f"at lies in the half-year of {half_years.name_of(start_us)}, not of {event.target[:50]}"
        raise CommandRejected("arguments.at", "other_half_year", text)
    if start_us <= draft.now_us:
        raise CommandRejected("arguments.at", "past", "at lies in the past: name a time to come")
    size = sample_argument(event, draft.world.policy.quality.survey_sample if row is None else row.sample)
    seed = text_argument(event, "seed", SEED_MOST) if "seed" in event.arguments else (row.seed if row else event.id)
    trail = row.trail if row is not None else []
    planned = SurveyRow(event.target, "planned", event.actor, start_us, size, seed, trail=trail)
    survey.plan(draft, planned, event.actor, event.reason)
    survey.look_ahead(draft)


def sample_argument(event: Command, otherwise: int) -> int:
    given = event.arguments.get("sample", otherwise)
    is_written = isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) <= len(str(MOST))
    number = int(given) if is_written else given
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MOST:
        raise CommandRejected("arguments.sample", "wrong_type", f"sample is a number of customers from 1 to {MOST}")
    return number


def cancel(draft: Draft, row: SurveyRow | None, event: Command) -> None:
    """What was sent is sent; nothing more goes, and no answer counts."""
    if row is None or row.state not in ("planned", "running"):
        state = "not planned" if row is None else row.state
        raise CommandRejected("target", "not_planned", f"survey {event.target[:50]} is {state}")
    survey.enter(draft, row, event.actor, ("cancel", "cancelled"), event.reason)
    was, row.state = row.state, "cancelled"
    draft.put("surveys", row.id, row)
    draft.disarm(survey.KIND, row.id)
    if was == "running":
        survey.forget_later(draft, row)
    draft.disarm(survey.SEND, row.id)
    survey.look_ahead(draft)


def on_customer(draft: Draft, event: Command) -> None:
    """`opt_out`, `opt_in`: by the customer's id."""
    try:
        roles.check(draft.world.policy.care, event)
        if event.target not in draft.world.topology.customer_index and event.target not in draft.state.opt_outs:
            raise CommandRejected("target", "unknown_target", f"there is no customer {event.target[:50]}")
        if event.action == "opt_out":
            survey.opt_out(draft, event.target, event.actor)
        else:
            draft.drop("opt_outs", event.target)
        draft.note(event.target, event.action, f"{event.action} by {event.actor}: {event.reason}", survey.SOURCE)
    except CommandRejected as refusal:
        draft.reject(event.id, refusal.field, refusal.reason)
