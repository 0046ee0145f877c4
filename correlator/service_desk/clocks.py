"""The clocks of a ticket at work: they run, pause, are met, and warn at 50, 80 and 100 % (SOP 5, 6).

One deadline a ticket, at the next percentage of any of its clocks. Stage clocks are due no later than the SLA allows,
a child's resolution no later than its parent's; a clock that is met neither warns nor breaches any more.
"""

from correlator.policy.calendar import Calendar
from correlator.rows.service_desk import Clock, Stage, TicketRow
from correlator.service_desk import escalation, sla, stages
from correlator.state import Draft

KIND = "care.clock"
PERCENTS = (50, 80, 100)


# Due times


def own_due_us(calendar: Calendar, clock: Clock) -> int | None:
    """Of the clock alone; None while it is paused or has not begun. What is late was due when it was."""
    if not clock.started or (clock.paused_since_us is not None and clock.met_us is None and not clock.breached):
        return None
    if clock.working:
        return calendar.add(clock.since_us, left_us(clock))
    return clock.since_us + left_us(clock)


def refresh(draft: Draft, ticket: TicketRow) -> None:
    """Work out each due time anew and arm the next warning; the caller puts the row."""
    policy = draft.world.policy.care
    for clock in ticket.clocks:
        if clock.skipped or (clock.met_us is not None and clock.due_us is not None):
            continue
        rule = stages.BY_CLOCK.get(clock.name)
        limit = ticket.clock(rule.within) if rule and rule.within else None
        if limit is not None:
            clock.cap_us = None if over_before(limit, clock) else limit.due_us
        set_due(policy.calendar, clock)
        if clock.unsaid and ticket.parent is None and clock.runs:
            say_itself(clock)
    rearm(draft, ticket)


def over_before(limit: Clock, clock: Clock) -> bool:
    """What began when that was met, or late, is not due with it: else it would be late before it began."""
    met = limit.met_us is not None and limit.met_us < clock.start_us
    return met or (limit.due_us is not None and limit.due_us <= clock.start_us)


def set_due(calendar: Calendar, clock: Clock) -> None:
    own_us = own_due_us(calendar, clock)
    if own_us is None or clock.cap_us is None:
        clock.due_us = own_us
    else:
        clock.due_us = min(own_us, clock.cap_us)


def severity_changed(draft: Draft, ticket: TicketRow) -> None:
    """The class changed: due times count from `opened_at` under the new one. What was told stays told."""
    policy = draft.world.policy.care
    for name, budget in (
        ("response", sla.response_budget(policy, ticket.severity)),
        ("resolution", sla.resolution_budget(policy, ticket.severity)),
    ):
        clock = ticket.clock(name)
        if clock is None:
            continue
        clock.budget_us, clock.working = budget.us, budget.working
        set_due(policy.calendar, clock)
        end_us = draft.now_us if clock.met_us is None else clock.met_us
        clock.breached = clock.due_us is not None and end_us > clock.due_us
    refresh(draft, ticket)


def left_us(clock: Clock) -> int:
    """What is left of the budget at `since_us`."""
    return clock.budget_us - (clock.spent_working_us if clock.working else clock.spent_us)


# Running, pausing, meeting


def pausable(draft: Draft, ticket: TicketRow, why: str) -> list[Clock]:
    """What stands still while this is waited for (policy): of the stages, the one at work and those to come."""
    what = draft.world.policy.care.pauses.get(why, ())
    names = ["resolution"] if "resolution" in what else []
    if "stage" in what:
        names += [stages.RULES[stage].clock for stage in stages.WORKED if stage not in stages.before(ticket.stage)]
    return [clock for clock in ticket.clocks if clock.name in names and clock.runs]


def pause(draft: Draft, ticket: TicketRow, why: str) -> None:
    """Stop what the policy says and keep what is left; the response never pauses. What is late has nothing left: its
    climbs stop, and it is no less late."""
    now_us, calendar = draft.now_us, draft.world.policy.care.calendar
    ticket.paused_for = why
    for clock in pausable(draft, ticket, why):
        clock.paused_since_us = now_us
        if not clock.breached:
            since_us = min(clock.since_us, now_us)
            clock.spent_us += now_us - since_us
            clock.spent_working_us += calendar.between(since_us, now_us)
            clock.since_us = now_us
    refresh(draft, ticket)


def resume(draft: Draft, ticket: TicketRow, at_us: int | None = None) -> None:
    """Run on, from now on or from an earlier time: that of a repair."""
    at_us = draft.now_us if at_us is None else at_us
    ticket.paused_for = None
    for clock in ticket.clocks:
        if clock.paused_since_us is not None:
            since_us = max(at_us, clock.paused_since_us)
            clock.paused_us += since_us - clock.paused_since_us
            clock.paused_since_us = None
            if not clock.breached:
                clock.since_us = since_us
    refresh(draft, ticket)


def meet(ticket: TicketRow, name: str, at_us: int) -> None:
    """It is done: in time where that was not after it was due. The caller refreshes."""
    clock = ticket.clock(name)
    if clock is None or clock.met_us is not None:
        return
    if clock.paused_since_us is not None:
        clock.paused_us += max(0, at_us - clock.paused_since_us)
        clock.paused_since_us = None
        if not clock.breached:
            clock.since_us = at_us
    clock.met_us = at_us
    if clock.due_us is not None:
        clock.breached = at_us > clock.due_us


def skip(ticket: TicketRow, stage: Stage) -> None:
    """The ticket passes over a stage that nobody has worked on: it is neither met nor late any more."""
    clock = ticket.clock(stages.RULES[stage].clock)
    if clock is not None and clock.met_us is None:
        clock.skipped, clock.paused_since_us = True, None
        if not clock.breached:
            clock.due_us = None


def unmeet(ticket: TicketRow, name: str) -> None:
    """It was not done after all: the clock runs on as if it had never been met."""
    clock = ticket.clock(name)
    if clock is not None:
        clock.met_us, clock.skipped = None, False


def start(draft: Draft, ticket: TicketRow, stage: Stage, at_us: int) -> None:
    """A stage whose time counts from `at_us`: the repair, the end of the stage before (policy). One that runs stays."""
    name = stages.RULES[stage].clock
    fresh = sla.clock(name, at_us, sla.stage_budget(draft.world.policy.care, stage))
    old = ticket.clock(name)
    if old is None:
        ticket.clocks.append(fresh)
    elif not old.started or old.skipped or old.met_us is not None:
        fresh.warned, fresh.breached = old.warned, old.breached
        ticket.clocks[ticket.clocks.index(old)] = fresh


# Warnings


def next_percent(clock: Clock) -> int | None:
    """The next one to be reached; 100 again after a breach that a new due time undid."""
    for percent in PERCENTS:
        if percent not in clock.warned:
            return percent
    return None if clock.breached else 100


def threshold_us(calendar: Calendar, clock: Clock, percent: int) -> int:
    """When a clock that runs has used up so much of its time; of working time while people work."""
    if percent == 100:
        assert clock.due_us is not None, "a clock that runs has a due time"
        return clock.due_us
    spent_us = clock.budget_us - left_us(clock)
    budget_us, working = clock.budget_us, clock.working
    if clock.cap_us is not None:
        until_us = calendar.between(clock.since_us, clock.cap_us) if working else clock.cap_us - clock.since_us
        if working and until_us <= 0:  # due before the office opens: it warns by the clock
            return clock.since_us + max(0, clock.cap_us - clock.since_us) * percent // 100
        budget_us = min(budget_us, spent_us + until_us)
    rest_us = budget_us * percent // 100 - spent_us
    if rest_us <= 0:
        return clock.since_us
    return calendar.add(clock.since_us, rest_us) if working else clock.since_us + rest_us


def rearm(draft: Draft, ticket: TicketRow) -> None:
    """Set the ticket's one deadline at the next percentage of any of its clocks; none left: none."""
    calendar = draft.world.policy.care.calendar
    next_us: int | None = None
    for clock in ticket.clocks:
        if not clock.runs:
            continue
        percent = next_percent(clock)
        if percent is not None:
            at_us = threshold_us(calendar, clock, percent)
            next_us = at_us if next_us is None else min(next_us, at_us)
    if next_us is None:
        draft.disarm(KIND, ticket.id)
        return
    next_us = max(next_us, draft.now_us)
    if draft.state.deadlines.due_us(KIND, ticket.id) != next_us:
        draft.arm(KIND, ticket.id, next_us)


def due(draft: Draft, ticket: TicketRow) -> None:
    """A percentage of some clock is reached: warn, each exactly once. What clears may have been repaired in time."""
    if (until_us := clears_until(draft, ticket)) is not None:
        draft.arm(KIND, ticket.id, until_us)
        return
    calendar = draft.world.policy.care.calendar
    for clock in ticket.clocks:
        while clock.runs:
            percent = next_percent(clock)
            if percent is None or threshold_us(calendar, clock, percent) > draft.now_us:
                break
            first = percent not in clock.warned
            if first:
                clock.warned.append(percent)
            if percent == 100:
                clock.breached = True
            if first and is_parents(draft, ticket, clock):
                clock.unsaid.append(percent)
            elif first:
                escalation.clock_warning(draft, ticket, clock, percent)
    rearm(draft, ticket)
    draft.put("tickets", ticket.id, ticket)


def clears_until(draft: Draft, ticket: TicketRow) -> int | None:
    """Just after it is known whether the ticket's outage is over, which it seems to be; None where it goes on."""
    incident = draft.state.incidents.get(ticket.incident or "")
    if incident is None or incident.status != "clearing" or ticket.stage not in stages.WORKED:
        return None
    held_us = draft.state.deadlines.due_us("hold", incident.id)
    return held_us + 1 if held_us is not None and held_us >= draft.now_us else None


def is_parents(draft: Draft, ticket: TicketRow, clock: Clock) -> bool:
    """A child's clock that is due with its parent's resolution or after it: the parent's warning speaks for both, while
    it runs."""
    parent = draft.state.tickets.get(ticket.parent or "")
    if parent is None or clock.name not in ("resolution", stages.RULES["investigation"].clock):
        return False
    theirs = parent.clock("resolution")
    return theirs is not None and theirs.met_us is None and is_due_by(theirs, clock)


def is_due_by(theirs: Clock, clock: Clock) -> bool:
    return theirs.due_us is not None and clock.due_us is not None and theirs.due_us <= clock.due_us


# Children


def say_itself(clock: Clock) -> None:
    """No parent speaks for it any more: where it is late by its own time it says so, now or when it is."""
    if 100 in clock.unsaid:
        clock.warned.remove(100)
        clock.breached = False
    clock.unsaid = []


def cap(draft: Draft, ticket: TicketRow, parent: TicketRow | None) -> None:
    """A child's resolution is due at the earlier of its own and its parent's; the caller puts the row."""
    clock = ticket.clock("resolution")
    theirs = parent.clock("resolution") if parent else None
    if clock is not None:
        clock.cap_us = theirs.due_us if theirs else None
        refresh(draft, ticket)
