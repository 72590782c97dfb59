"""What a page shows for some predictions."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from claimstance.evaluation.tables import counted
from claimstance.ledger import Ledger
from claimstance.ledger.claims import sentence_of
from claimstance.page.claims import claim_table
from claimstance.page.symbols import shown
from claimstance.page.timeline import timeline
from claimstance.page.view import mark_articles
from claimstance.records import Prediction

OPEN = 3  # articles that are not folded; with more of them, all are
SOURCES = 200  # that the filter offers


def content(
    predictions: Sequence[Prediction], title: str = "", ledger: Ledger | None = None
) -> dict[str, Any]:
    """Everything that the templates name; without a title it is the article's, or their number."""
    articles = mark_articles(predictions)
    marked = [row for item in articles for part in item.paragraphs for row in part]
    first = articles[0].article if articles else None
    only = (first.title or first.id) if first and len(articles) == 1 else ""
    anchors = {
        sentence_of(prediction): row.anchor
        for prediction, row in zip(reversed(predictions), reversed(marked), strict=True)
    }  # of two in the same place the first
    sources = Counter(row.source for row in marked if row.source)
    return {
        "title": title or only or f"Claims in {counted(len(articles), 'article')}",
        "articles": articles,
        "total": len(predictions),
        "counts": Counter(map(shown, predictions)),
        "models": sorted({row.model for row in predictions}),
        "timeline": timeline((item.article.published, item.counts) for item in articles),
        "sources": [source for source, _ in sources.most_common(SOURCES)],
        "spans": any(row.spans for row in predictions),
        "ledger": claim_table(ledger, anchors) if ledger else None,
        "counted": counted,
        "OPEN": OPEN,
    }
