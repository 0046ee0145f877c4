"""Every metric of the service: its name, what it says, its labels. `docs/operations.md` has the same as a table.

Each process shows those that it has something to say of, with a label `process`. Values of labels are of closed sets
(outcomes, kinds, channels, routes) or are cut short and bounded by the counter.
"""

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Metric:
    """`name` as Prometheus stores it."""

    name: str
    says: str
    labels: tuple[str, ...] = ()


class Counted(Metric):
    """It only grows, while the process lives."""


class Read(Metric):
    """A number that is read when `/metrics` is asked."""


class Spread(Metric):
    """How often what was observed lay below each of some bounds."""


# Listeners; what is a message of a stream counts as a datagram

DATAGRAMS_RECEIVED = Counted("simpul_datagrams_received_total", "Datagrams that came", ("listener",))
DATAGRAMS_REFUSED = Counted(
    "simpul_datagrams_refused_total", "Datagrams, and connections, that were not taken", ("listener", "reason")
)
DATAGRAMS_DROPPED = Counted(
    "simpul_datagrams_dropped_total", "Datagrams that the kernel threw away: the buffer was full", ("listener",)
)
DATAGRAMS_POSTED = Counted("simpul_datagrams_posted_total", "Datagrams that were handed to the relay", ("listener",))
DATAGRAMS_READ = Counted("simpul_datagrams_read_total", "Datagrams of raw frames that were read", ("listener",))
DATAGRAMS_PUT_ASIDE = Counted("simpul_datagrams_put_aside_total", "Datagrams at which our own code broke: dead letters")
LISTENER_ALARMS = Counted("simpul_listener_alarms_posted_total", "Alarms that were handed to the intake", ("listener",))
LISTENER_LOST = Counted(
    "simpul_listener_lost_total", "Alarms or datagrams that were taken and not handed on", ("listener", "reason")
)
LISTENER_JOURNAL_FULL = Counted(
    "simpul_listener_journal_full_total", "Tries that a full journal refused", ("listener",)
)
LISTENER_UNRESOLVED = Counted(
    "simpul_listener_objects_unresolved_total", "Objects that the inventory lacks", ("listener",)
)
LISTENER_CONNECTIONS = Counted(
    "simpul_listener_connections_total", "Connections: opened, idle, broken", ("listener", "outcome")
)
CLAIMS = Counted(
    "simpul_claims_not_believed_total", "Messages in which one that is no relay speaks for another", ("listener",)
)
SYSLOG_LINES = Counted(
    "simpul_syslog_lines_total",
    "Lines, by whose patterns read them, and outcome: read, nothing (known to tell of none), unknown, two_readings",
    ("vendor", "outcome"),
)
SYSLOG_MISSING = Counted(
    "simpul_syslog_missing_total",
    "Messages that are missing by their senders' own numbers: missing, and late (of these, those that came after all)",
    ("outcome",),
)
SYSLOG_REFUSED = Counted(
    "simpul_syslog_refused_total", "Messages that are no syslog, by who sent them", ("sender", "reason")
)
TRAPS_UNKNOWN = Counted("simpul_traps_unknown_total", "Traps that no catalogue knows")
INFORMS = Counted("simpul_informs_total", "Informs, by what became of them", ("outcome",))
SNMP_V3_REFUSED = Counted(
    "simpul_snmp_secured_refused_total", "SNMPv3 messages that were not taken", ("reason", "source")
)
SNMP_REPORTS = Counted("simpul_snmp_reports_total", "Reports to senders of SNMPv3, by what they say", ("reason",))
SNMP_ENGINES = Counted("simpul_snmp_engines_total", "SNMPv3 engines that were learned, or have moved", ("what",))

# An edge

EDGE_DATAGRAMS_TAKEN = Counted("simpul_edge_datagrams_taken_total", "Datagrams that are durable: with brokers, on disk")
EDGE_DATAGRAMS_LOST = Counted("simpul_edge_datagrams_lost_total", "Datagrams that an edge could not keep", ("reason",))
EDGE_FRAMES = Counted("simpul_edge_frames_total", "Frames, by way: log (the brokers), spool, drained, lost", ("way",))
EDGE_SPOOL_FULL = Counted("simpul_edge_spool_full_total", "Tries that a full spool refused")
EDGE_WAITING = Read("simpul_edge_waiting_datagrams", "Datagrams that are not durable yet")
EDGE_SPOOL_BYTES = Read("simpul_edge_spool_bytes", "Frames that wait on disk for the brokers")
EDGE_SPOOLING = Read("simpul_edge_spooling", "1 while what comes goes to the spool: the brokers do not keep up")

# Intake and HTTP doors

EVENTS_JOURNALED = Counted("simpul_events_journaled_total", "Events that came in and are durable in the journal")
EVENTS_LOST = Counted("simpul_events_lost_total", "Events that could not be written when we closed", ("reason",))
INTAKE_SHED = Counted(
    "simpul_intake_shed_total", "Alarms that were shed since too much waited to be written", ("source",)
)
EVENTS_WAITING = Read("simpul_waiting_events", "Events that wait to be written")
JOURNAL_FULL = Read("simpul_journal_full", "1 while nothing can be written")
JOURNAL_REFUSALS = Counted("simpul_journal_refusals_total", "Tries to write that a full journal, or a store, refused")
JOURNAL_APPENDED = Read("simpul_appended_offset", "Last frame that was appended")
REGISTER_FORGOTTEN = Counted("simpul_register_forgotten_total", "What is too old to be a repeat, and was forgotten")
INFLOW_WAITS = Counted("simpul_inflow_waits_total", "Tries to journal raw input that had to be repeated")
WORKER_SILENT = Read("simpul_worker_silent_seconds", "Age of the worker's last word; above 10 something is wrong")
CERTIFICATE_LEFT = Read("simpul_certificate_left_seconds", "Until the door's certificate runs out: renew it in time")
POLLS = Counted(
    "simpul_polls_total", "Questions to a system: answered, unanswered, not_written, broke", ("poll", "outcome")
)
PORT_TABLES = Counted(
    "simpul_port_tables_total",
    "Devices that were asked for the names of their ports: answered, unanswered, not_written, broke",
    ("outcome",),
)
API_TAKEN = Counted("simpul_api_events_taken_total", "Events that came by HTTP and were taken", ("kind",))
API_REFUSED = Counted("simpul_api_events_refused_total", "Events that came by HTTP and were refused", ("kind",))
API_UNRESOLVED = Counted("simpul_api_objects_unresolved_total", "Objects of alarms by HTTP that the inventory lacks")
API_ERRORS = Counted("simpul_api_errors_total", "Requests that were answered with an error", ("status", "door"))
API_REASONS = Counted("simpul_api_error_reasons_total", "Why, without what the sender wrote", ("reason",))
AUDIT_LEFT_OUT = Counted("simpul_audit_left_out_total", "Refusals of one address in a row that the log does not tell")
SIGN_INS = Counted(
    "simpul_page_sign_ins_total", "Sign-ins at the page: link, token, password, oidc, refused", ("outcome",)
)

# A domain's owner

EVENTS_FOLDED = Counted("simpul_events_folded_total", "Events that are folded and committed; also beats and receipts")
SOLVES = Counted("simpul_solves_total", "Solves of the inference")
SOLVE_UNITS = Counted("simpul_solve_units_total", "What the last solve of each frame cost")
EFFECTS_DECIDED = Counted("simpul_effects_decided_total", "What was decided, by kind and code", ("kind", "reason"))
EFFECTS_PUBLISHED = Counted("simpul_effects_published_total", "Decisions that other systems were told of")
CORE_CRASHES = Counted("simpul_core_crashes_total", "How often the core raised", ("error",))
OWNED = Read("simpul_owned", "1 for each domain that the process owns", ("domain",))
APPLIED_OFFSET = Read("simpul_applied_offset", "Last frame that is folded and committed", ("domain",))
JOURNAL_OFFSET = Read("simpul_journal_offset", "Last frame of the journal; what lies between waits", ("domain",))
BEHIND = Read("simpul_behind_seconds", "Age of the oldest frame that is not folded", ("domain",))
ACTIVE_ALARMS = Read("simpul_active_alarms", "Alarms that stand", ("domain",))
UNEXPLAINED_ALARMS = Read(
    "simpul_unexplained_alarms", "Major and critical ones of them that no incident explains", ("domain",)
)
INCIDENTS = Read("simpul_incidents", "Incidents that are not over", ("domain", "status", "severity"))
ASSIGNMENTS = Read("simpul_group_assignments", "How often the group gave out the domains")

# Messages

MESSAGES = Read("simpul_outbox_messages", "The outbox, counted every five seconds at most", ("domain", "word", "state"))
UNQUEUED = Read("simpul_unqueued_messages", "Of effects that are being fanned out: not in the outbox yet", ("domain",))
OLDEST_EFFECT = Read("simpul_oldest_effect_seconds", "How long an effect waits to become messages", ("domain",))
OVERDUE_MESSAGE = Read("simpul_overdue_message_seconds", "How long what is due waits to be tried", ("domain",))
MESSAGES_QUEUED = Counted("simpul_messages_queued_total", "Messages, by kind of their effect", ("kind",))
MESSAGES_SENT = Counted("simpul_messages_sent_total", "Messages that a channel took", ("channel",))
MESSAGES_WAIT = Counted("simpul_messages_delayed_total", "Messages that a channel did not take now", ("channel",))
MESSAGES_REFUSED = Counted("simpul_messages_refused_total", "Messages that a channel never takes", ("channel",))
MESSAGES_UNCERTAIN = Counted("simpul_messages_uncertain_total", "Perhaps sent, not tried again", ("channel",))
MESSAGES_REPEATED = Counted("simpul_messages_repeated_total", "Perhaps sent, tried again", ("channel",))
MESSAGES_FOUND_SENT = Counted("simpul_messages_found_sent_total", "After a crash: the channel has it", ("channel",))
MESSAGES_DEAD = Counted("simpul_messages_dead_total", "Messages that were tried often enough", ("word",))
MESSAGES_FAILED = Counted("simpul_messages_failed_total", "Messages that every channel refused", ("word",))
MESSAGES_UNADDRESSED = Counted("simpul_messages_unaddressed_total", "Messages to nobody who can be reached", ("word",))
EFFECTS_NOT_FANNED_OUT = Counted("simpul_effects_not_fanned_out_total", "Effects that cannot be told now", ("error",))
MESSAGES_SET_ASIDE = Counted("simpul_messages_set_aside_total", "Messages that the store does not take", ("domain",))
OUTBOX_TROUBLES = Counted("simpul_outbox_troubles_total", "Steps of the dispatcher that had to wait", ("error",))
LEASES_ENDED = Counted("simpul_dispatch_leases_ended_total", "lost: ours; struck: of one who was silent", ("how",))

# Every process

LATENCY = Spread("simpul_latency_seconds", "How long each event and each message took, see below", ("stage",))
SPANS_SENT = Counted("simpul_spans_sent_total", "Spans that the collector took")
SPANS_LOST = Counted("simpul_spans_lost_total", "Spans that it did not take")
REDIS_AWAY = Read("simpul_redis_away", "1 while Redis is set and does not answer")
REDIS_FAILURES = Counted("simpul_redis_failures_total", "Questions that Redis did not answer", ("error",))
REDIS_RETURNS = Counted("simpul_redis_returns_total", "How often it was there again")

DECLARED = [one for one in globals().values() if isinstance(one, Metric)]
