"""A year of continual improvement (SOP 9): two surveys, and the register with all that people may say to it."""

from datetime import UTC, datetime

from correlator.events import microseconds
from correlator.policy import Policy
from correlator.policy.quality import QualityPolicy
from tests.golden.journals.recorder import DAY, HOUR, KOTA, Paper, Recorder
from topology.loaders import load

CARE, MANAGER, DIRECTOR = "customer_experience", "service_manager", "operations_director"
START_US = microseconds(datetime(2026, 3, 3, 3, 0, tzinfo=UTC))


def asked_twice_a_year() -> None:
    """The first is moved and begins at night, the second is cancelled while it runs."""
    policy = Policy(quality=QualityPolicy(survey_answers=1, repeat_outages=1))
    them = Recorder(Paper("asked-twice-a-year", [load(KOTA)], [policy]), START_US)
    refused(them)
    them.order("customer_care", "opt_out", "CU-BANK")
    them.order("customer_care", "opt_out", "CU-11-01")
    them.order("customer_care", "opt_in", "CU-11-01")
    them.order(CARE, "plan", "CSI-2026-1", at=them.stamp(DAY), sample=4)
    them.order(CARE, "plan", "CSI-2026-1", at=them.stamp(11.5 * HOUR), sample="3", seed="undian")
    them.wait(11.6 * HOUR)
    them.wait(12 * HOUR)
    answers(them)
    register(them)
    them.wait(30 * DAY)
    them.order(MANAGER, "close", last(them))
    them.wait(170 * DAY)
    them.order(CARE, "cancel", "CSI-2026-2")
    them.order(CARE, "cancel", "CSI-2026-2")
    them.wait(30 * DAY)
    them.beat()
    them.save()


def refused(them: Recorder) -> None:
    tomorrow = them.stamp(DAY)
    for role, action, target, arguments in (
        ("customer_care", "plan", "CSI-2026-1", {"at": tomorrow}),
        (CARE, "plan", "CSI-2026-2", {"at": tomorrow}),
        (CARE, "plan", "CSI-2026-1", {"at": them.stamp(-DAY)}),
        (CARE, "plan", "CSI-2026-1", {"at": tomorrow, "sample": "many"}),
        (CARE, "plan", "CSI-2026-1", {}),
        (CARE, "cancel", "CSI-2026-1", {}),
        (CARE, "note", "CSI-2026-1", {}),
        ("customer_care", "opt_out", "CU-NOBODY", {}),
        ("noc_operator", "opt_out", "CU-BANK", {}),
        ("noc_operator", "opt_in", "CU-BANK", {}),
        ("noc_operator", "propose", "improvements", {"due": tomorrow}),
        ("noc_operator", "propose", "improvements", {"what": "x", "due": them.stamp(-1)}),
        ("noc_operator", "propose", "improvements", {"what": "x", "division": "king"}),
        ("noc_operator", "propose", "improvements", {"what": "x", "colour": "red"}),
        ("noc_operator", "verify", "improvements", {}),
    ):
        them.order(role, action, target, **arguments)


def answers(them: Recorder) -> None:
    """Of those who were asked: one is not pleased, one wants no more, the others are silent."""
    asked = [row for _, row in sorted(them.run.state.surveyed.items()) if row.asked_us is not None]
    for number, row in enumerate(asked[:6]):
        said = {"stop": True} if number == 4 else {} if number == 5 else {"score": (2, 5, 4, 3)[number]}
        name = them.say("reply", customer=row.customer, ticket="CSI-2026-1", says="other", via="link", **said)
        if number < 2:
            them.say("reply", customer=row.customer, ticket="CSI-2026-1", says="other", id=f"again-{name}", score=1)
    them.say("reply", customer="CU-BANK", ticket="CSI-2026-1", says="other", score=1)


def last(them: Recorder) -> str:
    return max(them.run.state.improvements)


def register(them: Recorder) -> None:
    them.order("noc_operator", "propose", "improvements", what="label the racks", owner="budi", due=them.stamp(9 * DAY))
    entry = last(them)
    for role, action, arguments in (
        ("customer_care", "fill", {"evidence": "mine"}),
        ("noc_operator", "fill", {}),
        ("noc_operator", "fill", {"colour": "red"}),
        ("noc_operator", "fill", {"division": "technical", "due": them.stamp(10 * DAY), "owner": "sari"}),
        ("noc_operator", "shelve", {}),
        ("technical", "note", {"text": "labels are ordered"}),
        (MANAGER, "verify", {}),
        (MANAGER, "reopen", {}),
        ("technical", "verify", {}),
    ):
        them.order(role, action, entry, **arguments)
    them.wait(20 * DAY)
    them.order("technical", "fill", entry, evidence="photographs of all racks")
    them.order("technical", "fill", entry, evidence="again")
    them.order(DIRECTOR, "reopen", entry)
    them.order(MANAGER, "fill", entry, evidence="seen by myself")
    them.order(MANAGER, "verify", entry)
    them.order(DIRECTOR, "verify", entry)
    them.order(CARE, "propose", "improvements", what="a shorter message", division=CARE)


NIGHTS = {"asked-twice-a-year": asked_twice_a_year}
