"""The tokenizer of the base encoder: text -> piece ids."""

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from intake_bot.errors import ModelMissing

#: The base encoder was trained with this in front of every text.
PREFIX = "query: "
#: Longest passage in sub-words; windows are bounded in characters, so only unusual text is cut here.
MAX_LENGTH = 224


class Subwords:
    """Encodes passages, prefix and end marks included."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._tokenizer.enable_truncation(MAX_LENGTH)
        self._tokenizer.no_padding()

    @classmethod
    def open(cls, path: Path) -> "Subwords":
        """Reads tokenizer.json. Raises ModelMissing if it is absent."""
        if not path.is_file():
            raise ModelMissing(f"{path} is missing: restore models/base.")
        return cls(Tokenizer.from_file(str(path)))

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """The piece ids of each text."""
        return [found.ids for found in self._tokenizer.encode_batch([PREFIX + text for text in texts])]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """For each piece of a text, its (start, end) in the text; (0, 0) for end marks and the prefix."""
        cut = len(PREFIX)
        return [(max(a - cut, 0), max(b - cut, 0)) for a, b in self._tokenizer.encode(PREFIX + text).offsets]
