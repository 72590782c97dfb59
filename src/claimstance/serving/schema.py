"""What `POST /predict` takes and gives, as its OpenAPI description says it."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from claimstance.records import Stance


def _whole(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("half a character (a lone surrogate like \\ud83d): repair it") from None
    return value


Text = Annotated[str, AfterValidator(_whole)]


class Facts(BaseModel):
    """What may be known of an article."""

    id: Text = ""
    title: Text = ""
    source: Text = ""
    url: Text = ""
    published: Text = ""


class GivenArticle(Facts):
    """An article; only its text is read."""

    model_config = ConfigDict(extra="forbid")

    text: Text


class Given(Facts):
    """One article, or a list of articles."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": "The minister denied the report."}]},
    )

    text: Text | None = None
    articles: list[GivenArticle] | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.text is None) == (self.articles is None):
            raise ValueError('give either "text" or "articles"')
        return self

    def rows(self) -> list[tuple[str, dict[str, Any]]]:
        """Each article as a row, with the words that name it in an error."""
        if self.articles is None:
            return [("the article", self.model_dump(exclude={"articles"}))]
        return [
            (f"articles[{number}]", article.model_dump())
            for number, article in enumerate(self.articles)
        ]


class Row(BaseModel):
    """A sentence; offsets are code points into the article's text, spans empty or null if none."""

    article_id: str
    article_title: str
    article_source: str
    article_url: str
    article_published: str
    paragraph: int
    index: int
    start: int
    end: int
    text: str
    stance: Stance
    score: float
    abstained: bool
    probabilities: dict[Stance, float]
    source: str | None
    source_start: int | None
    source_end: int | None
    source_confidence: float | None
    cue: str | None
    cue_start: int | None
    cue_end: int | None
    cue_confidence: float | None
    claim: str | None
    claim_start: int | None
    claim_end: int | None
    claim_confidence: float | None
    model: str


class Answer(BaseModel):
    """A row a sentence, as `claimstance predict` writes them."""

    rows: list[Row]


class Refusal(BaseModel):
    """Why there is no answer, and what to do."""

    error: str = Field(examples=["articles[0]: 120,000 characters, over the limit of 100,000"])
