"""One step of the derivation of a date: a code and the facts that its sentence is made of."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

#: Dates are local dates of the acting controller, instants aware and on its clock, words are codes of wording.py.
Fact = date | datetime | int | str | None


class Step(NamedTuple):
    """What was done and to which facts; wording.py holds its sentence in each language."""

    code: str
    facts: Mapping[str, Fact]
