"""The tokens of a document: what stands between white space, found in linear time.

Sentences begin after white space and passages are made of sentences, so nothing needs finer tokens. spaCy's own rules
peel punctuation off both ends of a token one sign at a time: a line of brackets without a blank takes them minutes.
"""

import re

from spacy.tokens import Doc
from spacy.vocab import Vocab

_PIECE = re.compile(r"\S+ ?|\s+")
#: Finer ones: words and signs apart, for entities.
WORDS = re.compile(r"\w+ ?|[^\w\s] ?|\s+")


class Pieces:
    """Makes the documents that the pipeline reads. The text of a document is the text that was given."""

    def __init__(self, vocab: Vocab, pieces: re.Pattern[str] = _PIECE) -> None:
        self.vocab = vocab
        self._pieces = pieces

    def __call__(self, text: str) -> Doc:
        pieces = self._pieces.findall(text)
        spaces = [piece[-1] == " " and not piece.isspace() for piece in pieces]
        words = [piece[:-1] if space else piece for piece, space in zip(pieces, spaces, strict=True)]
        return Doc(self.vocab, words=words, spaces=spaces)
