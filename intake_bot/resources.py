"""Where the files that travel with the program are: templates, models and data tables.

In a checkout they lie at the top level; in a wheel they lie inside the package (pyproject, force-include).
"""

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


@cache
def _folder(name: str) -> Path:
    packaged = PACKAGE / "_resources" / name
    return packaged if packaged.is_dir() else PACKAGE.parent / name


def templates_dir() -> Path:
    """The folder of the letters and of the console pages."""
    return _folder("templates")


def models_dir() -> Path:
    """The folder of the classifier: base/ and rights/."""
    return _folder("models")


def data_dir() -> Path:
    """The folder of the shipped tables, demo mails and the training corpus."""
    return _folder("data")
