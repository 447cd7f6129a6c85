"""Forms with boxes to tick: authorities publish request forms that print every right, and the person ticks one.

What stands beside an empty box was printed, not asked for. It is blanked with spaces, so that offsets stay. A printed
word left over costs less than a request blanked: in doubt a line is read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from intake_bot.classifier.rightnames import is_no, is_yes, right_named
from intake_bot.classifier.sentences import WRAPPED_LINE

Span = tuple[int, int]


@dataclass(frozen=True)
class Boxes:
    """One way to print boxes: the ticked and the empty one."""

    ticked: re.Pattern[str]
    empty: re.Pattern[str]


_START = r"(?:(?<=\s)|^)"
_TICK = "xX\u00d7\u2713\u2714\u2717\u2718\u03a7\u03c7\u0425\u0445"  # also the Greek and Cyrillic letters
_BLANK = r"(?:[^\S\n]|_)"


def _bracketed(opening: str, closing: str, ticks: str) -> Boxes:
    """Boxes of two characters, with or without a line to write on: "[ ]", "[___]", "[_X_]"."""
    return Boxes(
        re.compile(f"{_START}{opening}{_BLANK}{{0,4}}[{ticks}]{_BLANK}{{0,4}}{closing}", re.M),
        re.compile(f"{_START}{opening}{_BLANK}{{0,8}}{closing}(?![^\\s\\w])", re.M),
    )


PRINTED = Boxes(
    re.compile(
        f"[\u2611\u2612\u2713\u2714\u2717\u2718\u25a0\u25a3\u25fc\u2705\u22a0\u2327]|{_START}[xX\u03a7\u0425](?=\\s)",
        re.M,
    ),
    re.compile("[\u2610\u25a1\u25a2\u25fb\u274f\u2751\u2b1c]"),
)
TYPED = (
    _bracketed(r"\[", r"\]", _TICK + "vV*\u221a"),
    _bracketed(r"\(", r"\)", _TICK + "\u2022\u25cf"),
    Boxes(
        re.compile(f"{_START}_\\s?[{_TICK}]\\s?_", re.M),
        re.compile(f"{_START}_\\s{{0,3}}_(?!\\S)", re.M),
    ),
)
#: Also the bullets of two levels of a list.
RADIO_BUTTONS = Boxes(re.compile(f"{_START}\u25cf", re.M), re.compile(f"{_START}\u25cb", re.M))
#: What a person types into a printed form; no asterisk, which is a footnote there.
_TYPED_TICK = re.compile(rf"{_START}(?:\[\s?[{_TICK}]\s?\]|\(\s?[{_TICK}]\s?\))", re.M)
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
        if len(set(_rights(text, marks, marks)) - {""}) >= RIGHTS_OF_A_FORM:
            found.update(_rights(text, ticked, marks))
    return found - {""}


def _forms(text: str) -> Iterator[tuple[list[Span], list[Span]]]:
    """Empty and ticked boxes of each kind that has both."""
    empties = {boxes: _spans(boxes.empty, text) for boxes in (PRINTED, *TYPED, RADIO_BUTTONS)}
    for boxes, empty in empties.items():
        ticked = _spans(boxes.ticked, text) if empty else []
        if boxes is PRINTED and empty and not ticked and not any(empties[typed] for typed in TYPED):
            ticked = _spans(_TYPED_TICK, text)
        if not ticked or len(empty) + len(ticked) > MAX_BOXES:
            continue
        if boxes is not RADIO_BUTTONS or _one_of_the_rights(text, empty, ticked):
            yield empty, ticked


def _spans(pattern: re.Pattern[str], text: str) -> list[Span]:
    return [match.span() for match in pattern.finditer(text)]


def _one_of_the_rights(text: str, empty: Sequence[Span], ticked: Sequence[Span]) -> bool:
    """Whether round buttons offer nothing but rights, one of which is chosen: a list with sub-items looks the same."""
    marks = [*empty, *ticked]
    rights = _rights(text, marks, marks)
    return len(ticked) == 1 and "" not in rights and len(set(rights)) >= RIGHTS_OF_A_FORM


def _rights(text: str, boxes: Sequence[Span], marks: Sequence[Span]) -> list[str]:
    """The label of the right beside each box, "" for none."""
    options = zip(boxes, _options(text, boxes, marks), strict=True)
    return [right_named(text[box[1] if start == box[0] else start : end]) for box, (start, end) in options]


def _options(text: str, boxes: Sequence[Span], all_boxes: Sequence[Span]) -> Iterator[Span]:
    """The printed words of each box, which stands before them, behind them ("Erasure [ ]") or above them.

    Those of a box for "yes" begin with the question.
    """
    marks = sorted(all_boxes)
    questions = _questions(text, marks)
    for box in boxes:
        line, end = text.rfind("\n", 0, box[0]) + 1, _line_end(text, box[0])
        on_line = [mark for mark in marks if line <= mark[0] < end]
        if box in questions:
            yield line, questions[box]
        elif not _WORD.search(text, on_line[-1][1], end) and _WORD.search(text, line, on_line[-1][0]):
            yield max([line, *(mark[1] for mark in on_line if mark < box)]), box[0]
        else:
            following = min((mark[0] for mark in marks if mark > box), default=len(text))
            yield box[0], min(following, _lines_end(text, box[0]))


def _questions(text: str, marks: Sequence[Span]) -> dict[Span, int]:
    """The boxes for "yes" on lines like "Erasure: [x] Yes [ ] No", with the end of their option.

    None unless the lines ask about as many rights as a form of them does: no to "May we call you?" is an answer.
    """
    found: dict[Span, int] = {}
    rights: set[str] = set()
    for first, second in pairwise(marks):
        line, end = text.rfind("\n", 0, first[0]) + 1, _line_end(text, first[0])
        alone = second[0] < end and not any(line <= mark[0] < first[0] for mark in marks)
        right = right_named(text[line : first[0]]) if alone else ""
        answers = text[first[1] : second[0]], text[second[1] : end]
        if right in ("", "objection_marketing"):  # advertising: yes may allow it or end it
            continue
        if is_yes(answers[0]) and is_no(answers[1]):
            found[first] = second[0]
        elif is_no(answers[0]) and is_yes(answers[1]):
            found[second] = end
        else:
            continue
        rights.add(right)
    return found if len(rights) >= RIGHTS_OF_A_FORM else {}


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _lines_end(text: str, start: int) -> int:
    """The end of the line that holds the words, or of the last of those into which a mail program wrapped it.

    A person's own text below begins with a capital; so may a wrapped line, which is read then.
    """
    begin, end = text.rfind("\n", 0, start) + 1, _line_end(text, start)
    while end < len(text) and not _WORD.search(text, start, end):
        begin, end = end + 1, _line_end(text, end + 1)
    while end < len(text) and end - begin >= WRAPPED_LINE:
        following = _line_end(text, end + 1)
        if not text[end + 1 : following].lstrip()[:1].islower():
            break
        begin, end = end + 1, following
    return end
