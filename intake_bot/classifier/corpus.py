"""The labelled mails under data/corpus: reading, checking, and the search for near-duplicates between sets."""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from intake_bot.classifier.labels import INDEX, LANGUAGES, RIGHTS
from intake_bot.errors import IntakeError, ModelMissing

SETS = ("train", "dev", "test")
#: Two mails are near-duplicates when this share of the shorter one's word 5-grams is in the other.
OVERLAP = 0.5
GRAM = 5


#: (subject, body) -> (new text, forwarded text): cuts a body as the daemon does.
Cut = Callable[[str, str], tuple[str, str]]


class CorpusError(IntakeError):
    """A corpus file has lines that are not labelled mails."""


@dataclass(frozen=True)
class Mail:
    """A labelled mail. `accept` holds further label sets that a careful DPO could defend."""

    id: str
    lang: str
    subject: str
    body: str
    labels: frozenset[str]
    accept: tuple[frozenset[str], ...] = ()
    author: str = ""
    tags: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Subject and body, one after the other."""
        return f"{self.subject}\n{self.body}"

    @property
    def has_right(self) -> bool:
        """Whether it is a rights request in the narrow sense (labels.RIGHTS)."""
        return not self.labels.isdisjoint(RIGHTS)

    @property
    def disputed(self) -> frozenset[str]:
        """Labels on which the defensible label sets disagree."""
        sets = (self.labels, *self.accept)
        return frozenset().union(*sets) - frozenset.intersection(*sets)

    @property
    def optional(self) -> frozenset[str]:
        """Labels outside the first set that another defensible set holds: neither right nor wrong to give."""
        return frozenset().union(*self.accept) - self.labels

    def nearest(self, predicted: frozenset[str]) -> frozenset[str]:
        """The defensible label set nearest to a prediction; the first one at a tie."""
        return min((self.labels, *self.accept), key=lambda truth: len(truth ^ predicted))


def read_mail(line: str) -> Mail:
    """One corpus line. Raises ValueError and says what is wrong."""
    data: dict[str, Any] = json.loads(line)
    mail = Mail(
        id=str(data["id"]),
        lang=str(data["lang"]),
        subject=str(data.get("subject") or ""),
        body=str(data.get("body") or ""),
        labels=frozenset(data["labels"]),
        accept=tuple(frozenset(labels) for labels in data.get("accept", ())),
        author=str(data.get("author", "")),
        tags=tuple(data.get("tags", ())),
    )
    unknown = frozenset().union(mail.labels, *mail.accept) - INDEX.keys()
    if unknown:
        raise ValueError(f"unknown labels {sorted(unknown)}")
    if mail.lang not in LANGUAGES:
        raise ValueError(f"unknown language {mail.lang!r}")
    if not mail.subject.strip() and not mail.body.strip():
        raise ValueError("no text")
    return mail


def problems(path: Path) -> list[str]:
    """What is wrong in one JSON-lines file, one entry a line; empty when nothing is."""
    found = []
    for number, line in _lines(path):
        try:
            read_mail(line)
        except (ValueError, KeyError, TypeError) as error:
            found.append(f"{path.name}:{number}: {type(error).__name__}: {error}")
    return found


def read_file(path: Path) -> list[Mail]:
    """All mails of one JSON-lines file. Raises CorpusError naming every bad line."""
    if found := problems(path):
        raise CorpusError("\n".join(found))
    return [read_mail(line) for _, line in _lines(path)]


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers. A line ends with a line feed only: JSON leaves U+2028 alone."""
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def read_set(folder: Path) -> list[Mail]:
    """All mails of data/corpus/<set>, in file and line order. Raises CorpusError on a bad line or a repeated id."""
    mails = [mail for path in sorted(folder.glob("*.jsonl")) for mail in read_file(path)]
    repeated = [identifier for identifier, count in Counter(mail.id for mail in mails).items() if count > 1]
    if repeated:
        raise CorpusError(f"{folder.name}: repeated ids {repeated[:10]}")
    return mails


def present(corpus: Path, name: str) -> list[Mail]:
    """All mails of a set. Raises ModelMissing when there are none, CorpusError as `read_set`."""
    mails = read_set(corpus / name)
    if not mails:
        raise ModelMissing(f"{corpus / name} holds no mails: restore data/corpus.")
    return mails


def whole(subject: str, body: str) -> tuple[str, str]:
    """All of the body is new text: for sets that hold new text only."""
    return body, ""


def cut_mails(mails: Iterable[Mail], cut: Cut) -> list[Mail]:
    """The mails with the text that the classifier reads at run time: new and forwarded, without quotes."""
    parts = ((mail, cut(mail.subject, mail.body)) for mail in mails)
    return [replace(mail, body="\n\n".join(part for part in texts if part)) for mail, texts in parts]


def words(text: str) -> list[str]:
    """The words of a text without case, accents, digits and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W\d_]+", "".join(char for char in plain if not unicodedata.combining(char)))


def grams(text: str) -> frozenset[tuple[str, ...]]:
    """The word 5-grams of a text; a shorter text is one gram of itself."""
    found = words(text)
    if len(found) < GRAM:
        return frozenset({tuple(found)}) if found else frozenset()
    return frozenset(tuple(found[at : at + GRAM]) for at in range(len(found) - GRAM + 1))


def near_duplicates(left: Sequence[Mail], right: Sequence[Mail]) -> Iterator[tuple[str, str, float]]:
    """Pairs (id, id, overlap) of near-duplicates, left against right. A one-line mail must equal the other's text."""
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    right_grams = [grams(mail.text) for mail in right]
    for position, found in enumerate(right_grams):
        for gram in found:
            index[gram].append(position)
    for mail in left:
        found = grams(mail.text)
        shared = Counter(position for gram in found for position in index.get(gram, ()))
        for position, count in shared.items():
            overlap = count / max(1, min(len(found), len(right_grams[position])))
            if overlap >= OVERLAP:
                yield mail.id, right[position].id, overlap


def leaks(sets: dict[str, Sequence[Mail]]) -> list[tuple[str, str, float]]:
    """Near-duplicates between any two of the sets."""
    names = list(sets)
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    return [leak for a, b in pairs for leak in near_duplicates(sets[a], sets[b])]


def tally(mails: Iterable[Mail]) -> dict[str, dict[str, int]]:
    """How many mails of each language carry each label ("none" without any); for the data card."""
    table: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for mail in mails:
        for label in mail.labels or {"none"}:
            table[mail.lang][label] += 1
    return {lang: dict(row) for lang, row in sorted(table.items())}
