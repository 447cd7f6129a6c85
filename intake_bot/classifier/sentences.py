"""Sentence boundaries of plain mail text, as a spaCy component and as spans.

Mails are hard-wrapped, listed, abbreviated and rarely punctuated; the rules are the same for every language.
"""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

Span = tuple[int, int]

#: A longer sentence is cut at a comma or a space: the encoder reads a bounded number of sub-words.
MAX_CHARACTERS = 240
#: A line shorter than this was ended by its author, not by the mail program's wrapping.
WRAPPED_LINE = 50

ABBREVIATIONS = frozenset(
    """
    m mm mme mmes mlle mgr me dr pr st ste art al no n° nº réf ref tél tel fax ex cf p pp env etc bd av mr mrs ms prof
    inc ltd co corp vs eg e.g i.e ie approx dept attn re abs nr bzw z.b d.h u.a usw ggf ca str hr fr dipl ing vgl evtl
    inkl zzgl gem sog bspw sr sra srta dña d.ª pág avda ud uds núm sig sigg dott dott.ssa avv egr spett ill.mo n.b lett
    dhr mevr mw mej bijv d.w.z o.a t.a.v enz nl jl ul al pl os godz im tzw np m.in nt tj wg płk dz u poz r św
    čl č ods písm tzv např atd apod mj resp p pí pan zák sb tř nám odst zb čp tzn príp
    ο κ κα κος αρ αριθ τηλ π.χ κ.λπ κ.ά δρ αρθ άρθρ παρ чл ал г гр ул тел бул т.е т.н др инж напр стр бр
    kl iht p.s p.p s.o hj esim ns jne mm klo puh nt lk art.nr t.ex bl.a dvs osv f.d ang tlf vedr pkt stk bl.a fx jf
    nn lp vt jm sh nt tk pkt bek ún kft bt dr id ún stb pl ti vö čl.č t.y t.t pvz kt pan gyd str punkt piem utt lpp u.c
    gosp ga čl.št npr oz št ur itn ipd sv br čl.st odn tzv dl lit pt nr.crt dvs d-na d-ra dl alin lit sra exmo exma
    av.ª v.ª uimh lch srl s.r.l s.p.a s.a gdpr.art
    """.split()  # noqa: SIM905 - a word list is easier to read and to extend than quotes
)

_END = re.compile(r"[.!?…]+[\"'»”’)\]]*(?=\s)|[;·](?=\s)")
_BULLET = re.compile(r"\s*(?:[-*•–—·>]|\d{1,2}[.)]|[a-z]\))\s+")
_CUT = re.compile(r"[,;:)](?=\s)")


def split(text: str) -> list[Span]:
    """The sentences of a text as (start, end) code points, without surrounding white space, in order."""
    sentences: list[Span] = []
    for start, end in _blocks(text):
        for sentence in _sentences(text, start, end):
            sentences.extend(_bounded(text, *sentence))
    return sentences


def _blocks(text: str) -> Iterator[Span]:
    """Runs of lines that belong together: a blank line, a short line or a bullet ends a run."""
    start, previous = -1, ""
    at = 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        continues = start >= 0 and bare and len(previous) >= WRAPPED_LINE and not _BULLET.match(line)
        if start >= 0 and not continues:
            yield start, at
            start = -1
        if bare and start < 0:
            start = at
        previous = bare
        at += len(line)
    if start >= 0:
        yield start, at


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    begin = start
    for match in _END.finditer(text, start, end):
        if _closes(text, begin, match):
            yield begin, match.end()
            begin = match.end()
    yield begin, end


def _closes(text: str, begin: int, match: re.Match[str]) -> bool:
    mark = match.group()
    if mark[0] in ";·":  # the Greek question mark; elsewhere a semicolon goes on
        return "\u0370" <= text[match.start() - 1 : match.start()] <= "\u1fff"
    if mark != ".":
        return True
    words = text[begin : match.start()].split()
    word = re.split(r"['’(\[\"«„“]", words[-1])[-1].lower() if words else ""
    if len(word) <= 1 or word in ABBREVIATIONS:
        return False
    return not (word.isdigit() and len(word) <= 2)  # 15. März, 3. patro


def _bounded(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_CHARACTERS:
        cuts = [match.end() for match in _CUT.finditer(text, start + MAX_CHARACTERS // 2, start + MAX_CHARACTERS)]
        cut = cuts[-1] if cuts else text.rfind(" ", start + MAX_CHARACTERS // 2, start + MAX_CHARACTERS)
        cut = cut if cut > start else start + MAX_CHARACTERS
        yield start, cut
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


@Language.component("rights_sentences", assigns=["token.is_sent_start"])
def rights_sentences(doc: Doc) -> Doc:
    """Marks the sentence starts of a document. A boundary inside a token is moved to the next token."""
    starts = np.array([start for start, _ in split(doc.text)], dtype=np.int64)
    begins = np.array([token.idx for token in doc], dtype=np.int64)
    marks: Any = np.full((len(doc), 1), -1, dtype=np.int64)
    first = np.searchsorted(begins, starts)
    marks[first[first < len(doc)]] = 1
    marks[:1] = 1
    # One array at once: setting tokens one by one takes quadratic time.
    return doc.from_array(["SENT_START"], marks.astype(np.uint64))
