"""A mail that a person names opens its case with the receipt that it had, once, and says clearly what is wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake_bot.errors import IntakeError, NotFound
from intake_bot.mail.imap import ImapMailbox
from intake_bot.rights import Right
from intake_bot.service import application
from intake_bot.service.retrieval import Retrieval, Retrieved
from tests.integration.service.test_intake import Service, Words
from tests.support.dovecot import DovecotServer
from tests.support.mails import letter, octets
from tests.support.service import command, environment, json_lines, opened, settings
from tests.support.smtp import SmtpSink
from tests.support.snapshot import snapshot

RECEIVED = datetime(2026, 11, 3, 9, tzinfo=UTC)


class Desk(Service):
    """A mailbox with an Archive that nobody reads, and a person who finds mails in it."""

    def retrieval(self) -> Retrieval:
        return application.build_retrieval(self.settings, self.settings.mailbox, self.store, Words())

    def name(self, message_id: str, folder: str = "", *rights: Right) -> Retrieved:
        assert self.settings.mailbox.imap is not None
        box = ImapMailbox(self.settings.mailbox.imap)
        retrieval = self.retrieval()
        try:
            mail = retrieval.find(box, message_id, folder)
        finally:
            box.close()
        return retrieval.take(mail, actor="Dora", reason="named_by_person", rights=rights)


@pytest.fixture
def desk(dovecot: DovecotServer, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Desk]:
    user = dovecot.new_user()
    with dovecot.connect(user) as client:
        client.create_folder("Archive")
    values = environment(
        tmp_path / "state", imap=dovecot, smtp=smtp_sink, user=user, IMAP_FOLDERS="INBOX,Junk:junk,Sent:sent"
    )
    found = settings(values)
    made = Desk(dovecot, user, found, opened(found), smtp_sink)
    made.poll()
    yield made
    made.store.close()


def quiet(number: int) -> bytes:
    return octets(letter(number, "Bonjour, qui a mon nom chez vous ?\n"))


def test_a_recorded_mail_opens_its_case_and_the_ledger_names_it(desk: Desk) -> None:
    desk.dovecot.deliver([quiet(1)], desk.user, received=RECEIVED)
    assert desk.poll() == ["RECORD"]
    before = snapshot(desk.dovecot, desk.user)
    result = desk.name("1@client.example", "", Right.ACCESS)
    assert snapshot(desk.dovecot, desk.user) == before
    case = result.case
    assert result.opened and case.status == "unconfirmed" and case.received_at == RECEIVED
    assert [(str(item.right), str(item.status)) for item in case.rights] == [("access", "unconfirmed")]
    rows = desk.store.database.rows("SELECT * FROM ledger")
    assert [(row["disposition"], row["case_id"]) for row in rows] == [("REVIEW", case.id)]
    assert {letter.audience for letter in desk.store.outbox.all()} == {"desk"}
    assert next(iter(desk.store.cases.events(case.id))).actor == "Dora"
    again = desk.name("<1@client.example>")
    assert not again.opened and again.case.id == case.id
    assert len(desk.store.cases.all()) == 1
    assert desk.store.ledger.orphans() == [] and desk.store.audit.verify()[1] == []
    desk.deliver(quiet(1))
    assert desk.poll() == ["DUPLICATE"]


def test_a_mail_from_before_the_first_start_is_found_and_dated(desk: Desk) -> None:
    desk.dovecot.deliver([octets(letter(2, "Supprimez mon compte.\n"))], desk.user, "Archive", received=RECEIVED)
    with pytest.raises(NotFound, match="INBOX, Junk"):
        desk.name("2@client.example")
    case = desk.name("2@client.example", "Archive").case
    assert case.received_at == RECEIVED and [str(item.right) for item in case.rights] == ["erasure"]
    assert desk.store.ledger.orphans() == []
    assert all(not account.missing for account in desk.store.ledger.accounts())


def test_a_moved_mail_keeps_the_receipt_that_the_ledger_knows(desk: Desk) -> None:
    desk.dovecot.deliver([quiet(3)], desk.user, received=RECEIVED)
    desk.poll()
    desk.deliver(quiet(3), folder="Archive")
    with desk.dovecot.connect(desk.user) as client:
        client.select_folder("INBOX")
        client.delete_messages([1])
        client.expunge()
    result = desk.name("3@client.example", "Archive", Right.ACCESS)
    assert result.opened and result.case.received_at == RECEIVED
    assert desk.store.database.value("SELECT count(*) FROM ledger") == 1


def test_copies_count_once_and_different_mails_do_not(desk: Desk) -> None:
    desk.dovecot.deliver([quiet(4)], desk.user, received=RECEIVED)
    desk.deliver(quiet(4), folder="Junk")
    desk.poll()
    assert desk.name("4@client.example", "", Right.ACCESS).case.received_at == RECEIVED
    desk.deliver(quiet(5), octets(letter(5, "Autre chose.\n")))
    desk.poll()
    with pytest.raises(IntakeError, match=r"2 different mails .*INBOX UID 2, INBOX UID 3"):
        desk.name("5@client.example")


def test_a_mail_that_the_daemon_has_not_read_waits_for_it(desk: Desk) -> None:
    desk.deliver(quiet(6))
    with pytest.raises(IntakeError, match="not read yet"):
        desk.name("6@client.example")
    assert desk.store.cases.all() == []
    assert desk.poll() == ["RECORD"]
    assert desk.name("6@client.example").opened


def test_what_is_ours_or_nowhere_is_refused(desk: Desk) -> None:
    desk.deliver(octets(letter(7, "Notre réponse.\n")), folder="Sent")
    with pytest.raises(NotFound):
        desk.name("7@client.example")
    with pytest.raises(IntakeError, match="written by us"):
        desk.name("7@client.example", "Sent")
    with pytest.raises(IntakeError, match="no folder Nowhere: it has"):
        desk.name("7@client.example", "Nowhere")
    for wrong in ("", "  ", "two words", "é@x"):
        with pytest.raises(IntakeError, match="no Message-ID"):
            desk.name(wrong)


def test_on_the_command_line(desk: Desk, tmp_path: Path) -> None:
    desk.dovecot.deliver([quiet(8)], desk.user, received=RECEIVED)
    desk.poll()
    values = environment(tmp_path / "state", imap=desk.dovecot, user=desk.user)
    done = json_lines(
        command(values, "case", "from-mail", "<8@client.example>", "--right", "access", "--as", "Dora", "--json").stdout
    )[0]
    assert done["opened"] and done["case"]["status"] == "unconfirmed"
    again = command(values, "case", "from-mail", "8@client.example", "--right", "access", "--as", "Dora").stdout
    assert f"belongs to case {done['case']['ref']} already" in again
    for wrong, said in (
        (["9@client.example", "--right", "access"], "no mail with the Message-ID"),
        (["8@client.example", "--right", "shoes"], "the rights are"),
    ):
        failed = command(values, "case", "from-mail", *wrong, "--as", "Dora", check=False)
        assert failed.returncode == 1 and said in failed.stderr and "Traceback" not in failed.stderr
    nowhere = environment(tmp_path / "state")
    failed = command(nowhere, "case", "from-mail", "8@client.example", "--as", "Dora", check=False)
    assert failed.returncode == 1 and "INTAKE_IMAP_HOST" in failed.stderr
