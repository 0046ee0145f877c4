"""`GET /surveys`, what customers wrote to one, and `GET /improvements` (SOP 9)."""

import asyncio
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request

from connectors.api.doors import Doors, HttpError, Json
from connectors.api.views import at
from correlator.rows.quality import ImprovementState


def quality_routes(app: FastAPI, doors: Doors) -> None:
    reader = doors.reader

    @app.get("/surveys", tags=["desk"])
    def surveys() -> Json:
        """Surveys of satisfaction, the newest first: state, sample, how many were asked, answered, and the index."""
        return Json({"surveys": reader.quality.surveys()})

    @app.get("/surveys/{survey}/words", tags=["desk"])
    async def words(request: Request, survey: str) -> Json:
        """What customers wrote with their scores, without who they are; each read is told to the audit.

        `state`: `kept`, `erased` (at the person's request), `gone` (older than the journal).
        """
        return Json(await survey_words(request, doors, survey))

    @app.get("/improvements", tags=["desk"])
    def improvements(
        state: Annotated[list[ImprovementState], Query(description="any of these will do; none: all")] = [],  # noqa: B006  # FastAPI copies it
        overdue: Annotated[bool, Query(description="only what is open and late")] = False,
    ) -> Json:
        """The register of improvements, what is due first at first: owner, due time, evidence, sign-off, trail."""
        return Json({"improvements": reader.quality.improvements(state, overdue=overdue)})


async def survey_words(request: Request, doors: Doors, survey: str) -> dict[str, Any]:
    """Told to the audit. Raises HttpError."""
    answers = await asyncio.to_thread(doors.reader.quality.answers_with_words, survey)
    if answers is None:
        raise HttpError(404, f"there is no survey {survey[:50]}", "GET /surveys lists them.", field="survey")
    request.state.about = {"survey": survey, "answers": str(len(answers))}
    said: list[dict[str, Any]] = []
    for one in answers:
        found = await asyncio.to_thread(doors.words.survey, survey, one.customer, one.answered_us or 0)
        told = {"product": one.product, "score": one.score, "at": at(one.answered_us)}
        said.append({**told, "state": found.state, "text": found.text})
    return {"survey": survey, "words": said}
