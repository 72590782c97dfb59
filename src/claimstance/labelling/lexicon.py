"""The cue lexicon: phrases an analyst writes in YAML, compiled once."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

import yaml

from claimstance.errors import ConfigError
from claimstance.labelling.phrases import PhraseError, phrase_pattern

# Where a cue may begin: at a word or at a mark, never inside a word.
_AT = r"(?:(?<!\w)(?=\w)|(?=[,;]))"


class Section(StrEnum):
    """The sections of the lexicon; `configs/cues.yaml` says what each one does."""

    BE = "be"
    NEGATION = "negation"
    DEGREE = "degree"
    REPORT = "report"
    UNTRUE = "untrue"
    REPORTING = "reporting"
    HEDGE = "hedge"
    DENIAL = "denial"
    REJECTION = "rejection"
    FALSITY = "falsity"
    CORRECTION = "correction"
    DISPUTE = "dispute"
    OPEN = "open"
    COUNTER = "counter"
    PSEUDO = "pseudo"
    HOMONYM = "homonym"
    UNREAL = "unreal"
    CONDITIONAL = "conditional"
    CONTRAST = "contrast"
    CONCESSION = "concession"
    RELATIVE = "relative"
    SUSPICION = "suspicion"
    FURNITURE = "furniture"
    COMMAND = "command"
    WISH = "wish"


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase found in a sentence: its section and its code points, end-exclusive."""

    section: Section
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One compiled pattern a section."""

    patterns: Mapping[Section, re.Pattern[str]]

    @classmethod
    def load(cls, path: Path) -> "Lexicon":
        """Read and compile a lexicon.

        Raises ConfigError, one line, for a missing file, an unknown or missing section, an
        empty phrase, a value of the wrong type and a phrase that breaks the syntax.
        """
        sections = _read(path)
        _check_names(path, sections)
        sources: dict[str, str] = {}
        for name, phrases in sections.items():
            sources[name] = _section_pattern(path, name, phrases, sources)
        compiled = {Section(name): re.compile(_AT + src) for name, src in sources.items()}
        return cls(MappingProxyType(compiled))

    def find(self, section: Section, folded: str) -> tuple[Cue, ...]:
        """The cues of a section in a text that went through `phrases.fold`, left to right."""
        found = self.patterns[section].finditer(folded)
        return tuple(_cue(section, match) for match in found if match[0])


def _cue(section: Section, match: re.Match[str]) -> Cue:
    trimmed = match[0].rstrip(" \t\n\"'“”‘’«»")
    return Cue(section, match.start(), match.start() + len(trimmed))


def _read(path: Path) -> dict[str, object]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path} not found: name a lexicon such as configs/cues.yaml") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name}: cannot be read ({type(error).__name__})") from error
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{path.name}: is not valid YAML: {reason}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{path.name}: must be a mapping of sections to lists of phrases")
    return {str(name): phrases for name, phrases in content.items()}


def _check_names(path: Path, sections: Mapping[str, object]) -> None:
    known = [section.value for section in Section]
    for name in sections:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
            raise ConfigError(f'{path.name}: unknown section "{name}", did you mean "{near}"?')
    for name in known:
        if name not in sections:
            raise ConfigError(f'{path.name}: section "{name}" is missing: add it (it may be [])')


def _section_pattern(path: Path, name: str, phrases: object, above: Mapping[str, str]) -> str:
    if not isinstance(phrases, list):
        raise ConfigError(f'{path.name}: section "{name}" must be a list of phrases')
    patterns = [
        _phrase(f"{path.name}: {name}, phrase {number}", phrase, above)
        for number, phrase in enumerate(phrases, start=1)
    ]
    return f"(?:{'|'.join(patterns)})" if patterns else "(?!)"


def _phrase(where: str, phrase: object, above: Mapping[str, str]) -> str:
    if not isinstance(phrase, str):
        raise ConfigError(f'{where}: must be text, not {phrase!r}: put it in "quotes"')
    if not phrase.strip():
        raise ConfigError(f"{where}: is empty")
    try:
        return phrase_pattern(phrase, above)
    except PhraseError as error:
        raise ConfigError(f'{where} "{phrase}": {error}') from error
