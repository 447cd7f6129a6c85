import json
import shutil
from pathlib import Path

import pytest
import spacy

from intake_bot.classifier.base import sha256
from intake_bot.classifier.classifier import Classifier
from intake_bot.classifier.corpus import read_set
from intake_bot.classifier.encoder import HALVES
from intake_bot.classifier.evaluate import diluted, evaluate_command
from intake_bot.classifier.train import split_sets, train_command
from intake_bot.commands.training import train
from intake_bot.errors import IntakeError, ModelMissing
from intake_bot.resources import data_dir, models_dir


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every hundredth mail of the training set, and as many as DEV."""
    folder = tmp_path_factory.mktemp("corpus")
    lines = [
        line
        for path in sorted((data_dir() / "corpus" / "train").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    for name, first in (("train", 0), ("dev", 50)):
        (folder / name).mkdir()
        (folder / name / "a.jsonl").write_text("\n".join(lines[first::100]) + "\n", encoding="utf-8")
    return folder


def test_the_head_is_trained_and_installed(corpus: Path, tmp_path: Path) -> None:
    target = tmp_path / "models" / "rights"
    shutil.copytree(models_dir() / "rights", target)
    reports: list[str] = []
    trained = train_command(corpus=corpus, target=target, work=tmp_path / "work", force=True, report=reports.append)
    assert trained.installed
    assert trained.old is not None
    classifier = Classifier.load(target)
    assert classifier.version == trained.version
    assert classifier.classify("", "Please delete my account and all my personal data.").route != "none"
    card = json.loads((target / "card.json").read_text())
    assert card["dev"]["all"]["mails"] == trained.new.all.mails
    assert card["encoder_sha256"] == {name: sha256(target / "rights_encoder" / name) for name in HALVES}
    assert "per 1,000 mails" in (target / "README.md").read_text().lower()


@pytest.mark.parametrize("half", HALVES)
def test_a_model_without_an_encoder_says_how_to_get_one(half: str, tmp_path: Path) -> None:
    target = tmp_path / "rights"
    shutil.copytree(models_dir() / "rights", target)
    pipeline = spacy.load(target)
    (target / "rights_encoder" / half).unlink()
    with pytest.raises(ModelMissing, match="train --full --afresh"):
        Classifier.load(target)
    with pytest.raises(ModelMissing):
        pipeline.to_disk(tmp_path / "copy")


def test_the_card_of_the_shipped_model_names_its_files() -> None:
    card = json.loads((models_dir() / "rights" / "card.json").read_text())
    assert card["encoder_sha256"] == {
        name: sha256(models_dir() / "rights" / "rights_encoder" / name) for name in HALVES
    }
    assert set(card["base"]) == {"embeddings.q4", "tokenizer.json"}
    for name, facts in card["base"].items():
        assert facts["sha256"] == sha256(models_dir() / "base" / name)


def test_afresh_is_of_full_training() -> None:
    with pytest.raises(IntakeError, match="--full"):
        train(afresh=True)


def test_training_needs_mails(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        train_command(corpus=tmp_path, target=tmp_path / "rights", work=tmp_path / "work", report=lambda _: None)


def test_without_dev_a_share_is_held_out(corpus: Path, tmp_path: Path) -> None:
    shutil.copytree(corpus / "train", tmp_path / "train")
    train, held_out = split_sets(tmp_path, 7)
    assert held_out
    assert not {mail.id for mail in train} & {mail.id for mail in held_out}
    assert split_sets(tmp_path, 7) == (train, held_out)


def test_evaluation_writes_json_and_html(corpus: Path, tmp_path: Path) -> None:
    tables: list[str] = []
    evaluation = evaluate_command(
        name=str(corpus / "dev" / "a.jsonl"),
        json_path=tmp_path / "figures.json",
        html_path=tmp_path / "figures.html",
        report=tables.append,
    )
    data = json.loads((tmp_path / "figures.json").read_text())
    assert data["figures"]["all"]["mails"] == evaluation.figures.all.mails
    assert "keyword baseline" in tables[0]
    page = (tmp_path / "figures.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "http" not in page.split("<h2>Errors")[0]


def test_dilution_keeps_the_mail(corpus: Path) -> None:
    mails = read_set(corpus / "dev")[:3]
    found = diluted(mails, ["before and after"])
    assert all(mail.body in changed.body for mail, changed in zip(mails, found, strict=True))
