"""What leaves the console: register, packs, calendar, API; and the acts behind it."""

import html
import io
import json
import re
from dataclasses import replace
from itertools import pairwise

import openpyxl
import pytest
import pyzipper

from intake_bot.cases.events import EventType, NewEvent
from intake_bot.clock import to_text
from intake_bot.desk import actions
from intake_bot.desk.mails import letter_view
from tests.support.desk import START, TestDesk


def post(desk: TestDesk, client, path: str, **data):
    return client.post(path, data={"csrf": desk.csrf(client), **desk.shown(path), **data})


def token(desk: TestDesk, role: str) -> dict[str, str]:
    client = desk.signed_in(role)
    page = post(desk, client, "/profile/tokens", label="test").text
    found = re.search(r"desk_[\w-]{40,}", page)
    assert found
    return {"Authorization": f"Bearer {found[0]}"}


def test_every_form_calls_an_act_with_arguments_that_it_takes(desk: TestDesk) -> None:
    import inspect

    for action in desk.desk.actions.values():
        act = getattr(desk.desk.casework, action.method or action.code)
        known = set(inspect.signature(act).parameters)
        assert {field.name for field in action.fields} | set(action.fixed) <= known, action.code
        assert action.group in actions.GROUPS


def test_a_preview_writes_nothing(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    before = len(list(desk.store.cases.events(desk.store.cases.case_by_ref("2026-0001").id)))
    page = post(desk, client, "/case/2026-0001/act/correct", rights="access")
    assert page.status_code == 200 and "p1@client.example" in page.text
    assert len(list(desk.store.cases.events(desk.store.cases.case_by_ref("2026-0001").id))) == before
    assert not [item for item in desk.store.outbox.all() if item.audience == "person"]


def test_the_dpo_cannot_extend_and_is_told_who_can(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    post(desk, client, "/review/2026-0001/correct", rights="access")
    page = post(desk, client, "/case/2026-0001/act/extend", reason="complex", step="do")
    assert page.status_code == 409 and "controller" in page.text


def test_the_register_leaves_in_three_forms_that_agree(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    post(desk, client, "/review/2026-0001/correct", rights="access")
    csv = client.get("/cases/export.csv").content.decode("utf-8-sig")
    rows = list(openpyxl.load_workbook(io.BytesIO(client.get("/cases/export.xlsx").content)).active.iter_rows())
    lines = json.loads(client.get("/cases/export.json").content)["register"]
    assert len(csv.splitlines()) == len(rows) == len(lines) + 1 == 4
    assert "client.example" not in csv and lines[0]["right"] == "access"
    assert client.get("/cases/export.xml").status_code == 404


def test_an_evidence_pack_holds_its_sums_and_opens_with_its_password(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    post(desk, client, "/review/2026-0001/correct", rights="access")
    for password in ("", "told by phone", " with spaces around "):
        answer = post(desk, client, "/case/2026-0001/pack", password=password)
        assert answer.headers["content-disposition"].startswith("attachment")
        pack = pyzipper.AESZipFile(io.BytesIO(answer.content))
        if password:
            with pytest.raises(RuntimeError):
                pack.read("summary.html")
            pack.setpassword(password.encode())
        assert "p1@client.example" in pack.read("summary.html").decode()
        chain = json.loads(pack.read("chain.json"))
        assert all(later["prev_hash"] == earlier["hash"] for earlier, later in pairwise(chain))
        assert {line.split("  ")[1] for line in pack.read("SHA256SUMS").decode().splitlines()} == {
            name for name in pack.namelist() if name != "SHA256SUMS"
        }
    for path in ("/case/2026-0001/pack", "/service/pack"):
        assert post(desk, client, path, password="   ").status_code == 400, "it would be no password at all"
    service = pyzipper.AESZipFile(io.BytesIO(post(desk, client, "/service/pack").content))
    assert json.loads(service.read("verification.json"))["problems"] == []


def post_case(desk: TestDesk) -> str:
    """A case that came by post: nobody can be written to by mail."""
    controller = desk.settings.controller
    payload = {
        "received_at": to_text(START), "channel": "post", "status": "open", "hold": [], "lang": "en",
        "zone": controller.zone, "jurisdiction": controller.jurisdiction, "sender": {"address": "", "name": ""},
        "rights": [{"right": "access", "status": "open"}],
    }  # fmt: skip
    with desk.store.transaction():
        opened = NewEvent(EventType.OPENED, "dpo", START, payload)
        case = desk.store.cases.open_case(
            desk.store.keyring.create(), [opened], mailbox="default", controller=controller.id
        )
    desk.desk.casework.record_search(case.ref, "dpo", "CRM", "nothing")
    return case.ref


def test_a_letter_to_print_is_shown_whole_before_and_after(desk: TestDesk) -> None:
    client, ref = desk.signed_in("dpo"), post_case(desk)
    shown = post(desk, client, f"/case/{ref}/act/nothing_held", right="access").text
    assert "No letter is written" not in shown and "to print and to post" in shown
    done = post(desk, client, f"/case/{ref}/act/nothing_held", right="access", step="do")
    body = next(item.payload["body"] for item in desk.store.cases.events(desk.store.cases.case_by_ref(ref).id)
                if (item.payload or {}).get("printed"))  # fmt: skip
    assert len(body) > 600
    for page in (shown, done.text, client.get(f"/case/{ref}").text):
        assert body in html.unescape(page)
    assert done.status_code == 200 and "A letter to print and to post today." in done.text
    assert "letter to print : " in client.get(f"/case/{ref}").text


def test_the_warnings_of_an_act_without_a_preview_are_told(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    post(desk, client, "/review/2026-0001/correct", rights="objection_marketing")
    form = {"event": "id_requested", "reason": "two namesakes"}
    done = post(desk, client, "/case/2026-0001/act/suspend", **form)
    assert done.status_code == 200 and "does not suspend" in done.text and 'href="/case/2026-0001"' in done.text
    path = "/api/v1/cases/2026-0001/actions"
    headers = token(desk, "deputy")
    assert "does not suspend" in client.post(f"{path}/suspend", json=form, headers=headers).json()["warnings"][0]
    assert client.post(f"{path}/note", json={"text": "x"}, headers=headers).json()["warnings"] == []


def test_a_letter_waits_is_edited_and_approved(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    post(desk, client, "/review/2026-0001/correct", rights="access")
    letter = next(item for item in desk.store.outbox.all() if item.audience == "person")
    assert post(desk, client, f"/outbox/{letter.id}/edit", text="Other words.").status_code == 303
    assert "Other words." in client.get("/outbox").text
    assert post(desk, client, f"/outbox/{letter.id}/approve").status_code == 303
    assert desk.store.outbox.find(letter.id).decided_by == "dpo"
    assert post(desk, client, f"/outbox/{letter.id}/reject").status_code == 409


def test_a_page_of_before_decides_nothing(desk: TestDesk) -> None:
    """Two people at once: what one of them did, or what the person wrote, is seen before it is decided upon."""
    client, ref = desk.signed_in("dpo"), "2026-0001"
    case = desk.store.cases.case_by_ref(ref)
    assert case is not None
    before = desk.shown(f"/review/{ref}")
    assert f'name="last" value="{before["last"]}"' in client.get(f"/review/{ref}").text
    desk.store.cases.append(
        case.id, [NewEvent(EventType.HELD, "bot", desk.clock(), {"reasons": ["unread_reply"]})]
    )  # a reply came in
    for choice in ("confirm", "correct", "not_a_request", "merge"):
        page = post(
            desk, client, f"/review/{ref}/{choice}", rights="access", reason="sale", other="2026-0002", **before
        )
        assert page.status_code == 409 and "look again" in page.text, choice
    assert desk.store.cases.case_by_ref(ref).hold == ("unread_reply",)
    assert post(desk, client, f"/review/{ref}/confirm").status_code == 303, "once it was looked at"
    desk.store.cases.append(case.id, [NewEvent(EventType.HELD, "bot", desk.clock(), {"reasons": ["unread_reply"]})])
    for choice in ("confirm", "correct", "not_a_request", "merge"):
        page = post(desk, client, f"/review/{ref}/{choice}", rights="erasure", reason="sale", other="2026-0002")
        assert page.status_code == 409 and "dealt with it meanwhile" in page.text, choice
    assert desk.store.cases.case_by_ref(ref).hold == ("unread_reply",)
    assert post(desk, client, f"/review/{ref}/anything").status_code == 404


def test_nobody_approves_words_that_were_changed_meanwhile(desk: TestDesk) -> None:
    client, headers = desk.signed_in("dpo"), token(desk, "deputy")
    post(desk, client, "/review/2026-0001/correct", rights="access")
    item = next(item.id for item in desk.store.outbox.all() if item.audience == "person")
    read = desk.shown(f"/outbox/{item}")
    assert client.get("/outbox").text.count(f'name="version" value="{read["version"]}"') == 3
    waiting = desk.browser().get("/api/v1/letters", headers=headers).json()
    assert [found["sha256"] for found in waiting if found["id"] == item] == [read["version"]]
    assert post(desk, client, f"/outbox/{item}/edit", text="Other words.").status_code == 303
    for choice in ("approve", "reject", "edit"):
        page = post(desk, client, f"/outbox/{item}/{choice}", text="Mine.", **read)
        assert page.status_code == 409 and "changed meanwhile" in page.text and "Other words." in page.text
        body = {"text": "Mine.", "sha256": read["version"]}
        answer = desk.browser().post(f"/api/v1/letters/{item}/{choice}", json=body, headers=headers)
        assert answer.status_code == 409 and "changed meanwhile" in answer.json()["detail"]
    done = desk.browser().post(f"/api/v1/letters/{item}/approve", headers=headers)
    assert done.status_code == 200 and done.json()["status"] == "queued", "the API need not say what it read"


@pytest.mark.parametrize(("mode", "page", "notice"), [
    ("off", "leaves only once sending is on", "leaves once sending is on"),
    ("dry", "written to a file and never leaves", "written to a file and does not leave"),
    ("approve", "", "leaves with the next sweep"),
])  # fmt: skip
def test_an_approval_says_what_becomes_of_the_letter(desk: TestDesk, mode: str, page: str, notice: str) -> None:
    client = desk.signed_in("dpo")
    post(desk, client, "/review/2026-0001/correct", rights="access")
    item = next(item.id for item in desk.store.outbox.all() if item.audience == "person")
    desk.desk.settings = replace(desk.settings, send_mode=mode)
    assert page in client.get("/outbox").text and ("Send mode" in client.get("/outbox").text) == bool(page)
    answer = post(desk, client, f"/outbox/{item}/approve")
    assert notice in client.get(answer.headers["location"]).text


def test_a_failed_letter_to_the_desk_is_logged_when_seen_and_today_shows_no_subject(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    item = next(item for item in desk.store.outbox.all() if item.audience == "desk")
    desk.store.database.connection.execute("UPDATE outbox SET status = 'failed' WHERE id = ?", (item.id,))
    client.get("/outbox")
    assert item.id in [entry.detail for entry in desk.desk.accounts.accesses() if entry.action == "letter"]
    page = client.get("/").text
    assert f"#l-{item.id}" in page and letter_view(item).subject not in page
    assert f"/outbox/{item.id}" not in desk.signed_in("agent").get("/").text


def test_the_calendar_names_nobody_and_ends_with_its_token(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    post(desk, client, "/review/2026-0001/correct", rights="access")
    first = re.search(r"/calendar/([\w-]+)\.ics", post(desk, client, "/profile/calendar").text)
    assert first
    feed = desk.browser().get(f"/calendar/{first[1]}.ics")
    assert "2026-0001" in feed.text and "client.example" not in feed.text and feed.text.endswith("END:VCALENDAR\r\n")
    post(desk, client, "/profile/calendar")
    assert desk.browser().get(f"/calendar/{first[1]}.ics").status_code == 404


def test_search_finds_by_reference_address_and_name(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    for asked in ("2026-0002", "p2@client.example", "PERSONNE 2"):
        assert "/case/2026-0002" in client.get("/search", params={"q": asked}).text, asked
    assert "/case/" not in client.get("/search", params={"q": "nobody at all"}).text


def test_the_api_acts_in_the_name_and_role_of_its_token(desk: TestDesk) -> None:
    officer, manager = token(desk, "dpo"), token(desk, "management")
    client = desk.browser()
    assert client.get("/api/v1/cases").status_code == 401
    assert client.get("/api/v1/cases", headers={"Authorization": "Bearer desk_forged"}).status_code == 401
    assert client.get("/api/v1/cases", headers=manager).status_code == 403
    assert client.get("/api/v1/figures", headers=manager).status_code == 200
    assert client.get("/api/v1/cases", headers=officer).json()["count"] == 3
    path = "/api/v1/cases/2026-0001/actions"
    done = client.post(f"{path}/correct", json={"rights": ["access"]}, headers=officer)
    assert done.status_code == 200 and done.json()["status"] == "open"
    assert client.post(f"{path}/extend", json={"reason": "x"}, headers=officer).status_code == 403, "the role"
    assert client.post(f"{path}/reopen", json={"reason": "x"}, headers=officer).status_code == 409, "the state"
    detail = client.get("/api/v1/cases/2026-0001", headers=officer).json()
    assert "client.example" not in json.dumps(detail) and detail["explanations"]["access"]
    desk.desk.accounts.disable(desk.desk.accounts.by_name("dpo"), desk.clock())
    assert client.get("/api/v1/cases", headers=officer).status_code == 401


def test_the_api_keeps_to_its_description(desk: TestDesk) -> None:
    """Schemathesis: no answer that OpenAPI does not name, no server error, whatever is sent."""
    import schemathesis
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    headers = {**token(desk, "dpo"), "Host": "localhost"}
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", desk.application, headers={"Host": "localhost"})
    for operation in (found.ok() for found in schema.get_all_operations()):
        strategy = operation.as_strategy()

        @given(case=strategy, extra=st.none())
        @settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def holds(case, extra) -> None:
            case.call_and_validate(base_url="http://localhost", headers=headers)

        holds()


def test_every_page_shows_a_case_in_every_state(desk: TestDesk) -> None:
    client, controller = desk.signed_in("dpo"), desk.signed_in("controller")
    post(desk, client, "/review/2026-0001/correct", rights="access")
    post(desk, client, "/case/2026-0001/act/hold", reason="unread_reply")
    post(desk, client, "/review/2026-0002/correct", rights="objection_marketing")
    post(desk, client, "/case/2026-0002/act/withdraw", right="objection_marketing", reason="she wrote so")
    post(desk, client, "/case/2026-0002/act/close", step="do")
    post(desk, client, "/review/2026-0003/not_a_request", reason="sales message")
    assert [case.status for case in desk.store.cases.all()].count("closed") == 2
    paths = ["/", "/cases", "/figures", "/outbox", "/review", "/search?q=2026", "/set-aside"]
    paths += [f"/case/2026-000{number}" for number in (1, 2, 3)]
    paths += [f"/outbox/{letter.id}" for letter in desk.store.outbox.all()]
    for lang in ("fr", "en"):
        post(desk, client, "/profile/language", lang=lang)
        for path in paths:
            assert client.get(path).status_code == 200, path
    assert controller.get("/case/2026-0001").status_code == 200


def test_a_line_tells_the_hour_and_its_zone_where_the_law_counts_hours(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    post(desk, client, "/review/2026-0001/correct", rights=["breach_report"])
    post(desk, client, "/review/2026-0002/correct", rights=["access"])
    breach, access = (
        re.search(rf'href="/case/{ref}">.*?</a>', client.get("/cases").text, re.DOTALL)
        for ref in ("2026-0001", "2026-0002")
    )
    assert breach and re.search(r"\d\d:\d\d CET", breach[0])
    assert access and "CET" not in access[0]
