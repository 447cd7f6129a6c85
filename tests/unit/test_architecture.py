"""The house plan of docs/design.md, held by reading the imports: data flows one way."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "intake_bot"

#: A package may import itself and those of lower rank.
RANKS = {
    "rights": 0, "clock": 0, "errors": 0, "resources": 0, "keys": 0,
    "law": 1, "mail": 1, "classifier": 1,
    "cases": 2, "envfile": 2, "mailboxes": 2, "config": 3, "store": 4, "people": 4,
    "service": 5, "desk": 6, "commands": 7, "cli": 8, "__main__": 9,
}  # fmt: skip

MODULES = sorted(PACKAGE.rglob("*.py"))


def package_of(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


def imports(path: Path) -> Iterator[str]:
    """The packages of ours that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "intake_bot" else [f"intake_bot.{a.name}" for a in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("intake_bot.") and "." in name)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    here = package_of(path)
    if here == "__init__":
        return
    wrong = {name for name in imports(path) if name in RANKS and name != here and RANKS[name] >= RANKS[here]}
    wrong -= {"__version__"}
    assert not wrong, f"{here} may not import {wrong}"


def test_every_package_has_a_place() -> None:
    assert {package_of(path) for path in MODULES} - {"__init__"} <= set(RANKS)


def calls(path: Path) -> set[str]:
    return {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_time_environment_and_sql_stay_in_their_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    where = package_of(path)
    if where != "clock":
        found = calls(path) & {"datetime.now", "datetime.utcnow", "date.today", "datetime.datetime.now", "time.time"}
        assert not found, f"the time comes from clock.py only: {found}"
    if where != "config":
        assert not re.search(r"\bos\.(environ|getenv)\b", text), "the environment is read in config.py only"
    if where not in ("store", "people"):
        assert not re.search(r"\b(SELECT .+ FROM|INSERT (OR \w+ )?INTO|UPDATE \w+ SET|DELETE FROM)\b", text), "SQL"


FORBIDDEN = re.compile(r"\b(ticket|customer|handler|manager|utils|helpers|process_data)\b", re.I)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_names_are_the_words_of_the_glossary(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    bad = {name for name in (*names, path.stem) if FORBIDDEN.search(name.replace("_", " "))}
    assert not bad


def test_modules_stay_small() -> None:
    long = {str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: count for name, count in long.items() if count > 400} == {}
