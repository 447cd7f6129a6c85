"""The text of a mail with the sentences that spoke for a right marked in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from intake_bot.classifier.verdict import Evidence


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of text, and the labels for which it speaks; none for plain text."""

    text: str
    labels: tuple[str, ...] = ()


def marked(text: str, evidence: Iterable[Evidence], field: str) -> tuple[list[Stretch], list[Evidence]]:
    """The text in stretches, and the evidence that could not be found in it (it stood in a forwarded part)."""
    spans: list[tuple[int, int, str]] = []
    lost: list[Evidence] = []
    for item in evidence:
        if item.field != field:
            continue
        found = _locate(text, item)
        if found is None:
            lost.append(item)
        else:
            spans.append((*found, item.label))
    return _stretches(text, spans), lost


def _locate(text: str, item: Evidence) -> tuple[int, int] | None:
    """Where the sentence stands: at its offsets, or where its words are (the classifier reads without signature)."""
    if text[item.start : item.end] == item.text and item.text:
        return item.start, item.end
    at = text.find(item.text) if item.text.strip() else -1
    return (at, at + len(item.text)) if at >= 0 else None


def _stretches(text: str, spans: list[tuple[int, int, str]]) -> list[Stretch]:
    edges = sorted({0, len(text), *(edge for start, end, _ in spans for edge in (start, end))})
    found: list[Stretch] = []
    for start, end in pairwise(edges):
        labels = tuple(dict.fromkeys(label for first, last, label in spans if first <= start and end <= last))
        if found and found[-1].labels == labels:
            found[-1] = Stretch(found[-1].text + text[start:end], labels)
        else:
            found.append(Stretch(text[start:end], labels))
    return found
