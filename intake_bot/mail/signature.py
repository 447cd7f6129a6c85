"""Signatures and legal disclaimers in a text, so that a classifier can pass over them. What is in doubt stays."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from intake_bot.mail import notices

_MAX_SIGNATURE = 1_500  # characters after "-- "; more than that is text
_MAX_DISCLAIMER = 4_000

_MOBILE = re.compile(
    r"\W{0,3}(?:envoy[ée] (?:de|depuis|à partir d[e'’u]) ?\S|obtenez outlook pour|télécharge[rz] outlook"
    r"|envoyé avec la messagerie sécurisée proton|sent with proton mail|holen sie sich outlook|verstuurd vanaf"
    r"|descargar outlook|hanki outlook|ladda ned outlook|pobierz program outlook|(?:získat|stáhnout) outlook"
    r"|preuzmite outlook|obțineți outlook|[^\n]{0,20}(?:készülék|phone|ipad|galaxy|android|outlook)\S* küldve"
    r"|saadetud \S*(?:phone|ipad|galaxy|android|outlook)|απεστάλη από"
    r"|sent from (?:my|outlook"
    r"|yahoo|mail for|proton|samsung|the all|a mobile)|get outlook for|get bluemail"
    r"|von (?:meine[mr]\S*|yahoo mail für) \S+(?: \S+)? gesendet"
    r"|gesendet (?:von|mit|aus) |diese nachricht wurde von meinem|outlook für (?:android|ios)|enviado desde "
    r"|enviado (?:do|a"
    r" partir do|por) (?:meu|mi|outlook|yahoo|correo)|obtener outlook para|obter o outlook para"
    r"|inviato da(?:l mio)? |scarica"
    r" outlook per|ottieni outlook per|verzonden (?:vanaf|met|vanuit|via) |outlook voor |wysłan[eo] z "
    r"|pobierz aplikację outlook"
    r"|skickat från |skickades från |hämta outlook|sendt fra |hent outlook|lähetetty \S+|odesláno z|odoslané z"
    r"|trimis de pe"
    r"|изпратено от|στάλθηκε από|poslano (?:z|s|iz|sa)|saadetud minu|nosūtīts no|išsiųsta iš|a küldés eszköze|küldve)",
    re.I,
)
_GREETING = re.compile(r"[^\n]{0,60}[,!:;]|\S+")
_DELIMITERS = frozenset({"-- ", "--", "-- \u00a0", "--\u00a0", "—", "—— "})
#: Below a signature the person speaks again: a postscript, or "> " lines that are no quote (they would be cut by now).
_RESUMES = re.compile(
    r"\s{0,3}(?:>|p\.?[- ]{0,2}s\b|p\.? ?d\.? ?:|u\.? ?i\.? ?:|n\.? ?b\.? ?:|υ\.? ?γ\b|п\.? ?[пс]\b|post[- ]?scriptum)",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_ADDRESS = re.compile(r"@|://|\bwww\.|\.\w{2,}/", re.I)
_SENTENCE_END = re.compile(r"[.!?;…][\s\"'»“”’)\]*_]*\Z")
_QUOTED = re.compile(r"""\s*["'«»„“”‘]""")
_LINES_OF_NOTICE = 4
_WRAPPED = 50  # characters; a shorter line was ended by its author
#: Words that make a sentence of a person: in front of all else; where a paragraph begins; below lines of a contact
#: block, where shorter ones are slogans.
_FIRST, _OPENING, _BELOW_CONTACT = 3, 6, 8


@dataclass(frozen=True, slots=True)
class Stripped:
    """A text without its signature and notices. `spans` is what was left out (start, end), in order."""

    text: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Paragraph:
    words: int  # of the longest sentence that may be a person's
    silent: bool  # only greetings and notices: what comes next still is the first that is said


def unsigned(text: str, spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The spans of the new text of a mail (code points), each without the signatures and disclaimers in it.

    Who answers between the lines of a quote signs above it: what stands below the quote is no part of the signature.
    """
    found: list[tuple[int, int]] = []
    for start, end in spans:
        part = text[start:end]
        kept = _kept(part, strip_signature(part, below=bool(found)).spans)
        found.extend((start + left, start + right) for left, right in kept if part[left:right].strip())
    return tuple(found)


def strip_signature(text: str, *, below: bool = False) -> Stripped:
    """Leave out the signature that ends a text (RFC 3676 4.3, what phones add), and the disclaimers of companies.

    A disclaimer ends with its paragraph if a person speaks below it. Something is left out only when more than a
    greeting stays before it, and only when it is short: a signature too much costs little, a request that begins like
    a disclaimer would be lost. `below`: the text goes on from another, so that it may be a signature from its first
    line on. Linear time.
    """
    lines = text.split("\n")
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    cuts: list[tuple[int, int]] = []
    index = next((index for index, line in enumerate(lines) if line.strip()), len(lines)) + (not below)
    index = max(index, next((at for at in range(len(lines)) if len(text) - offsets[at] <= _MAX_DISCLAIMER), 0))
    while index < len(lines):
        end = _ending(lines, index, len(text) - offsets[index]) if lines[index].strip() else index
        if end > index:
            end = next((at for at in range(end, len(lines)) if lines[at].strip()), len(lines))
            cuts.append((offsets[index], min(offsets[end], len(text))))
        index = max(end, index + 1)
    if not cuts:
        return Stripped(text, ())
    return Stripped("\n\n".join(text[start:end] for start, end in _kept(text, tuple(cuts))), tuple(cuts))


def _kept(text: str, cuts: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """What stays between the cuts, without the white space before each."""
    edges = [0, *(edge for cut in cuts for edge in cut), len(text)]
    pairs = list(zip(edges[::2], edges[1::2], strict=True))
    kept = [(start, start + len(text[start:end].rstrip())) for start, end in pairs[:-1]]
    start, end = pairs[-1]
    return kept + ([(start, end)] if text[start:end].strip() or not cuts else [])


def _ending(lines: list[str], index: int, rest: int) -> int:
    """The line before which a signature or disclaimer that starts at a line ends; the line itself when none starts."""
    line, below, none = lines[index], lines[index + 1 :], index
    if len(line) < 160 and _MOBILE.match(line):
        alone = all(not other.strip() or (notices.opens(other) and not notices.requests(other)) for other in below)
        return len(lines) if alone else none
    if line in _DELIMITERS:
        signs = rest <= _MAX_SIGNATURE and not _only_greets(lines[:index]) and not _goes_on(below)
        return len(lines) if signs else none
    if (index and not _is_rule(lines[index - 1])) or not notices.opens(line):
        return none
    end = next((at for at in range(index, len(lines)) if _is_rule(lines[at])), len(lines))
    notice = "\n".join(lines[index:end])
    title = notice if len(notice) > 40 else "\n".join(lines[index : index + 12])[:1_500]  # "Disclaimer:"
    if not notices.warns(title[:1_500]) or notices.requests(notice) or _only_greets(lines[:index]):
        return none
    return end if _goes_on(lines[end:]) else len(lines)


def _goes_on(lines: list[str]) -> bool:
    """Whether the person speaks again below a delimiter: it was a divider, and the last one counts, or she asks."""
    said = [line for line in lines if not _MOBILE.match(line[:160])]
    if any(line in _DELIMITERS or _RESUMES.match(line) for line in said) or notices.asks("\n".join(said)):
        return True
    first = True
    for paragraph in _paragraphs(said):
        if paragraph.words >= (_FIRST if first else _OPENING):
            return True
        first = first and paragraph.silent
    return False


def _paragraphs(lines: list[str]) -> Iterator[_Paragraph]:
    for blank, group in groupby(lines, _is_rule):
        if not blank:
            yield _read(_unwrapped(group))


def _read(lines: list[str]) -> _Paragraph:
    """What a person may say in a paragraph, up to the notice in it. What stands first in it need not be as long."""
    words, silent = 0, True
    for index, line in enumerate(lines):
        if notices.is_notice(" ".join(lines[index : index + _LINES_OF_NOTICE])):
            break
        said = _words_of_prose(line)
        words = max(words, said if silent or said >= _BELOW_CONTACT else 0)
        silent = silent and bool(_GREETING.fullmatch(line))
    return _Paragraph(words, silent)


def _unwrapped(lines: Iterable[str]) -> list[str]:
    """The lines as their author ended them: one that is long, or before a small letter, was wrapped."""
    found: list[list[str]] = []
    for line in (line.strip() for line in lines):
        if found and (len(found[-1][-1]) >= _WRAPPED or (_is_small(line) and _leads_on(found[-1][-1]))):
            found[-1].append(line)
        else:
            found.append([line])
    return [" ".join(parts) for parts in found]


def _is_small(line: str) -> bool:
    word = _WORD.search(line)
    return word is not None and word.group()[0].islower() and not _QUOTED.match(line)


def _leads_on(line: str) -> bool:
    """Whether a sentence may go on below a line: not below a name."""
    return line.endswith((",", ":")) or any(word[0].islower() for word in _WORD.findall(line))


def _words_of_prose(line: str) -> int:
    """How many words of a sentence a line holds: none in names, addresses and quotations.

    A sentence has small words and an end; without its end it counts for less, and must not be part of an address.
    """
    bare = " ".join(word for word in line.split() if not _ADDRESS.search(word))
    ends = bool(_SENTENCE_END.search(line[-20:]))
    words = _WORD.findall(bare.lower() if ends and bare.isupper() else bare)
    small = sum(word[0].islower() for word in words)
    if small < 2 or _QUOTED.match(line):
        return 0
    if ends:
        return len(words)
    return len(words) - 2 if 2 * small >= len(words) and bare.split() == line.split() else 0


def _is_rule(line: str) -> bool:
    """Whether a line is blank or drawn."""
    return set(line.strip()) <= set("-_=*~—– ")


def _only_greets(lines: list[str]) -> bool:
    said = list(islice((line.strip() for line in lines if line.strip()), 2))
    return len(said) == 1 and bool(_GREETING.fullmatch(said[0]))
