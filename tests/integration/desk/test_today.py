"""Today, the register and the search: their numbers are what their links show, for every role."""

import re
from datetime import UTC, datetime

import pytest

from intake_bot.cases.events import EventType, NewEvent
from intake_bot.desk import register, search, today
from intake_bot.service import undelivered
from intake_bot.store import register as store_register
from intake_bot.store.outbox import Letter
from tests.support.desk import TestDesk
from tests.support.mails import letter, octets


def post(desk: TestDesk, client, path: str, **data):
    return client.post(path, data={"csrf": desk.csrf(client), **desk.shown(path), **data})


def told(desk: TestDesk, type_: EventType, about: Letter) -> None:
    """What the daemon records of a letter."""
    fact = NewEvent(type_, "bot", desk.clock(), {"letter": about.id, "kind": about.kind})
    desk.store.cases.append(about.case_id or "", [fact])


def letter_of(desk: TestDesk, ref: str, audience: str) -> Letter:
    case = desk.store.cases.case_by_ref(ref)
    assert case is not None
    return next(item for item in desk.store.outbox.all(case_id=case.id) if item.audience == audience)


SENT, FAILED, BOUNCED = EventType.LETTER_SENT, EventType.LETTER_FAILED, EventType.DELIVERY_FAILED


def test_a_letter_came_back_while_none_of_its_kind_reached_the_person(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    post(desk, client, "/review/2026-0001/correct", rights="access")
    for audience, type_, holds in (
        ("desk", BOUNCED, False),
        ("desk", FAILED, False),
        ("person", SENT, False),
        ("person", BOUNCED, True),
        ("desk", SENT, True),
        ("person", SENT, False),
        ("person", FAILED, True),
        ("desk", EventType.LETTER_REJECTED, True),
        ("person", EventType.LETTER_REJECTED, False),
    ):
        about = letter_of(desk, "2026-0001", audience)
        told(desk, type_, about)
        assert undelivered.cases(desk.store) == ([about.case_id] if holds else []), (audience, type_)
        assert ("Letters that came back" in client.get("/").text) == holds
        assert ("/case/2026-0001" in client.get("/cases?back=yes").text) == holds
        assert ("came back or may not have arrived" in client.get("/case/2026-0001").text) == holds


def test_letters_that_came_back_are_counted_and_stay_in_their_sections(
    desk: TestDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "SHOWN", 1)
    client = desk.signed_in("dpo")
    for ref in ("2026-0001", "2026-0002"):
        post(desk, client, f"/review/{ref}/correct", rights="access")
        told(desk, BOUNCED, letter_of(desk, ref, "person"))
    desk.clock.move(days=60)
    page = desk.signed_in("dpo").get("/").text
    assert re.search(r'came back <span class="count">2</span></h2><a href="/cases\?back=yes', page)
    overdue = page.split('id="s-overdue"')[1].split("</section>")[0]
    assert "/case/2026-0001" in overdue and "(1)" in overdue


def test_no_link_of_today_is_refused(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(today, "SHOWN", 1)
    monkeypatch.setattr(today, "LETTERS_SHOWN", 0)
    dpo = desk.signed_in("dpo")
    post(desk, dpo, "/review/2026-0003/correct", rights="access")
    for role in ("agent", "controller"):
        client = desk.signed_in(role)
        for target in set(re.findall(r'href="(/[^"#]*)', client.get("/").text)):
            assert client.get(target.replace("&amp;", "&")).status_code in (200, 303), (role, target)


def test_the_others_are_those_that_stand_nowhere_on_the_page(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(today, "SHOWN", 1)
    client = desk.signed_in("dpo")
    for ref, right in (("2026-0001", "breach_report"), ("2026-0002", "access"), ("2026-0003", "access")):
        post(desk, client, f"/review/{ref}/correct", rights=right)
    desk.clock.move(days=60)
    client = desk.signed_in("dpo")
    overdue = client.get("/").text.split('id="s-overdue"')[1].split("</section>")[0]
    assert '<span class="count">3</span>' in overdue and "(1)" in overdue
    link = re.search(r'href="(/cases[^"]*)"', overdue)
    assert link
    listed = re.findall(r'href="/case/([\d-]+)"', client.get(link[1].replace("&amp;", "&")).text)
    assert listed == ["2026-0001", "2026-0002", "2026-0003"], "by safe date"


def test_the_head_count_of_overdue_is_what_its_link_lists(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    post(desk, client, "/review/2026-0001/correct", rights="access")
    case = desk.store.cases.case_by_ref("2026-0001")
    assert case is not None and case.safe_on is not None
    desk.clock.at = datetime.combine(case.safe_on, desk.clock().timetz())  # due today is not overdue
    client = desk.signed_in("dpo")
    found = re.search(r'href="(/cases[^"]*)"><b>(\d+)</b><span>overdue', client.get("/").text)
    assert found
    listed = re.findall(r'href="/case/', client.get(found[1].replace("&amp;", "&")).text)
    assert len(listed) == int(found[2])
    assert "2026-0001" not in client.get(found[1].replace("&amp;", "&")).text


def test_due_soon_lists_what_is_neither_overdue_nor_held(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    for ref in ("2026-0001", "2026-0002"):
        post(desk, client, f"/review/{ref}/correct", rights="access")
    post(desk, client, "/case/2026-0001/act/hold", reason="unread_reply")
    page = client.get("/cases?status=open&held=no").text
    assert "/case/2026-0002" in page and "/case/2026-0001" not in page


def test_the_register_is_paged_to_its_end(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "SHOWN", 1)
    for module in (register, store_register):
        monkeypatch.setattr(module, "MOST", 1)
    client = desk.signed_in("dpo")
    second, last = client.get("/cases?page=2").text, client.get("/cases?page=3").text
    assert "2 / …" in second and 'data-key="j"' in second
    assert "/case/" in last and 'data-key="j"' not in last


def test_received_on_is_a_local_day(desk: TestDesk) -> None:
    moments = {  # UTC; Paris is an hour ahead
        datetime(2026, 11, 23, 23, 30, tzinfo=UTC): "2026-11-24",
        datetime(2026, 11, 24, 22, 59, tzinfo=UTC): "2026-11-24",
        datetime(2026, 11, 24, 23, 0, tzinfo=UTC): "2026-11-25",
    }
    refs = {}
    for number, desk.clock.at in enumerate(moments, 4):
        refs[desk.take(octets(letter(number)))] = moments[desk.clock.at]
    client = desk.signed_in("dpo")
    for day in ("2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"):
        page = client.get(f"/cases?since={day}&until={day}").text
        assert {ref for ref in refs if f"/case/{ref}" in page} == {ref for ref in refs if refs[ref] == day}, day
    for day in ("0001-01-01", "9999-12-31", "nonsense"):  # unknown values do not narrow
        page = client.get(f"/cases?since={day}&until={day}").text
        assert all(f"/case/{ref}" in page for ref in refs), day


def test_the_search_says_what_it_does_not_show(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = desk.signed_in("dpo")
    for asked, words in (("2026", "More than 2 cases"), ("Personne", "2 of 3 cases")):
        monkeypatch.setattr(search, "SHOWN", 3)
        assert "narrow" not in client.get("/search", params={"q": asked}).text
        monkeypatch.setattr(search, "SHOWN", 2)
        assert words in client.get("/search", params={"q": asked}).text


def test_a_text_says_its_language_and_the_keys_can_be_switched_off(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    post(desk, client, "/review/2026-0001/correct", rights="access")
    written = letter_of(desk, "2026-0001", "person")
    assert f'<div class="text" lang="{written.lang}">' in client.get(f"/outbox/{written.id}").text
    assert 'id="keys"' in client.get("/profile").text
