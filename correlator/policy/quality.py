"""Reports, surveys and the improvement register (SOP 7, 8, 9) in numbers. Units last: minutes, days, percent."""

from typing import Literal

import msgspec

from correlator.events import StaffRole

Every = Literal["month", "week", "shift"]
ReportForm = Literal["pdf", "xlsx"]
LEAST = {
    **dict.fromkeys(("survey_sample", "survey_remind_days", "survey_answers", "improvement_days", "repeat_days"), 1),
    **dict.fromkeys(("improvement_rung_days", "repeat_outages"), 1),
    **dict.fromkeys(("record_fill_days", "record_verify_days", "record_rung_days"), 1),
    **dict.fromkeys(("survey_announce_days", "improvement_warn_days"), 0),
}
OF: dict[str, tuple[Every, ...]] = {  # what each report may be a report of
    "monthly": ("month",),
    "regulator": ("month",),
    "csi": ("month",),
    "improvements": ("month",),
    "sla": ("month", "week"),
    "handover": ("shift",),
}


class ScheduledReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A report that is made and sent by itself, on the first working day of what it is of at `at_min`, or at the change
    of shifts."""

    report: str
    every: Every
    to: tuple[StaffRole, ...]
    at_min: int = 480
    formats: tuple[ReportForm, ...] = ("pdf", "xlsx")
    language: Literal["id", "en"] = "id"

    def __post_init__(self) -> None:
        if self.every not in OF.get(self.report, ()):
            known = ", ".join(f"{name} of a {' or '.join(of)}" for name, of in OF.items())
            raise ValueError(f"reports: there is no {self.report} of a {self.every}; there are {known}")
        if not self.to or not self.formats:
            raise ValueError(f"reports: {self.report} needs a role in `to` and a form in `formats`")
        if not 0 <= self.at_min < 1440:
            raise ValueError(f"reports: at_min of {self.report} must lie within one day")


def default_reports() -> tuple[ScheduledReport, ...]:
    """SOP 8: the recap, by Customer Experience, to the management. SOP 10: who watches, and who works on faults."""
    management: tuple[StaffRole, ...] = ("customer_experience", "service_manager", "operations_director")
    return (
        ScheduledReport(report="monthly", every="month", to=management),
        ScheduledReport(report="sla", every="week", to=("care_supervisor", "service_manager")),
        ScheduledReport(report="handover", every="shift", to=("noc_operator",), formats=("pdf",)),
    )


class QualityPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Numbers of SOP 7, 8 and 9. In brackets: the section, or that it is the operator's.

    Survey of satisfaction (SOP 9: "minimal dua kali setahun")
      survey_months: months on whose first working day a survey begins by itself, one of a half-year; none: people plan
        them.
      survey_at_min: minute of the day, WIB, at which it begins (operator).
      survey_announce_days: days before that, it is planned and told, so that it can be moved or cancelled (operator).
      survey_sample: customers who are asked, of each product (operator).
      survey_remind_days: days after which who has not answered is asked once more (operator).
      survey_days: days after its begin it is closed (operator).
      survey_target_percent: an index below this is a finding for the register (operator).
      survey_answers: so many answers about a product at least make a finding (operator).
    RCA/CAPA records (SOP 7)
      record_fill_days: working days after the end of an outage or a lone complaint until its record is filled: cause,
        and actions of both kinds (operator).
      record_verify_days: working days until it is verified, from when the effect of all actions can be judged
        (operator).
      record_rung_days: days after which what is late with a record climbs a rung of `care.ladder` (operator).
    Improvement register (SOP 7, 9)
      improvement_days: days until an entry without a due date is due (operator).
      improvement_warn_days: days before that its owner is reminded (operator).
      improvement_rung_days: days after which one that is overdue climbs a rung of `care.ladder` (operator).
      repeat_outages, repeat_days: so many outages of one element within so many days are an entry (SOP 7; operator).
      sign_off: roles that say an entry is settled (SOP 9: the management).
    Reports by themselves (SOP 7, 8, 10)
      reports: what is made when, and to whom it goes.
      shift_starts_min: minutes of the day, WIB, at which shifts change (operator).
    """

    survey_months: tuple[int, ...] = (4, 10)
    survey_at_min: int = 540
    survey_announce_days: int = 7
    survey_sample: int = 100
    survey_remind_days: int = 7
    survey_days: int = 21
    survey_target_percent: int = 80
    survey_answers: int = 5
    record_fill_days: int = 5
    record_verify_days: int = 5
    record_rung_days: int = 7
    improvement_days: int = 30
    improvement_warn_days: int = 7
    improvement_rung_days: int = 7
    repeat_outages: int = 3
    repeat_days: int = 30
    sign_off: tuple[StaffRole, ...] = ("service_manager", "operations_director")
    reports: tuple[ScheduledReport, ...] = msgspec.field(default_factory=default_reports)
    shift_starts_min: tuple[int, ...] = (420, 900, 1380)

    def __post_init__(self) -> None:
        if not set(self.survey_months) <= set(range(1, 13)):
            raise ValueError("survey_months must name months from 1 to 12")
        if len({month > 6 for month in self.survey_months}) < len(self.survey_months):
            raise ValueError("survey_months: one survey for a half-year, so one month of each")
        if not all(0 <= minute < 1440 for minute in (self.survey_at_min, *self.shift_starts_min)):
            raise ValueError("survey_at_min and shift_starts_min must lie within one day")
        for name, least in LEAST.items():
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be {least} or more")
        if not self.survey_remind_days < self.survey_days:
            raise ValueError("survey_days must be more than survey_remind_days")
        if not 0 <= self.survey_target_percent <= 100:
            raise ValueError("survey_target_percent must lie between 0 and 100")
        if not self.sign_off:
            raise ValueError("sign_off must name a role")
        if not self.shift_starts_min and any(one.every == "shift" for one in self.reports):
            raise ValueError("shift_starts_min must name when shifts change, or no report is of a shift")
