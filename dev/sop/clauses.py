"""Each clause of the SOP in a few words, and the scenarios and tests that prove it.

A proof is the name of a scenario (`tests/scenarios`, without its number's file ending) or `file::test`, below `tests`.
`lacking`: what of the clause the service does not do yet.
"""

from dataclasses import dataclass

DESK, REPORTS, ANSWERS = "correlator/service_desk", "correlator/reports", "connectors/api/answers"
PAGES = "connectors/console/desk"


@dataclass(frozen=True, slots=True)
class Clause:
    number: str  # section, and which of its sentences
    says: str
    proofs: tuple[str, ...] = ()
    lacking: str = ""


CLAUSES = (
    Clause(
        "1",
        "each complaint is handled professionally, quickly, openly and to its end",
        (
            "01-metro-span-cut",
            "39-satisfied",
            "40-customer-silent",
            "48-estimate-is-told",
            "180-the-crew-finds-a-smaller-root",
        ),
    ),
    Clause("2", "it holds for all products and services", (f"{REPORTS}/test_recap.py::test_a_month_of_complaints",)),
    Clause(
        "3-1",
        "what a customer says in discontent is a complaint",
        (f"{DESK}/texts/test_classify.py::test_a_text_is_read_as", "23-billing-stays-apart"),
    ),
    Clause(
        "3-2",
        "each has a ticket number, by which it is followed",
        ("21-complaint-without-customer", "44-repeated-complaint", "107-called-again"),
    ),
    Clause(
        "3-3",
        "Customer Care receives, records and watches",
        (
            f"{DESK}/stages/test_stages_table.py::test_staff_work_on_the_first_four",
            "connectors/api/desk/test_lists.py::test_open_tickets_by_what_is_due_next",
            "connectors/api/desk/test_customers.py::test_one_who_is_down_hears_since_when_and_what_is_open_for_them",
        ),
    ),
    Clause(
        "4.1",
        "by phone, mail, portal or in person",
        (
            f"{DESK}/test_outputs.py::test_every_ticket_has_every_field_in_the_contracts_order",
            "21-complaint-without-customer",
        ),
    ),
    Clause(
        "4.2-1",
        "receipt: recorded with name, service, description and time, within an hour (Customer Care)",
        (
            f"{DESK}/stages/test_stages.py::test_receipt_is_met_on_arrival_and_customer_support_verifies",
            "80-complaint-names-only-the-service",
            "connectors/api/desk/test_words.py::test_who_verifies_reads_what_the_customer_said",
            "connectors/api/desk/test_record.py::test_since_when_it_fails_is_what_the_customer_says",
        ),
    ),
    Clause(
        "4.2-2",
        "verification: state of the service, data, class; within two hours (Customer Support)",
        (
            f"{DESK}/stages/test_stages.py::test_who_or_what_is_not_found_is_verified_and_kept_as_said",
            "101-words-that-fit-the-matter",
            f"{DESK}/test_record.py::test_a_verified_complaint_keeps_how_the_line_stood_then",
        ),
    ),
    Clause(
        "4.2-3",
        "handed to the division of its category within four hours (Supervisor)",
        (
            f"{DESK}/stages/test_stages_table.py::test_what_moves_a_stage_is_for_its_owner_or_above",
            f"{PAGES}/test_steps.py::test_who_does_what_along_the_way",
            "102-who-hears-of-it",
        ),
    ),
    Clause(
        "4.2-4",
        "cause found, repaired for now and for good, within one to three working days",
        (
            f"{DESK}/clocks/test_clocks.py::test_stage_clocks_are_due_no_later_than_the_sla",
            "100-waiting-for-the-customer",
            "121-for-now-and-for-good",
            f"{DESK}/test_record.py::test_an_outage_that_is_repaired_for_now_keeps_its_capa_open",
        ),
    ),
    Clause(
        "4.2-5",
        "the result told and the customer asked, within 24 hours of the repair (Customer Care)",
        (
            f"{DESK}/stages/test_confirmation.py::test_the_customer_is_asked_at_the_repair",
            f"{DESK}/stages/test_stages_walked.py::test_each_stage_warns_once_and_on_its_minute",
            "110-no-fault-is-told-first",
            "121-for-now-and-for-good",
            f"{ANSWERS}/test_page.py::test_the_button_says_it_once",
            f"{ANSWERS}/test_replies.py::test_words_are_read",
            f"{ANSWERS}/test_replies.py::test_an_sms_answers_the_question_that_waits_for_its_number",
        ),
    ),
    Clause(
        "4.2-6",
        "closed when the customer says that it is settled",
        (
            "39-satisfied",
            "109-the-only-complainant-says-no",
            "120-two-complaints-are-one",
            "204-no-fault-and-no-answer",
        ),
    ),
    Clause(
        "4.3-1",
        "Minor: the main service works",
        (
            f"{DESK}/texts/test_classify.py::test_how_far_a_fault_reaches_by_the_sops_own_examples",
            f"{DESK}/test_classes.py::test_nobody_down_is_minor",
        ),
    ),
    Clause(
        "4.3-2",
        "Major: most of a customer's service",
        (f"{DESK}/test_classes.py::test_services_down_are_major", "101-words-that-fit-the-matter"),
    ),
    Clause(
        "4.3-3",
        "Critical: total, or wide",
        (
            f"{DESK}/test_classes.py::test_serious_fibre_is_critical_and_the_reason_names_it",
            f"{DESK}/test_classes.py::test_breadth_makes_it_critical",
        ),
    ),
    Clause(
        "5-1",
        "Minor: answered in 2 hours, settled in a working day",
        (f"{DESK}/clocks/test_clocks.py::test_the_sla_of_a_class_from_the_report",),
    ),
    Clause(
        "5-2",
        "Major: answered in an hour, settled in two working days",
        (
            f"{DESK}/clocks/test_clocks.py::test_the_sla_of_a_class_from_the_report",
            f"{DESK}/clocks/test_calendar.py::test_nobody_works_on_idul_fitri",
        ),
    ),
    Clause(
        "5-3",
        "Critical: answered in 30 minutes, settled in 8 hours",
        (
            f"{DESK}/clocks/test_clocks.py::test_a_critical_outage_is_due_by_clock_hours_day_and_night",
            "36-sla-clocks-warn",
            "99-repaired-before-the-response-was-due",
            "111-nobody-answers-at-night",
            "112-the-second-on-duty-answers",
            "145-called-when-the-outage-is-late-already",
        ),
    ),
    Clause(
        "6-1", "who is not satisfied may ask the Supervisor for a review", ("102-who-hears-of-it", "38-not-satisfied")
    ),
    Clause(
        "6-2",
        "still unsettled: the Customer Service Manager",
        (
            "108-nobody-heeds-a-bill",
            "198-a-second-review",
            f"{DESK}/clocks/test_escalation.py::test_a_breach_that_nobody_mends_climbs_to_the_top_and_no_further",
        ),
    ),
    Clause(
        "6-3",
        "strategic, or large harm: the Director of Network Operations",
        (
            "26-strategic-customer",
            "198-a-second-review",
            f"{DESK}/clocks/test_escalation.py::test_not_satisfied_is_one_rung_up_as_far_as_class_and_customer_let_it",
        ),
    ),
    Clause(
        "7-1",
        "each finished complaint is followed by an analysis of its cause",
        (
            f"{DESK}/test_rca.py::test_it_is_opened_with_the_incident_and_knows_what_the_machine_knows",
            f"{DESK}/test_rca.py::test_a_lone_complaint_gets_a_short_one_when_it_closes",
            f"{PAGES}/test_records.py::test_the_list_tells_what_is_late",
            "199-a-record-that-nobody-fills",
        ),
    ),
    Clause(
        "7-2",
        "the technical team writes corrective and preventive actions",
        (
            f"{DESK}/test_rca.py::test_people_complete_it_state_by_state",
            f"{DESK}/test_rca.py::test_nobody_verifies_what_they_filled",
            "202-a-corrective-action-that-is-late",
            "203-a-record-that-nobody-verifies",
            f"{PAGES}/test_records.py::test_who_filled_it_is_told_that_somebody_else_verifies",
        ),
    ),
    Clause(
        "7-3",
        "each month the trend is looked at",
        (
            f"{REPORTS}/test_recap.py::test_a_month_of_the_trend_is_that_month_s_recap",
            f"{REPORTS}/test_recap.py::test_what_was_never_known_is_nothing_to_compare_with",
        ),
    ),
    Clause(
        "8-1",
        "recorded: number, customer, service, class, times, result",
        (
            f"{DESK}/test_outputs.py::test_every_ticket_has_every_field_in_the_contracts_order",
            f"{DESK}/test_outputs.py::test_times_are_rfc_3339_in_wib",
            "connectors/api/desk/test_record.py::test_a_complaint_from_its_report_to_the_customers_word",
        ),
    ),
    Clause(
        "8-2",
        "a recap each month for the management (Customer Experience)",
        (
            f"{REPORTS}/test_recap.py::test_each_table_is_the_sum_over_the_tickets",
            f"{REPORTS}/test_recap.py::test_every_table_has_rows_with_its_columns_and_words_in_both_languages",
            "131-reports-by-themselves",
            "connectors/api/quality/test_report_files.py::test_a_month_is_that_of_the_door",
            "connectors/outbox/test_reports.py::test_it_goes_by_mail_with_its_files",
        ),
    ),
    Clause(
        "9-1",
        "what is found improves the SOP and the products",
        ("130-what-was-found-is-mended", f"{DESK}/test_improvements.py::test_who_may_sign_off"),
    ),
    Clause(
        "9-2",
        "satisfaction (CSI) is measured twice a year",
        (
            "128-how-satisfied-are-they",
            "129-twice-a-year-by-itself",
            f"{DESK}/test_surveys.py::test_the_same_seed_draws_the_same_sample",
            f"{REPORTS}/test_quality.py::test_the_index_by_product",
            f"{ANSWERS}/test_survey_page.py::test_a_score_with_words_is_taken_once",
        ),
    ),
    Clause(
        "9-3",
        "what customers say is part of continual improvement",
        (
            f"{DESK}/stages/test_confirmation.py::test_other_words_are_read_by_the_owner_and_put_the_reminder_off",
            "128-how-satisfied-are-they",
            f"{REPORTS}/test_quality.py::test_scores_after_a_repair_are_those_of_the_tickets",
            "connectors/api/quality/test_doors.py::test_what_customers_wrote_is_read_without_who_they_are",
        ),
    ),
    Clause(
        "10-1",
        "Customer Care: receipt and watching",
        (f"{DESK}/stages/test_stages_table.py::test_every_stage_has_one_row_in_the_order_of_the_sop", "43-wrong-role"),
    ),
    Clause(
        "10-2",
        "Network Operation: faults",
        ("37-acknowledged-in-time", "01-metro-span-cut", "181-the-desk-ends-no-outage"),
    ),
    Clause(
        "10-3",
        "Billing & Account: bills",
        (
            "23-billing-stays-apart",
            "101-words-that-fit-the-matter",
            f"{DESK}/test_rca.py::test_who_may_not_fill_or_verify",
        ),
    ),
    Clause(
        "10-4",
        "Customer Experience: trends and reports",
        (f"{REPORTS}/test_recap.py::test_who_investigates_is_the_division",),
    ),
)


def node(proof: str) -> str:
    """Of the proof, as pytest calls it."""
    if "::" in proof:
        return f"tests/{proof}"
    return f"tests/scenarios/test_scenarios.py::test_what_must_follow_follows[{proof}-kernel]"
