"""What `check` says of settings that `run` would only stumble over."""

from pathlib import Path

import pytest

from intake_bot.service import application, health
from tests.support.service import environment, settings


def findings(state_dir: Path, **extra: str) -> list[health.Finding]:
    found = settings(environment(state_dir, CLASSIFY="off", **extra))
    application.prepare_state(found)
    return health.check(found)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("CLIENTS_FILE", "name;domains\nACME;acme.fr\n", "names the columns, separated by commas"),
        ("CLIENTS_FILE", "domains\nacme.fr\n", "names the columns, separated by commas"),
        ("DIRECTORY_FILE", "[[directory]\n", "cannot be read as TOML"),
        ("DIRECTORY_FILE", 'kind = "csv"\n', "names no directory"),
    ],
)
def test_a_table_of_people_that_cannot_be_read_fails(tmp_path: Path, name: str, text: str, said: str) -> None:
    file = tmp_path / "table"
    file.write_text(text, encoding="utf-8")
    (finding,) = [item for item in findings(tmp_path / "state", **{name: str(file)}) if item.part == "people"]
    assert finding.level == "fail"
    assert said in finding.text


def test_a_directory_that_does_not_answer_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "table").write_text('[[directory]]\nkind = "csv"\npath = "none.csv"\n', encoding="utf-8")
    found = findings(tmp_path / "state", DIRECTORY_FILE=str(tmp_path / "table"))
    assert [item.level for item in found if item.part == "people"] == ["warn", "ok"]


@pytest.mark.parametrize(("grants", "level"), [("acknowledgement:fr,*", ""), ("acknowledgment", "fail")])
def test_a_letter_that_does_not_exist_cannot_be_granted(tmp_path: Path, grants: str, level: str) -> None:
    found = [item for item in findings(tmp_path / "state", LIVE_LETTERS=grants) if "LIVE_LETTERS" in item.text]
    assert [item.level for item in found] == ([level] if level else [])


@pytest.mark.parametrize(("address", "warned"), [("info@example.test", True), ("info@octoop.com", False)])
def test_letters_in_the_name_of_another_house_are_a_warning(tmp_path: Path, address: str, warned: bool) -> None:
    found = findings(tmp_path, MAIL_ADDRESS=address)
    assert any("signed by iiiData SAS" in item.text and item.level == "warn" for item in found) is warned


def test_plus_addressing_that_nobody_proved_is_a_warning(tmp_path: Path) -> None:
    found = findings(tmp_path, PLUS_ADDRESSING="on")
    assert any("--probe-plus" in item.text and item.level == "warn" for item in found)


@pytest.mark.parametrize(("user", "warned"), [("info@ex.fr", True), ("Info@example.test", False), ("info", False)])
def test_a_mailbox_that_is_none_of_our_addresses_is_a_warning(tmp_path: Path, user: str, warned: bool) -> None:
    found = findings(tmp_path, IMAP_HOST="127.0.0.1", IMAP_PORT="1", IMAP_TLS="none", IMAP_USER=user)
    assert any("INTAKE_MAIL_ADDRESS=info@example.test yours?" in item.text for item in found) is warned
    assert [item.part for item in found if item.level == "fail"] == ["imap", "smtp"]  # and not "sender" once more
