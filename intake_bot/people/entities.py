"""What a mail says of its writer: names, client, references of accounts and invoices, phones, other addresses.

Found with a blank spaCy pipeline (no model, any language) and patterns, as spans of the text, for the DPO. What is
found is a claim of the sender; it is compared with the directory and never repeated in a letter.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from intake_bot.mail.inbound import InboundMessage
from intake_bot.people.directory import Details, plain

if TYPE_CHECKING:  # spaCy is loaded when the first mail is read: most commands read none
    from spacy.language import Language
    from spacy.tokens import Doc

NAME, CLIENT, REFERENCE, PHONE, ADDRESS = "name", "client", "reference", "phone", "address"

#: Characters of a text that are looked at.
SCOPE = 20_000
_MAX_EACH = 10
#: No name and no client is written like this; spaCy peels such a run one sign at a time, in quadratic time.
_RUN = re.compile(r"\S{100,}")


@dataclass(frozen=True, slots=True)
class Entity:
    """A span of the text: `text[start:end]`, offsets in characters."""

    kind: str
    text: str
    start: int
    end: int


#: Words that a name follows, in the order of their languages (FR, EN, DE, ES, IT, NL, PT, PL).
_INTRODUCTIONS = (
    ("je", "m'appelle"), ("mon", "nom", "est"), ("je", "soussigné"), ("je", "soussignée"), ("je", "suis"),
    ("my", "name", "is"), ("i", "am"), ("i'm",), ("the", "undersigned"),
    ("ich", "heiße"), ("mein", "name", "ist"), ("ich", "bin"),
    ("me", "llamo"), ("mi", "nombre", "es"), ("soy",),
    ("mi", "chiamo"), ("il", "mio", "nome", "è"), ("sono",),
    ("ik", "heet"), ("mijn", "naam", "is"), ("ik", "ben"),
    ("chamo", "-", "me"), ("chamo-me",), ("o", "meu", "nome", "é"), ("sou",),
    ("nazywam", "się"), ("jestem",),
    ("nom", ":"), ("name", ":"), ("nombre", ":"), ("nome", ":"), ("naam", ":"),
)  # fmt: skip
_TITLES = frozenset(
    {"m", "m.", "mr", "mr.", "mme", "mlle", "mrs", "ms", "herr", "frau", "sr", "sra", "dr", "monsieur", "madame"}
)
_LABELS = (
    r"facture|commande|contrat|compte|client|dossier|abonn\w+|invoice|order|account|customer|contract|rechnung\w*|kunden\w*|"
    r"konto\w*|vertrags?\w*|factura|cuenta|cliente|pedido|fattura|conto|ordine|factuur\w*|klant\w*|fatura|conta|faktur\w*|"
    r"konta|klienta|zam[oó]wieni\w+|identifiant|user\s?id|r[ée]f(?:[ée]rence)?"
)
_REFERENCE = re.compile(
    rf"\b(?:{_LABELS})\b[ \t]{{0,3}}(?:n[°ºor]{{0,2}}\.?|num[ée]ro|number|nr\.?|no\.?|nummer|numer|id|de client|#|:|-)?"
    r"[ \t]{0,3}(?:est|is|ist|es|:|#)?[ \t]{0,3}(?P<value>(?=[\w/-]*\d)[A-Za-z0-9][\w/-]{2,30})",
    re.I,
)
_BARE_REFERENCE = re.compile(r"(?<![\w/-])(?:[A-Z]{1,5}[-/_]?(?:\d{4}[-/_])?\d{3,10}|\d{4}-\d{4,8})(?![\w/-])")
_PHONE = re.compile(r"(?<![\w+/-])(?:\+|00)?\d(?:[ \t.\-/()]{0,2}\d){8,13}(?![\w/-])")
_ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_SIGNED = re.compile(r"^[^\W\d_][\w'’.-]{0,30}(?: [^\W\d_][\w'’.-]{0,30}){1,3}$")


class Reader:
    """Finds entities. `clients` are the names of the client table."""

    def __init__(self, clients: Sequence[str] = ()) -> None:
        from spacy.matcher import Matcher, PhraseMatcher

        self._language = _language()
        self._matcher = Matcher(self._language.vocab)
        for number, words in enumerate(_INTRODUCTIONS):
            self._matcher.add(f"{number}", [_introduction(words)])
        self._clients = PhraseMatcher(self._language.vocab, attr="LOWER")
        self._clients.add(CLIENT, [self._language.make_doc(name[:200]) for name in clients if name.strip()])

    def read(self, text: str) -> tuple[Entity, ...]:
        """The entities of a text by position, each value once. Never raises, for any text."""
        text = text[:SCOPE]
        with self._language.memory_zone():  # the words of a mail are forgotten with it
            # doc.text would put the same text together anew at every use
            doc = self._language.make_doc(_RUN.sub(lambda run: " " * len(run[0]), text))
            spans = [*self._labelled(text), *self._names(doc, text), *self._known(doc)]
        found: dict[tuple[str, str], Entity] = {}
        for kind, start, end in sorted(spans, key=lambda item: item[1]):
            value = text[start:end].strip()
            key = (kind, plain(value))
            if value and key not in found and sum(item.kind == kind for item in found.values()) < _MAX_EACH:
                found[key] = Entity(kind, value, start, end)
        return tuple(found.values())

    def details(self, message: InboundMessage, entities: Sequence[Entity] | None = None) -> Details:
        """What a mail says of its writer: the new text, the subject and the display name, not what is quoted.

        `entities` are those of subject and new text, where they were read already.
        """
        if entities is None:
            entities = self.read(f"{message.subject}\n{message.new_text}")
        kinds: dict[str, list[str]] = {kind: [] for kind in (NAME, CLIENT, REFERENCE, PHONE, ADDRESS)}
        for entity in entities:
            kinds[entity.kind].append(entity.text)
        shown = message.sender.name.strip()
        names = [shown, *kinds[NAME]] if _SIGNED.match(shown) else kinds[NAME]
        return Details(
            names=tuple(dict.fromkeys(names)),
            clients=tuple(kinds[CLIENT]),
            references=tuple(kinds[REFERENCE]),
            phones=tuple(kinds[PHONE]),
            addresses=tuple(item.lower() for item in kinds[ADDRESS] if item.lower() != message.sender.address),
        )

    def _labelled(self, text: str) -> list[tuple[str, int, int]]:
        """References, phones and addresses, by shape; a number that is an invoice is no phone."""
        taken = [(ADDRESS, *match.span()) for match in _ADDRESS.finditer(text)]
        for match in _REFERENCE.finditer(text):
            _add(taken, REFERENCE, match.span("value"))
        for kind, pattern in ((PHONE, _PHONE), (REFERENCE, _BARE_REFERENCE)):
            for match in pattern.finditer(text):
                _add(taken, kind, match.span())
        return taken

    def _names(self, doc: "Doc", text: str) -> list[tuple[str, int, int]]:
        from spacy.util import filter_spans

        spans = []
        for label, start, end in self._matcher(doc):
            skip = len(_INTRODUCTIONS[int(self._language.vocab.strings[label])])
            first = next((at for at in range(start + skip, end) if doc[at].lower_.rstrip(".") not in _TITLES), end)
            if end - first > 1:
                spans.append(doc[first:end])
        found = [(NAME, span.start_char, span.end_char) for span in filter_spans(spans)]
        position = len(text)
        for line in reversed(text.split("\n")[-8:]):
            position -= len(line)
            bare = line.strip()
            if _SIGNED.match(bare) and all(word[0].isupper() for word in bare.split() if len(word) > 3):
                start = position + line.index(bare)
                found.append((NAME, start, start + len(bare)))
                break
            position -= 1
        return found

    def _known(self, doc: "Doc") -> list[tuple[str, int, int]]:
        from spacy.util import filter_spans

        spans = filter_spans([doc[start:end] for _, start, end in self._clients(doc)])
        return [(CLIENT, span.start_char, span.end_char) for span in spans]


def _add(taken: list[tuple[str, int, int]], kind: str, span: tuple[int, int]) -> None:
    if all(span[1] <= start or span[0] >= end for _, start, end in taken):
        taken.append((kind, *span))


def _introduction(words: tuple[str, ...]) -> list[dict[str, Any]]:
    """The words, then two to four tokens that are written like a name."""
    name: dict[str, Any] = {"TEXT": {"REGEX": r"^[^\W\d_a-zà-ÿ][\w'’.-]*$"}, "OP": "{2,4}"}
    return [*({"LOWER": word} for word in words), name]


@cache
def _language() -> "Language":
    """A blank pipeline whose tokens end at white space and common punctuation only, so that names stay whole."""
    import spacy

    language = spacy.blank("xx")
    language.tokenizer.infix_finditer = None  # type: ignore[union-attr]
    return language
