import io
import json
from dataclasses import dataclass
from typing import Any

import pytest

from intake_bot.classifier.classifier import Classifier
from intake_bot.classifier.jsonl import Joined, Prepare, classify_jsonl


@dataclass(frozen=True)
class Cut:
    subject: Joined
    new: Joined
    forwarded: Joined


def parts(record: dict[str, Any], *spans: tuple[int, int], forwarded: tuple[tuple[int, int], ...] = ()) -> Cut:
    subject, body = record["subject"], record["body"]
    places = range(len(body) + 1)
    whole = Joined.of(subject, [(0, len(subject))], range(len(subject) + 1))
    return Cut(whole, Joined.of(body, spans, places), Joined.of(body, forwarded, places))


def new_text_only(record: dict[str, Any]) -> Cut:
    at = record["body"].find("\n> ")
    return parts(record, (0, at if at >= 0 else len(record["body"])))


def where_there_is_no_body(body: str, html: str) -> str | None:
    return None if body.strip() else html[3:-4]


def run(classifier: Classifier, *lines: str, prepare: Prepare = new_text_only) -> list[dict[str, Any]]:
    written = io.BytesIO()
    target = io.TextIOWrapper(written, encoding="utf-8")
    classify_jsonl(io.StringIO("\n".join(lines) + "\n"), target, classifier, prepare, where_there_is_no_body)
    return [json.loads(line) for line in written.getvalue().decode("utf-8").split("\n")[:-1]]


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
    answers = run(classifier, '{"id": 1, "subject": "", "body": "hi"}', "{", "[]", '{"id": 4, "body": 5}', '{"id": 5}',
                  '{"id": 6, "text": "erase all"}', '{"id": 7, "subject": null}')  # fmt: skip
    assert [("error" in answer, answer["id"]) for answer in answers] == [
        (False, 1),
        (True, None),
        (True, None),
        (True, 4),
        (True, 5),
        (True, 6),
        (False, 7),
    ]


def test_half_a_character_ends_no_run(classifier: Classifier) -> None:
    body = "Please delete all my personal data \ud83d now."
    asked, named, other = run(
        classifier,
        json.dumps({"id": "1", "subject": "x", "body": body}),
        json.dumps({"id": "\ud800", "subject": "x", "body": "hello"}),
        '{"id": "é", "subject": "x", "body": "hello"}',
    )
    assert asked["labels"] == ["erasure"]
    assert any("\ud83d" in item["text"] for item in asked["evidence"])
    assert all(body[item["start"] : item["end"]] == item["text"] for item in asked["evidence"])
    assert [named["id"], other["id"]] == ["\ud800", "é"]


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", '{"a": [-1e999]}'])
def test_a_number_that_json_cannot_write_is_a_bad_line(classifier: Classifier, number: str) -> None:
    bad, good = run(classifier, f'{{"id": {number}, "body": "x"}}', '{"id": 1.5, "body": "x"}')
    assert bad["id"] is None and "not JSON" in bad["error"]
    assert good["id"] == 1.5 and "error" not in good


@pytest.mark.parametrize("body", [{}, {"body": None}, {"body": " \r\n"}])
def test_html_is_read_where_there_is_no_body(classifier: Classifier, body: dict[str, Any]) -> None:
    html = "<p>Please delete all my personal data and my account.</p>"
    (answer,) = run(classifier, json.dumps({"id": 1, "subject": "My account", "html": html, **body}))
    assert answer["labels"] == ["erasure"]
    assert all(item["field"] == "subject" for item in answer["evidence"])


def test_html_beside_a_body_is_not_read(classifier: Classifier) -> None:
    html = "<p>Please delete all my personal data and my account.</p>"
    (answer,) = run(classifier, json.dumps({"id": 1, "subject": "", "body": "See you on Monday.", "html": html}))
    assert answer["route"] == "none"


def test_evidence_of_a_forward_is_what_was_passed_on(classifier: Classifier) -> None:
    own = "Zur Info, bitte kümmert euch darum.\n\n"
    request = "Bitte löschen Sie alle meine personenbezogenen Daten und bestätigen Sie mir dies schriftlich."

    def after_own(record: dict[str, Any]) -> Cut:
        return parts(record, (0, len(own)), forwarded=((len(own), len(record["body"])),))

    line = json.dumps({"id": 1, "subject": "Fwd: Kunde", "body": own + request})
    (answer,) = run(classifier, line, prepare=after_own)
    assert [(item["label"], item["text"]) for item in answer["evidence"]] == [("erasure", request)]


def test_spans_lead_back_to_the_source() -> None:
    source = "one\n> quoted\ntwo three"
    joined = Joined.of(source, [(0, 3), (13, 22)], range(len(source) + 1))
    start = joined.text.index("three")
    assert source[slice(*joined.given_span(start, start + 5))] == "three"
    assert source[slice(*joined.given_span(0, 3))] == "one"
