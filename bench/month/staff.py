"""The staff of a month, ten roles in three shifts: who is on duty does what is in hand, late or never at times.

People go by the stage of a ticket, by what they are alerted of, and each morning by the list of RCA/CAPA records.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from correlator.effects import Alert
from correlator.events import moment
from correlator.rows.service_desk import RcaRow, TicketRow

if TYPE_CHECKING:
    from bench.month.office import Office

SHIFTS = ("a", "b", "c")  # of eight hours each
LONE_RECORDS = 30  # one of so many records of a lone complaint is worked on
WHYS = ["power was lost", "the battery was old", "nobody had tested it"]
STEPS = {"corrective": "battery changed", "preventive": "batteries are tested each quarter"}
WAIT = timedelta(days=8)  # until the effect of an action is judged


class Staff:
    """Each act is by a role's person on duty."""

    def __init__(self, office: "Office") -> None:
        self.office = office
        self.chance = office.chance
        self._done: dict[str, datetime] = {}  # record -> since when its actions are told done

    def order(self, at: datetime, role: str, action: str, target: str, arguments: dict[str, Any]) -> None:
        shift = SHIFTS[((at + timedelta(hours=7)).hour // 8)]
        row = {"type": "command", "actor": f"{role}-{shift}", "role": role, "action": action, "target": target}
        said = self.office.say(at, {**row, "arguments": arguments, "reason": f"{action} in hand"})
        self.office.month.commands.append(said)

    def _order(self, at: datetime, role: str, action: str, ticket: TicketRow, **arguments: Any) -> None:
        self.order(at, role, action, ticket.number, arguments)

    # Tickets, by their stage

    def later(self, at: datetime, name: str) -> None:
        """The ticket is in somebody's hands some time from now; now and then it is forgotten for days."""
        usual = self.chance.expovariate(1 / 45)
        minutes = usual if self.chance.random() < 0.96 else self.chance.randrange(1000, 6000)
        self.office.plan(at + timedelta(minutes=1 + min(6000, round(minutes))), self.work, name)

    def work(self, at: datetime, name: str) -> None:
        """One step of whoever has it."""
        ticket, chance, draw = self.office.ticket(name), self.chance, self.chance.random()
        if ticket is None or ticket.stage == "closed":
            return
        outage = self.office.month.run.state.tickets.get(ticket.parent or "")
        if ticket.stage == "confirmation" or (outage is not None and outage.repaired_us is None):
            act = self.office.answers if ticket.stage == "confirmation" else self.work
            self.office.plan(at + timedelta(minutes=chance.randrange(5, 2000)), act, name)
            return
        if ticket.paused_for is not None:
            self._order(at, ticket.owner, "resume", ticket)
        elif ticket.stage == "investigation":
            self._investigate(at, ticket, draw)
        else:
            self._hand_on(at, ticket, draw)
        self.later(at, name)

    def _hand_on(self, at: datetime, ticket: TicketRow, draw: float) -> None:
        """Receipt, verification, assignment."""
        if ticket.stage == "receipt":
            if draw < 0.05:
                self._order(at, "customer_care", "note", ticket, text="pelanggan menelepon lagi")
            self._order(at, "customer_care", "move_stage", ticket, stage="verification")
        elif ticket.stage == "verification":
            if draw < 0.2:
                word = self.chance.choice(("Minor", "Major"))
                self._order(at, "customer_support", "set_class", ticket, **{"class": word})
            elif draw < 0.25:
                word = self.chance.choice(("network", "billing", "account", "service"))
                self._order(at, "customer_support", "set_category", ticket, category=word)
            self._order(at, "customer_support", "move_stage", ticket, stage="assignment")
        else:
            self._order(at, "care_supervisor", "move_stage", ticket, stage="investigation")

    def _investigate(self, at: datetime, ticket: TicketRow, draw: float) -> None:
        """By the division that owns it."""
        if draw < 0.05:
            why = self.chance.choice(("waiting_customer", "access_refused"))
            self._order(at, ticket.owner, "pause", ticket, why=why)
        elif draw < 0.45:
            self._order(at, ticket.owner, "acknowledge", ticket)
            kind = "temporary" if draw < 0.1 else "permanent"
            self._order(at, ticket.owner, "repair", ticket, kind=kind, text="port diganti")
        elif draw < 0.5:
            self._order(at, ticket.owner, "move_stage", ticket, stage="confirmation", outcome="no_fault")
        else:
            self._order(at, ticket.owner, "move_stage", ticket, stage="confirmation", result="port diganti")

    def hears_on_the_phone(self, at: datetime, ticket: TicketRow) -> None:
        """The customer is content; of some the supervisor hears a week later that they want it looked at again."""
        self._order(at, "customer_care", "close", ticket, **{"as": "confirmed", "how": "phone", "score": 4})
        if self.chance.random() < 0.1:
            self.office.plan(at + timedelta(days=3), self._again, ticket.complaint)

    def _again(self, at: datetime, name: str) -> None:
        ticket = self.office.ticket(name)
        if ticket is not None and ticket.stage == "closed":
            self._order(at, "care_supervisor", "reopen", ticket)
            self.later(at, name)

    # Alerts

    def alerted(self, at: datetime, alert: Alert) -> None:
        """Whoever is told acts some time later, or overhears it."""
        act = {
            "critical": self._answer,
            "major": self._answer,
            "unanswered": self._answer,
            "escalation": self._look_into,
            "unconfirmed": self._decide,
            "reply": self._decide,
            "improvement_done": self._sign,
        }.get(alert.kind)
        if act is not None and self.chance.random() < 0.9:
            self.office.plan(at + timedelta(minutes=1 + round(self.chance.expovariate(1 / 20))), act, alert)

    def _about(self, alert: Alert) -> TicketRow | None:
        found = self.office.month.run.state.tickets.get(alert.about or "")
        return None if found is None or found.stage == "closed" else found

    def _answer(self, at: datetime, alert: Alert) -> None:
        ticket = self._about(alert)
        if ticket is None or (ticket.responded_us is not None and not alert.answer):
            return
        if alert.answer:
            self._order(at, alert.role, "acknowledge", ticket, alert=alert.id)
        elif ticket.kind == "outage" and alert.role in ("noc_operator", "technical"):
            self._order(at, alert.role, "acknowledge", ticket)
        if ticket.kind == "outage" and ticket.incident is not None and alert.role == "noc_operator":
            until = (at + timedelta(hours=3)).isoformat()
            self.order(at, "noc_operator", "set_estimate", ticket.incident, {"at": until})

    def _look_into(self, at: datetime, alert: Alert) -> None:
        """Who is climbed to hands it to somebody by name; the administrator does so for the director."""
        ticket = self._about(alert)
        if ticket is None:
            return
        self._order(at, alert.role, "note", ticket, text="sudah dibaca, ditindaklanjuti")
        if alert.role == "operations_director":
            self._order(at, "administrator", "assign", ticket, to="kepala-noc")
        elif ticket.complaint is not None and ticket.parent is None:
            self.office.plan(at + timedelta(minutes=10), self.work, ticket.complaint)

    def _decide(self, at: datetime, alert: Alert) -> None:
        """All reminders went unanswered, or something was said that is neither yes nor no."""
        ticket = self._about(alert)
        if ticket is not None and ticket.kind == "complaint" and ticket.stage == "confirmation":
            word = "no_fault" if ticket.no_fault else "unconfirmed"
            self._order(at, "care_supervisor", "close", ticket, **{"as": word})

    # Quality

    def morning(self, at: datetime, _: None) -> None:
        """RCA/CAPA records, a step each; now and then somebody proposes to do better."""
        for record in list(self.office.month.run.state.rcas.values()):
            lone = record.incident is None
            if record.state != "closed" and not (lone and int(record.id.rpartition("-")[2]) % LONE_RECORDS):
                self._record(at, record)
        if self.chance.random() < 0.3:
            customer = self.chance.choice(self.office.topology.customer_ids)
            self.order(at, "administrator", "opt_out", customer, {})
        if self.chance.random() < 0.3:
            words = {"what": "catat nomor meter saat verifikasi", "division": "customer_support"}
            self.order(at, "customer_experience", "propose", "improvements", words)
        for entry in list(self.office.month.run.state.improvements.values()):
            if entry.state == "open" and entry.source == "hand" and self.chance.random() < 0.2:
                self.order(at, entry.role, "fill", entry.id, {"evidence": "dicatat sejak minggu ini"})

    def _record(self, at: datetime, record: RcaRow) -> None:
        if self.chance.random() < 0.3:
            return
        since = self._done.get(record.id)
        if record.state != "actions":
            self._fill(at, record, None)
        elif since is None:
            self._done[record.id] = at
            self._fill(at, record, at)
        elif at >= since + WAIT and not all(step.effect for step in (*record.corrective, *record.preventive)):
            self._fill(at, record, since)
        else:  # whoever wrote it may not, and before the wait nobody
            self.order(at, self.chance.choice(("customer_experience", "care_supervisor")), "verify", record.id, {})

    def _fill(self, at: datetime, record: RcaRow, done: datetime | None) -> None:
        """Cause and actions; `done`: told done since then, and judged where the wait is over."""
        due = (moment(record.opened_us) + timedelta(days=60)).isoformat()
        values: dict[str, Any] = {"cause_category": "power", "five_whys": WHYS}
        for kind, what in STEPS.items():
            step = {"what": what, "owner": "budi", "due": due}
            if done is not None:
                step["done_at"] = done.isoformat()
            if done is not None and at >= done + WAIT:
                step["effect"] = "tidak terulang"
            values[kind] = [step]
        self.order(at, self.chance.choice(("technical", "technical", "care_supervisor")), "fill", record.id, values)

    def _sign(self, at: datetime, alert: Alert) -> None:
        role = self.chance.choice(("service_manager", "operations_director"))
        self.order(at, role, "verify", alert.about or "", {})
