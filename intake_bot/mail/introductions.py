"""The lines that introduce a quoted or forwarded part: separators, header blocks, attributions ("... a écrit :").

Every test looks at one line, or at a bounded number of lines after it.
"""

import re
from dataclasses import dataclass, field

from intake_bot.mail.phrases import (
    ADDRESS,
    DATE,
    DAYS,
    FORWARDED_PHRASES,
    LABEL_KINDS,
    ORIGINAL_PHRASES,
    OWN_WORDS,
    TIME,
    WORDLESS,
    WROTE_PATTERN,
    plain,
    straight,
)

MAX_LINE = 400  # no client writes a longer line around a quote
WINDOW = 4  # lines over which an attribution is wrapped
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
MARKS = (">", "|>", " >")
EDGES = " \t>-_=*#\u2013\u2014|"


@dataclass(slots=True)
class Lines:
    """The lines of a text, with what was found out about them."""

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

    def marked(self, index: int) -> bool:
        """Whether a line is marked as quoted; ">>> MY REQUEST <<<" is a headline."""
        line = self.lines[index]
        return line.startswith(MARKS) and not (line.startswith(">>") and _headline(line.strip()))

    def following(self, index: int) -> int:
        """The next line from `index` on that is not blank; the number of lines when there is none."""
        while index < len(self.lines) and not self.lines[index].strip():
            index += 1
        return index

    def span(self, first: int, after: int) -> tuple[int, int]:
        """The characters from a line to the one before another."""
        end = self.starts[after] if after < len(self.starts) else len(self.text)
        return self.starts[first], end


def _headline(line: str) -> bool:
    """Whether as many arrows end a line as begin it; one more ">" is that of a quotation."""
    return line.endswith("<<") and len(line) - len(line.lstrip(">")) <= len(line) - len(line.rstrip("<"))


def introduces(line: str) -> bool:
    """Whether a line by itself names who wrote what follows."""
    text = straight(line.strip(EDGES))
    return text.endswith(":") and bool(WROTE_PATTERN.search(text) or ADDRESS.search(text))


def introduction(view: Lines, index: int) -> tuple[str, int]:
    """What a line introduces: "forwarded" or "quoted" to the end, an "attribution" up to a line, or nothing."""
    line = view.lines[index]
    if len(line) > MAX_LINE or not (view.colons[index] or ":" in line[:60] or len(line) < 70 or line[0] in EDGES):
        return "", index
    marker = _marker(view, index)
    if marker:
        below = _marked_below(view, index + 1) if marker == "quoted" else 0
        return ("attribution", below) if below else (marker, index)
    if block_at(view, index):
        passed_on = view.subject_forwards or not view.is_reply
        known = view.subject_forwards or _sent_block(view, index)
        return ("forwarded" if known and passed_on else "quoted" if known else ""), index
    after = index + 1 if _between_dashes(line) else _attribution(view, index) if view.colons[index] else 0
    following = view.following(after) if after else len(view.lines)
    if following == len(view.lines):
        return "", index
    if view.marked(following):
        return "attribution", after
    return ("" if not view.is_reply else "forwarded" if view.subject_forwards else "quoted"), index


def _marked_below(view: Lines, index: int) -> int:
    """The "> " line below a marker with nothing but fields and an attribution between, 0 when there is none."""
    for _ in range(_BLOCK):
        index = view.following(index)
        if index == len(view.lines) or view.marked(index):
            return index if index < len(view.lines) else 0
        after = index + 1 if view.label(index) else _attribution(view, index)
        if not after:
            return 0
        index = after
    return 0


def _marker(view: Lines, index: int) -> str:
    """ "-----Message d'origine-----" and its kin, with dashes or followed by a header block."""
    line = view.lines[index]
    if len(line) > 120:
        return ""
    bare = line.strip(EDGES)
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
    match = _LABEL.match(line) if len(line) <= MAX_LINE * 5 else None
    return LABEL_KINDS.get(plain(match[1]), "") if match else ""


def _labels_near(lines: list[str], index: int, count: int) -> bool:
    """Whether one of the next lines is a From field, marked as quoted or not."""
    return any(_label_kind(line[:300].lstrip(">| ")) == "from" for line in lines[index : index + count])


def block_at(view: Lines, index: int) -> bool:
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


def _sent_block(view: Lines, index: int) -> bool:
    """Whether a header block is that of a mail, not the head of a typed letter: an address, a clock, a rule above.

    A clock beside a mere "Date" is that of a call where no To field stands ("Date: 3/3 10:12, From: unknown number").
    """
    seen: set[str] = set()
    clock = sent = False
    for other in range(index, min(index + _BLOCK, len(view.lines))):
        kind, line = view.label(other), view.lines[other]
        if kind in seen & {"from", "date", "subject"}:
            break  # the next block
        seen.add(kind)
        if kind and _holds_address(line):
            return True
        if kind == "date" and TIME.search(_NUMBERS.sub("", line)):
            clock = True
            sent |= plain(line.replace("\uff1a", ":").partition(":")[0].strip(EDGES)) not in DAYS
    return (clock and (sent or "to" in seen)) or rule_above(view, index) < index


def _holds_address(line: str) -> bool:
    """Whether a field holds an address as a program writes it: "<a@b>" or nothing else, not "Anna Meyer, a@b"."""
    first = line.replace("\uff1a", ":").partition(":")[2].strip(" \t*_\u00a0").partition(" ")[0]
    return "@" in line and ("@" in first or _in_angles(ADDRESS.search(line)))


def _in_angles(address: re.Match[str] | None) -> bool:
    return address is not None and (address[0][0] == "<" or "mailto:" in address[0])


def _from_near(view: Lines, index: int) -> bool:
    return any(view.label(other) == "from" for other in range(index, min(index + 2, len(view.lines))))


def rule_above(view: Lines, index: int) -> int:
    """The rule line that Outlook draws above a header block goes with it."""
    above = index - 1
    while above >= 0 and index - above < 4 and not view.lines[above].strip():
        above -= 1
    return above if above >= 0 and _RULE.match(view.lines[above][:MAX_LINE]) else index


def _attribution(view: Lines, index: int) -> int:
    """The line after an attribution ("... a écrit :") that starts here and may be wrapped, 0 when there is none."""
    window: list[str] = []
    for offset, line in enumerate(view.lines[index : index + WINDOW]):
        text = line.strip(" \t*_\u00a0")
        if not text or len(text) > MAX_LINE or (offset and text.startswith(">")):
            return 0
        window.append(text)
        if text.endswith((":", "\uff1a")):
            break
    else:
        return 0
    after = index + len(window)
    following = view.following(after)
    quotes = following < len(view.lines) and view.marked(following)
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
        if WORDLESS.fullmatch(text) or (dated and wrote and (quotes or (not _told(text) if addressed else timed))):
            return first
        if dated and quotes and (addressed or timed) and len(text) < 250:
            return first
        if found < 0 and addressed and (quotes or (wrote and _names_writer(text))):
            found = first
    if found < 0 and quotes and WROTE_PATTERN.search(straight(window[-1])):
        found = len(window) - 1
    return found


def _told(text: str) -> bool:
    """Whether a line with an address is a person's own sentence: it says I or you, or goes on after what is written.

    The name before the address may hold such a word ("Your Bank <...>") where the line has a date and a clock too.
    """
    before, _, after = _around_address(text)
    if DATE.search(text) and TIME.search(DATE.sub(" ", text)):
        before = _lead(before)
    ends = [match.end() for pattern in (WROTE_PATTERN, DATE, TIME) for match in pattern.finditer(after)]
    rest = after[max(ends, default=0) :]
    return bool(OWN_WORDS.search(before) or OWN_WORDS.search(after)) or "," in rest or len(rest.split()) > 4


def _names_writer(text: str) -> bool:
    """Whether an attribution without a date has a clock, or is "NAME <address> wrote:" and little else."""
    before, address, _ = _around_address(text)
    brief = _in_angles(address) and len(WROTE_PATTERN.sub("", _lead(before)).split()) < 3
    return (brief or bool(TIME.search(text))) and not _told(text)


def _around_address(text: str) -> tuple[str, re.Match[str] | None, str]:
    address = ADDRESS.search(text)
    return (text[: address.start()], address, text[address.end() :]) if address else (text, None, "")


def _lead(before: str) -> str:
    """What stands before the name that an address belongs to, a name being words with capitals."""
    words = before.split()
    while words and (words[-1].lstrip("\"'(<[")[:1].isupper() or "@" in words[-1]):
        words.pop()
    return " ".join(words)
