"""HTML mail to plain text: what a reader sees, in lines; quotes become "> " lines as in a text mail.

A single pass over the tags in linear time, with no tree: building one follows the sender's nesting, and the recovery
rules of HTML let a mail of some kilobytes grow into gigabytes of nodes.
"""

import re
from dataclasses import dataclass, field
from html import unescape

from intake_bot.mail.phrases import ADDRESS, DATE, WROTE_PATTERN, straight

MAX_HTML = 1_000_000

_TOKEN = re.compile(
    r"<!--|<!\[|<[!?][^>]*>|</?([a-zA-Z][a-zA-Z0-9:]*)([^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*)>"
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden"
    r"|max-height\s*:\s*0(?:px)?\s*(?:;|!|$)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)",
    re.I,
)
_MAYBE_HIDDEN = re.compile(r"hidden|none|:\s*0|hide", re.I)
_BETWEEN_TAGS = re.compile(r">([^<>]{2,})<")
#: Of running text only: layouts set it on table cells, and sizes again on what is inside.
_TINY = re.compile(r"font-size\s*:\s*0(?![.\d])", re.I)
_RUNNING = frozenset({"span", "font", "p", "b", "i", "small"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_MANY_LINES = re.compile(r"\n[ \t]*\n[ \t\n]*\n")
_CLOSED_AT_ONCE = re.compile(r"-?>")  # "<!-->" is a whole comment (WHATWG HTML, "comment start state")
_TRAILING = re.compile(r"(?<!\n--)[ \t]+\n")  # "-- " starts a signature (RFC 3676 4.3)

_RAW_TEXT = frozenset(
    {"script", "style", "title", "head", "noembed", "template", "svg", "object", "select", "textarea"}
)
_BLOCK_TAGS = (
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody tfoot thead tr ul "
)
_BLOCK = frozenset(_BLOCK_TAGS.split())
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"})
_VOID_TAGS = "area base br col embed hr img input link meta param source track wbr"
_VOID = frozenset(_VOID_TAGS.split())
#: Marks of a blockquote: of a mail quoted for certain, of an indent button, of a quoting program by its names.
_CITED = re.compile(r"type\s*=\s*[\"']?cite|cite\s*=|border-left")
_INDENTED = re.compile(r"webkit-indent|border\s*:\s*none|margin\s*:\s*(?:0(?:px)?\s+){3}40px")
_QUOTING = re.compile(r"quote|yahoo|reply")


@dataclass(slots=True)
class _Page:
    """The text written so far, by line, and what is open."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    quotes: int = 0
    pre: int = 0
    quoting: list[bool] = field(default_factory=list)  # for each open blockquote: does it quote

    def end_line(self, *, blank: bool = False) -> None:
        text = "".join(self.line).strip(" ") if not self.pre else "".join(self.line).rstrip(" ")
        self.line.clear()
        if text:
            self.lines.append("> " * self.quotes + text)
        if blank and self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * self.quotes).rstrip())

    def write(self, text: str) -> None:
        if self.pre:
            first, *rest = text.split("\n")
            self.line.append(first)
            for more in rest:
                self.break_line()
                self.line.append(more)
            return
        text = _SPACE.sub(" ", text)
        if text and not (text[0] == " " and (not self.line or self.line[-1].endswith(" "))):
            self.line.append(text)
        elif len(text) > 1:
            self.line.append(text[1:])

    def break_line(self) -> None:
        if self.line:
            self.end_line()
        else:
            self.lines.append(("> " * self.quotes).rstrip())


def html_to_text(html: str) -> str:
    """The visible text of an HTML document: hidden elements, style and script dropped, links by their text.

    Never raises; linear in the size of the input, of which at most MAX_HTML characters are read.
    """
    html = html[:MAX_HTML]
    page = _Page()
    position = 0
    skip_tag = ""  # inside a hidden element: its tag name
    skip_depth = 0
    closers = _Closers(html)
    while True:
        match = _TOKEN.search(html, position)
        text = html[position : match.start() if match else len(html)]
        if text and not skip_tag:
            page.write(unescape(text) if "&" in text else text)
        if match is None:
            break
        position = match.end()
        name = (match[1] or "").lower()
        if skip_tag == "p" and name in _BLOCK and not (name == "p" and match[0][1] == "/"):
            skip_tag = (
                ""  # a <p> ends where another block starts or the one around it ends (WHATWG HTML, "optional tags")
            )
        if not name:
            position = closers.after_declaration(match)
        elif skip_tag:
            if name == skip_tag and not match[0].endswith("/>"):
                skip_depth += -1 if match[0][1] == "/" else 1
                skip_tag = skip_tag if skip_depth else ""
        elif match[0][1] == "/":
            _close(page, name)
        elif name in _RAW_TEXT:
            position = closers.after_element(name, position)
        elif name not in _VOID and _is_hidden(name, match[2]):
            skip_tag, skip_depth = name, 1
        else:
            _open(page, name, match[2])
    page.end_line()
    return tidy("\n".join(page.lines).replace("\u00a0", " "))


def tidy(text: str) -> str:
    """At most one blank line in a row, no trailing blanks."""
    if " \n" in text or "\t\n" in text:
        text = _TRAILING.sub("\n", text)
    return _MANY_LINES.sub("\n\n", text).strip("\n").removesuffix("\n>")


def rough_length(html: str) -> int:
    """About how many visible characters a document has: cheap, to decide whether it says more than its text twin."""
    pieces = _BETWEEN_TAGS.findall(html[:200_000])
    return sum(len(piece.strip()) + 1 for piece in pieces if "{" not in piece)


@dataclass(slots=True)
class _Closers:
    """Finds where comments and raw elements end; what is never closed is looked for only once."""

    html: str
    missing: set[str] = field(default_factory=set)
    lower: str = ""

    def after_declaration(self, match: re.Match[str]) -> int:
        if match[0] == "<!--":
            closed = _CLOSED_AT_ONCE.match(self.html, match.end())
            return closed.end() if closed else self._find("-->", match.end())
        if match[0] == "<![":  # <![if !mso]> and <![endif]>: the marker goes, what it encloses stays
            return self._find(">", match.end())
        return match.end()

    def after_element(self, name: str, start: int) -> int:
        return self._find(f"</{name}", start)

    def _find(self, token: str, start: int) -> int:
        if token in self.missing:
            return start
        self.lower = self.lower or _ascii_lower(self.html)
        is_tag = token.startswith("</")
        found = self.lower.find(token, start)
        end = found + len(token)
        while is_tag and found >= 0 and self.lower[end : end + 1].isalpha():  # </header> does not end <head>
            found = self.lower.find(token, end)
            end = found + len(token)
        if found < 0:
            self.missing.add(token)
            return start
        if not is_tag:
            return end
        close = self.html.find(">", end)
        return end if close < 0 else close + 1


def _ascii_lower(text: str) -> str:
    """Lower case that keeps every offset (str.lower() lengthens some letters)."""
    return text.translate({code: code + 32 for code in range(65, 91)})


def _is_hidden(name: str, attributes: str) -> bool:
    if not attributes or len(attributes) > 4000 or not _MAYBE_HIDDEN.search(attributes):
        return False
    lowered = attributes.lower()
    if " hidden" in lowered and re.search(r"\shidden(?:\s|=|/|$)", re.sub(r"\"[^\"]*\"|'[^']*'", "", lowered)):
        return True
    for attribute, *values in _ATTRIBUTE.findall(attributes):
        style = "".join(values)
        if attribute.lower() == "style" and (_HIDDEN.search(style) or (name in _RUNNING and _TINY.search(style))):
            return True
    return False


def _open(page: _Page, name: str, attributes: str) -> None:
    if name == "br":
        page.break_line()
    elif name in ("td", "th"):
        page.write(" ")
    elif name in _BLOCK:
        page.end_line(blank=name in _SPACED)
        if name == "li":
            page.line.append("- ")
        elif name == "hr":
            page.lines.append("________________________________")
        elif name == "pre":
            page.pre += 1
        elif name == "blockquote":
            quoting = _quotes(page, attributes)
            page.quoting.append(quoting)
            page.quotes += quoting


def _close(page: _Page, name: str) -> None:
    if name not in _BLOCK:
        return
    page.end_line(blank=name in _SPACED)
    if name == "pre" and page.pre:
        page.pre -= 1
    elif name == "blockquote" and page.quoting:
        if page.lines and page.quotes and not page.lines[-1].strip("> "):
            page.lines[-1] = ""
        page.quotes -= page.quoting.pop()


def _quotes(page: _Page, attributes: str) -> bool:
    """Whether a blockquote quotes a mail, rather than indenting text (Gmail and Apple Mail use it for both).

    One without a mark of its own quotes below an attribution only: "I ask for the following:" announces a request.
    """
    if len(page.quoting) >= 20:
        return False
    lowered = attributes[:4000].lower()
    if _CITED.search(lowered) or (_QUOTING.search(lowered) and not _INDENTED.search(lowered)):
        return True
    last = next((line[-400:].rstrip() for line in reversed(page.lines[-4:]) if line.strip("> ")), "")
    if _INDENTED.search(lowered) or not last.endswith(":"):
        return False
    return any(pattern.search(straight(last)) for pattern in (DATE, ADDRESS, WROTE_PATTERN))
