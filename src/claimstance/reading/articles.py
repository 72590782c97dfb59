"""Articles from files, folders, globs and stdin: checked first, then read one at a time."""

import glob
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from claimstance.errors import ArticleError
from claimstance.reading.formats import READERS, read_stdin
from claimstance.reading.rows import Limits
from claimstance.records import Article

STDIN = "-"
ONE_ARTICLE: tuple[str, ...] = (".txt", ".md", ".html", ".htm")  # the others hold rows
SUFFIXES: tuple[str, ...] = tuple(READERS)


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read, or stdin when there is no path; `name` is what errors call it."""

    name: str
    path: Path | None = None


def open_inputs(inputs: Sequence[str]) -> list[Input]:
    """Every file behind the given files, folders, globs and "-", each once, in the order given.

    Folders are searched recursively, in sorted order, for files with a known suffix; hidden
    files and folders are passed over. ArticleError when an input leads to nothing readable.
    """
    if not inputs:
        raise ArticleError('no articles given: name a file, a folder, a glob, or "-" for stdin')
    found: dict[str, Input] = {}
    for given in inputs:
        for item in _expand(given):
            found.setdefault(str(item.path.resolve()) if item.path else STDIN, item)
    return list(found.values())


def read_articles(
    inputs: Sequence[str],
    max_chars: int = 1_000_000,
    warn: Callable[[str], None] | None = None,
) -> Iterator[Article]:
    """The articles of all inputs, one at a time, so that memory does not grow with their number.

    All inputs are checked before this returns; what is inside them is read (and ArticleError
    raised, with `file:line`) as the iterator advances. `warn` is told of every file whose
    encoding had to be guessed. An article's id is its row's own `id`, or comes from its text.
    """
    return _read(open_inputs(inputs), Limits(max_chars, warn or _ignore))


def count_articles(inputs: Sequence[str]) -> int | None:
    """How many articles the inputs hold, if each is a file of one; None where rows decide."""
    found = open_inputs(inputs)
    single = all(item.path and item.path.suffix.lower() in ONE_ARTICLE for item in found)
    return len(found) if single else None


def _read(inputs: Sequence[Input], limits: Limits) -> Iterator[Article]:
    for item in inputs:
        if item.path is None:
            yield from read_stdin(item.name, limits)
            continue
        try:
            yield from READERS[item.path.suffix.lower()](item.path, item.name, limits)
        except OSError as error:
            raise ArticleError(
                f"{item.name}: cannot be read ({error.strerror or error})"
            ) from error


def _ignore(message: str) -> None:
    pass


def _expand(given: str) -> list[Input]:
    if given == STDIN:
        return [Input("stdin")]
    if not given.strip():
        raise ArticleError('an input is blank: name a file, a folder, a glob, or "-" for stdin')
    path = Path(given)
    if path.is_dir():
        return _folder(path)
    if path.exists():
        return [_file(path)]
    if glob.has_magic(given):
        return _glob(given)
    raise ArticleError(f"{given}: no such file or folder: check the path")


def _file(path: Path) -> Input:
    if path.suffix.lower() not in READERS:
        kind = f'unknown suffix "{path.suffix}"' if path.suffix else "no suffix"
        raise ArticleError(f"{path}: {kind}: articles are {_known()} files")
    try:
        size = path.stat().st_size if path.is_file() else 1
        if path.is_file():
            path.open("rb").close()
    except OSError as error:
        raise ArticleError(f"{path}: cannot be read ({error.strerror or error})") from error
    if size == 0:
        raise ArticleError(f"{path}: empty file: fill it or leave it out")
    return Input(str(path), path)


def _folder(path: Path) -> list[Input]:
    files = _articles_below(path)
    if not files:
        raise ArticleError(f"{path}: no articles in this folder: put {_known()} files there")
    return [_file(file) for file in files]


def _articles_below(folder: Path) -> list[Path]:
    below = [file for file in folder.rglob("*") if file.suffix.lower() in READERS]
    shown = [file for file in below if not _hidden(file.relative_to(folder)) and file.is_file()]
    return sorted(shown, key=lambda file: file.relative_to(folder).parts)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _glob(pattern: str) -> list[Input]:
    found = glob.glob(pattern, recursive=True)  # noqa: PTH207 (Path.glob: no absolute patterns)
    matches = [Path(match) for match in sorted(found)]
    if not matches:
        raise ArticleError(f"{pattern}: nothing matches: check the pattern, and quote it")
    files: list[Path] = []
    for match in matches:
        if match.is_dir():
            files += _articles_below(match)
        elif match.suffix.lower() in READERS:
            files.append(match)
    if not files:
        raise ArticleError(
            f"{pattern}: none of the {len(matches):,} matches is an article: {_known()} files count"
        )
    return [_file(file) for file in files]


def _known() -> str:
    return ", ".join(SUFFIXES[:-1]) + " or " + SUFFIXES[-1]
