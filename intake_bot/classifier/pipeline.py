"""Assembles the spaCy pipeline of the classifier and writes it to a folder."""

from pathlib import Path

import spacy
from spacy.language import Language

from intake_bot.classifier import component, sentences
from intake_bot.classifier.calibration import Calibration
from intake_bot.classifier.component import RightsEncoder
from intake_bot.classifier.head import Head

COMPONENTS = (sentences.rights_sentences.__name__, component.make_rights_encoder.__name__)


def write_pipeline(folder: Path, trained: Path, head: Head, calibration: Calibration, version: str) -> None:
    """Writes a pipeline that spacy.load reads: config, tokenizer, vocabulary and the rights encoder."""
    pipeline = assemble(trained, head, calibration)
    pipeline.meta.update(name="rights", version="0.0.0", description=f"GDPR rights in mails, model {version}")
    pipeline.to_disk(folder)


def assemble(trained: Path, head: Head, calibration: Calibration) -> Language:
    """A pipeline in memory from the halves of an encoder in a folder, a head and a calibration."""
    pipeline = spacy.blank("xx")
    pipeline.add_pipe("rights_sentences")
    encoder = pipeline.add_pipe("rights_encoder")
    assert isinstance(encoder, RightsEncoder)
    encoder.use(trained, head, calibration)
    return pipeline
