"""A survey and an entry of the register as the API shows them."""

from collections.abc import Sequence
from typing import Any

from correlator.rows.quality import ImprovementRow, SurveyedRow, SurveyRow
from correlator.service_desk.outputs import entry_json
from correlator.service_desk.surveys.survey import index
from correlator.times import rfc3339, rfc3339_or_none


def survey_json(row: SurveyRow, asked: Sequence[SurveyedRow]) -> dict[str, Any]:
    """Nobody who was asked is named. `csi` in percent; null where nobody answered."""
    scores = [one.score for one in asked if one.score is not None]
    return {
        "id": row.id,
        "state": row.state,
        "start": rfc3339(row.start_us),
        "end": rfc3339_or_none(row.end_us),
        "sample": row.sample,
        "seed": row.seed,
        "inventory": row.inventory or None,
        "asked": sum(one.asked_us is not None for one in asked),
        "answered": len(scores),
        "declined": sum(one.declined for one in asked),
        "csi": index(scores) if scores else None,
        "products": {
            product: {
                "sample": number,
                "answered": len(mine := [one.score for one in asked if one.product == product and one.score]),
                "csi": index(mine) if mine else None,
            }
            for product, number in sorted(row.asked.items())
        },
        "trail": [entry_json(entry) for entry in row.trail],
    }


def improvement_json(row: ImprovementRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "source": row.source,
        "about": row.about,
        "what": row.what,
        "division": row.role,
        "owner": row.owner,
        "due": rfc3339(row.due_us),
        "state": row.state,
        "evidence": row.evidence,
        "opened_at": rfc3339(row.opened_us),
        "opened_by": row.opened_by,
        "done_at": rfc3339_or_none(row.done_us),
        "done_by": row.done_by,
        "signed_at": rfc3339_or_none(row.signed_us),
        "signed_by": row.signed_by,
        "climbed": row.rung,
        "trail": [entry_json(entry) for entry in row.trail],
    }
