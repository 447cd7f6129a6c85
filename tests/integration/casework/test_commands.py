"""What the command line prints and refuses, where that is its own matter and not that of the act behind it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from intake_bot.cases.ports import KeptMail
from intake_bot.cli import main
from intake_bot.commands import context
from intake_bot.mail.inbound import FolderRole, Position
from intake_bot.service.letter_edit import text_of
from tests.integration.casework.house import RECEIVED, House
from tests.support.service import environment

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on the house: (exit code, standard output, standard error)."""
    for name, value in environment(tmp_path / "state", SEND_MODE="approve").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(context, "configure", lambda *given: None)  # the logging of the tests stays
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["intake-bot", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return command


NEW = ("case", "new", "--channel", "phone", "--received", "2026-03-02", "--as", "Dora")


@pytest.mark.parametrize("nothing", ["", ","])
def test_no_case_opens_without_a_right(house: House, run: Run, nothing: str) -> None:
    code, _, error = run(*NEW, "--right", nothing)
    assert (code, house.store.cases.all()) == (1, [])
    assert "names no right" in error


def test_a_right_that_is_named_twice_is_one_right(house: House, run: Run) -> None:
    assert run(*NEW, "--right", "access,access", "--right", "access")[0] == 0
    assert [str(item.right) for item in house.store.cases.all()[0].rights] == ["access"]


@pytest.mark.parametrize("subject", ["[/]", "[externe] Mes données", "[red]"])
def test_a_subject_is_printed_as_it_is(house: House, run: Run, subject: str) -> None:
    case = house.open("access")
    key = house.store.cases.key_of(case.id)
    with house.store.transaction():
        mail = KeptMail(Position("default", "INBOX", 1, 9, FolderRole.INBOX), "request", RECEIVED,
                        {"subject": subject, "new_text": ""}, None)  # fmt: skip
        house.store.correspondence.keep_mail(case.id, key, mail, None)
    house.work.hold(case.ref, "Dora", reason="[ask] the board")
    code, printed, _ = run("case", case.ref)
    assert code == 0
    assert f"Z {subject}\n" in printed
    assert "held: [ask] the board" in printed


def test_a_server_that_cannot_be_asked_is_not_well(house: House, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": "127.0.0.1", "PORT": "1", "TLS": "none", "USER": "u", "PASSWORD": "p"}.items():
        monkeypatch.setenv(f"INTAKE_IMAP_{name}", value)
    code, printed, _ = run("ledger", "check", "--json")
    found = json.loads(printed)
    assert (code, found["ok"], found["problems"]) == (1, False, [])
    assert found["server_not_asked"]
    code, printed, _ = run("ledger", "check")
    assert code == 1
    assert "could not be asked" in printed
    assert "Every mail is explained." not in printed
    code, printed, _ = run("ledger", "check", "--offline", "--json")
    assert (code, json.loads(printed)["ok"]) == (0, True)


def test_a_language_that_is_not_spoken_is_named(house: House, run: Run) -> None:
    code, _, error = run("deadline", house.open("access").ref, "--lang", "de")
    assert code == 1
    assert "--lang de is not known: fr, en" in error


@pytest.mark.parametrize("command", [("keyring", "backup"), ("init",), ("suppression", "export")])
def test_a_file_that_cannot_be_written_is_one_clear_line(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    code, _, error = run(*command, str(tmp_path / "missing" / "file"))
    assert code == 1
    assert str(tmp_path / "missing" / "file") in error
    assert "No such file or directory" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "act",
    [("lift-restriction", "--reason", "r", "--on", ""), ("record-fact", "--fact", "minor_at_collection", "--at", "")],
)
def test_an_empty_day_is_refused(house: House, run: Run, act: tuple[str, ...]) -> None:
    name, *options = act
    code, _, error = run("case", house.open("restriction").ref, name, "--as", "Dora", *options)
    assert code == 1
    assert f"{options[-2]} is empty" in error


def test_a_letter_is_not_emptied(house: House, run: Run, tmp_path: Path) -> None:
    case = house.open("access", status="unconfirmed")
    house.work.confirm(case.ref, "Dora")
    letter = house.letters(case)[0]
    assert letter.raw is not None
    file = tmp_path / "words.txt"
    file.write_text(" \n", encoding="utf-8")
    code, _, error = run("outbox", "edit", letter.id, "--as", "Dora", "--file", str(file))
    assert code == 1
    assert "a letter needs words" in error
    kept = house.store.outbox.find(letter.id).raw
    assert kept is not None
    assert text_of(kept) == text_of(letter.raw)


def test_init_says_how_its_file_is_named_to_the_next_command(run: Run) -> None:
    code, printed, _ = run("init", "a house.env")
    assert code == 0
    assert "Next: intake-bot --env-file 'a house.env' check" in printed
    assert "Next: intake-bot check" in run("init")[1]


def test_init_writes_the_file_that_the_option_names(run: Run, tmp_path: Path) -> None:
    code, printed, _ = run("--env-file", "my.env", "init")
    assert code == 0
    assert (tmp_path / "my.env").is_file()
    assert not (tmp_path / ".env").exists()
    assert "INTAKE_MAIL_ADDRESS" in printed
    assert "Next: intake-bot --env-file my.env check" in printed
