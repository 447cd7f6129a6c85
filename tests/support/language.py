"""Whether a text is in one language and free of the program's inner codes."""

import re

#: A code with an underscore, as no sentence has one.
CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|--[a-z]")

ENGLISH = re.compile(r"\b(the|is|are|was|and|not|this|that|first|needs|nothing|case|first|of|may|only)\b", re.I)
FRENCH = re.compile(r"\b(le|la|les|est|une|des|du|pas|cette|dossier|d’abord|vous|droit|ne|rien)\b", re.I)


def problems(text: str, lang: str) -> list[str]:
    """What a reader of `lang` (fr, en) should not see in a text: codes and words of the other language."""
    return CODE.findall(text) + (ENGLISH if lang == "fr" else FRENCH).findall(text)
