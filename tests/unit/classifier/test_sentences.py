import pytest
import spacy

from intake_bot.classifier import sentences


def parts(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences.split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonjour. Merci de supprimer mon compte.", ["Bonjour.", "Merci de supprimer mon compte."]),
        ("Selon l'art. 17 du RGPD, effacez tout.", ["Selon l'art. 17 du RGPD, effacez tout."]),
        ("Bitte bis zum 15. März löschen. Danke!", ["Bitte bis zum 15. März löschen.", "Danke!"]),
        ("Dr. Nowak prosi o dostęp. Z góry dziękuję.", ["Dr. Nowak prosi o dostęp.", "Z góry dziękuję."]),
        ("Έχετε δεδομένα μου; Θέλω αντίγραφο.", ["Έχετε δεδομένα μου;", "Θέλω αντίγραφο."]),
        ("one line\n\nanother", ["one line", "another"]),
        ("- supprimer\n- rectifier", ["- supprimer", "- rectifier"]),
        ("", []),
        (" \n \n", []),
    ],
)
def test_split(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


def test_wrapped_lines_are_one_sentence() -> None:
    text = "I would like you to send me a copy of everything that you\nhave stored about me since 2019."
    assert parts(text) == [text]


def test_long_sentence_is_bounded_and_nothing_is_lost() -> None:
    text = " ".join(f"mot{number}," for number in range(300))
    found = parts(text)
    assert max(map(len, found)) <= sentences.MAX_CHARACTERS
    assert " ".join(found) == text


def test_text_without_spaces_is_cut() -> None:
    assert "".join(parts("x" * 1000)) == "x" * 1000


def test_component_marks_the_same_boundaries() -> None:
    pipeline = spacy.blank("xx")
    pipeline.add_pipe("rights_sentences")
    text = "Bonjour,\n\nCf. art. 15. Merci d'avance ! Je vous écris au sujet de M. Durand."
    assert [sentence.text.strip() for sentence in pipeline(text).sents] == parts(text)
