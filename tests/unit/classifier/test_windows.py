import pytest

from intake_bot.classifier.windows import MAX_WINDOWS, bounded, normalise, windows


def spans(count: int, length: int = 90) -> list[tuple[int, int]]:
    return [(i * 100, i * 100 + length) for i in range(count)]


@pytest.mark.parametrize("count", range(1, 30))
def test_windows_cover_every_sentence(count: int) -> None:
    sentences = spans(count)
    found = windows(sentences)
    assert {sentence for window in found for sentence in window.sentences} == set(sentences)
    assert found[-1].end == sentences[-1][1]
    assert all(len(window.sentences) <= 3 for window in found)


def test_short_sentences_join_the_next() -> None:
    assert len(windows([(0, 8), (10, 100), (101, 200), (201, 300), (302, 308)])) == 1


def test_no_sentence_no_window() -> None:
    assert windows([]) == []


def test_very_long_mail_keeps_head_and_tail() -> None:
    found = windows(spans(1000))
    kept, left_out = bounded(found)
    assert len(kept) == MAX_WINDOWS
    assert left_out == len(found) - MAX_WINDOWS
    assert (kept[0], kept[-1]) == (found[0], found[-1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SUPPRIMEZ MOI DE VOS FICHIERS !!!", "supprimez moi de vos fichiers !!!"),
        ("RGPD", "RGPD"),
        ("l\u2019acc\u00e8s  \u00e0\n\tmes\u00a0donn\u00e9es", "l'acc\u00e8s \u00e0 mes donn\u00e9es"),
        ("de\u00adlete\u200b me", "delete me"),
        ("voir https://octoop.example/a?b=c merci", "voir www merci"),
        ("---------- Hi -=-=-=-=-=-=-= ?!?! ---", "--- Hi -=-=-= ?!?! ---"),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected
