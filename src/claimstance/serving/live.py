"""The live page: the report's own view under a form."""

from claimstance.page.content import content
from claimstance.page.render import render
from claimstance.records import Prediction
from claimstance.serving.articles import SUFFIXES, Pasted
from claimstance.serving.limits import Limits

FORM_ACTION = "'self'"


def live_page(
    limits: Limits,
    pasted: Pasted | None = None,
    predictions: list[Prediction] | None = None,
    problems: list[str] | None = None,
) -> str:
    """The page with its form, and below it the articles."""
    pasted = pasted or Pasted()
    shown = content(predictions or [], title=pasted.name or "What is asserted, denied, disputed")
    form = {"pasted": pasted, "problems": problems or [], "limits": limits, "suffixes": SUFFIXES}
    return render("live.html", shown | form, FORM_ACTION)
