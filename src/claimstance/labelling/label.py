"""Labelling sentences: gold where there is gold, rules elsewhere, a review list for the rest."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from claimstance.console import progress, say
from claimstance.errors import LabelError
from claimstance.labelling.alignment import Alignment, align
from claimstance.labelling.lexicon import Lexicon
from claimstance.labelling.rules import vote
from claimstance.labelling.votes import resolve
from claimstance.reading.articles import open_inputs, read_articles
from claimstance.reading.gold import GoldArticle, is_gold, read_gold
from claimstance.reading.sentences import split_sentences
from claimstance.records import Article, LabelledSentence, Origin, Sentence, Vote


@dataclass(frozen=True, slots=True)
class Undecided:
    """A sentence without a gold label on which the rules conflict or abstain."""

    sentence: Sentence
    votes: tuple[Vote, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """Every sentence of the inputs, labelled or undecided, and how the gold cuts were met."""

    items: tuple[LabelledSentence, ...]
    undecided: tuple[Undecided, ...]
    alignments: tuple[Alignment, ...]


def label_inputs(inputs: Sequence[str], lexicon: Lexicon, max_chars: int) -> Labelled:
    """Read and label everything; a sentence with a gold label keeps it, whatever the rules say.

    Raises:
        ArticleError, LabelError: an input cannot be read, or two articles share an id.
    """
    gold, plain = _sort_inputs(inputs)
    items = [_with_votes(item, lexicon) for article in gold for item in article.sentences]
    known = _places(items)
    undecided: list[Undecided] = []
    for sentence in _cut(plain, max_chars) if plain else ():
        reviewed = known.get((sentence.article_id, sentence.text))
        if reviewed:  # the label is gold, the place is in the article
            at = reviewed.pop(0)
            items[at] = replace(items[at], sentence=sentence)
        else:
            votes = vote(sentence.text, lexicon)
            resolution = resolve(votes)
            if resolution.stance is None:
                undecided.append(Undecided(sentence, votes, resolution.reason))
            else:
                items.append(LabelledSentence(sentence, resolution.stance, Origin.RULE, votes))
    return Labelled(tuple(items), tuple(undecided), tuple(_alignments(gold)))


def label_extra(
    paths: Sequence[Path], lexicon: Lexicon, known: AbstractSet[str]
) -> list[LabelledSentence]:
    """The gold sentences of labelled files that are only ever trained on, with their votes.

    Raises:
        LabelError: a file cannot be read, carries no labels, or has an article that is `known`
            from elsewhere: it could stand in two splits.
    """
    items: list[LabelledSentence] = []
    for path in dict.fromkeys(paths):
        if not path.is_file():
            raise LabelError(f"{path}: no such file; --extra takes labelled .jsonl files")
        if not is_gold(path):
            raise LabelError(
                f"{path}: carries no labels; --extra takes labelled .jsonl files, articles without "
                "labels go among the inputs"
            )
        articles = read_gold(path)
        for part in articles:
            if part.article.id in known:
                raise LabelError(
                    f'{path}: the article "{part.article.id}" is known already; sentences of one '
                    "article stay in one split: pass the file as an input, not with --extra"
                )
        items += [_with_votes(item, lexicon) for part in articles for item in part.sentences]
    return items


def _sort_inputs(inputs: Sequence[str]) -> tuple[list[GoldArticle], list[str]]:
    """Gold articles, and the names of the inputs that carry no labels.

    Loose sentences of one article may come from several files, as from two rounds of review.
    """
    gold: dict[str, GoldArticle] = {}
    plain: list[str] = []
    for item in open_inputs(inputs):
        if item.path is None or not is_gold(item.path):
            plain.append(str(item.path or "-"))
            continue
        for article in read_gold(item.path):
            key = article.article.id
            before = gold.get(key)
            if before and not (before.loose and article.loose):
                raise LabelError(f'{item.name}: a second article with the id "{key}"; rename one')
            earlier = before.sentences if before else ()
            gold[key] = replace(article, sentences=earlier + article.sentences)
    return list(gold.values()), plain


def _cut(inputs: Sequence[str], max_chars: int) -> Iterator[Sentence]:
    with progress("labelling articles", None) as bar:
        for article in _articles(inputs, max_chars):
            yield from split_sentences(article)
            bar.advance()


def _articles(inputs: Sequence[str], max_chars: int) -> Iterator[Article]:
    """Each article once; one that comes again is passed over.

    LabelError when two articles have one id and different texts: their rows could not be told
    apart.
    """
    texts: dict[str, str] = {}
    for name in inputs:
        for article in read_articles([name], max_chars, say):
            text = texts.get(article.id)
            if text is None:
                texts[article.id] = article.text
                yield article
            elif text != article.text:
                raise LabelError(
                    f'{name}: two articles with the id "{article.id}" and different texts: '
                    "give each an id of its own"
                )


def _places(items: Sequence[LabelledSentence]) -> dict[tuple[str, str], list[int]]:
    """Where in `items` the sentences of an article stand, by their text."""
    places: dict[tuple[str, str], list[int]] = {}
    for at, item in enumerate(items):
        places.setdefault((item.sentence.article_id, item.sentence.text), []).append(at)
    return places


def _with_votes(item: LabelledSentence, lexicon: Lexicon) -> LabelledSentence:
    return replace(item, votes=vote(item.sentence.text, lexicon))


def _alignments(gold: Sequence[GoldArticle]) -> Iterator[Alignment]:
    """Running articles only: loose sentences and contrast groups never stood in one text."""
    for article in gold:
        if not article.loose and not all(item.group for item in article.sentences):
            yield align(article, split_sentences(article.article))
