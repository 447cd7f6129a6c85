"""Logging in to a real server: what works, and how each failure is told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from intake_bot.errors import MailboxAuthenticationError, MailboxDisconnected, MailboxError
from intake_bot.mail.imap import ImapMailbox, ImapSettings
from tests.support.certificates import make_certificates
from tests.support.dovecot import DovecotServer, free_port


@pytest.fixture
def settings(dovecot: DovecotServer) -> ImapSettings:
    return ImapSettings(
        "default",
        dovecot.host,
        dovecot.tls_port,
        "implicit",
        dovecot.user,
        password=dovecot.password,
        ca_file=str(dovecot.certificates.ca),
    )


@pytest.fixture
def strict_server(dovecot: DovecotServer) -> Iterator[DovecotServer]:
    """A server of its own that takes passwords only over TLS."""
    with DovecotServer(tls_only=True) as server:
        yield server


@pytest.fixture
def misnamed_server(dovecot: DovecotServer) -> Iterator[DovecotServer]:
    """A server of its own whose certificate is for another host."""
    with DovecotServer(hosts=("mail.example.test",)) as server:
        yield server


def opens(settings: ImapSettings) -> bool:
    mailbox = ImapMailbox(settings)
    try:
        return mailbox.examine("INBOX").uidvalidity > 0
    finally:
        mailbox.close()


def test_implicit_tls(settings: ImapSettings) -> None:
    assert opens(settings)


def test_starttls(settings: ImapSettings, dovecot: DovecotServer) -> None:
    assert opens(replace(settings, tls="starttls", port=dovecot.port))


def test_plain_on_loopback_gives_no_warning(settings: ImapSettings, dovecot: DovecotServer) -> None:
    plain = replace(settings, tls="none", port=dovecot.port)
    assert opens(plain)
    assert plain.warnings == ()


def test_plain_to_another_host_is_named(settings: ImapSettings) -> None:
    assert "not encrypted" in replace(settings, tls="none", host="imap.example.test").warnings[0]


def test_password_is_not_in_the_repr(settings: ImapSettings) -> None:
    assert "secret" not in repr(settings)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_untrusted_certificate_is_refused(settings: ImapSettings, dovecot: DovecotServer, tls: str) -> None:
    port = dovecot.tls_port if tls == "implicit" else dovecot.port
    with pytest.raises(MailboxError, match="not trusted") as caught:
        opens(replace(settings, ca_file="", tls=tls, port=port))  # type: ignore[arg-type]
    assert not isinstance(caught.value, MailboxDisconnected)


def test_certificate_for_another_name_is_refused(misnamed_server: DovecotServer) -> None:
    server = misnamed_server
    with pytest.raises(MailboxError, match="not trusted"):
        opens(
            ImapSettings(
                "default",
                server.host,
                server.tls_port,
                user=server.user,
                password=server.password,
                ca_file=str(server.certificates.ca),
            )
        )


def test_certificate_of_another_authority_is_refused(settings: ImapSettings, tmp_path: Path) -> None:
    with pytest.raises(MailboxError, match="not trusted"):
        opens(replace(settings, ca_file=str(make_certificates(tmp_path).ca)))


def test_missing_ca_file_is_named(settings: ImapSettings, tmp_path: Path) -> None:
    with pytest.raises(MailboxError, match=r"none\.pem"):
        opens(replace(settings, ca_file=str(tmp_path / "none.pem")))


def test_wrong_password(settings: ImapSettings) -> None:
    with pytest.raises(MailboxAuthenticationError, match=r"info@example\.test"):
        opens(replace(settings, password="wrong"))


def test_password_beyond_ascii_is_refused_by_the_server_and_not_by_us(settings: ImapSettings) -> None:
    with pytest.raises(MailboxAuthenticationError):
        opens(replace(settings, password="né le 1er"))


def test_line_end_in_the_password_goes_nowhere(settings: ImapSettings) -> None:
    with pytest.raises(MailboxAuthenticationError, match="line ends"):
        opens(replace(settings, password="secret\r\nA1 LOGOUT"))


def test_server_that_wants_tls_first(strict_server: DovecotServer) -> None:
    plain = ImapSettings(
        "default", strict_server.host, strict_server.port, "none", strict_server.user, password="secret"
    )
    # Dovecot trusts the loopback interface; from elsewhere it answers LOGINDISABLED.
    assert opens(plain)
    assert opens(replace(plain, tls="starttls", ca_file=str(strict_server.certificates.ca)))


def test_no_server_is_a_disconnection(settings: ImapSettings) -> None:
    with pytest.raises(MailboxDisconnected):
        opens(replace(settings, port=free_port()))


def test_shared_mailbox_with_a_separate_login(settings: ImapSettings, dovecot: DovecotServer) -> None:
    assert opens(replace(settings, auth_user=dovecot.master_user))
    with pytest.raises(MailboxAuthenticationError):
        opens(replace(settings, auth_user="nobody@example.test"))


def test_oauth_with_a_token_from_a_file(settings: ImapSettings, dovecot: DovecotServer, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(dovecot.token())
    assert opens(replace(settings, auth="oauth2", password="", token_file=str(file)))


def test_expired_token_is_refused(settings: ImapSettings, dovecot: DovecotServer, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(dovecot.token(lifetime=timedelta(minutes=-1)))
    with pytest.raises(MailboxAuthenticationError):
        opens(replace(settings, auth="oauth2", token_file=str(file)))


def test_token_that_the_server_refuses_is_renewed_once(
    settings: ImapSettings, dovecot: DovecotServer, tmp_path: Path
) -> None:
    count, tokens = tmp_path / "count", tmp_path / "tokens"
    tokens.write_text(f"{dovecot.token(secret=b'wrong')}\n{dovecot.token()}\n")
    command = f"sh -c 'echo x >> {count}; sed -n $(wc -l < {count})p {tokens}'"
    assert opens(replace(settings, auth="oauth2", token_command=command))
    assert count.read_text().count("x") == 2


def test_token_command_that_fails_says_why(settings: ImapSettings) -> None:
    with pytest.raises(MailboxAuthenticationError, match="no network today"):
        opens(replace(settings, auth="oauth2", token_command="sh -c 'echo no network today >&2; exit 3'"))


def test_unknown_folder_is_named(settings: ImapSettings) -> None:
    mailbox = ImapMailbox(settings)
    with pytest.raises(MailboxError, match="Nowhere"):
        mailbox.examine("Nowhere")
    assert "INBOX" in mailbox.folder_names()
    mailbox.close()
