"""Articles cut into sentences: sentencex decides, and a few of its habits are corrected here."""

import re
from collections.abc import Iterable, Iterator

from claimstance.reading.paragraphs import paragraph_spans
from claimstance.records import Article, Sentence

# sentencex needs more than linear time in places, so it gets this many characters at once.
BLOCK = 10_000
# A longer piece with quotation marks is not one quotation: a mark is missing or stray.
LONGEST_QUOTATION = 700

# Titles and the like that sentencex does not know, or does not know everywhere.
_ABBREVIATION = re.compile(
    r"\b(Ms|Mx|Hj|Spc|Tpr|Ofc|Dep|Cllr|Ald|Amb|Const|Lieut|Cmdt|Atty|Ven|Eng"
    r"|Cols|Gens|Govs|Profs|e\.g|approx|ca)\.(?=\s+[\w“\"‘'])"
)
# Words that it takes for abbreviations (Maine, Illinois, a number) and that end sentences: small
# ones, months that are never shortened, and capitals (DC, LA) before a word that is not.
_WORD_AND_END = re.compile(
    r"\b(?:arc|art|fed|id|ill|may|me|min|miss|no|ok|op|ore|May|OK"
    r"|(?!(?:MR|MRS|MS|DR|ST|JR|SR|LT|GEN|COL|MAJ|SGT|SEN|REP|GOV|NO|RT)\b)[A-Z]{2,})\."
    r"(?=[”\"’']*\s+[“\"‘'(\[]*[A-Z][a-z]*\b(?!\.))"
)
_QUOTATION_MARK = re.compile(r"[\"“”„«»]|(?<!\w)['‘]|['’](?!\w)")
_SPACE = re.compile(r"\s")
_WORD = re.compile(r"[^\W_]")


def split_sentences(article: Article) -> list[Sentence]:
    """The sentences of an article, in order, without the white space around them.

    `article.text[start:end] == sentence.text` to the letter, and every character that is not
    white space lies in exactly one sentence. A paragraph's end is a sentence's end. A quotation
    stays in one piece with its speaker, even when it holds several sentences. A run of signs
    without a letter or digit belongs to the sentence before it; it stands alone only where it is
    the whole paragraph.
    """
    text = article.text
    spans = (
        (paragraph, *span)
        for paragraph, (start, end) in enumerate(paragraph_spans(text))
        for span in _sentence_spans(text[start:end], start)
    )
    return [
        Sentence(article.id, index, start, end, text[start:end], paragraph)
        for index, (paragraph, start, end) in enumerate(spans)
    ]


def _sentence_spans(paragraph: str, offset: int) -> list[tuple[int, int]]:
    """The sentences of one paragraph, as offsets into the article."""
    visible = _corrected(paragraph)
    spans: list[tuple[int, int]] = []
    for start, end in _stripped(paragraph, _ends(visible)):
        if spans and not _WORD.search(paragraph, start, end):
            spans[-1] = (spans[-1][0], end)
        elif len(spans) == 1 and not _WORD.search(paragraph, *spans[0]):
            spans[0] = (spans[0][0], end)
        else:
            spans.append((start, end))
    return [(start + offset, end + offset) for start, end in spans]


def _corrected(paragraph: str) -> str:
    """The paragraph as sentencex should see it, each character in its place.

    All white space is the plain kind: a wrapped line's end joins words, and sentencex crashes on
    a no-break space after an initial. "…" is a full stop; a stop that ends nothing is a comma, and
    one that surely ends a sentence an exclamation mark.
    """
    text = _SPACE.sub(" ", paragraph).replace("…", ".")
    text = _ABBREVIATION.sub(r"\1,", text)
    return _WORD_AND_END.sub(lambda found: found[0][:-1] + "!", text)


def _ends(text: str) -> Iterator[int]:
    """Where pieces end, ascending; a quotation that cannot be one is cut sentence by sentence."""
    start = 0
    for end in [*_boundaries(text), len(text)]:
        if end - start > LONGEST_QUOTATION:
            piece = text[start:end]
            plain = _QUOTATION_MARK.sub(" ", piece)
            yield from (start + _at_space(piece, plain, cut) for cut in _boundaries(plain))
        yield end
        start = end


def _at_space(piece: str, plain: str, cut: int) -> int:
    """A cut among blanked quotation marks, moved to the first real space: a closing mark stays."""
    while cut and plain[cut - 1].isspace():
        cut -= 1
    while cut < len(piece) and plain[cut].isspace() and not piece[cut].isspace():
        cut += 1
    return cut


def _boundaries(text: str) -> Iterator[int]:
    """sentencex's boundaries, except the one at the end of the text, in linear time.

    The last piece of a block is cut again with the next block. One that fills a whole block is
    no sentence, and ends with the block's last word.
    """
    from sentencex import get_sentence_boundaries

    start = 0
    while start < len(text):
        block = text[start : start + BLOCK]
        ends = [found["end_index"] for found in get_sentence_boundaries("en", block)][:-1]
        yield from (start + end for end in ends)
        if start + BLOCK >= len(text):
            return
        step = ends[-1] if ends else block.rfind(" ") + 1 or BLOCK
        if not ends:
            yield start + step
        start += step


def _stripped(text: str, ends: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The pieces between the ends, without white space around them; empty ones left out."""
    start = 0
    for end in ends:
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            yield left, right
        start = max(start, end)
