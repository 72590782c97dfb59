"""Where predictions are to go, as `--out` and `--format` say it."""

from dataclasses import dataclass
from pathlib import Path

from claimstance.errors import OutputError
from claimstance.prediction.formats import Format


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of parts, and the file that they are joined to when all are there, if any."""

    name: str
    folder: Path
    file: Path | None
    format: Format

    @property
    def errors(self) -> Path:
        """The list of what could not be read."""
        return Path(f"{self.file}.errors.jsonl") if self.file else self.folder / "_errors.jsonl"

    @property
    def written(self) -> tuple[Path, ...]:
        """The files and folders that a run writes."""
        return (self.folder, self.errors, *([self.file] if self.file else []))

    def part(self, number: int) -> Path:
        """The rows of one shard."""
        return self.folder / f"part-{number:07}.{self.format}"


def place_of(out: str | None, form: Format | None = None) -> Place | None:
    """The place that the options name; None for standard output.

    A folder is meant where the name ends with a slash or a format is given; its parts are Parquet
    unless the format says otherwise. Else it is a file, and its suffix says the format; of a link
    it is the file that the link leads to.

    Raises:
        OutputError: the suffix is unknown, or a format is given beside it, or a file stands where
            a folder is meant, or the other way round.
    """
    if out is None:
        if form:
            raise OutputError(f"--format {form}: standard output is JSON lines; name a --out")
        return None
    path = Path(out)
    known = path.suffix.lower()[1:] in list(Format)
    if form and known and not out.endswith("/"):
        raise OutputError(
            f"{out}: is named as a file; leave out --format, or name a folder, {out}/"
        )
    if form or out.endswith("/"):
        if path.is_file():
            raise OutputError(f"{out}: is a file; name a folder, or leave out --format")
        return Place(out, path, None, form or Format.PARQUET)
    if not known:
        suffixes = ", ".join(f".{each}" for each in Format)
        raise OutputError(f"{out}: predictions are written as {suffixes} files")
    if path.is_dir():
        raise OutputError(f"{out}: is a folder; name a file, or {out}/ for a folder of parts")
    form = Format(path.suffix.lower()[1:])
    path = path.resolve() if path.is_symlink() else path
    return Place(out, path.with_name(f".{path.name}.parts"), path, form)
