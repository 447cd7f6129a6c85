"""Settings: all problems at once, nothing unknown, no secret that others can read."""

import re
from pathlib import Path

import pytest

from intake_bot import keys
from intake_bot.config import load, master_key_text, settings_file
from intake_bot.errors import ConfigurationError, IntakeError
from intake_bot.law.retention import Kept
from intake_bot.mail.inbound import FolderRole

ROOT = Path(__file__).resolve().parents[2]
NONE = {"INTAKE_ENV_FILE": ""}


def problems(values: dict[str, str]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(environment={**NONE, **values})
    return str(caught.value)


def test_defaults_need_nothing() -> None:
    settings = load(environment=NONE)
    assert settings.send_mode == "approve"
    assert settings.mailbox.address == "info@octoop.com"
    assert settings.mailbox.internal_domains == ("octoop.com",)
    assert settings.mailbox.imap is None
    assert settings.controller.zone == "Europe/Paris"


def test_all_problems_are_listed_at_once() -> None:
    text = problems(
        {"INTAKE_SEND_MODE": "maybe", "INTAKE_POLL_SECONDS": "soon", "INTAKE_IMAP_HOTS": "x", "INTAKE_IMAP_HOST": "h"}
    )
    for part in (
        "SEND_MODE=maybe",
        "off, dry, approve, live",
        "POLL_SECONDS=soon",
        "IMAP_HOTS",
        "IMAP_USER is missing",
    ):
        assert part in text


def test_a_key_that_is_read_twice_is_listed_once() -> None:
    assert problems({"INTAKE_DPO_EMAIL": "nobody"}).count("nobody") == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"JURISDICTION": "XX"}, "INTAKE_JURISDICTION=XX has no calendar"),
        ({"JURISDICTION": "fr"}, "INTAKE_JURISDICTION=fr has no calendar"),
        ({"HEARTBEAT_URL": "foo"}, "INTAKE_HEARTBEAT_URL=foo must be"),
        ({"INTERNAL_DOMAINS": "@ex.fr"}, "INTAKE_INTERNAL_DOMAINS=@ex.fr must be domains"),
        ({"MAIL_ALIASES": "a@ex.fr,foo"}, "INTAKE_MAIL_ALIASES=a@ex.fr,foo must be mail addresses"),
        ({"IMAP_HOST": "h", "IMAP_USER": "u", "IMAP_FOLDERS": ","}, "INTAKE_IMAP_FOLDERS=, names no folder"),
        ({"IMAP_HOST": "h", "IMAP_USER": "u", "IMAP_PORT": "65536"}, "IMAP_PORT=65536 must be"),
        ({"SMTP_HOST": "h", "SMTP_PORT": "65536"}, "INTAKE_SMTP_PORT=65536"),
        ({"CONSOLE_PORT": "65536"}, "INTAKE_CONSOLE_PORT=65536"),
        ({"SMTP_HOST": "h", "SMTP_AUTH": "oauth2"}, "INTAKE_SMTP_AUTH=oauth2 needs INTAKE_SMTP_OAUTH_COMMAND"),
        ({"SMTP_HOST": "h", "SMTP_PASSWORD": "p"}, "INTAKE_SMTP_USER is missing: who logs in to send"),
        ({"DIGEST_HOUR": "25"}, "INTAKE_DIGEST_HOUR=25 must be a whole number from 0 to 23"),
        ({"POLL_SECONDS": "0"}, "INTAKE_POLL_SECONDS=0 must be a whole number, 1 or more"),
        ({"ENV_FILE": "/nonexistent/.env"}, "the file /nonexistent/.env does not exist"),
    ],
)  # fmt: skip
def test_what_would_fail_later_is_said_at_once(values: dict[str, str], said: str) -> None:
    assert said in problems({f"INTAKE_{name}": value for name, value in values.items()})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\n\nINTAKE_IMAP_PASSWORD='abc\nINTAKE_SEND_MODE=off\n", ".env, line 3 is not NAME=VALUE"),
        (b"INTAKE_SEND_MODE\n", ".env, line 1 is not NAME=VALUE"),
        (b"CONSOLE=on\nPATH=/bin\n", ".env: CONSOLE: write INTAKE_CONSOLE"),
        (b"IMAP_PASSWORD_FILE=/run/p\n", ".env: IMAP_PASSWORD_FILE: write INTAKE_IMAP_PASSWORD_FILE"),
        ("INTAKE_SEND_MODE=off\n# clé\n".encode("latin-1"), "line 2 is not UTF-8"),
    ],
)
def test_a_line_that_says_nothing_to_us_is_a_problem(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / ".env"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(ConfigurationError) as caught:
        load(file, environment={})
    assert said in str(caught.value)
    assert len(caught.value.problems) == 1


def test_a_value_of_the_file_is_taken_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("INTAKE_WEBHOOK_SECRET='a ${HOME} #b'\n")
    file.chmod(0o600)
    assert load(file, environment={}).webhook_secret == "a ${HOME} #b"


def test_the_variable_names_the_file_that_init_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_ENV_FILE", "house.env")
    assert settings_file() == Path("house.env")
    assert settings_file(Path("my.env")) == Path("my.env")
    monkeypatch.delenv("INTAKE_ENV_FILE")
    assert settings_file() == Path(".env")


def test_unknown_key_is_an_error() -> None:
    assert "INTAKE_DB_PATH is not a key" in problems({"INTAKE_DB_PATH": "x"})


@pytest.mark.parametrize("name", ["DPO_EMAIL", "DEPUTY_EMAIL", "MANAGEMENT_EMAIL"])
@pytest.mark.parametrize("address", ["Info@octoop.com", "privacy@octoop.com", "desk@octoop.com"])
def test_the_desk_does_not_read_the_mailbox_that_is_polled(name: str, address: str) -> None:
    values = {"INTAKE_MAIL_ALIASES": "Privacy@octoop.com", "INTAKE_DESK_ADDRESS": "desk@octoop.com"}
    assert f"INTAKE_{name}={address.lower()} is the mailbox" in problems({**values, f"INTAKE_{name}": address})


@pytest.mark.parametrize("wrong", ["*", "proxy.example", "10.0.0.1/24", "0.0.0.0/0", "::/0"])
def test_only_addresses_and_networks_are_trusted_proxies(wrong: str) -> None:
    assert f"INTAKE_TRUSTED_PROXIES={wrong} must be an address, or a network" in problems(
        {"INTAKE_TRUSTED_PROXIES": f"10.0.0.1,{wrong}"}
    )
    trusted = load(environment={**NONE, "INTAKE_TRUSTED_PROXIES": "10.0.0.1, fd00::/8"}).trusted_proxies
    assert trusted == ("10.0.0.1", "fd00::/8")


def test_secret_from_file(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("s3cret\n")
    values = {"INTAKE_IMAP_HOST": "h", "INTAKE_IMAP_USER": "u", "INTAKE_IMAP_PASSWORD_FILE": str(secret)}
    imap = load(environment={**NONE, **values}).mailbox.imap
    assert imap is not None
    assert imap.password == "s3cret"
    assert "s3cret" not in repr(imap)


@pytest.mark.parametrize("name", ["IMAP_PASSWORD_FILE", "CONTROLLER_FILE"])
def test_a_file_in_another_encoding_is_a_problem(tmp_path: Path, name: str) -> None:
    file = tmp_path / "latin"
    file.write_bytes(b"cl\xe9")
    assert "line 1 is not UTF-8" in problems({f"INTAKE_{name}": str(file)})


def test_world_readable_env_file_with_secrets_is_refused(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("INTAKE_IMAP_PASSWORD=s3cret\n")
    file.chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        load(file, environment={})
    file.chmod(0o600)
    load(file, environment={})


def test_environment_wins_over_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("INTAKE_SEND_MODE=dry\n")
    assert load(file, environment={}).send_mode == "dry"
    assert load(file, environment={"INTAKE_SEND_MODE": "off"}).send_mode == "off"


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        ("INBOX", (("INBOX", FolderRole.INBOX),)),
        ("INBOX,Junk:junk,Sent Items:sent", (("INBOX", FolderRole.INBOX), ("Junk", FolderRole.JUNK),
                                            ("Sent Items", FolderRole.SENT))),
        ("Public:Rights", (("Public:Rights", FolderRole.INBOX),)),
    ],
)  # fmt: skip
def test_folders_have_roles(text: str, folders: object) -> None:
    values = {"INTAKE_IMAP_HOST": "h", "INTAKE_IMAP_USER": "u", "INTAKE_IMAP_FOLDERS": text}
    imap = load(environment={**NONE, **values}).mailbox.imap
    assert imap is not None
    assert imap.folders == folders


def test_example_file_names_every_key_and_is_up_to_date() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert text == keys.example()
    for name in keys.KEYS:
        assert f"#INTAKE_{name}=" in text
    assert "# Default: INBOX; for example:\n#INTAKE_IMAP_FOLDERS=INBOX,Junk:junk,Sent:sent\n" in text
    assert "# Default: empty; for example:\n#INTAKE_IMAP_HOST=" in text


def test_help_names_keys_as_they_are_written() -> None:
    for key in keys.KEYS.values():
        words = set(re.findall(r"\w+", key.help))
        assert not {word for word in words if word.removesuffix("_FILE") in keys.KEYS and "_" in word}


def test_help_names_every_period() -> None:
    assert set(re.findall(r"[a-z_]+", keys.KEYS["RETENTION"].help)) >= set(Kept)


def test_example_file_loads_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(keys.example())
    file.chmod(0o600)
    assert load(file, environment={}) == load(environment=NONE)


def test_controller_file_problems_are_named(tmp_path: Path) -> None:
    file = tmp_path / "controller.toml"
    file.write_text('name = "X"\nshoe_size = 3\n')
    text = problems({"INTAKE_CONTROLLER_FILE": str(file)})
    assert "shoe_size is not known" in text
    assert "authority_name is missing" in text


def test_master_key_errors_say_what_to_do(tmp_path: Path) -> None:
    settings = load(environment={**NONE, "INTAKE_STATE_DIR": str(tmp_path)})
    with pytest.raises(IntakeError, match="intake-bot init"):
        master_key_text(settings)
    settings.master_key_file.write_bytes(b"\xff\xfe")
    with pytest.raises(IntakeError, match="is no master key"):
        master_key_text(settings)


@pytest.mark.parametrize("command", ["cat 'key", "/nonexistent/command"])
def test_a_command_that_cannot_be_run_is_said(command: str) -> None:
    with pytest.raises(IntakeError, match="MASTER_KEY_COMMAND cannot be run"):
        master_key_text(load(environment={**NONE, "INTAKE_MASTER_KEY_COMMAND": command}))
