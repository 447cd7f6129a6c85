"""Forms with boxes to tick: authorities publish request forms that print every right, and the person ticks one.

What stands beside an empty box was printed, not asked for. It is blanked with spaces, so that offsets stay.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake_bot.classifier.rightnames import right_named
from intake_bot.classifier.sentences import WRAPPED_LINE

Span = tuple[int, int]


@dataclass(frozen=True)
class Boxes:
    """One way to print boxes: the ticked and the empty one."""

    ticked: re.Pattern[str]
    empty: re.Pattern[str]


_START = r"(?:(?<=\s)|^)"
_TICK = "[xX\u00d7\u2713\u2714\u2717\u2718\u03a7\u03c7\u0425\u0445]"  # also the Greek and Cyrillic letters
BOXES = (
    Boxes(
        re.compile(
            f"[\u2611\u2612\u2713\u2714\u2717\u2718\u25a0\u25a3\u25fc\u2705\u22a0\u2327]|{_START}[xX\u03a7\u0425](?=\\s)",
            re.M,
        ),
        re.compile("[\u2610\u25a1\u25a2\u25fb\u274f\u2751\u2b1c]"),
    ),
    *(
        Boxes(
            re.compile(f"{_START}{opening}\\s?{_TICK}\\s?{closing}", re.M),
            re.compile(f"{_START}{opening}\\s{{0,3}}{closing}(?!\\S)", re.M),
        )
        for opening, closing in ((r"\[", r"\]"), (r"\(", r"\)"), ("_", "_"))
    ),
)
#: A form with two (consent and advertising, say) may be about anything.
RIGHTS_OF_A_FORM = 3
#: More of them are no form; the time taken grows with their square.
MAX_BOXES = 100
_WORD = re.compile(r"[^\W\d_]{2}")


def chosen(text: str) -> str:
    """The text with the options left empty blanked, of equal length.

    Unchanged where no box is ticked or none is empty, and where there are more than a form has.
    """
    for empty, ticked in _forms(text):
        for start, end in _options(text, empty, [*empty, *ticked]):
            text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    return text


def ticked_rights(text: str) -> set[str]:
    """The labels of the rights that are ticked on a form of rights, one that prints three of them or more."""
    found: set[str] = set()
    for empty, ticked in _forms(text):
        marks = [*empty, *ticked]
        printed, asked = (
            {right for start, end in _options(text, boxes, marks) if (right := right_named(text[start:end]))}
            for boxes in (marks, ticked)
        )
        if len(printed) >= RIGHTS_OF_A_FORM:
            found |= asked
    return found


def _forms(text: str) -> Iterator[tuple[list[Span], list[Span]]]:
    """Empty and ticked boxes of each kind that has both."""
    for boxes in BOXES:
        empty = [match.span() for match in boxes.empty.finditer(text)]
        ticked = [match.span() for match in boxes.ticked.finditer(text)] if empty else []
        if ticked and len(empty) + len(ticked) <= MAX_BOXES:
            yield empty, ticked


def _options(text: str, boxes: Sequence[Span], all_boxes: Sequence[Span]) -> Iterator[Span]:
    """The printed words of each box, which stands before them, behind them ("Erasure [ ]") or above them."""
    marks = sorted(all_boxes)
    for box in boxes:
        line, end = text.rfind("\n", 0, box[0]) + 1, _line_end(text, box[0])
        on_line = [mark for mark in marks if line <= mark[0] < end]
        if not _WORD.search(text, on_line[-1][1], end) and _WORD.search(text, line, on_line[-1][0]):
            yield max([line, *(mark[1] for mark in on_line if mark < box)]), box[0]
        else:
            following = min((mark[0] for mark in marks if mark > box), default=len(text))
            yield box[0], min(following, _lines_end(text, box[0]))


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _lines_end(text: str, start: int) -> int:
    """The end of the line that holds the words, or of the last of those into which a mail program wrapped it."""
    begin, end = text.rfind("\n", 0, start) + 1, _line_end(text, start)
    while end < len(text) and not _WORD.search(text, start, end):
        begin, end = end + 1, _line_end(text, end + 1)
    while end < len(text) and end - begin >= WRAPPED_LINE:
        following = _line_end(text, end + 1)
        if not _WORD.search(text, end + 1, following):
            break
        begin, end = end + 1, following
    return end
