"""The page of missed requests: text and scores, two buttons, gone once judged."""

import html
import os
import re
from pathlib import Path

import pytest

from intake_bot import clock
from intake_bot.mail.files import FileMailbox
from intake_bot.service import application
from intake_bot.service.pipeline import Passage
from tests.integration.service.test_missed import Faint
from tests.support.desk import START, TestDesk
from tests.support.language import problems
from tests.support.mails import letter, octets


def sampled(desk: TestDesk, folder: Path) -> None:
    """Two mails of a Maildir that were no request; the sample of the week after is drawn and fetched."""
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    for number in (101, 102):
        raw = octets(letter(number, "Hello <b>there</b>, a line.\n", Subject=f"Note {number}"))
        file = folder / "new" / f"17000{number}00.M1P1.host"
        file.write_bytes(raw)
        os.utime(file, (desk.clock().timestamp(),) * 2)
    mailbox = FileMailbox(folder, name="default")
    pipeline = application.build_pipeline(desk.settings, desk.settings.mailbox, desk.store, Faint(), now=desk.clock)
    for fetched in mailbox.fetch("INBOX", mailbox.uids_after("INBOX", 0)):
        assert pipeline.take(fetched, Passage("live")).disposition == "RECORD"
    with desk.store.transaction() as connection:
        connection.execute("UPDATE ledger SET recorded_at = ?", (clock.to_text(desk.clock()),))
    desk.clock.move(days=7)
    assert desk.desk.missed.draw(desk.desk.today()) == 2
    assert desk.desk.missed.fetch(mailbox) == 2


def test_a_sample_is_read_and_judged(desk: TestDesk, tmp_path: Path) -> None:
    sampled(desk, tmp_path / "maildir")
    client = desk.signed_in("dpo")
    page = client.get("/missed")
    assert page.status_code == 200
    assert "Note 102" in page.text and "10 %" in page.text and "&lt;b&gt;there" in page.text
    assert "Rightly not a request" in page.text and "This is a request" in page.text
    first, second = (item.sample.id for item in desk.desk.missed.waiting())
    token = {"csrf": desk.csrf(client)}
    answer = client.post(f"/missed/{first}/request", data={**token, "rights": "portability"})
    assert answer.status_code == 303
    case = desk.store.cases.case_by_ref("2026-0004")
    assert case is not None and [str(item.right) for item in case.rights] == ["portability"]
    assert case.received_at == START, "the receipt of the mail, not of the judgement"
    assert answer.headers["location"].startswith("/case/2026-0004")
    assert client.post(f"/missed/{second}/no_request", data=token).status_code == 303
    assert "Nothing to judge" in client.get("/missed").text
    assert client.post(f"/missed/{second}/no_request", data=token).status_code == 404
    figures = client.get("/figures").text
    assert "500" in figures and "2 judged of 2, 1 missed" in figures
    assert [entry.action for entry in desk.desk.accounts.accesses() if entry.action == "missed"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_refused_judgement_keeps_its_ticks(desk: TestDesk, tmp_path: Path, lang: str) -> None:
    sampled(desk, tmp_path / "maildir")
    desk.desk.accounts.speak(desk.desk.accounts.by_name("dpo"), lang)
    client = desk.signed_in("dpo")
    first, second = (item.sample.id for item in desk.desk.missed.waiting())
    form = {"csrf": desk.csrf(client), "rights": ["erasure", "x_y"]}
    page = client.post(f"/missed/{first}/request", data=form)
    assert page.status_code == 400 and page.text.count('value="erasure" checked') == 1
    assert f'id="r-{first}-why"' in page.text and f'id="r-{second}-why"' not in page.text
    alert = page.text.partition('role="alert">')[2].partition("</div>")[0]
    assert problems(re.sub(r"<[^>]+>", " ", html.unescape(alert)), lang) == []
    assert len(desk.desk.missed.waiting()) == 2


def test_only_reviewers_see_it(desk: TestDesk) -> None:
    for role in ("controller", "agent", "management"):
        assert desk.signed_in(role).get("/missed").status_code == 403
    client = desk.signed_in("deputy")
    assert client.get("/missed").status_code == 200
    client.post("/profile/language", data={"csrf": desk.csrf(client), "lang": "fr"})
    assert "Rien à juger" in client.get("/missed").text
