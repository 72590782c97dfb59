"""The application: the live page, and `POST /predict`."""

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp

from claimstance import __version__
from claimstance.errors import ClaimstanceError
from claimstance.models.classifier import Classifier
from claimstance.prediction.predict import classify
from claimstance.prediction.rows import to_json_row
from claimstance.serving.articles import Pasted, given_articles, pasted_articles
from claimstance.serving.desk import Desk
from claimstance.serving.guard import Guard
from claimstance.serving.limits import Limits
from claimstance.serving.live import live_page
from claimstance.serving.refusals import refuser
from claimstance.serving.schema import Answer, Given, Refusal

ABOUT = (
    "Says, sentence by sentence, what is asserted, what is denied and what is disputed. "
    "A stance is what the sentence does with a claim, never whether the claim is true."
)
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Refusal} for status in (400, 403, 408, 413, 422, 503)
}


@dataclass(frozen=True, slots=True)
class Reader:
    """A model, and the confidence under which it abstains."""

    classifier: Classifier
    min_confidence: float = 0.0

    def answer(self, given: Given, limits: Limits) -> list[dict[str, Any]]:
        """The rows for a JSON body."""
        articles = given_articles(given, limits)
        return [*map(to_json_row, classify(articles, self.classifier, self.min_confidence))]

    def page(self, pasted: Pasted, limits: Limits) -> str:
        """The marked page for what a person gave."""
        articles, unreadable = pasted_articles(pasted, limits)
        predictions = classify(articles, self.classifier, self.min_confidence)
        problems = [str(item) for item in unreadable]
        return live_page(limits, pasted, predictions, problems)


def make_app(reader: Reader, limits: Limits, hosts: frozenset[str] | None) -> ASGIApp:
    """The application behind its guard.

    There are no pages with documentation: FastAPI's own fetch their scripts from elsewhere.
    """
    app = FastAPI(
        title="claimstance", version=__version__, description=ABOUT, docs_url=None, redoc_url=None
    )
    _add_routes(app, reader, limits, Desk(limits))
    refuse = refuser(limits)
    for kind in (ClaimstanceError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, refuse)
    return Guard(app, limits, hosts, refuse)


def _add_routes(app: FastAPI, reader: Reader, limits: Limits, desk: Desk) -> None:
    @app.get("/", include_in_schema=False)
    async def empty() -> HTMLResponse:
        return HTMLResponse(live_page(limits))

    @app.post("/", include_in_schema=False)
    async def paste(request: Request) -> HTMLResponse:
        pasted = await _pasted(request, limits)
        return HTMLResponse(await desk.run(lambda: reader.page(pasted, limits)))

    @app.post("/predict", response_model=Answer, responses=REFUSALS)
    async def predict(given: Given) -> JSONResponse:
        """A row for each sentence of the articles, in their order."""
        return JSONResponse({"rows": await desk.run(lambda: reader.answer(given, limits))})


async def _pasted(request: Request, limits: Limits) -> Pasted:
    async with request.form(max_files=1, max_fields=4, max_part_size=limits.body) as form:
        text, file = form.get("text", ""), form.get("file")
        name = (file.filename or "") if isinstance(file, UploadFile) else ""
        data = await file.read() if isinstance(file, UploadFile) else b""
        return Pasted(text if isinstance(text, str) else "", name, data)
