"""Articles from files, folders, globs and stdin: checked first, then read one at a time.

What is missing is an error before anything is read. What is there and cannot be read is an
`Unreadable` among the articles, or, for those who cannot do without it, an error as well.
"""

import glob
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from claimstance.errors import ArticleError, PrerequisiteError
from claimstance.reading.formats import ONE_ARTICLE, READERS, read_stdin
from claimstance.reading.rows import Limits, Read, printable
from claimstance.records import Article, Unreadable

STDIN = "-"
_WITH_COLUMNS = (".csv", ".parquet")
SUFFIXES: tuple[str, ...] = tuple(READERS)


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read, or stdin when there is no path; `name` is what errors call it."""

    name: str
    path: Path | None = None


def open_inputs(inputs: Sequence[str], written: Sequence[Path] = ()) -> list[Input]:
    """Every file behind the given files, folders, globs and "-", each once, in the order given.

    Folders are searched recursively, in sorted order, for files with a known suffix; hidden
    files and folders are passed over, and so is what will be written: these files and folders.
    ArticleError when an input leads to nothing or to nothing else, or names a file that cannot be
    opened, is empty, or has no column of texts.
    """
    if not inputs:
        raise ArticleError('no articles given: name a file, a folder, a glob, or "-" for stdin')
    found: dict[Path, Input] = {}
    ours = {path.resolve() for path in written}
    for given in inputs:
        places = [(item.path.resolve() if item.path else Path(), item) for item in _expand(given)]
        others = [(path, item) for path, item in places if ours.isdisjoint([path, *path.parents])]
        if not others:
            raise ArticleError(f"{given}: this run would write there: choose another --out")
        for path, item in others:
            found.setdefault(path, item)
    for item in found.values():
        _check_columns(item)
    return list(found.values())


def read_inputs(
    inputs: Sequence[Input], max_chars: int, warn: Callable[[str], None]
) -> Iterator[Article | Unreadable]:
    """All articles, one at a time, and in their place those that cannot be read.

    Where a file breaks off in the middle, the rest of it is one `Unreadable`. `warn` is told of
    every file whose encoding had to be guessed. An article's id is its row's own `id`, or comes
    from its text.
    """
    for item in inputs:
        for read in _read(item, Limits(max_chars, warn)):
            yield _unreadable(item.name, read) if isinstance(read, ArticleError) else read


def read_articles(
    inputs: Sequence[str],
    max_chars: int = 1_000_000,
    warn: Callable[[str], None] | None = None,
) -> Iterator[Article]:
    """The articles of all inputs, one at a time, so that memory does not grow with their number.

    All inputs are checked before this returns; what is inside them is read (and ArticleError
    raised, with `file:line`) as the iterator advances.
    """
    return _strict(read_inputs(open_inputs(inputs), max_chars, warn or _ignore))


def count_articles(inputs: Sequence[Input]) -> int | None:
    """How many articles the inputs hold, if each is a file of one; None where rows decide."""
    single = all(item.path and item.path.suffix.lower() in ONE_ARTICLE for item in inputs)
    return len(inputs) if single else None


def _read(item: Input, limits: Limits) -> Iterator[Read]:
    try:
        if item.path is None:
            yield from read_stdin(item.name, limits)
        elif item.path.is_file() and item.path.stat().st_size == 0:
            yield _empty(item.name)
        else:
            yield from READERS[item.path.suffix.lower()](item.path, item.name, limits)
    except PrerequisiteError:
        raise
    except ArticleError as error:
        yield error
    except OSError as error:
        yield ArticleError(f"{item.name}: cannot be read ({error.strerror or error})")


def _strict(found: Iterator[Article | Unreadable]) -> Iterator[Article]:
    for item in found:
        if isinstance(item, Unreadable):
            raise ArticleError(str(item))
        yield item


def _unreadable(name: str, error: ArticleError) -> Unreadable:
    """The error's message in two: the name with what follows it up to a colon, and the rest."""
    below, _, reason = str(error).removeprefix(name).partition(": ")
    return Unreadable(name + below, reason)


def _check_columns(item: Input) -> None:
    """PrerequisiteError for a table without texts, before hours are spent on those before it."""
    if item.path and item.path.suffix.lower() in _WITH_COLUMNS and item.path.is_file():
        next(_read(item, Limits(1, _ignore)), None)


def _empty(name: str) -> ArticleError:
    return ArticleError(f"{name}: empty file: fill it or leave it out")


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
        raise _empty(printable(path))
    return Input(printable(path), path)


def _folder(path: Path) -> list[Input]:
    files = _articles_below(path)
    if not files:
        raise ArticleError(f"{path}: no articles in this folder: put {_known()} files there")
    return [Input(printable(file), file) for file in files]


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
    return [Input(printable(file), file) for file in files]


def _known() -> str:
    return ", ".join(SUFFIXES[:-1]) + " or " + SUFFIXES[-1]
