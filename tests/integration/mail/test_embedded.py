"""The embedded server of the demo, read and written over real sockets by the parts that serve a real mailbox."""

import threading
import time

import pytest

from intake_bot.errors import MailboxAuthenticationError
from intake_bot.mail.imap import ImapMailbox, ImapSettings
from intake_bot.mail.sent import SentFolder
from intake_bot.mail.smtp import SmtpSender, SmtpSettings
from tests.support.mails import LETTER, with_attachment

pytest.importorskip("pymap")


def test_embedded_mail_round_trip() -> None:
    from intake_bot.service.embedded import EmbeddedMail

    with EmbeddedMail() as server:
        settings = ImapSettings("default", server.host, server.imap_port, "none", server.user, password=server.password)
        server.deliver(LETTER)
        server.deliver(with_attachment(1))
        server.deliver(LETTER, "Junk")
        mailbox = ImapMailbox(settings)
        mailbox.examine("INBOX")
        mails = list(mailbox.fetch("INBOX", mailbox.uids_after("INBOX", 0)))
        # pymap counts the octets of a part with its header, so its structure is not relied on.
        assert [mail.raw for mail in mails] == [LETTER, with_attachment(1)]
        assert mailbox.examine("Junk").exists == 1

        mailbox.examine("INBOX")
        threading.Timer(0.3, server.deliver, [LETTER]).start()
        started = time.monotonic()
        assert mailbox.idle("INBOX", 10)
        assert time.monotonic() - started < 5
        mailbox.close()

        sent = SentFolder(settings, "Sent")
        assert [sent.append(LETTER, "<letter@client.example>") for _ in range(2)] == [True, False]
        with SmtpSender(SmtpSettings(server.host, server.smtp_port, "none")) as sender:
            sender.send(LETTER, "info@octoop.com", "jeanne@client.example")
        assert [(letter.recipients, letter.raw) for letter in server.sent] == [(("jeanne@client.example",), LETTER)]
        wrong = ImapSettings("default", server.host, server.imap_port, "none", server.user, password="wrong")
        with pytest.raises(MailboxAuthenticationError):
            ImapMailbox(wrong).examine("INBOX")
