"""New text apart from quoted and forwarded text, by the lines that mail programs write around them.

Every test looks at one line, or at a bounded number of lines after it, so that the time is linear for any text. In
doubt text stays new: a request that is cut away is a request that is lost.
"""

import itertools
import re
from dataclasses import dataclass

from intake_bot.mail.introductions import (
    EDGES,
    MAX_LINE,
    WINDOW,
    Lines,
    block_at,
    introduces,
    introduction,
    rule_above,
)
from intake_bot.mail.phrases import ANSWERS_BELOW, FORWARD_SUBJECT, GREETING

_ITEM = re.compile(r"[-*\u2022\u2013\u2014\u00b7]|\(?(?:\d{1,2}|[a-z])[.)\]]")
_NEXT_SENTENCE = re.compile(r"[^\W\d_]{5}[.!?] [^\W\d_]")
_SENTENCE_ENDS = re.compile(r"[.!?;\u2026]\s*$", re.M)
_DANISH_FROM = re.compile(r"^\W{0,3}fra\W{0,3}:", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Reply:
    """A text cut in three. `spans` and `forwarded` are character offsets (start, end) in the text as given."""

    new: str  # what the person wrote
    quoted: str  # what they answered to, with the lines that introduce it
    forwarded: tuple[tuple[int, int], ...]  # mails passed on, each with the line that introduces it
    spans: tuple[tuple[int, int], ...]  # of the new text


def split_reply(text: str, *, subject: str = "", is_reply: bool = True) -> Reply:
    """Cut a plain text into new, quoted and forwarded text.

    `text` has \\n line ends. `subject` tells a forward ("TR:", "WG:") from an answer where both look alike. `is_reply`
    False says that nothing shows an answer (no In-Reply-To, no "Re:"): "> " lines without an attribution are then
    bullets unless they read as a letter, and a header block introduces a mail passed on. Never raises; linear time.

    When the cut would leave nothing new, all stays new, unless the mail is nothing but "> " lines or passes a mail on.
    """
    lines = text.split("\n")
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    view = Lines(text, lines, starts, _forwards(subject, text), is_reply, _colons(lines))
    kinds, open_ended = _classify(view)
    spans = _spans(view, kinds, "new")
    forwarded = _spans(view, kinds, "forwarded")
    new = joined(text, spans)
    if open_ended and not forwarded and _continues_below(new):
        return Reply(text.strip(), "", (), ((0, len(text)),) if text.strip() else ())
    return Reply(new, joined(text, _spans(view, kinds, "quoted")), forwarded, spans)


def _forwards(subject: str, text: str) -> bool:
    """Whether a mail is passed on by its subject: "VS:" says so in Danish, but introduces an answer in Finnish."""
    danish = subject.lstrip().upper().startswith("VS:") and bool(_DANISH_FROM.search(text))
    return danish or bool(FORWARD_SUBJECT.match(subject))


def _continues_below(new: str) -> bool:
    """Whether the new text above an unmarked quote cannot be all: nothing, a greeting, or "see my answers below"."""
    greeting = len(new) < 30 and "\n" not in new and (new.endswith((",", "!")) or bool(GREETING.fullmatch(new)))
    return not new or greeting or (len(new) < 600 and bool(ANSWERS_BELOW.search(new)))


def _colons(lines: list[str]) -> list[bool]:
    ends = [line.endswith((":", "\uff1a")) or line[-6:].rstrip(EDGES + "\u00a0")[-1:] == ":" for line in lines]
    return [any(ends[index : index + WINDOW]) for index in range(len(ends))]


def _classify(view: Lines) -> tuple[list[str], bool]:
    """A kind for each line, and whether something was cut to the end of the mail for want of "> " marks."""
    total = len(view.lines)
    kinds = ["new"] * total
    runs: list[tuple[int, int]] = []
    attributions: list[int] = []
    index = 0
    open_ended = False
    while index < total:
        line = view.lines[index]
        if not line or line.isspace():
            index += 1
            continue
        if view.marked(index):
            end = _quote_end(view, index)
            kinds[index:end] = [_kind_of_run(view, index, end, attributed=bool(attributions))] * (end - index)
            runs.append((index, end))
            index = end
            continue
        kind, after = introduction(view, index)
        if kind == "attribution":
            attributions.append(index)
            kinds[index:after] = ["quoted"] * (after - index)
            index = after
        elif kind:
            first = rule_above(view, index)
            kinds[first:] = [kind] * (total - first)
            open_ended = kind == "quoted"
            break
        else:
            index += 1
    if attributions and view.subject_forwards:
        _pass_on(view, kinds, attributions)
    elif runs and not attributions:
        _weigh(view, kinds, runs)
    return kinds, open_ended


def _pass_on(view: Lines, kinds: list[str], attributions: list[int]) -> None:
    """In a mail passed on by its subject, an attribution with nothing new below it introduces what is passed on."""
    own = (index for index in range(len(kinds) - 1, -1, -1) if kinds[index] == "new" and view.lines[index].strip())
    first = view.following(next(own, -1) + 1)
    if first in attributions:
        kinds[first:] = ["forwarded"] * (len(kinds) - first)


def _weigh(view: Lines, kinds: list[str], runs: list[tuple[int, int]]) -> None:
    """What nobody introduced: in an answer a single run may be an aside, in another mail a letter quoted whole.

    In a mail passed on such a letter stays new: it may hold the request.
    """
    if view.is_reply and len(runs) == 1 and _is_aside(view, *runs[0]):
        kinds[runs[0][0] : runs[0][1]] = ["new"] * (runs[0][1] - runs[0][0])
    for first, after in () if view.is_reply or view.subject_forwards else (runs[0], runs[-1]):
        if kinds[first] == "new" and _beside_own_text(view, first, after) and _is_letter(view, first, after):
            kinds[first:after] = ["quoted"] * (after - first)


def _quote_end(view: Lines, index: int) -> int:
    """The line after a run of "> " lines; blank lines between two of them belong to it."""
    end = index
    while True:
        while end < len(view.lines) and view.marked(end):
            end += 1
        after = view.following(end)
        if after == len(view.lines) or not view.marked(after):
            return end
        end = after


def _kind_of_run(view: Lines, first: int, after: int, *, attributed: bool) -> str:
    """What "> " lines are. In a mail that is no answer a header block says that they pass a mail on (Apple Mail does).

    Without one they are bullets there, unless they are nested, "> > " or within others: ">>" by itself is an arrow.
    """
    lines = view.lines[first : min(after, first + 40)]
    if not attributed and (view.subject_forwards or not view.is_reply):
        bare = Lines("", [line[:MAX_LINE].lstrip(">| ") for line in lines], [], False, True, [])
        if any(block_at(bare, index) for index in range(min(len(lines), 5))):
            return "forwarded"
    nested = [_nested(line) for line in lines if line.strip(">| ")]
    within = (any(nested[1:]) and not all(nested)) or any(line.startswith("> >") for line in lines)
    return "quoted" if attributed or view.is_reply or within else "new"


def _nested(line: str) -> bool:
    return line.replace(" ", "").startswith(">>")


def _is_aside(view: Lines, first: int, after: int) -> bool:
    """Whether the only "> " lines of an answer may be the person's own: ">100 EUR", "> delete my account".

    They are one or two, or items right below a colon, go on from new text (no blank line between, or a colon), and
    nobody is named who wrote them.
    """
    marked = [line for line in view.lines[first : min(after, first + 40)] if line.strip()]
    last = next((index for index in range(first - 1, -1, -1) if view.lines[index].strip()), -1)
    above = view.lines[last][:MAX_LINE].strip() if last >= 0 else ""
    goes_on = bool(above) and (last == first - 1 or above.endswith(":")) and not view.label(last)
    named = any(introduces(line[:MAX_LINE]) for line in (above, *marked))
    items = above.endswith(":") and last == first - 1 and len(marked) < 9 and all(map(_is_item, marked))
    return goes_on and (items or len(marked) <= 2) and not named and not any(map(_nested, marked))


def _is_item(line: str) -> bool:
    """Whether a line is short and no sentence of a text."""
    return len(line) < 60 and not any(mark in line for mark in ".?!:")


def _beside_own_text(view: Lines, first: int, after: int) -> bool:
    """Whether "> " lines are the top or the bottom of a mail, and the rest says something without them.

    A rest without a sentence (a name, a greeting) or with a colon or a "below" at its end leaves the word to the lines.
    """
    below = view.following(after) < len(view.lines)
    if below == any(map(str.strip, view.lines[:first])):
        return False
    rest = "\n".join(view.lines[after:] if below else view.lines[:first]).strip()
    leads = not below and (rest.endswith(":") or _continues_below(rest))
    return not leads and bool(_SENTENCE_ENDS.search(rest))


def _is_letter(view: Lines, first: int, after: int) -> bool:
    """Whether three "> " lines or more read as a letter: a greeting on top, or sentences that run over their lines."""
    lines = [line[:MAX_LINE].lstrip(">| ").rstrip() for line in view.lines[first : min(after, first + 40)]]
    lines = [line for line in lines if line]
    if len(lines) < 3 or any(map(_ITEM.match, lines)):
        return False
    greeted = GREETING.fullmatch(re.split("[,!:]", lines[0])[0])
    runs_over = any(
        len(line) > 40 and line[-1].isalnum() and below[0].islower() for line, below in itertools.pairwise(lines)
    )
    return bool(greeted) or (runs_over and any(map(_NEXT_SENTENCE.search, lines)))


def _spans(view: Lines, kinds: list[str], wanted: str) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    first = -1
    for index, kind in enumerate([*kinds, ""]):
        if kind == wanted:
            first = index if first < 0 else first
        elif first >= 0:
            start, end = view.span(first, index)
            if view.text[start:end].strip():
                spans.append((start, end))
            first = -1
    return tuple(spans)


def joined(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """The spans of a text (code points) put together, with one line end between two."""
    return "\n".join(text[start:end].strip("\n") for start, end in spans).strip()
