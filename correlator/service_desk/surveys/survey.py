"""A survey from its plan to its end: planned, begun, reminded, closed; each step a deadline (SOP 9).

Customers hear outside the quiet hours only, nobody twice the same, and who wants no survey is not asked. An answer is a
score of 1 to 5 and words; the words lie sealed, as those of complaints do.
"""

from collections import defaultdict

import numpy as np

from correlator.customers import LAYOUT, pack
from correlator.effects import Campaign, NoticeFacts, Reason
from correlator.events import DAY_US, Reply, StaffRole
from correlator.policy.quality import QualityPolicy
from correlator.rows.quality import OptOutRow, SurveyedRow, SurveyRow
from correlator.rows.service_desk import CampaignRow, Entry
from correlator.service_desk.improvements import findings
from correlator.service_desk.notices import campaigns, nights
from correlator.service_desk.surveys import half_years, sample
from correlator.service_desk.trail import MACHINE
from correlator.state import Draft
from correlator.times import staff_time

KIND, PLAN, SEND = "care.survey", "care.survey_plan", "care.survey_send"
OWNER: StaffRole = "customer_experience"
SOURCE = "SOP 9"
KEPT_DAYS = 1100  # after its start: who was drawn and asked what is known for so long


def rules(draft: Draft) -> QualityPolicy:
    return draft.world.policy.quality


# Planning


def look_ahead(draft: Draft) -> None:
    """When the next survey is planned by itself; anew where the policy has changed."""
    care = draft.world.policy.care
    for start_us in half_years.starts(rules(draft), care.calendar, draft.now_us):
        if half_years.name_of(start_us) not in draft.state.surveys:
            announce_us = start_us - rules(draft).survey_announce_days * DAY_US
            draft.arm(PLAN, "", max(announce_us, draft.now_us))
            return
    draft.disarm(PLAN, "")


def plan_due(draft: Draft) -> None:
    """Planned by itself, and told, so that people may move or cancel it."""
    for start_us in half_years.starts(rules(draft), draft.world.policy.care.calendar, draft.now_us):
        name = half_years.name_of(start_us)
        if name not in draft.state.surveys:
            row = SurveyRow(name, "planned", MACHINE, start_us, rules(draft).survey_sample, seed=name)
            plan(draft, row, MACHINE, "policy survey_months")
            break
    look_ahead(draft)


def plan(draft: Draft, row: SurveyRow, actor: str, reason: str) -> None:
    enter(draft, row, actor, ("plan", staff_time(row.start_us)), reason)
    draft.put("surveys", row.id, row)
    draft.arm(KIND, row.id, row.start_us)
    text = (
        f"{row.id}: survei kepuasan mulai / survey begins {staff_time(row.start_us)}, "
        f"{row.sample} pelanggan per layanan / customers of each product"
    )
    draft.alert(OWNER, "survey_planned", row.id, text, Reason("survey_planned", text, SOURCE))


def enter(draft: Draft, row: SurveyRow, actor: str, step: tuple[str, str], reason: str) -> None:
    """A line of its trail. `step`: the action, and what is so from then on."""
    action, now = step
    if len(row.trail) < draft.world.policy.care.trail_lines:
        row.trail.append(Entry(draft.now_us, actor, action, row.state, now, reason))


# Time


def due(draft: Draft, name: str) -> None:
    """The next step of a survey."""
    row = draft.state.surveys[name]
    if row.state == "planned":
        begin(draft, row)
    elif row.state == "running" and row.round == 0 and row.end_us is not None and draft.now_us < row.end_us:
        row.round = 1
        send(draft, row)
        draft.arm(KIND, row.id, row.end_us)
        draft.put("surveys", row.id, row)
    elif row.state == "running":
        close(draft, row)
    else:
        for one in of_survey(draft, row.id):
            draft.drop("surveyed", key(row.id, one.customer))


def begin(draft: Draft, row: SurveyRow) -> None:
    state, topology = draft.state, draft.world.topology
    asked_before = {one.customer for one in state.surveyed.values()}
    drawn = sample.draw(topology, row.seed, row.sample, state.opt_outs, asked_before)
    row.state, row.inventory = "running", topology.hash
    row.end_us = draft.now_us + rules(draft).survey_days * DAY_US
    row.asked = {product: len(customers) for product, customers in drawn.items()}
    for product, customers in drawn.items():
        for customer in customers:
            draft.put("surveyed", key(row.id, customer), SurveyedRow(row.id, customer, product))
    enter(draft, row, MACHINE, ("begin", "running"), f"{sum(row.asked.values())} customers, seed {row.seed}")
    draft.put("surveys", row.id, row)
    draft.arm(KIND, row.id, draft.now_us + rules(draft).survey_remind_days * DAY_US)
    send(draft, row)


def forget_later(draft: Draft, row: SurveyRow) -> None:
    """It is over. Who was drawn, whether they were asked or not, is known for so long."""
    draft.arm(KIND, row.id, row.start_us + KEPT_DAYS * DAY_US)


def close(draft: Draft, row: SurveyRow) -> None:
    """No answer counts any more; what was found goes into the register."""
    enter(draft, row, MACHINE, ("close", "closed"), "its days are over")
    row.state = "closed"
    draft.disarm(SEND, row.id)
    forget_later(draft, row)
    draft.put("surveys", row.id, row)
    rows = of_survey(draft, row.id)
    answers = [one.score for one in rows if one.score is not None]
    told = "-" if not answers else f"{index(answers)} %"
    text = (
        f"{row.id}: survei selesai / survey closed, {len(answers)} jawaban dari {sum(row.asked.values())} / answers; "
        f"CSI {told}"
    )
    draft.alert(OWNER, "survey_result", row.id, text, Reason("survey_result", text, SOURCE))
    scores = defaultdict[str, list[int]](list)
    for one in rows:
        if one.score is not None:
            scores[one.product].append(one.score)
    for product, given in sorted(scores.items()):
        if len(given) >= rules(draft).survey_answers and index(given) < rules(draft).survey_target_percent:
            findings.of_survey(draft, row.id, product, index(given))


def index(scores: list[int]) -> int:
    """The Customer Satisfaction Index: the sum of the scores as a share of the best that it could be, in percent."""
    return round(sum(scores) * 100 / (5 * len(scores)))


def key(survey: str, customer: str) -> str:
    return f"{survey}\x1f{customer}"


def of_survey(draft: Draft, name: str) -> list[SurveyedRow]:
    start = key(name, "")
    rows = draft.state.surveyed
    return [rows[one] for one in sorted(rows) if one.startswith(start)]


# Messages


def send(draft: Draft, row: SurveyRow) -> None:
    """To those whose turn it is and who may be disturbed now; the others when their quiet hours end."""
    if row.state != "running":
        return
    quiet, index_of = nights.quiet_zones(draft), draft.world.topology.customer_index
    turn: dict[tuple[int, str], list[int]] = defaultdict(list)
    later_us: list[int] = []
    for one in of_survey(draft, row.id):
        number, number_of_round = index_of.get(one.customer, -1), round_of(row, one)
        if number_of_round is None or number < 0 or one.customer in draft.state.opt_outs:
            continue
        until_us = quiet.get(nights.zone_of(draft, number))
        if until_us is not None:
            later_us.append(until_us)
            continue
        if number_of_round:
            one.reminded_us = draft.now_us
        else:
            one.asked_us = draft.now_us
        draft.put("surveyed", key(row.id, one.customer), one)
        turn[number_of_round, one.product].append(number)
    for (number_of_round, product), customers in sorted(turn.items()):
        emit(draft, row, number_of_round, product, sorted(customers))
    if later_us:
        draft.arm(SEND, row.id, min(later_us))


def round_of(row: SurveyRow, one: SurveyedRow) -> int | None:
    """0: not asked yet; 1: to be reminded; None: nothing goes to them."""
    if one.asked_us is None:
        return 0
    waits = one.answered_us is None and not one.declined and one.reminded_us is None
    return 1 if row.round == 1 and waits else None


def emit(draft: Draft, row: SurveyRow, number: int, product: str, customers: list[int]) -> None:
    campaign = Campaign(
        id=draft.new_id(campaigns.PREFIX),
        at_us=draft.now_us,
        incident="",
        ticket=row.id,
        kind="survey",
        update=number,
        inventory=draft.world.topology.hash,
        audience=pack(np.array(customers, LAYOUT)),
        facts=NoticeFacts(number=row.id, until_us=row.end_us, repeat=number, product=product),
        reason=Reason("survey", f"{row.id}: {len(customers)} customers are asked about {product}", SOURCE),
    )
    draft.emit(campaign)
    told = CampaignRow(campaign.id, "", "survey", number, draft.now_us, len(customers), ticket=row.id)
    draft.put("campaigns", campaign.id, told)


# Answers


def answer(draft: Draft, row: SurveyRow, event: Reply) -> None:
    """A score with words, or that they want no survey any more."""
    one = draft.state.surveyed.get(key(row.id, event.customer or ""))
    if one is None:
        refuse(draft, event, "customer", "not_asked", f"{row.id} did not ask this customer")
    elif row.state != "running":
        refuse(draft, event, "ticket", "survey_over", f"{row.id} is {row.state}")
    elif one.answered_us is not None or one.declined:
        refuse(draft, event, "customer", "answered", f"{row.id} has this customer's answer")
    elif event.stop:
        one.declined = True
        draft.put("surveyed", key(row.id, one.customer), one)
        opt_out(draft, one.customer, "customer")
    elif event.score is None:
        refuse(draft, event, "score", "missing", "an answer to a survey has a score of 1 to 5")
    else:
        one.answered_us, one.score, one.via = draft.now_us, event.score, event.via
        one.words = event.sealed is not None
        draft.put("surveyed", key(row.id, one.customer), one)


def refuse(draft: Draft, event: Reply, field: str, code: str, text: str) -> None:
    draft.reject(event.id, field, Reason(code, text, SOURCE))


def opt_out(draft: Draft, customer: str, by: str) -> None:
    draft.put("opt_outs", customer, OptOutRow(customer, draft.now_us, by))
