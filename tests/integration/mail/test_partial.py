"""A mail read in part is understood as when it is read whole, whatever its structure; and a huge one is not lost."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake_bot.mail.imap import ImapMailbox
from intake_bot.mail.message import parse
from intake_bot.mail.skeleton import skeleton
from tests.support.dovecot import DovecotServer
from tests.support.mails import letter, octets, varied, with_attachment

Open = Callable[..., ImapMailbox]
VARIED = dict(varied())


def both(dovecot: DovecotServer, user: str, mailbox: ImapMailbox, whole: ImapMailbox, raw: bytes) -> bool:
    """Deliver a mail, read it in part and whole, compare; whether it was read in part."""
    dovecot.deliver([raw], user)
    uid = mailbox.examine("INBOX").uidnext - 1
    whole.examine("INBOX")
    (part,), (full,) = list(mailbox.fetch("INBOX", [uid])), list(whole.fetch("INBOX", [uid]))
    assert full.raw is not None
    assert len(full.raw) >= len(raw)
    assert (part.size, part.internal_date, part.position) == (full.size, full.internal_date, full.position)
    assert parse(part) == parse(full)
    if part.partial:
        assert part.sizes == skeleton(full.raw)[1]
        assert part.raw is not None
    return part.partial


@pytest.fixture
def pair(open_mailbox: Open) -> tuple[ImapMailbox, ImapMailbox]:
    """The same mailbox twice: one reads every mail in part where it can, the other whole."""
    return open_mailbox(small_bytes=0), open_mailbox(small_bytes=2**40)


@pytest.mark.parametrize("name", VARIED)
def test_partial_equals_full(
    name: str, dovecot: DovecotServer, user: str, pair: tuple[ImapMailbox, ImapMailbox]
) -> None:
    partial = both(dovecot, user, *pair, VARIED[name])
    if name in ("no text at all", "tnef", "s/mime", "attached message", "long text"):
        assert not partial
    if name in ("one attachment", "alternative, related and attachments", "many parts", "delivery report"):
        assert partial


_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=200)
_TYPES = st.sampled_from(
    [
        "application/pdf",
        "image/png",
        "text/csv",
        "text/calendar",
        "application/octet-stream",
        "audio/x-thing",
        "text/html",
    ]
)
_PARTS = st.lists(
    st.tuples(_TYPES, st.binary(max_size=3_000), st.text("abcé .\"';()\\", min_size=1, max_size=12)), max_size=5
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=_TEXTS, html=st.booleans(), nested=st.booleans(), parts=_PARTS)
def test_partial_equals_full_for_any_structure(
    dovecot: DovecotServer,
    user: str,
    pair: tuple[ImapMailbox, ImapMailbox],
    text: str,
    html: bool,
    nested: bool,
    parts: list[tuple[str, bytes, str]],
) -> None:
    mail = letter(1, text + "\n")
    if html:
        mail.add_alternative(f"<p>{text}</p>", subtype="html")
    for content_type, content, name in parts:
        main, _, sub = content_type.partition("/")
        if nested:
            group = EmailMessage()
            group.add_attachment(content, maintype=main, subtype=sub, filename=name)
            if mail.get_content_type() != "multipart/mixed":
                mail.make_mixed()
            mail.attach(group)
        else:
            mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    both(dovecot, user, *pair, octets(mail))


def test_mail_above_the_limit_keeps_its_headers_and_text(dovecot: DovecotServer, user: str, open_mailbox: Open) -> None:
    huge = with_attachment(9, 1_500_000)
    dovecot.deliver([huge], user)
    mailbox = open_mailbox(max_mail_bytes=1_000_000)
    mailbox.examine("INBOX")
    (mail,) = mailbox.fetch("INBOX", [1])
    assert mail.truncated
    assert mail.partial
    assert mail.size == len(huge)
    assert mail.raw is not None
    assert len(mail.raw) < 5_000
    message = parse(mail)
    assert "copie de mes données" in message.text
    assert message.message_id == "<9@client.example>"
    assert [attachment.filename for attachment in message.attachments] == ["piece.pdf"]
    assert mailbox.fetch_whole("INBOX", 1) == huge


def test_text_above_the_limit_is_cut(dovecot: DovecotServer, user: str, open_mailbox: Open) -> None:
    dovecot.deliver([octets(letter(3, "Je demande l'effacement.\n" * 80_000))], user)
    mailbox = open_mailbox(max_mail_bytes=500_000)
    mailbox.examine("INBOX")
    (mail,) = mailbox.fetch("INBOX", [1])
    assert mail.truncated
    assert mail.raw is not None
    assert len(mail.raw) < 1_100_000
    assert parse(mail).text.startswith("Je demande l'effacement.")


def test_attached_message_above_the_limit(dovecot: DovecotServer, user: str, open_mailbox: Open) -> None:
    dovecot.deliver([VARIED["attached message"]], user)
    mailbox = open_mailbox(max_mail_bytes=50_000)
    mailbox.examine("INBOX")
    (mail,) = mailbox.fetch("INBOX", [1])
    assert mail.truncated
    assert "Pour information." in parse(mail).text


def test_structure_line_of_a_million_octets_is_survived(dovecot: DovecotServer, user: str, open_mailbox: Open) -> None:
    part = b'--x1\r\nContent-Type: application/x; name="' + b"n" * 150 + b'"\r\n\r\n.\r\n'
    head = b'Subject: parts\r\nContent-Type: multipart/mixed; boundary="x1"\r\n\r\n'
    monster = head + b"--x1\r\n\r\nBonjour.\r\n" + part * 9_000 + b"--x1--\r\n"
    dovecot.deliver([octets(letter(1)), monster, octets(letter(2))], user)
    mailbox = open_mailbox()
    mailbox.examine("INBOX")
    mails = list(mailbox.fetch("INBOX", [1, 2, 3]))
    assert [mail.position.uid for mail in mails] == [1, 2, 3]
    assert mails[1].raw == monster


def test_batches_hold_no_more_than_asked_for(dovecot: DovecotServer, user: str, open_mailbox: Open) -> None:
    mails = [octets(letter(number, "x" * 5_000 + "\n")) for number in range(10)]
    dovecot.deliver(mails, user)
    mailbox = open_mailbox(batch_bytes=12_000)
    mailbox.examine("INBOX")
    assert [mail.raw for mail in mailbox.fetch("INBOX", range(1, 11))] == mails
