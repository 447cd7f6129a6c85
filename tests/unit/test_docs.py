"""Documents held true: every command is in the README and has help, every word of the glossary is there."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from intake_bot.cases.intake import Disposition
from intake_bot.cli import app

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group: typer.Typer, prefix: str = "") -> list[str]:
    names = [f"{prefix}{item.name}" for item in group.registered_commands]
    for sub in group.registered_groups:
        assert sub.typer_instance is not None
        names += commands(sub.typer_instance, f"{prefix}{sub.name} ")
    return names


@pytest.mark.parametrize("name", commands(app))
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(app, [*name.split(), "--help"])
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 5


@pytest.mark.parametrize("name", sorted({name.split()[0] for name in commands(app)}))
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"`{name}" in README


@pytest.mark.parametrize("name", list(Disposition))
def test_every_disposition_is_in_the_readme(name: str) -> None:
    assert name in README


def test_readme_starts_with_the_two_commands() -> None:
    assert README.index("make demo") < 200
    assert README.index("make test") < 300


@pytest.mark.parametrize(
    "word", ["controller", "supervisory authority", "suspension", "safe date", "set aside", "desk"]
)
def test_glossary(word: str) -> None:
    assert f"| {word}" in README or word in README.partition("## Words")[2]
