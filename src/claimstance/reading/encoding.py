"""Bytes to text: the certain is decoded, the likely decoded and named, the rest refused."""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from claimstance.errors import ArticleError

# The UTF-32 marks come first: the little-endian one begins with the UTF-16 one.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CONVERT = "convert it to UTF-8, e.g. iconv -f ENCODING -t UTF-8"

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")  # U+FFFD: a byte without a character
_CONTROL_BYTE = re.compile(rb"[\x01-\x08\x0e-\x1f]")
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
# What other encodings turn into when they are read as windows-1252. Three accented letters in a
# row: Cyrillic, Greek, Arabic. A capital accented letter after a small one: Mac Roman quotes. A
# word of two or more accented letters and nothing else: Cyrillic again. A symbol inside a word:
# Polish, Czech, and the code pages of DOS.
_NOT_WESTERN = re.compile(
    r"[À-ÖØ-öø-ÿ]{3}"
    r"|[a-zà-öø-ÿ][À-ÖØ-Þ]"
    r"|(?<![^\W\d_])[À-ÖØ-öø-ÿ]{2}(?![^\W\d_])"
    r"|[^\W\d_][¡-©¬®-³µ¶¸-º¼-¿×÷ƒ†‡ˆ‰™˜‚„][^\W\d_]"
)
_MOST_NON_ASCII = 0.3  # of the characters; a short French sentence with quotes can reach a fifth


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding, and how many bytes its byte order mark takes.

    `guessed` is true where nothing in the file proves the encoding, so that a person should be
    told of it.
    """

    name: str
    mark: int = 0
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text without its byte order mark, and the encoding that it was read in."""

    text: str
    encoding: str
    guessed: bool = False


def decode(data: bytes, where: str) -> Decoded:
    """The text of a whole file, line ends untouched; `where` names it in an error.

    ArticleError when the encoding is neither certain nor likely, or the file is damaged.
    """
    encoding = detect(data, where)
    try:
        text = data[encoding.mark :].decode(encoding.name)
    except UnicodeDecodeError as error:
        raise ArticleError(damaged(where, encoding.name)) from error
    return Decoded(text, encoding.name, encoding.guessed)


def detect(data: bytes, where: str, whole: bool = True, strict: bool = True) -> Encoding:
    """The encoding of a file, or (not `whole`) of a file that begins with this data.

    In this order: a byte order mark; UTF-16 by its pattern of NUL bytes; UTF-8; windows-1252 if
    the result looks like Western text. ArticleError for everything else, and (unless not `strict`)
    for what is plainly UTF-8 but damaged.
    """
    for mark, name in MARKS:
        if data.startswith(mark):
            return Encoding(name, mark=len(mark))
    if b"\0" in data:
        return _utf16(data, where)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=whole)
    except UnicodeDecodeError as error:
        if _mostly_utf8(data):
            if strict:
                raise ArticleError(
                    f"{where}: damaged UTF-8 at {_byte(error)}: repair it, e.g. iconv -c -f UTF-8 "
                    "-t UTF-8 leaves the broken characters out"
                ) from error
            return Encoding("utf-8")
        return _western(data, error, where)
    return Encoding("utf-8")


def damaged(where: str, encoding: str) -> str:
    """The message for a file that begins in one encoding and then breaks its rules."""
    return f"{where}: damaged, or not {encoding} throughout: {CONVERT}"


def _utf16(data: bytes, where: str) -> Encoding:
    """UTF-16 without a mark: one half of each byte pair is often NUL, the other half never."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    name = "utf-16-be" if even > odd else "utf-16-le"
    often = max(even, odd) * 20 >= len(data) // 2  # the spaces alone are one in twenty
    # The high bytes of other scripts look like control characters; ASCII is half NULs.
    spread = (even + odd) * 4 >= len(data) or _CONTROL_BYTE.search(data)
    if often and spread and min(even, odd) == 0:
        text = data.decode(name, errors="replace")
        if not _CONTROL.search(text) and all(unicodedata.category(c) != "Cn" for c in set(text)):
            return Encoding(name, guessed=True)
    raise ArticleError(f"{where}: holds NUL bytes and looks like a binary file: give text in UTF-8")


def _mostly_utf8(data: bytes) -> bool:
    """Whether two thirds of the bytes outside ASCII belong to well-formed UTF-8."""
    outside_ascii = sum(byte > 127 for byte in data)
    valid = sum(len(sequence) for sequence in _UTF8_SEQUENCE.findall(data))
    return valid * 3 >= outside_ascii * 2


def _western(data: bytes, damage: UnicodeDecodeError, where: str) -> Encoding:
    """windows-1252 (Latin-1 with quotes and dashes), when what it gives is plausible."""
    text = data.decode("windows-1252", errors="replace")
    share = len(_NON_ASCII.findall(text)) / len(text)
    if _NOT_TEXT.search(text) or share > _MOST_NON_ASCII or _NOT_WESTERN.search(text):
        raise ArticleError(
            f"{where}: not UTF-8 at {_byte(damage)}, and not Western text either: {CONVERT} "
            "(ENCODING is windows-1251, windows-1256 or whatever wrote the file)"
        )
    return Encoding("windows-1252", guessed=True)


def _byte(damage: UnicodeDecodeError) -> str:
    return f"byte {damage.start:,} (0x{damage.object[damage.start]:02x})"
