"""Where one paragraph ends and the next begins, in all the ways that plain text shows it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

# \r\n is one break; the others are those of str.splitlines.
LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
NARROWEST, WIDEST = 30, 100  # characters a line; nobody wraps by hand outside these
RUNNING_SHARE = 0.4  # of the line breaks; wrapped prose has twice that, other text hardly any


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    body: str

    @property
    def indent(self) -> int:
        return self.end - self.start - len(self.body)


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of every paragraph that is not blank, in order.

    A blank line ends a paragraph. So does a single line break, unless the text is hard-wrapped
    (as e-mail and old wire copy are) and the break is one that wrapping made.
    """
    lines = _lines(text)
    width = _wrapped_width(lines)
    spans: list[tuple[int, int]] = []
    previous: _Line | None = None
    for line in lines:
        if previous and _made_by_wrapping(previous, line, width):
            spans[-1] = (spans[-1][0], line.end)
        elif line.body:
            spans.append((line.start, line.end))
        previous = line
    return spans


def _lines(text: str) -> list[_Line]:
    found, start = [], 0
    for end, after in _breaks(text):
        content = text[start:end].rstrip()
        found.append(_Line(start, start + len(content), content.lstrip()))
        start = after
    return found


def _breaks(text: str) -> Iterator[tuple[int, int]]:
    for match in LINE_BREAK.finditer(text):
        yield match.span()
    yield len(text), len(text)


def _wrapped_width(lines: Sequence[_Line]) -> int:
    """The width at which the text is hard-wrapped; 0 for text that is not.

    The width is that of the longest line that others follow, leaving out one in twenty for the
    odd address that did not fit. The proof of wrapping is that lines run on: filled to the width,
    and broken in the middle of a sentence.
    """
    pairs = [(line, after) for line, after in pairwise(lines) if line.body and after.body]
    widths = sorted(line.end - line.start for line, _ in pairs if " " in line.body)
    if not widths:
        return 0
    width = widths[-1 - len(widths) // 20]
    if not NARROWEST <= width <= WIDEST:
        return 0
    running = sum(_filled(*pair, width) and _mid_sentence(*pair) for pair in pairs)
    return width if running >= RUNNING_SHARE * len(pairs) else 0


def _made_by_wrapping(line: _Line, after: _Line, width: int) -> bool:
    """A further indent starts a paragraph, as wire copy has it; so does a line left unfilled."""
    if not (width and line.body and after.body):
        return False
    return _filled(line, after, width) and after.indent <= line.indent


def _filled(line: _Line, after: _Line, width: int) -> bool:
    """Whether the next line's first word would not have fitted on this line."""
    return line.end - line.start + 1 + len(after.body.split(maxsplit=1)[0]) > width


def _mid_sentence(line: _Line, after: _Line) -> bool:
    ended = line.body.rstrip("\"'”’)]")[-1:] in ".!?:…؟۔。"
    return not ended and after.body[0].isalnum() and not after.body[0].isupper()
