"""Sending to a real SMTP server: what it takes, refuses, and leaves in doubt."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from intake_bot.errors import SendError
from intake_bot.mail.connection import Tls
from intake_bot.mail.smtp import SmtpSender, SmtpSettings
from tests.support.certificates import Certificates
from tests.support.dovecot import free_port
from tests.support.smtp import SmtpSink

RAW = b"Subject: Votre demande\r\n\r\nBonjour.\r\n.une ligne avec un point\r\n"
SENDER, RECIPIENT = "info+b.token@example.test", "jeanne@client.example"


@pytest.fixture
def settings(smtp_sink: SmtpSink) -> SmtpSettings:
    return SmtpSettings(smtp_sink.host, smtp_sink.port, "none", timeout=5, dot_timeout=5)


@pytest.fixture
def sender(settings: SmtpSettings) -> Iterator[SmtpSender]:
    with SmtpSender(settings) as open_sender:
        yield open_sender


def failure(sender: SmtpSender, raw: bytes = RAW, recipient: str = RECIPIENT) -> tuple[bool, bool]:
    with pytest.raises(SendError) as caught:
        sender.send(raw, SENDER, recipient)
    return caught.value.permanent, caught.value.uncertain


def test_letter_arrives_octet_for_octet(sender: SmtpSender, smtp_sink: SmtpSink) -> None:
    assert sender.send(RAW, SENDER, RECIPIENT) == "250 2.0.0 OK: queued as 1"
    (received,) = smtp_sink.received
    assert (received.raw, received.sender, received.recipients) == (RAW, SENDER, (RECIPIENT,))


def test_null_sender(sender: SmtpSender, smtp_sink: SmtpSink) -> None:
    sender.send(RAW, "", RECIPIENT)
    assert smtp_sink.received[0].sender == ""


def test_line_ends_become_crlf(sender: SmtpSender, smtp_sink: SmtpSink) -> None:
    sender.send(b"Subject: x\n\na\rb\n", SENDER, RECIPIENT)
    assert smtp_sink.received[0].raw == b"Subject: x\r\n\r\na\r\nb\r\n"


def test_burst_uses_one_connection(sender: SmtpSender, smtp_sink: SmtpSink) -> None:
    for _ in range(5):
        sender.send(RAW, SENDER, RECIPIENT)
    assert (smtp_sink.connections, len(smtp_sink.received)) == (1, 5)


def test_connection_that_died_between_two_letters_is_opened_anew(settings: SmtpSettings, smtp_sink: SmtpSink) -> None:
    sender = SmtpSender(settings)
    sender.send(RAW, SENDER, RECIPIENT)
    assert sender._smtp is not None
    assert sender._smtp.sock is not None
    sender._smtp.sock.shutdown(2)
    sender.send(RAW, SENDER, RECIPIENT)
    sender.close()
    assert (smtp_sink.connections, len(smtp_sink.received)) == (2, 2)


@pytest.mark.parametrize("stage", ["sender_reply", "recipient_reply", "data_reply"])
@pytest.mark.parametrize(("reply", "permanent"), [("451 4.3.0 Try later", False), ("550 5.1.1 No such user", True)])
def test_refusals(stage: str, reply: str, permanent: bool, sender: SmtpSender, smtp_sink: SmtpSink) -> None:
    setattr(smtp_sink, stage, reply)
    with pytest.raises(SendError, match=reply[:3]) as caught:
        sender.send(RAW, SENDER, RECIPIENT)
    assert (caught.value.permanent, caught.value.uncertain) == (permanent, False)
    setattr(smtp_sink, stage, "")
    sender.send(RAW, SENDER, RECIPIENT)  # the connection is fit for the next letter
    assert len(smtp_sink.received) == 1


def test_server_that_closes_with_421(sender: SmtpSender, smtp_sink: SmtpSink) -> None:
    smtp_sink.recipient_reply = "421 4.3.2 Going down"
    assert failure(sender) == (False, False)
    smtp_sink.recipient_reply = ""
    sender.send(RAW, SENDER, RECIPIENT)
    assert smtp_sink.connections == 2


def test_line_that_breaks_before_data(sender: SmtpSender, smtp_sink: SmtpSink) -> None:
    smtp_sink.drop = "before_data"
    assert failure(sender) == (False, False)


def test_line_that_breaks_after_the_final_dot_is_uncertain(sender: SmtpSender, smtp_sink: SmtpSink) -> None:
    smtp_sink.drop = "after_dot"
    assert failure(sender) == (False, True)
    assert len(smtp_sink.received) == 1
    smtp_sink.drop = ""
    sender.send(RAW, SENDER, RECIPIENT)


def test_no_answer_to_the_final_dot_is_uncertain(settings: SmtpSettings, smtp_sink: SmtpSink) -> None:
    smtp_sink.delay = 1.0
    with SmtpSender(replace(settings, dot_timeout=0.2)) as sender:
        assert failure(sender) == (False, True)


def test_slow_answer_to_the_final_dot_is_waited_for(settings: SmtpSettings, smtp_sink: SmtpSink) -> None:
    smtp_sink.delay = 0.5
    with SmtpSender(replace(settings, timeout=0.2)) as sender:
        sender.send(RAW, SENDER, RECIPIENT)
    assert SmtpSettings("smtp.example.test").dot_timeout >= 600


def test_no_server_is_temporary(settings: SmtpSettings) -> None:
    with SmtpSender(replace(settings, port=free_port())) as sender:
        assert failure(sender) == (False, False)


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example>\r\nRCPT TO:<victim@client.example",
        "a@b.example\nDATA",
        "a b@client.example",
        "<a@client.example>",
        "no-at-sign",
        "@client.example",
        "",
    ],
)
def test_address_cannot_smuggle_a_command(address: str, sender: SmtpSender, smtp_sink: SmtpSink) -> None:
    assert failure(sender, recipient=address) == (True, False)
    assert smtp_sink.received == []


def test_lines_of_dots_do_not_end_the_letter(sender: SmtpSender, smtp_sink: SmtpSink) -> None:
    raw = b"Subject: x\r\n\r\n.\r\n..\r\nMAIL FROM:<evil@client.example>\r\n.\r\nend\r\n"
    sender.send(raw, SENDER, RECIPIENT)
    sender.send(raw.replace(b"\r\n", b"\n"), SENDER, RECIPIENT)
    assert [received.raw for received in smtp_sink.received] == [raw, raw]


def test_address_beyond_ascii_goes_with_smtputf8(sender: SmtpSender, smtp_sink: SmtpSink) -> None:
    sender.send(RAW, SENDER, "jérôme@client.example")
    assert smtp_sink.received[0].recipients == ("jérôme@client.example",)
    assert smtp_sink.received[0].smtputf8
    sender.send(RAW, SENDER, RECIPIENT)
    assert not smtp_sink.received[1].smtputf8


def test_server_without_smtputf8_is_a_permanent_failure_for_such_an_address() -> None:
    with SmtpSink(smtputf8=False) as sink, SmtpSender(SmtpSettings(sink.host, sink.port, "none")) as sender:
        assert failure(sender, recipient="jérôme@client.example") == (True, False)
        sender.send(RAW, SENDER, RECIPIENT)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_tls_with_login(tls: Tls, certificates: Certificates) -> None:
    with SmtpSink(certificates, tls=tls, auth_required=tls == "starttls") as sink:
        settings = SmtpSettings(
            sink.host,
            sink.port,
            tls,
            sink.user,
            password=sink.password,
            ca_file=str(certificates.ca),
        )
        if tls == "implicit":
            settings = replace(settings, user="")  # aiosmtpd offers AUTH after STARTTLS only
        with SmtpSender(settings) as sender:
            sender.send(RAW, SENDER, RECIPIENT)
            probe = sender.probe()
        assert len(sink.received) == 1
        assert probe.logged_in == (tls == "starttls")
        with SmtpSender(replace(settings, ca_file="")) as sender, pytest.raises(SendError, match="not trusted"):
            sender.probe()


def test_wrong_password_is_told_and_may_be_tried_again(certificates: Certificates) -> None:
    with SmtpSink(certificates, tls="starttls", auth_required=True) as sink:
        settings = SmtpSettings(sink.host, sink.port, user=sink.user, password="wrong", ca_file=str(certificates.ca))
        with SmtpSender(settings) as sender, pytest.raises(SendError, match="refused the login") as caught:
            sender.send(RAW, SENDER, RECIPIENT)
        assert not caught.value.permanent


def test_oauth_token_is_renewed_once(certificates: Certificates, tmp_path: Path) -> None:
    with SmtpSink(certificates, tls="starttls", auth_required=True) as sink:
        count = tmp_path / "count"
        script = tmp_path / "token.py"
        script.write_text(
            f"import pathlib\np = pathlib.Path({str(count)!r})\nn = len(p.read_text()) if p.exists() else 0\n"
            f"p.write_text('x' * (n + 1))\nprint({sink.token!r} if n else 'stale')\n"
        )
        settings = SmtpSettings(
            sink.host,
            sink.port,
            user="shared@example.test",
            auth_user=sink.user,
            auth="oauth2",
            token_command=f"{sys.executable} {script}",
            ca_file=str(certificates.ca),
        )
        with SmtpSender(settings) as sender:
            sender.send(RAW, SENDER, RECIPIENT)
        assert sink.received[0].user == sink.user
        assert len(count.read_text()) == 2


def test_starttls_that_is_not_offered_sends_nothing(settings: SmtpSettings, smtp_sink: SmtpSink) -> None:
    with SmtpSender(replace(settings, tls="starttls")) as sender, pytest.raises(SendError, match="STARTTLS"):
        sender.send(RAW, SENDER, RECIPIENT)
    assert smtp_sink.received == []


def test_probe_says_what_the_server_offers(sender: SmtpSender, smtp_sink: SmtpSink) -> None:
    assert "smtputf8" in sender.probe().extensions
    assert smtp_sink.received == []


def test_plain_to_another_host_is_named() -> None:
    assert SmtpSettings("127.0.0.1", tls="none").warnings == ()
    assert "not encrypted" in SmtpSettings("smtp.example.test", tls="none").warnings[0]
