import json
from pathlib import Path

import pytest

from intake_bot.classifier import corpus
from intake_bot.classifier.corpus import CorpusError, Mail, leaks, read_mail, read_set
from intake_bot.resources import data_dir


def line(**changes: object) -> str:
    mail = {"id": "a", "lang": "fr", "subject": "", "body": "Effacez-moi", "labels": ["erasure"], "accept": []}
    return json.dumps({**mail, **changes})


def mail(identifier: str, body: str) -> Mail:
    return Mail(identifier, "en", "", body, frozenset())


def test_read() -> None:
    found = read_mail(line(accept=[["erasure", "objection"]]))
    assert found.labels == {"erasure"}
    assert found.disputed == found.optional == {"objection"}
    assert found.nearest(frozenset({"objection", "erasure"})) == {"erasure", "objection"}
    assert found.has_right


@pytest.mark.parametrize(
    "changes", [{"labels": ["eraser"]}, {"lang": "xx"}, {"body": " "}, {"accept": [["?"]]}, {"labels": None}]
)
def test_bad_lines_are_named(tmp_path: Path, changes: dict[str, object]) -> None:
    (tmp_path / "a.jsonl").write_text(line() + "\n" + line(**changes) + "\n")
    with pytest.raises(CorpusError, match=r"a\.jsonl:2"):
        read_set(tmp_path)


def test_repeated_ids_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(line() + "\n")
    (tmp_path / "b.jsonl").write_text(line() + "\n")
    with pytest.raises(CorpusError, match="repeated"):
        read_set(tmp_path)


def test_near_duplicates_are_found() -> None:
    text = "Dear team, could you tell me which personal data you hold about me and where you got it from?"
    left = [mail("a", text), mail("b", "Quite another matter, the invoice of March has the wrong address on it.")]
    right = [mail("c", text.replace("Dear team", "Hello").upper()), mail("d", "Nothing in common with the others.")]
    assert [(a, b) for a, b, _ in leaks({"train": left, "dev": right})] == [("a", "c")]


def test_the_sets_do_not_leak_into_each_other() -> None:
    folder = data_dir() / "corpus"
    sets = {name: read_set(folder / name) for name in corpus.SETS if (folder / name).is_dir()}
    assert sets["train"]
    assert leaks(sets) == []
