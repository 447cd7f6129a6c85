"""New text apart from quoted and forwarded text, by the lines that mail programs write around them.

Every test looks at one line, or at a bounded number of lines after it, so that the time is linear for any text. In
doubt text stays new: a request that is cut away is a request that is lost.
"""

import re
from dataclasses import dataclass, field

from intake_bot.mail.phrases import (
    ADDRESS,
    ANSWERS_BELOW,
    DATE,
    FORWARD_SUBJECT,
    FORWARDED_PHRASES,
    GREETING,
    LABEL_KINDS,
    ORIGINAL_PHRASES,
    OWN_WORDS,
    TIME,
    WORDLESS,
    WROTE_PATTERN,
    plain,
    straight,
)

_MAX_LINE = 400  # no client writes a longer line around a quote
_WINDOW = 4  # lines over which an attribution is wrapped
_BLOCK = 14  # lines in which the fields of a header block stand

_NUMBERS = re.compile(r"\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}")  # a date of digits only: "03.03" in it is no clock
_STARTER = re.compile(
    r"\W{0,3}(?:\d|le |on |am |den |el |il |op |w dniu|em |a |à |dne |dňa |dnia |pe |în |in |na |στις |kuupäev|v "
    r"|dana |на |no dia |wiadomość |quoting |zitat von |citējot |"
    r"[^\W\d]{2,12}[.,]{0,2} \d|[^\n]{0,200}[<(\[])",
    re.I,
)
_LABEL = re.compile(r"[\s*_]{0,6}([^\W\d_][^\n:*]{0,24}?)[ \t*_]{0,4}[:\uff1a]")
_RULE = re.compile(r"\s*[-_=*\u2014\u2013]{5,}\s*$")
_DASHED = re.compile(r"[\s*_]{0,6}---- ([^\n]{10,380}) ----[\s*_]*$")
_MESSAGE_OF = re.compile(r"\W{0,3}(?:message du|nachricht vom|mensaje del|messaggio del)\s+\d{1,2}[/.]\d", re.I)
_MARKS = (">", "|>", " >")
_DANISH_FROM = re.compile(r"^\W{0,3}fra\W{0,3}:", re.I | re.M)
_EDGES = " \t>-_=*#\u2013\u2014|"


@dataclass(frozen=True, slots=True)
class Reply:
    """A text cut in three. `spans` and `forwarded` are character offsets (start, end) in the text as given."""

    new: str  # what the person wrote
    quoted: str  # what they answered to, with the lines that introduce it
    forwarded: tuple[tuple[int, int], ...]  # mails passed on, each with the line that introduces it
    spans: tuple[tuple[int, int], ...]  # of the new text


@dataclass(slots=True)
class _Lines:
    text: str
    lines: list[str]
    starts: list[int]
    subject_forwards: bool
    is_reply: bool
    colons: list[bool]  # whether this line, or one of the next three, ends with a colon
    labels: dict[int, str] = field(default_factory=dict)

    def label(self, index: int) -> str:
        """What field of a header block a line is, "" for none; looked up once."""
        kind = self.labels.get(index)
        if kind is None:
            kind = self.labels[index] = _label_kind(self.lines[index])
        return kind

    def following(self, index: int) -> int:
        """The next line from `index` on that is not blank; the number of lines when there is none."""
        while index < len(self.lines) and not self.lines[index].strip():
            index += 1
        return index

    def span(self, first: int, after: int) -> tuple[int, int]:
        end = self.starts[after] if after < len(self.starts) else len(self.text)
        return self.starts[first], end


def split_reply(text: str, *, subject: str = "", is_reply: bool = True) -> Reply:
    """Cut a plain text into new, quoted and forwarded text.

    `text` has \\n line ends. `subject` tells a forward ("TR:", "WG:") from an answer where both look alike. `is_reply`
    False says that nothing shows an answer (no In-Reply-To, no "Re:"): "> " lines without an attribution are then
    bullets, and a header block introduces a mail passed on. Never raises; linear time.

    When the cut would leave nothing new, all stays new, unless the mail is nothing but "> " lines or passes a mail on.
    """
    lines = text.split("\n")
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    view = _Lines(text, lines, starts, _forwards(subject, text), is_reply, _colons(lines))
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
    ends = [line.endswith((":", "\uff1a")) or line[-6:].rstrip(_EDGES + "\u00a0")[-1:] == ":" for line in lines]
    return [any(ends[index : index + _WINDOW]) for index in range(len(ends))]


def _classify(view: _Lines) -> tuple[list[str], bool]:
    """A kind for each line, and whether something was cut to the end of the mail for want of "> " marks."""
    total = len(view.lines)
    kinds = ["new"] * total
    runs: list[tuple[int, int]] = []
    index = 0
    attributed = open_ended = False
    while index < total:
        line = view.lines[index]
        if not line or line.isspace():
            index += 1
            continue
        if line.startswith(_MARKS):
            end = _quote_end(view, index)
            kinds[index:end] = [_kind_of_run(view, index, end, attributed=attributed)] * (end - index)
            runs.append((index, end))
            index = end
            continue
        kind, after = _introduction(view, index)
        if kind == "attribution":
            attributed = True
            kinds[index:after] = ["quoted"] * (after - index)
            index = after
        elif kind:
            first = _rule_above(view, index)
            kinds[first:] = [kind] * (total - first)
            open_ended = kind == "quoted"
            break
        else:
            index += 1
    if len(runs) == 1 and not attributed and _is_aside(view, *runs[0]):
        first, end = runs[0]
        kinds[first:end] = ["new"] * (end - first)
    return kinds, open_ended


def _quote_end(view: _Lines, index: int) -> int:
    """The line after a run of "> " lines; blank lines between two of them belong to it."""
    end = index
    while True:
        while end < len(view.lines) and view.lines[end].startswith(_MARKS):
            end += 1
        after = view.following(end)
        if after == len(view.lines) or not view.lines[after].startswith(_MARKS):
            return end
        end = after


def _kind_of_run(view: _Lines, first: int, after: int, *, attributed: bool) -> str:
    """What "> " lines are. In a mail that is no answer a header block says that they pass a mail on (Apple Mail does).

    Without one they are bullets there, unless marks are nested.
    """
    lines = view.lines[first : min(after, first + 40)]
    if not attributed and (view.subject_forwards or not view.is_reply):
        bare = _Lines("", [line[:_MAX_LINE].lstrip(">| ") for line in lines], [], False, True, [])
        if any(_block_at(bare, index) for index in range(min(len(lines), 5))):
            return "forwarded"
    return "quoted" if attributed or view.is_reply or any(map(_nested, lines)) else "new"


def _nested(line: str) -> bool:
    return line.replace(" ", "").startswith(">>")


def _is_aside(view: _Lines, first: int, after: int) -> bool:
    """Whether the only "> " lines of an answer may be the person's own: ">100 EUR", "> delete my account".

    They are one or two, go on from new text (no blank line between, or a colon), and nobody is named who wrote them.
    """
    marked = [line for line in view.lines[first:after] if line.strip()]
    last = next((index for index in range(first - 1, -1, -1) if view.lines[index].strip()), -1)
    above = view.lines[last][:_MAX_LINE].strip() if last >= 0 else ""
    goes_on = bool(above) and (last == first - 1 or above.endswith(":")) and not view.label(last)
    named = any(_introduces(line[:_MAX_LINE]) for line in (above, *marked))
    return goes_on and len(marked) <= 2 and not named and not any(map(_nested, marked))


def _introduces(line: str) -> bool:
    text = straight(line.strip(_EDGES))
    return text.endswith(":") and bool(WROTE_PATTERN.search(text) or ADDRESS.search(text))


def _introduction(view: _Lines, index: int) -> tuple[str, int]:
    """What a line introduces: "forwarded" or "quoted" to the end, an "attribution" up to a line, or nothing."""
    line = view.lines[index]
    if len(line) > _MAX_LINE or not (view.colons[index] or ":" in line[:60] or len(line) < 70 or line[0] in _EDGES):
        return "", index
    marker = _marker(view, index)
    if marker:
        below = _marked_below(view, index + 1) if marker == "quoted" else 0
        return ("attribution", below) if below else (marker, index)
    if _block_at(view, index):
        passed_on = not view.is_reply or view.subject_forwards
        return ("forwarded" if passed_on else "quoted" if _sent_block(view, index) else ""), index
    after = index + 1 if _between_dashes(line) else _attribution(view, index) if view.colons[index] else 0
    if not after:
        return "", index
    following = view.following(after)
    if following < len(view.lines) and view.lines[following].startswith(_MARKS):
        return "attribution", after
    return ("quoted" if following < len(view.lines) and view.is_reply else ""), index


def _marked_below(view: _Lines, index: int) -> int:
    """The "> " line below a marker with nothing but fields and an attribution between, 0 when there is none."""
    for _ in range(_BLOCK):
        index = view.following(index)
        if index == len(view.lines) or view.lines[index].startswith(_MARKS):
            return index if index < len(view.lines) else 0
        after = index + 1 if view.label(index) else _attribution(view, index)
        if not after:
            return 0
        index = after
    return 0


def _marker(view: _Lines, index: int) -> str:
    """ "-----Message d'origine-----" and its kin, with dashes or followed by a header block."""
    line = view.lines[index]
    if len(line) > 120:
        return ""
    bare = line.strip(_EDGES)
    phrase = plain(bare.rstrip(" :\u00a0"))
    kind = "quoted" if phrase in ORIGINAL_PHRASES else "forwarded" if phrase in FORWARDED_PHRASES else ""
    if not kind and phrase.startswith("forwarded by ") and line.lstrip().startswith("--"):
        return "forwarded"
    if not kind and _MESSAGE_OF.match(line) and _labels_near(view.lines, index + 1, 6):
        kind = "quoted"
    if not kind:
        return ""
    stripped = line.strip()
    dashes = stripped[:2] in ("--", "__", "==", "**", "\u2014\u2014", "\u2013\u2013")
    dashes |= {stripped[0], stripped[-1]} <= set("-\u2014\u2013")  # "- message original" is an item of a list
    if not dashes and not _labels_near(view.lines, index + 1, 6):
        return ""
    return "forwarded" if view.subject_forwards else kind


def _label_kind(line: str) -> str:
    match = _LABEL.match(line) if len(line) <= _MAX_LINE * 5 else None
    return LABEL_KINDS.get(plain(match[1]), "") if match else ""


def _labels_near(lines: list[str], index: int, count: int) -> bool:
    """Whether one of the next lines is a From field, marked as quoted or not."""
    return any(_label_kind(line[:300].lstrip(">| ")) == "from" for line in lines[index : index + count])


def _block_at(view: _Lines, index: int) -> bool:
    """Whether a header block starts here: From, Subject, and Sent or To within a few lines, From or Sent first."""
    first = view.label(index)
    if first not in ("from", "date") or (first == "date" and not _from_near(view, index + 1)):
        return False
    seen = {first}
    misses = 0
    for other in range(index + 1, min(index + _BLOCK, len(view.lines))):
        kind = view.label(other)
        if kind:
            seen.add(kind)
            if {"from", "subject"} <= seen and seen & {"date", "to"}:
                return True
            continue
        misses += 1
        if misses > 5:
            return False
    return False


def _sent_block(view: _Lines, index: int) -> bool:
    """Whether a header block is that of a mail, not the head of a typed letter: an address, a clock, a rule above."""
    seen: set[str] = set()
    for other in range(index, min(index + _BLOCK, len(view.lines))):
        kind, line = view.label(other), view.lines[other]
        if kind in seen & {"from", "date", "subject"}:
            break  # the next block
        seen.add(kind)
        if kind and ("@" in line or (kind == "date" and TIME.search(_NUMBERS.sub("", line)))):
            return True
    return _rule_above(view, index) < index


def _from_near(view: _Lines, index: int) -> bool:
    return any(view.label(other) == "from" for other in range(index, min(index + 2, len(view.lines))))


def _rule_above(view: _Lines, index: int) -> int:
    """The rule line that Outlook draws above a header block goes with it."""
    above = index - 1
    while above >= 0 and index - above < 4 and not view.lines[above].strip():
        above -= 1
    return above if above >= 0 and _RULE.match(view.lines[above][:_MAX_LINE]) else index


def _attribution(view: _Lines, index: int) -> int:
    """The line after an attribution ("... a écrit :") that starts here and may be wrapped, 0 when there is none."""
    window: list[str] = []
    for offset, line in enumerate(view.lines[index : index + _WINDOW]):
        text = line.strip(" \t*_\u00a0")
        if not text or len(text) > _MAX_LINE or (offset and text.startswith(">")):
            return 0
        window.append(text)
        if text.endswith((":", "\uff1a")):
            break
    else:
        return 0
    after = index + len(window)
    following = view.following(after)
    quotes = following < len(view.lines) and view.lines[following].startswith(_MARKS)
    return after if _attribution_start(window, quotes) == 0 else 0


def _between_dashes(line: str) -> bool:
    """Whether a line is the attribution of Zoho Mail: "---- On Mon, 03 Mar 2026 ... <...> wrote ----"."""
    match = _DASHED.match(line)
    text = straight(match[1]) if match else ""
    return bool(WROTE_PATTERN.search(text) and (ADDRESS.search(text) or DATE.search(text)))


def _attribution_start(window: list[str], quotes: bool) -> int:
    """Where in the window the attribution starts: the shortest end of it that is complete, a dated one preferred.

    What stands above the start is new text. -1 when no end of the window is an attribution.
    """
    found = -1
    for first in range(len(window) - 1, -1, -1):
        wrapped = first < len(window) - 1
        if wrapped and not (_STARTER.match(window[first]) and not window[first].endswith((".", "!", "?"))):
            continue
        text = straight(" ".join(window[first:]))
        wrote = bool(WROTE_PATTERN.search(text))
        addressed = bool(ADDRESS.search(text))
        dated = bool(DATE.search(text))
        timed = bool(TIME.search(DATE.sub(" ", text))) and not OWN_WORDS.search(text)
        if WORDLESS.fullmatch(text) or (dated and wrote and (quotes or addressed or timed)):
            return first
        if dated and quotes and (addressed or timed) and len(text) < 250:
            return first
        if found < 0 and addressed and (wrote or quotes):
            found = first
    if found < 0 and quotes and WROTE_PATTERN.search(straight(window[-1])):
        found = len(window) - 1
    return found


def _spans(view: _Lines, kinds: list[str], wanted: str) -> tuple[tuple[int, int], ...]:
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
