"""A refused form comes back with its reason, in the reader's language, and with all that was typed."""

import html
import re
from pathlib import Path

import pytest
from httpx import Response
from starlette.testclient import TestClient

from intake_bot.mail.inbound import Position
from intake_bot.store.ledger import LedgerEntry
from tests.support.desk import TestDesk
from tests.support.language import problems

TYPED = 'Zwei "Anträge" <b> & mehr'
REF = "2026-0001"


def signed_in(desk: TestDesk, role: str, lang: str) -> TestClient:
    account = desk.desk.accounts.by_name(role)
    desk.desk.accounts.speak(account, lang)
    return desk.signed_in(role)


def post(desk: TestDesk, client: TestClient, path: str, /, **form: object) -> Response:
    return client.post(path, data={"csrf": desk.csrf(client), **desk.shown(path), **form})  # type: ignore[dict-item]


def reasons(page: Response) -> list[str]:
    """The alert of a page, and what stands at a field."""
    found = re.findall(r'<div class="alarm" role="alert">.*?</div>|<p class="wrong".*?</p>', page.text, re.S)
    return [html.unescape(re.sub(r"<[^>]+>", " ", text)) for text in found]


def field(page: Response, name: str) -> str:
    """The tag of a field, and what is in it."""
    found = re.search(rf'<(?:input|textarea|select)[^>]* name="{name}"[^>]*>[^<]*', page.text)
    assert found, name
    return html.unescape(found[0])


#: Role, form, what is typed -> status, the field that the reason belongs to.
ACTS = [
    ("dpo", "extend", {"reason": TYPED}, 409, ""),
    ("controller", "extend", {"reason": TYPED}, 409, ""),
    ("controller", "extend", {"sooner": TYPED}, 400, "reason"),
    ("controller", "extend", {"reason": TYPED, "until": "next week"}, 400, "until"),
    ("agent", "hold", {"reason": TYPED, "more": "x"}, 303, ""),
    ("agent", "choose_addressee", {"address": "a@b.example", "reason": TYPED}, 409, ""),
    ("dpo", "choose_addressee", {"address": "nobody", "reason": TYPED}, 400, "address"),
    ("dpo", "choose_addressee", {"address": "info@octoop.com", "reason": TYPED}, 400, "address"),
    ("dpo", "record_fact", {"fact": "minor_at_collection", "at": "2031-01-01T10:00", "note": TYPED}, 400, "at"),
    ("dpo", "record_fact", {"fact": "minor_at_collection", "at": "soon", "note": TYPED}, 400, "at"),
    ("dpo", "record_fact", {"fact": "authority_deadline", "at": "0001-01-01T00:00", "note": TYPED}, 400, "at"),
    ("dpo", "record_fact", {"fact": "authority_deadline", "at": "1500-01-01T00:00", "note": TYPED}, 400, "at"),
    ("dpo", "answer", {"right": "access", "done": TYPED}, 400, "purposes"),
    ("dpo", "answer", {"right": "access", "purposes": "account", "kept": TYPED}, 400, "delivery"),
    ("dpo", "nothing_held", {"right": "access"}, 409, ""),
    ("dpo", "refuse", {"right": "access", "grounds": "unfounded", "reason": TYPED}, 409, ""),
    ("controller", "refuse", {"right": "access", "grounds": "legal_duty", "reason": TYPED}, 400, "grounds"),
    ("dpo", "merge", {"into": "2026-9999", "same_person": TYPED}, 404, "into"),
    ("dpo", "merge", {"into": REF, "same_person": TYPED}, 409, "into"),
    ("dpo", "link", {"other": REF, "why": TYPED}, 409, "other"),
    ("dpo", "ask_colleague", {"to": "x@far.example", "question": TYPED}, 400, "to"),
    ("dpo", "client_letter", {"what": TYPED, "client": "Nobody & Sons"}, 409, "client"),
    ("dpo", "record_search", {"system": "CRM", "found": TYPED, "rights": ["access", "x_y"]}, 400, "rights"),
    ("dpo", "reopen", {"reason": TYPED}, 409, ""),
    ("dpo", "close", {"reason": TYPED}, 409, ""),
    ("dpo", "release", {"note": TYPED}, 409, ""),
    ("dpo", "confirm_stop", {"system": TYPED}, 409, ""),
    ("dpo", "lift_restriction", {"lifts_on": "2027-01-01", "reason": TYPED}, 409, ""),
]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_refused_act_comes_back_filled_in_and_says_why_in_the_language_of_the_reader(
    tmp_path: Path, lang: str
) -> None:
    desk = TestDesk(tmp_path)
    desk.fill(2)
    desk.enrol("dpo", "controller", "agent")
    desk.desk.casework.correct(REF, "dpo", ["access"])
    clients = {role: signed_in(desk, role, lang) for role in ("dpo", "controller", "agent")}
    for role, action, typed, status, at in ACTS:
        page = post(desk, clients[role], f"/case/{REF}/act/{action}", **typed)
        assert page.status_code == status, (action, typed, page.status_code)
        if status == 303:
            desk.desk.casework.release(REF, "dpo")
            continue
        told = reasons(page)
        assert len(told) == (2 if at else 1), (action, told)
        assert [problems(text.replace(TYPED, ""), lang) for text in told] == [[]] * len(told), told
        marks = re.findall(r'aria-describedby="(?:[^" ]+-hint )?([^" ]+-why)"', page.text)
        assert set(marks) == ({f"f-{action}-{at}-why"} if at else set()), (action, typed)
        for name, value in typed.items():
            if isinstance(value, str) and name not in ("right", "fact", "grounds", "purposes"):
                assert value in field(page, name), (action, name)
    desk.close()


def test_choices_and_ticks_are_kept_and_an_invalid_field_is_marked(desk: TestDesk) -> None:
    client = signed_in(desk, "dpo", "en")
    desk.desk.casework.correct(REF, "dpo", ["access", "erasure"])
    page = post(desk, client, f"/case/{REF}/act/record_fact", fact="authority_deadline", at="", rights="erasure")
    assert page.status_code == 400 and '<option value="authority_deadline" selected>' in page.text
    assert 'value="erasure" checked' in page.text and 'value="access" checked' not in page.text
    assert 'aria-invalid="true" aria-describedby="f-record_fact-at-why"' in page.text
    assert 'id="f-record_fact-at-why"' in page.text
    assert desk.csrf(client) in page.text and "<script>" not in page.text


def test_a_refused_preview_is_sent_again_from_its_own_page(desk: TestDesk) -> None:
    client = signed_in(desk, "dpo", "fr")
    desk.desk.casework.correct(REF, "dpo", ["access"])
    page = post(desk, client, f"/case/{REF}/act/answer", right="access", done=TYPED, purposes="account")
    assert page.status_code == 400 and "Rien n’a été fait" in page.text
    again = post(desk, client, f"/case/{REF}/act/answer", right="access", purposes="account", delivery="dans le compte")
    assert again.status_code == 200 and 'name="step" value="do"' in again.text


def test_from_the_preview_a_way_leads_back_to_the_words(desk: TestDesk) -> None:
    client = signed_in(desk, "dpo", "en")
    desk.desk.casework.correct(REF, "dpo", ["access"])
    form = {"right": "access", "purposes": "account", "delivery": TYPED}
    shown = post(desk, client, f"/case/{REF}/act/answer", **form)
    assert shown.status_code == 200 and 'name="step" value="change"' in shown.text
    again = post(desk, client, f"/case/{REF}/act/answer", **form, step="change")
    assert again.status_code == 200 and TYPED in field(again, "delivery") and reasons(again) == []
    assert 'value="account" checked' in again.text and "Refused" not in again.text


def test_the_hint_of_a_field_is_tied_to_it(desk: TestDesk) -> None:
    client = signed_in(desk, "dpo", "en")
    desk.desk.casework.correct(REF, "dpo", ["access"])
    page = client.get(f"/case/{REF}")
    for tied in ("f-record_search-system-hint", "pack-hint"):
        assert f'id="{tied}"' in page.text and f'aria-describedby="{tied}"' in page.text
    page = post(desk, client, f"/case/{REF}/act/record_search", found="x")
    assert 'aria-describedby="f-record_search-system-hint f-record_search-system-why"' in page.text


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_review_page_keeps_what_was_chosen(desk: TestDesk, lang: str) -> None:
    client = signed_in(desk, "dpo", lang)
    page = post(desk, client, f"/review/{REF}/correct")
    assert page.status_code == 400 and [problems(text, lang) for text in reasons(page)] == [[], []]
    page = post(desk, client, f"/review/{REF}/merge", other="2026-9999", same_person=TYPED)
    assert page.status_code == 404 and "2026-9999" in field(page, "other") and TYPED in field(page, "same_person")
    assert [problems(text, lang) for text in reasons(page)] == [[], []]
    page = post(desk, client, f"/review/{REF}/not_a_request", reason="")
    assert page.status_code == 409 and [problems(text, lang) for text in reasons(page)] == [[], []]
    desk.desk.casework.not_a_request(REF, "dpo", reason="sale")
    page = post(desk, client, f"/review/{REF}/merge", other="2026-0002", same_person=TYPED)
    assert page.status_code == 409 and "2026-0002" in field(page, "into") and TYPED in field(page, "same_person")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_refused_delivery_keeps_its_note_and_says_that_files_are_gone(desk: TestDesk, lang: str) -> None:
    client = signed_in(desk, "dpo", lang)
    desk.desk.casework.correct(REF, "dpo", ["access", "portability"])
    form = {"csrf": desk.csrf(client), "once": "k1", "how": "mail", "right": "portability", "note": TYPED}
    page = client.post(f"/case/{REF}/deliver", data=form, files={"file_1": ("a.csv", b"a;b")})
    assert page.status_code == 409 and TYPED in field(page, "note")
    assert ("choisissez-les de nouveau" if lang == "fr" else "choose them again") in page.text
    assert [problems(text, lang) for text in reasons(page)] == [[]]
    assert 'value="portability" checked' in page.text
    page = post(desk, client, f"/case/{REF}/deliver", once="k1", how="mail", right="access")
    assert page.status_code == 400 and "files-why" in page.text


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_an_absence_and_a_letter_come_back_too(desk: TestDesk, lang: str) -> None:
    client = signed_in(desk, "dpo", lang)
    page = post(desk, client, "/profile/away", until="2020-01-01")
    assert page.status_code == 400 and "2020-01-01" in field(page, "until") and 'aria-invalid="true"' in page.text
    assert [problems(text, lang) for text in reasons(page)] == [[], []]
    desk.desk.casework.correct(REF, "dpo", ["access"])
    letter = next(item for item in desk.store.outbox.all() if item.kind == "acknowledgement")
    desk.store.database.connection.execute("UPDATE outbox SET status = 'held' WHERE id = ?", (letter.id,))
    page = post(desk, client, f"/outbox/{letter.id}/edit", text="x" * 20_001)
    assert page.status_code == 409 and "x" * 20_001 in page.text and "text-why" in page.text
    assert post(desk, client, f"/outbox/{letter.id}/reject").status_code == 303
    page = post(desk, client, f"/outbox/{letter.id}/edit", text=TYPED)
    assert page.status_code == 409 and "readonly" in page.text and TYPED in html.unescape(page.text)
    assert [problems(text, lang) for text in reasons(page)] == [[]]


@pytest.mark.parametrize(("lang", "fetch", "process"), [
    ("fr", "sans en donner le contenu", "n’a pas su le traiter"),
    ("en", "gave no content", "could not process it"),
])  # fmt: skip
def test_what_is_set_aside_says_why_in_words_and_keeps_the_raw_name_beside(
    desk: TestDesk, lang: str, fetch: str, process: str
) -> None:
    for uid, stage, error in ((71, "fetch", "no content"), (72, "process", "ValueError: x")):
        entry = LedgerEntry(Position("default", "INBOX", 1, uid), "SET_ASIDE", (stage,), desk.clock(), "live", size=1)
        desk.store.ledger.set_aside(entry, None, error, stage)
    page = html.unescape(signed_in(desk, "dpo", lang).get("/set-aside").text)
    assert (
        page.count('<th scope="col">') == page.count("<th") - page.count("<thead")
        and '<th scope="col"></th>' not in page
    )
    assert fetch in page and process in page
    assert re.search(r"<small[^>]*>[^<]*<span class=\"mono\">ValueError: x</span>", page)


def test_the_api_stays_english_and_names_codes(desk: TestDesk) -> None:
    client = signed_in(desk, "dpo", "fr")
    token = re.search(r"desk_[\w-]+", post(desk, client, "/profile/tokens", label="x").text)
    assert token
    headers = {"Authorization": f"Bearer {token[0]}"}
    answer = desk.browser().post(f"/api/v1/cases/{REF}/actions/reopen", json={"reason": "x"}, headers=headers)
    assert answer.status_code == 409 and "the case is to be confirmed" in answer.json()["detail"]
    assert "choose_addressee" in answer.json()["detail"]
