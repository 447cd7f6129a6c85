"""No personal data in clear anywhere, at any time; after the purge it cannot be read from a backup either."""

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from intake_bot import clock
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.config import Settings
from intake_bot.errors import KeyDestroyed
from intake_bot.service.embedded import EmbeddedMail
from intake_bot.service.retention import Retention
from intake_bot.store.store import Store
from tests.support import marked
from tests.support.service import ROOT, environment, opened, settings

SIX_YEARS = timedelta(days=6 * 366)


class Server:
    """The embedded server in the words of `environment`."""

    def __init__(self, mail: EmbeddedMail, port: int) -> None:
        self.host, self.port, self.user, self.password = mail.host, port, mail.user, mail.password


def run(values: dict[str, str], temp: Path, *arguments: str) -> str:
    """One command in a process of its own, with a temporary folder of its own. Returns what it logged."""
    done = subprocess.run(
        [sys.executable, "-m", "intake_bot", *arguments],
        env={**os.environ, **values, "TMPDIR": str(temp), "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)},
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stderr


def close_cases(store: Store) -> list[str]:
    """What the DPO does in the course of a month, in short."""
    ids = [case.id for case in store.cases.all()]
    for case_id in ids:
        now = clock.now()
        store.cases.append(
            case_id,
            [
                NewEvent(EventType.ANSWERED, "dpo", now, {"outcome": "granted", "note": "zyqbody"}),
                NewEvent(EventType.CLOSED, "dpo", now, {}),
            ],
        )
    return ids


def purge_after(found: Settings, store: Store, time: timedelta) -> None:
    now = clock.now() + time
    report = Retention(found, store, now=lambda: now).purge(clock.local_date(now, found.controller.zone))
    assert report.problems == []


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], Path, Path]:
    """State, log and temporary folder of a service that took the marked mails and answered."""
    folder = tmp_path_factory.mktemp("traces")
    state, temp = folder / "state", folder / "tmp"
    temp.mkdir()
    log = ""
    with EmbeddedMail() as mail:
        values = environment(
            state, imap=Server(mail, mail.imap_port), smtp=Server(mail, mail.smtp_port), MAIL_ADDRESS="info@octoop.com",
            DPO_EMAIL="dpo@octoop.com",
        )  # fmt: skip
        log += run(values, temp, "run", "--once")
        for raw in (marked.request(), marked.sales(), marked.broken()):
            mail.deliver(raw)
        log += run(values, temp, "run", "--once")
        reply = (
            "From: Camille Zyqname <zyqaddress@person.example>\r\nTo: info@octoop.com\r\nSubject: Re: zyqsubject\r\n"
            "Message-ID: <zyqreply.2@person.example>\r\nIn-Reply-To: <zyqmessageid.1@person.example>\r\n"
            "References: <zyqmessageid.1@person.example>\r\n\r\nVoici encore : zyqreply\r\n"
        )
        mail.deliver(reply.encode())
        log += run(values, temp, "run", "--once")
        sent = [item.recipients for item in mail.sent]
        assert ("zyqaddress@person.example",) in sent, (sent, log[-3000:])
        # The same mails again: known.
        for raw in (marked.request(), marked.sales()):
            mail.deliver(raw)
        log += run(values, temp, "run", "--once")
    (folder / "log.txt").write_text(log)
    return values, folder, temp


def test_no_clear_text_while_the_cases_live_and_none_after(intake: tuple[dict[str, str], Path, Path]) -> None:
    values, folder, temp = intake
    state = folder / "state"
    assert marked.found(marked.files(state, temp)) == []
    assert marked.found([folder / "log.txt"]) == []

    found = settings(values)
    store = opened(found)
    request = next(case for case in store.cases.all() if len(store.correspondence.mails(case.id)) > 1)
    opened_text = json.dumps([mail["content"] for mail in store.correspondence.mails(request.id)]).lower()
    assert "zyqbody" in opened_text  # the marks do lie there, sealed
    documents = store.documents.of_case(request.id)
    assert [str(item.kind) for item in documents] == ["identity"]
    original = store.correspondence.original(store.correspondence.mails(request.id)[0]["id"])
    assert original is not None and b"[kept apart]" in original
    cases = len(store.cases.all())
    ids = close_cases(store)
    store.expiry.clean()
    with_keys = folder / "before-the-purge"
    store.close()
    shutil.copytree(state, with_keys)

    store = opened(found)
    purge_after(found, store, SIX_YEARS)
    count, problems = store.audit.verify()
    assert problems == [] and count > 0
    assert store.ledger.orphans() == []
    assert all(not account.missing for account in store.ledger.accounts())
    line = store.cases.case(request.id)
    assert line is not None
    assert line.ref and line.received_at and [str(item.outcome) for item in line.rights] == ["granted"]
    for case_id in ids:
        assert all(mail["content"] is None for mail in store.correspondence.mails(case_id))
        assert store.outbox.all(case_id=case_id) == [] or all(
            letter.raw is None and letter.recipient is None for letter in store.outbox.all(case_id=case_id)
        )
        assert store.correspondence.case_ids_of("zyqaddress@person.example") == []
    store.close()
    assert marked.found(marked.files(state, temp)) == []

    # A backup of the database beside the keyring of today: every case but the purged ones.
    shutil.copy(state / "keyring.sqlite", with_keys / "keyring.sqlite")
    shutil.copy(state / "master.key", with_keys / "master.key")
    old = opened(settings({**values, "INTAKE_STATE_DIR": str(with_keys)}))
    for case_id in ids:
        assert all(mail["content"] is None for mail in old.correspondence.mails(case_id))
        assert all(event.payload is None for event in old.cases.events(case_id))
    originals = [row["mail_id"] for row in old.database.rows("SELECT mail_id FROM originals")]
    assert originals and old.documents.kept_ids()
    for mail_id in originals:
        with pytest.raises(KeyDestroyed):
            old.correspondence.original(mail_id)
    for item in old.documents.kept_ids():
        with pytest.raises(KeyDestroyed):
            old.documents.open(item, "dpo", clock.now())
    old.close()

    # The same mail still lies in the mailbox; the server renumbers its folder, or somebody imports it.
    (folder / "again.eml").write_bytes(marked.request())
    run(values, temp, "import", str(folder / "again.eml"), "--as-received", "--yes")
    store = opened(found)
    assert len(store.cases.all()) == cases
    assert store.audit.verify()[1] == []
    store.close()
