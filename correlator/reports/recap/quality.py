"""How satisfied customers are, and what is done about it (SOP 9): the survey's index, the register of improvements.

No customer and nobody of the staff is named; what customers wrote is counted here and read elsewhere.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from correlator.reports.figures import ppm
from correlator.reports.recap.recap import Recap
from correlator.reports.recap.words import DIVISIONS, PRODUCTS, UNKNOWN, UNKNOWN_WORDS
from correlator.reports.report import Chart, Column, Document, Period, Report, Row, Words
from correlator.rows.quality import SurveyedRow, SurveyRow

ALL = "all"
SCORES = (1, 2, 3, 4, 5)
PLACES: dict[str, Words] = {**PRODUCTS, **UNKNOWN_WORDS, ALL: {"id": "Semua", "en": "All"}}
SURVEY_STATES: dict[str, Words] = {
    "planned": {"id": "direncanakan", "en": "planned"},
    "running": {"id": "berjalan", "en": "running"},
    "closed": {"id": "selesai", "en": "closed"},
    "cancelled": {"id": "dibatalkan", "en": "cancelled"},
}
SOURCES: dict[str, Words] = {
    "rca": {"id": "tindakan pencegahan RCA/CAPA", "en": "preventive action of an RCA/CAPA"},
    "repeat": {"id": "elemen berulang", "en": "element that broke again"},
    "survey": {"id": "temuan survei kepuasan", "en": "finding of a satisfaction survey"},
    "hand": {"id": "usulan", "en": "proposal"},
}
IMPROVEMENT_STATES: dict[str, Words] = {
    "open": {"id": "terbuka", "en": "open"},
    "done": {"id": "menunggu pengesahan", "en": "waits for sign-off"},
    "signed": {"id": "disahkan", "en": "signed off"},
    "dropped": {"id": "tidak dikerjakan", "en": "not to be done"},
}
YES_NO: dict[str, Words] = {"yes": {"id": "LEWAT", "en": "LATE"}, "no": {"id": "–", "en": "–"}}


# The index


def begun(recap: Recap, period: Period) -> list[SurveyRow]:
    """Surveys that had begun by the end of the month, the eldest first."""
    rows = [row for row in recap.surveys if row.asked and row.start_us < period.end_us]
    return sorted(rows, key=lambda row: row.id)


def csi(scores: Sequence[int]) -> int | None:
    """In millionths: the sum of the scores as a share of the best that it could be; None where nobody answered."""
    return ppm(sum(scores), SCORES[-1] * len(scores))


def figures(asked: int, rows: Iterable[SurveyedRow]) -> Row:
    mine = list(rows)
    scores = [row.score for row in mine if row.score is not None]
    counted = Counter(scores)
    return {
        "asked": asked,
        "answers": len(scores),
        "rate": ppm(len(scores), asked),
        "declined": sum(row.declined for row in mine),
        "words": sum(row.words for row in mine),
        **{f"score_{score}": counted[score] for score in SCORES},
        "index": csi(scores),
    }


def _by_product(recap: Recap, period: Period) -> list[Row]:
    surveys = begun(recap, period)
    if not surveys:
        return []
    survey = surveys[-1]
    mine = [row for row in recap.surveyed if row.survey == survey.id]
    rows: list[Row] = [
        {"product": product, **figures(survey.asked[product], (row for row in mine if row.product == product))}
        for product in sorted(survey.asked, key=list(PRODUCTS).index)
    ]
    return [*rows, {"product": ALL, **figures(sum(survey.asked.values()), mine)}]


def _surveys(recap: Recap, period: Period) -> list[Row]:
    return [
        {
            "survey": row.id,
            "state": row.state,
            "start": row.start_us,
            "end": row.end_us,
            **figures(sum(row.asked.values()), (one for one in recap.surveyed if one.survey == row.id)),
        }
        for row in begun(recap, period)
    ]


def _after_repair(recap: Recap, period: Period) -> list[Row]:
    del period
    scores, rows = recap.totals.scores, list[Row]()
    for product in sorted({product for product, _ in scores}, key=lambda name: (name not in PRODUCTS, str(name))):
        counted = {score: scores[product, score] for score in SCORES}
        given = [score for score, number in counted.items() for _ in range(number)]
        told = {f"score_{score}": number for score, number in counted.items()}
        rows.append({"product": product or UNKNOWN, "answers": len(given), **told, "index": csi(given)})
    return rows


# The register


def _by_source(recap: Recap, period: Period) -> list[Row]:
    rows: list[Row] = []
    for source in SOURCES:
        mine = [row for row in recap.improvements if row.source == source and row.opened_us < period.end_us]
        rows.append(
            {
                "source": source,
                "opened": sum(period.holds(row.opened_us) for row in mine),
                "signed": sum(row.signed_us is not None and period.holds(row.signed_us) for row in mine),
                "open": sum(row.state == "open" for row in mine),
                "done": sum(row.state == "done" for row in mine),
                "overdue": sum(row.is_late(recap.moment_us) for row in mine),
            }
        )
    return rows


def _entries(recap: Recap, period: Period) -> list[Row]:
    """What is not settled, and what was settled in the month; what is due first at first."""
    rows = [
        row
        for row in recap.improvements
        if row.opened_us < period.end_us
        and (row.state in ("open", "done") or (row.signed_us is not None and period.holds(row.signed_us)))
    ]
    return [
        {
            "id": row.id,
            "source": row.source,
            "about": None if row.source == "hand" else row.about,
            "what": row.what,
            "division": row.role,
            "due": row.due_us,
            "late": "yes" if row.is_late(recap.moment_us) else "no",
            "state": row.state,
            "evidence": row.evidence,
        }
        for row in sorted(rows, key=lambda row: (row.due_us, row.id))
    ]


ANSWERS = (
    Column("asked", {"id": "Ditanya", "en": "Asked"}, "count"),
    Column("answers", {"id": "Menjawab", "en": "Answered"}, "count"),
    Column("rate", {"id": "Tingkat respons", "en": "Response rate"}, "ppm"),
    Column("declined", {"id": "Menolak survei", "en": "Want no survey"}, "count"),
    Column("words", {"id": "Dengan kata-kata", "en": "With words"}, "count"),
)
GIVEN = tuple(Column(f"score_{score}", {"id": f"Nilai {score}", "en": f"Score {score}"}, "count") for score in SCORES)
INDEX = Column("index", {"id": "CSI", "en": "CSI"}, "ppm")
BY_PRODUCT = Report(
    "by_product",
    {"id": "Indeks kepuasan pelanggan per layanan", "en": "Customer satisfaction index by product"},
    (Column("product", {"id": "Layanan", "en": "Product"}, values=PLACES), *ANSWERS, *GIVEN, INDEX),
    _by_product,
    Chart("bars", "product", ("index",)),
    note={
        "id": "Survei terakhir yang dimulai sampai bulan ini. CSI: jumlah nilai dibagi jumlah nilai tertinggi.",
        "en": "The last survey that began by this month. CSI: the sum of the scores by the best that it could be.",
    },
)
SURVEYS = Report(
    "surveys",
    {"id": "Survei per semester", "en": "Surveys by half-year"},
    (
        Column("survey", {"id": "Survei", "en": "Survey"}),
        Column("state", {"id": "Status", "en": "State"}, values=SURVEY_STATES),
        Column("start", {"id": "Mulai", "en": "From"}, "time"),
        Column("end", {"id": "Sampai", "en": "To"}, "time"),
        *ANSWERS,
        *GIVEN,
        INDEX,
    ),
    _surveys,
    Chart("lines", "survey", ("index",)),
)
AFTER_REPAIR = Report(
    "after_repair",
    {"id": "Nilai pelanggan setelah perbaikan", "en": "Scores that customers gave after the repair"},
    (
        Column("product", {"id": "Layanan", "en": "Product"}, values=PLACES),
        Column("answers", {"id": "Menjawab", "en": "Answered"}, "count"),
        *GIVEN,
        INDEX,
    ),
    _after_repair,
    note={
        "id": "Nilai 1 sampai 5 pada konfirmasi yang dijawab bulan ini.",
        "en": "Scores of 1 to 5 with the confirmations of this month.",
    },
)
BY_SOURCE = Report(
    "improvements",
    {"id": "Daftar perbaikan", "en": "Register of improvements"},
    (
        Column("source", {"id": "Asal", "en": "From"}, values=SOURCES),
        Column("opened", {"id": "Dibuka bulan ini", "en": "Opened in the month"}, "count"),
        Column("signed", {"id": "Disahkan bulan ini", "en": "Signed off in the month"}, "count"),
        Column("open", {"id": "Terbuka", "en": "Open"}, "count"),
        Column("done", {"id": "Menunggu pengesahan", "en": "Waits for sign-off"}, "count"),
        Column("overdue", {"id": "Lewat tenggat", "en": "Overdue"}, "count"),
    ),
    _by_source,
)
ENTRIES = Report(
    "entries",
    {"id": "Yang belum tuntas, dan yang disahkan bulan ini", "en": "What is not settled, or was in the month"},
    (
        Column("id", {"id": "Nomor", "en": "Number"}),
        Column("source", {"id": "Asal", "en": "From"}, values=SOURCES),
        Column("about", {"id": "Tentang", "en": "About"}),
        Column("what", {"id": "Perbaikan", "en": "Improvement"}),
        Column("division", {"id": "Divisi", "en": "Division"}, values=DIVISIONS),
        Column("due", {"id": "Tenggat", "en": "Due"}, "time"),
        Column("late", {"id": "Lewat", "en": "Late"}, values=YES_NO),
        Column("state", {"id": "Status", "en": "State"}, values=IMPROVEMENT_STATES),
        Column("evidence", {"id": "Bukti", "en": "Evidence"}),
    ),
    _entries,
)
CSI: Document[Recap] = Document(
    "csi",
    {"id": "Indeks kepuasan pelanggan (CSI)", "en": "Customer satisfaction index (CSI)"},
    (BY_PRODUCT, SURVEYS, AFTER_REPAIR),
)
IMPROVEMENTS: Document[Recap] = Document(
    "improvements",
    {"id": "Daftar perbaikan layanan", "en": "Register of service improvements"},
    (BY_SOURCE, ENTRIES),
)
