"""The cue lexicon: the phrase syntax, and what a broken file says."""

from pathlib import Path

import pytest
import yaml

from claimstance.errors import ConfigError
from claimstance.labelling.lexicon import Lexicon, Section
from claimstance.labelling.phrases import fold, inflections

SHIPPED = Path(__file__).parents[2] / "configs" / "cues.yaml"


def write(folder: Path, **sections: object) -> Path:
    content = {section.value: [] for section in Section} | sections
    path = folder / "cues.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def found(folder: Path, phrase: str, text: str) -> list[str]:
    lexicon = Lexicon.load(write(folder, denial=[phrase]))
    return [text[cue.start : cue.end] for cue in lexicon.find(Section.DENIAL, fold(text))]


def test_the_shipped_lexicon_loads_and_fills_every_section():
    lexicon = Lexicon.load(SHIPPED)
    assert set(lexicon.patterns) == set(Section)
    assert not any(pattern.search("") for pattern in lexicon.patterns.values())


@pytest.mark.parametrize(
    ("phrase", "text", "cues"),
    [
        ("deny~", "He denies it; they denied it.", ["denies", "denied"]),
        ("deny~", "An undeniable fact", []),
        ("false", "FALSE, he said", ["FALSE"]),
        ("a hoax|no truth in", "There is no truth in it", ["no truth in"]),
        ("(is|was) (all)? false", "It was false, it is all false", ["was false", "is all false"]),
        ("cast * doubt", "They cast some serious doubt on it", ["cast some serious doubt"]),
        ("cast * doubt", "They cast off, without doubt", []),
        ("cast * doubt", "cast one two three four five doubt", []),
        ("didn't deny", "She didnt deny it, he didn’t deny it", ["didnt deny", "didn’t deny"]),
        ("called it a lie", "She called it “a lie” twice", ["called it “a lie"]),
        ("photo:", "Photo: a heron", ["Photo:"]),
        (", a charge", "They left, a charge he denies", [", a charge"]),
    ],
)
def test_phrase_syntax(tmp_path, phrase, text, cues):
    assert found(tmp_path, phrase, text) == cues


def test_a_phrase_may_use_a_section_above_it(tmp_path):
    lexicon = Lexicon.load(write(tmp_path, report=["claim|rumour"], denial=["scorn~ the <report>"]))
    assert lexicon.find(Section.DENIAL, "he scorned the rumour")


def test_offsets_survive_letters_whose_lower_case_is_longer():
    text = "İn İzmir she denied it"
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("deny", ("deny", "denies", "denied", "denying")),
        ("dispute", ("dispute", "disputes", "disputed", "disputing")),
        ("dismiss", ("dismiss", "dismisses", "dismissed", "dismissing")),
        ("play", ("play", "plays", "played", "playing")),
    ],
)
def test_inflections(verb, forms):
    assert inflections(verb) == forms


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"deniel": ["x"]}, 'cues.yaml: unknown section "deniel", did you mean "denial"?'),
        ({"denial": ["a", "  "]}, "cues.yaml: denial, phrase 2: is empty"),
        ({"denial": [False]}, 'cues.yaml: denial, phrase 1: must be text, not False: put it in "q'),
        ({"denial": "denied"}, 'cues.yaml: section "denial" must be a list of phrases'),
        ({"denial": ["(a|b"]}, 'cues.yaml: denial, phrase 1 "(a|b": brackets or ? do not match'),
        ({"denial": ["<wish>"]}, "<wish> is no section that stands above it"),
        ({"denial": ["a ~ b"]}, 'cues.yaml: denial, phrase 1 "a ~ b": stray "~"'),
    ],
)
def test_a_broken_lexicon_says_where_in_one_line(tmp_path, sections, message):
    with pytest.raises(ConfigError) as error:
        Lexicon.load(write(tmp_path, **sections))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_section_and_a_missing_file(tmp_path):
    path = tmp_path / "cues.yaml"
    with pytest.raises(ConfigError, match="not found"):
        Lexicon.load(path)
    path.write_text("denial: [denied]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match='section "be" is missing'):
        Lexicon.load(path)
    path.write_text("denial: [denied\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="not valid YAML"):
        Lexicon.load(path)
