"""Errors as answers: what was wrong, and what the sender may do."""

from collections.abc import Awaitable, Callable

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from claimstance.config import nearest
from claimstance.errors import ClaimstanceError
from claimstance.serving.limits import Limits, RefusalError
from claimstance.serving.live import live_page
from claimstance.serving.schema import Given

EXAMPLE = '{"text": "The minister denied the report."}'
FIELDS = [*Given.model_fields]
Told = tuple[int, str, dict[str, str]]  # status, message, headers


def refuser(limits: Limits) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Answers an error: as the page where a person waits for it, else as JSON."""

    async def refuse(request: Request, error: Exception) -> Response:
        status, message, headers = _told(request, error)
        if request.url.path == "/" and "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(live_page(limits, problems=[message]), status, headers)
        return JSONResponse({"error": message}, status, headers)

    return refuse


def _told(request: Request, error: Exception) -> Told:
    if isinstance(error, RefusalError):
        wait = {"retry-after": str(error.retry_after)} if error.retry_after else {}
        return error.status, str(error), wait
    if isinstance(error, ClaimstanceError):
        return 422, str(error), {}
    if isinstance(error, RequestValidationError):
        return _fault(error)
    if isinstance(error, HTTPException):
        return error.status_code, _advice(request, error), dict(error.headers or {})
    return 500, "the server failed: its terminal says how", {}


def _fault(error: RequestValidationError) -> Told:
    """The first thing that is wrong with a body."""
    fault = error.errors()[0]
    if fault["type"] == "json_invalid":
        reason = fault.get("ctx", {}).get("error", "broken")
        return 400, f"not JSON ({reason} at character {fault['loc'][-1]}): send {EXAMPLE}", {}
    place = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"][1:]
    ).lstrip(".")
    if not place and fault["type"] != "value_error":
        return 422, f"send a JSON object with Content-Type: application/json, as {EXAMPLE}", {}
    if fault["type"] == "extra_forbidden":
        return 422, f"{place}: no such field; {nearest(str(fault['loc'][-1]), FIELDS)}", {}
    message = fault["msg"].removeprefix("Value error, ")
    return 422, f"{place}: {message}" if place else f"{message}, as in {EXAMPLE}", {}


def _advice(request: Request, error: HTTPException) -> str:
    path, method = request.url.path, request.method
    if error.status_code == 404:
        return f"nothing at {path}: there are GET /, POST /predict and GET /openapi.json"
    if error.status_code == 405:
        return f"{path} does not take {method}: use {(error.headers or {}).get('Allow', 'another')}"
    return f"{error.detail}: send {EXAMPLE} to POST /predict, or use the page at /"
