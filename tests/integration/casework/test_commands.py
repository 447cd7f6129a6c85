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


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--channel", "mail"), "intake-bot case from-mail"),
        (("--address", "foo"), "“foo” is no mail address"),
        (("--lang", "zz"), "--lang zz is no language"),
        (("--received", "0001-01-01"), "0001-01-01 is not a date"),
    ],
)
def test_no_case_opens_on_a_slip(house: House, run: Run, options: tuple[str, ...], said: str) -> None:
    code, _, error = run(*NEW, "--right", "access", *options)
    assert (code, house.store.cases.all()) == (1, [])
    assert said in error


def test_an_act_has_a_name_behind_it(house: House, run: Run) -> None:
    case = house.open("access")
    code, _, error = run("case", case.ref, "note", "--text", "x", "--as", " ")
    assert code == 2
    assert "give your name" in error


def test_a_mistyped_action_is_named(house: House, run: Run) -> None:
    code, _, error = run("case", house.open("access").ref, "frobnicate", "--as", "Dora")
    assert code == 2
    assert "no action frobnicate: see intake-bot case --help" in error


def test_what_the_console_ticks_is_an_option_here(house: House, run: Run) -> None:
    case = house.open("access")
    _, _, error = run("case", case.ref, "answer", "--right", "access", "--delivery", "x", "--as", "Dora")
    assert "(--purpose)" in error


def test_a_bad_address_leaves_no_account(house: House, run: Run) -> None:
    code, _, error = run("user", "add", "Claire", "--role", "dpo", "--address", "claire")
    assert code == 1
    assert "claire is no mail address" in error
    assert "Claire" not in run("user", "list")[1]


def test_the_keyring_is_not_copied_onto_itself(house: House, run: Run, tmp_path: Path) -> None:
    keyring = tmp_path / "state" / "keyring.sqlite"
    before = keyring.read_bytes()
    code, _, error = run("keyring", "backup", str(keyring))
    assert code == 1
    assert "is the keyring itself" in error
    assert keyring.read_bytes() == before


def test_the_database_is_for_its_owner_only(house: House, tmp_path: Path) -> None:
    assert (tmp_path / "state" / "intake.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("command", [("run", "--once"), ("backfill", "--since", "2026-01-01")])
def test_without_a_mailbox_no_key_is_made(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("INTAKE_STATE_DIR", str(tmp_path / "empty"))
    code, _, error = run(*command)
    assert code == 1
    assert "no mailbox is configured" in error
    assert not (tmp_path / "empty").exists()


def test_an_empty_set_is_not_measured(run: Run) -> None:
    code, _, error = run("evaluate", "--set", "/nope")
    assert code == 1
    assert "--set /nope is neither dev nor test nor a file" in error


def test_import_says_what_it_could_not_read(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_CLASSIFY", "off")
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "gone.eml").symlink_to(tmp_path / "nowhere")
    code, printed, _ = run("import", str(tmp_path / "mails"), "--dry-run")
    assert code == 1
    assert "No such file" in printed


def test_a_person_without_a_mail_address_is_not_acknowledged_and_that_is_said(house: House, run: Run) -> None:
    case = house.open("access", status="unconfirmed", sender="", channel="post")
    code, printed, _ = run("case", case.ref, "confirm", "--as", "Dora", "--preview")
    assert code == 0
    assert "aucun accusé de réception n'est écrit" in printed


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


def test_init_writes_down_a_state_directory_of_the_environment(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTAKE_STATE_DIR", str(tmp_path / "the state"))
    assert run("init", "house.env")[0] == 0
    assert f"INTAKE_STATE_DIR='{tmp_path / 'the state'}'" in (tmp_path / "house.env").read_text().splitlines()
    monkeypatch.delenv("INTAKE_STATE_DIR")
    _, printed, _ = run("--env-file", "house.env", "init")
    assert str(tmp_path / "the state") in " ".join(printed.split())


def test_init_writes_the_file_that_the_option_names(run: Run, tmp_path: Path) -> None:
    code, printed, _ = run("--env-file", "my.env", "init")
    assert code == 0
    assert (tmp_path / "my.env").is_file()
    assert not (tmp_path / ".env").exists()
    assert "INTAKE_MAIL_ADDRESS" in printed
    assert "Next: intake-bot --env-file my.env check" in printed
