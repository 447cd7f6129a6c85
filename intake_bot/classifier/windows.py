"""Windows over a text: three sentences, two further at a time, so that a long mail cannot hide one sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

Span = tuple[int, int]

SENTENCES = 3
STRIDE = 2
#: A shorter sentence ("Bonjour,") joins the next one instead of filling a place in the window.
SHORT = 60
#: Longest mail read in full, in windows; of a longer one the head and the tail are read.
MAX_WINDOWS = 60
TAIL_WINDOWS = 15

_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "\u0060": "'"})
_URL = re.compile(r"https?://\S+|www\.\S+")
_RUN = re.compile(r"([^\w\s][^\w]{0,2}?)\1{3,}")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Window:
    """A run of sentences: the span in the text and the sentences in it."""

    start: int
    end: int
    sentences: tuple[Span, ...]


def windows(sentences: Sequence[Span]) -> list[Window]:
    """The windows over the sentences of a text; the last one always reaches the end of the text."""
    units = _units(sentences)
    count = len(units)
    starts = list(range(0, max(count - SENTENCES + STRIDE, 1), STRIDE)) if count else []
    return [_window(units[start : start + SENTENCES]) for start in starts if start < count]


def bounded(all_windows: Sequence[Window]) -> tuple[list[Window], int]:
    """At most MAX_WINDOWS of them, from the head and the tail, and how many were left out."""
    if len(all_windows) <= MAX_WINDOWS:
        return list(all_windows), 0
    head = MAX_WINDOWS - TAIL_WINDOWS
    return [*all_windows[:head], *all_windows[-TAIL_WINDOWS:]], len(all_windows) - MAX_WINDOWS


def _units(sentences: Sequence[Span]) -> list[list[Span]]:
    units: list[list[Span]] = []
    pending: list[Span] = []
    for sentence in sentences:
        pending.append(sentence)
        if pending[-1][1] - pending[0][0] >= SHORT:
            units.append(pending)
            pending = []
    if pending:
        if units and len(units) % STRIDE == 1 and len(units) > 1:
            units[-1] = [*units[-1], *pending]  # "Merci." would be a window of its own
        else:
            units.append(pending)
    return units


def _window(units: Sequence[Sequence[Span]]) -> Window:
    sentences = tuple(sentence for unit in units for sentence in unit)
    return Window(sentences[0][0], sentences[-1][1], sentences)


def normalise(text: str) -> str:
    """The text as the encoder reads it: one kind of apostrophe and of space, no invisible characters, not shouted.

    A line of signs that come again and again, with or without blanks, counts as three of them: a long one would drown
    the words beside it. The sub-word vocabulary knows capitals as names and abbreviations, so shouted text is read in
    lower case.
    """
    text = _RUN.sub(r"\1\1\1", _INVISIBLE.sub("", text.translate(_APOSTROPHES)))
    text = _SPACE.sub(" ", _URL.sub("www", text)).strip()
    letters = _LETTER.findall(text)
    capitals = sum(letter.isupper() for letter in letters)
    if len(letters) >= 8 and capitals > 0.6 * len(letters):
        return text.lower()
    return text
