import io
import json
from dataclasses import dataclass
from typing import Any

from intake_bot.classifier.classifier import Classifier
from intake_bot.classifier.jsonl import Joined, classify_jsonl


@dataclass(frozen=True)
class Cut:
    spans: tuple[tuple[int, int], ...]
    forwarded: tuple[tuple[int, int], ...] = ()


def new_text_only(record: dict[str, Any]) -> Cut:
    at = record["body"].find("\n> ")
    return Cut(((0, at if at >= 0 else len(record["body"])),))


def run(classifier: Classifier, *lines: str) -> list[dict[str, Any]]:
    target = io.StringIO()
    classify_jsonl(io.StringIO("\n".join(lines) + "\n"), target, classifier, new_text_only)
    return [json.loads(line) for line in target.getvalue().splitlines()]


def test_contract(classifier: Classifier) -> None:
    body = "Héllo 🙂,\n\nplease delete my account and all my personal data.\n> On Monday you wrote: send me a copy"
    (answer,) = run(classifier, json.dumps({"id": 7, "subject": "account", "body": body, "headers": {"X": "1"}}))
    assert set(answer) == {"id", "labels", "scores", "lang", "route", "evidence", "ms"}
    assert answer["id"] == 7
    assert answer["labels"] == ["erasure"]
    assert answer["route"] == "open"
    assert answer["lang"] == "en"
    for item in answer["evidence"]:
        assert {"subject": "account", "body": body}[item["field"]][item["start"] : item["end"]] == item["text"]
    assert any("delete my account" in item["text"] for item in answer["evidence"])


def test_bad_lines_are_answered_in_their_place(classifier: Classifier) -> None:
    answers = run(classifier, '{"id": 1, "subject": "", "body": "hi"}', "{", "[]", '{"id": 4, "body": 5}', '{"id": 5}')
    assert [("error" in answer, answer["id"]) for answer in answers] == [
        (False, 1),
        (True, None),
        (True, None),
        (True, 4),
        (False, 5),
    ]


def test_spans_lead_back_to_the_source() -> None:
    source = "one\n> quoted\ntwo three"
    joined = Joined.of(source, [(0, 3), (13, 22)])
    start = joined.text.index("three")
    assert source[slice(*joined.source_span(start, start + 5))] == "three"
    assert source[slice(*joined.source_span(0, 3))] == "one"
