"""`classify --jsonl`: mails as JSON lines in, verdicts as JSON lines out, in order and one at a time."""

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn, Protocol, TextIO

from intake_bot.classifier.classifier import Classifier
from intake_bot.classifier.verdict import Evidence, Verdict

Span = tuple[int, int]


@dataclass(frozen=True)
class Joined:
    """Spans of a text put together, and the way back."""

    text: str
    pieces: tuple[tuple[int, int, int], ...]  # (start in the joined text, start in the source, length)
    places: Sequence[int]  # where each character of the source, and its end, stands in the text as given

    @classmethod
    def of(cls, source: str, spans: Sequence[Span], places: Sequence[int]) -> "Joined":
        """Joins the spans with line ends between them."""
        parts: list[str] = []
        pieces = []
        at = 0
        for start, end in spans:
            pieces.append((at, start, end - start))
            parts.append(source[start:end])
            at += end - start + 1
        return cls("\n".join(parts), tuple(pieces), places)

    def given_span(self, start: int, end: int) -> Span:
        """The span in the text as given of a span in the joined text; it ends in the piece in which it starts."""
        for at, source, length in self.pieces:
            if start < at + length:
                offset = max(start - at, 0)
                return self.places[source + offset], self.places[source + min(max(end - at, offset), length)]
        return 0, 0


class Parts(Protocol):
    """A mail as the classifier reads it, with the ways back into subject and body as given."""

    @property
    def subject(self) -> Joined:
        """The subject."""

    @property
    def new(self) -> Joined:
        """The person's new text."""

    @property
    def forwarded(self) -> Joined:
        """The mails passed on."""


#: Cuts a record (subject, body, headers if given) into parts, exactly as the daemon does with a mail.
Prepare = Callable[[dict[str, Any]], Parts]
#: The text of HTML that the daemon would read in the place of the plain text (body, html), or None.
Instead = Callable[[str, str], str | None]


def classify_jsonl(source: TextIO, target: TextIO, classifier: Classifier, prepare: Prepare, instead: Instead) -> int:
    """Writes one line for each line read, flushed; returns how many lines were bad. A bad line stops nothing."""
    bad = 0
    for line in source:
        if not line.strip():
            continue
        answer = _answer(line, classifier, prepare, instead)
        bad += "error" in answer
        try:
            target.write(json.dumps(answer, ensure_ascii=False) + "\n")
        except UnicodeEncodeError:  # half a character of the mail, which JSON can escape and no encoding can write
            target.write(json.dumps(answer) + "\n")
        target.flush()
    return bad


def _answer(line: str, classifier: Classifier, prepare: Prepare, instead: Instead) -> dict[str, Any]:
    identifier: Any = None
    try:
        record = json.loads(line, parse_constant=_no_constant, parse_float=_finite)
        if not isinstance(record, dict):
            raise TypeError("a JSON object is required")
        identifier = record.get("id")
        if not record.keys() & {"subject", "body", "html"}:
            raise ValueError("none of subject, body, html")
        subject, body, html = _text(record, "subject"), _text(record, "body"), record.get("html")
        begun = time.perf_counter()
        text = instead(body, html) if isinstance(html, str) and html.strip() else None
        given = {**record, "subject": subject, "body": body if text is None else text}
        verdict = classify_record(given, classifier, prepare)
        if text is not None:  # no offset leads into a body that was not given
            verdict = replace(verdict, evidence=tuple(item for item in verdict.evidence if item.field == "subject"))
        return {"id": identifier, **_fields(verdict), "ms": round(1000 * (time.perf_counter() - begun), 2)}
    except Exception as error:  # whatever one record holds, the next ones must still be answered
        return {"id": identifier, "error": f"{type(error).__name__}: {error}"}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _no_constant(text)


def classify_record(record: dict[str, Any], classifier: Classifier, prepare: Prepare) -> Verdict:
    """The verdict on one record; offsets are code points into its subject and body as given."""
    parts = prepare(record)
    verdict = classifier.classify(parts.subject.text, parts.new.text, parts.forwarded.text)
    given = {"subject": (parts.subject, record["subject"]), "body": (parts.new, record["body"])}
    evidence = [_given(item, *given[item.field]) for item in verdict.evidence]
    shown = {item.label for item in evidence}
    missing = [label for label in verdict.reviewed if label not in shown]
    if parts.forwarded.text and missing:  # a right that stands only in what was passed on
        passed_on = classifier.classify("", parts.forwarded.text)
        found = (item for item in passed_on.evidence if item.label in missing)
        evidence += [_given(item, parts.forwarded, record["body"]) for item in found]
    return replace(verdict, evidence=tuple(evidence))


def _given(item: Evidence, joined: Joined, source: str) -> Evidence:
    start, end = joined.given_span(item.start, item.end)
    return Evidence(item.label, item.field, source[start:end], start, end)


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be text")
    return value


def _fields(verdict: Verdict) -> dict[str, Any]:
    return {
        "labels": list(verdict.labels),
        "scores": {label: round(score, 5) for label, score in verdict.scores.items()},
        "lang": verdict.lang,
        "route": verdict.route,
        "evidence": [
            {"label": e.label, "field": e.field, "text": e.text, "start": e.start, "end": e.end}
            for e in verdict.evidence
        ],
    }
