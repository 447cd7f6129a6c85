"""Who gets in, with what, and what cannot get through."""

import io
import re
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import pyzipper
from httpx import Response
from starlette.testclient import TestClient

from intake_bot.cases.ports import LedgerEntry
from intake_bot.commands.desk import give_address
from intake_bot.desk.roles import Permission, may
from intake_bot.desk.routes import PAGES
from intake_bot.desk.signin import MEMORY, SignInRefused
from intake_bot.mail.inbound import Position
from intake_bot.service import health, letter_edit
from tests.integration.service.test_intake import Words
from tests.support.clamd import EICAR, Clamd
from tests.support.desk import PASSWORD, ROLES, START, TestDesk
from tests.support.mails import letter, octets

SAMPLE = {
    "ref": "2026-0001", "choice": "confirm", "action": "note", "mail": "0" * 24, "section": "1", "letter": "0" * 12,
    "item": "0" * 12, "token": "x", "form": "csv", "name": "desk.css",
}  # fmt: skip
XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"


def filled(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: SAMPLE[match[1]], path)


PRIVATE = [page for page in PAGES if page.need is not None]


@pytest.mark.parametrize("page", PRIVATE, ids=lambda page: f"{page.method} {page.path}")
def test_no_page_opens_without_a_session(desk: TestDesk, page) -> None:
    client = desk.browser()
    for cookies in ({}, {"desk": "forged"}):
        client.cookies.update(cookies)
        answer = client.request(page.method, filled(page.path))
        assert answer.status_code == (401 if page.method == "POST" else 303)
        if page.method == "GET":
            assert answer.headers["location"].startswith("/sign-in?next=")


def test_every_page_asks_for_the_permission_of_its_row(desk: TestDesk) -> None:
    for role in ROLES:
        client = desk.signed_in(role)
        token = desk.csrf(client)
        for page in PRIVATE:
            if page.path == "/sign-out":
                continue
            answer = client.request(
                page.method, filled(page.path), data={"csrf": token} if page.method == "POST" else None
            )
            allowed = may(role, page.need) if page.need else True
            assert (answer.status_code == 403) == (not allowed), (role, page.method, page.path, answer.status_code)


def test_a_session_ends_when_idle_and_after_a_day_of_work(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    desk.clock.move(minutes=29)
    assert client.get("/").status_code == 200
    desk.clock.move(minutes=31)
    assert client.get("/").status_code == 303
    client = desk.signed_in("dpo")
    for _ in range(25):
        desk.clock.move(minutes=25)
        last = client.get("/").status_code
    assert last == 303


def test_signing_out_and_disabling_end_the_session(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    stolen = client.cookies["desk"]
    assert client.post("/sign-out", data={"csrf": desk.csrf(client)}).status_code == 303
    client.cookies.set("desk", stolen)
    assert client.get("/").status_code == 303
    other = desk.signed_in("deputy")
    desk.desk.accounts.disable(desk.desk.accounts.by_name("deputy"), desk.clock())
    assert other.get("/").status_code == 303


def test_a_form_needs_the_secret_of_its_own_session(desk: TestDesk) -> None:
    client, other = desk.signed_in("dpo"), desk.signed_in("deputy")
    for token in ("", "wrong", desk.csrf(other)):
        assert client.post("/case/2026-0001/act/note", data={"csrf": token, "text": "x"}).status_code == 403
    right = {"csrf": desk.csrf(client), "text": "x"}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/case/2026-0001/act/note", data=right, headers=headers).status_code == 403
    assert client.post("/case/2026-0001/act/note", data=right).status_code == 303


def test_the_sign_in_form_needs_its_own_page(desk: TestDesk) -> None:
    client = desk.browser()
    data = {"name": "dpo", "password": PASSWORD, "code": desk.code("dpo"), "csrf": ""}
    assert client.post("/sign-in", data=data).status_code == 403


def test_a_form_of_a_session_that_ended_shows_what_was_typed(desk: TestDesk) -> None:
    client, other = desk.signed_in("dpo"), desk.signed_in("deputy")
    typed = {"csrf": desk.csrf(other), "text": f"two\nlines {XSS}", "rights": "access", "password": "kept to myself"}
    ended = {"https://evil.example": False, "http://localhost": True}
    for session, status in ((client, 403), (desk.browser(), 401)):
        for origin, shown in ended.items():
            page = session.post("/case/2026-0001/act/note", data=typed, headers={"Origin": origin})
            assert page.status_code == status
            assert ("two\nlines" in page.text) == shown and ("readonly" in page.text) == shown
            assert "<script>alert" not in page.text and "kept to myself" not in page.text
            assert ">access<" not in page.text and desk.csrf(other) not in page.text
    assert 'href="/sign-in?next=%2Fcase%2F2026-0001"' in page.text


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/link"])
def test_a_sign_in_form_that_was_open_too_long_comes_again(desk: TestDesk, path: str) -> None:
    client = desk.browser()
    page = client.post(path, data={"csrf": "expired", "name": "dpo", "address": "a@b.example"})
    assert page.status_code == 403 and "too old" in page.text and 'action="/sign-in"' in page.text
    assert client.cookies["entry"] in page.text


def test_the_way_back_from_an_error_leads_somewhere(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    for path, back in (
        (f"/case/2026-0001/mail/{'0' * 24}/part/1", "/case/2026-0001"),
        ("/case/2026-9999/mail/x/original", "/"),
        (f"/set-aside/{'0' * 12}/original", "/"),
    ):
        page = client.get(path)
        assert page.status_code == 404 and f'class="button" href="{back}"' in page.text, path
    refused = client.post("/case/2026-0001/pack", data={"csrf": desk.csrf(client), "password": "  "})
    assert refused.status_code == 400 and 'class="button" href="/case/2026-0001"' in refused.text
    wrong = client.get("/case/2026-0001/act/note")
    assert (wrong.status_code, wrong.text, wrong.headers["allow"]) == (405, "Method Not Allowed", "POST")


def test_guessing_locks_the_name_with_a_growing_wait(desk: TestDesk) -> None:
    client = desk.browser()
    client.get("/sign-in")
    form = {"csrf": client.cookies["entry"], "name": "dpo", "password": "wrong", "code": "000000"}
    assert [client.post("/sign-in", data=form).status_code for _ in range(6)] == [401] * 5 + [429]
    right = {**form, "password": PASSWORD, "code": desk.code("dpo")}
    assert client.post("/sign-in", data=right).status_code == 429
    desk.clock.move(seconds=31)
    assert client.post("/sign-in", data=form).status_code == 401
    desk.clock.move(seconds=31)
    assert client.post("/sign-in", data={**right, "code": desk.code("dpo")}).status_code == 429
    desk.clock.move(seconds=31)
    assert client.post("/sign-in", data={**right, "code": desk.code("dpo")}).status_code == 303


def test_typing_wrong_now_and_then_locks_no_office(desk: TestDesk) -> None:
    account = desk.desk.accounts.by_name("dpo")
    for _ in range(30):  # one typo every twenty hours, and the right code a minute after it
        with pytest.raises(SignInRefused):
            desk.desk.sign_in.by_code(account, "000000", "office", desk.clock())
        desk.clock.move(minutes=1)
        desk.desk.sign_in.by_code(account, desk.code("dpo"), "office", desk.clock())
        desk.clock.move(hours=20)


def test_failures_are_counted_from_the_first_one(desk: TestDesk) -> None:
    def fails() -> int:
        return desk.desk.accounts.count_failure("address:x", desk.clock(), MEMORY)

    assert [fails(), fails()] == [1, 2]
    desk.clock.move(hours=23)
    assert fails() == 3
    desk.clock.move(hours=1)
    assert fails() == 1


def test_a_new_invitation_ends_tokens_and_calendar(desk: TestDesk) -> None:
    accounts, account = desk.desk.accounts, desk.desk.accounts.by_name("dpo")
    accounts.add_token(account, "script", "secret", desk.clock())
    accounts.set_calendar(account, "calendar")
    client = desk.signed_in("dpo")
    desk.desk.sign_in.invite(account, desk.clock())
    assert accounts.by_token("secret", desk.clock()) is None and accounts.by_calendar("calendar") is None
    assert client.get("/").status_code == 303


def test_an_unknown_name_is_answered_like_a_known_one(desk: TestDesk) -> None:
    client = desk.browser()
    client.get("/sign-in")
    pages = []
    for name in ("dpo", "nobody"):
        form = {"csrf": client.cookies["entry"], "name": name, "password": "wrong", "code": "000000"}
        answer = client.post("/sign-in", data=form)
        pages.append((answer.status_code, answer.text.replace(name, "")))
    assert pages[0] == pages[1]


def test_a_code_counts_once(desk: TestDesk) -> None:
    desk.signed_in("dpo")
    client = desk.browser()
    client.get("/sign-in")
    form = {"csrf": client.cookies["entry"], "name": "dpo", "password": PASSWORD, "code": desk.code("dpo")}
    assert client.post("/sign-in", data=form).status_code == 401


def test_the_one_time_link_works_once_and_expires(desk: TestDesk) -> None:
    import pyotp

    accounts = desk.desk.accounts
    account = accounts.add("new", "dpo", "en", "JBSWY3DPEHPK3PXP", desk.clock())
    token = desk.desk.sign_in.invite(account, desk.clock())
    client = desk.browser()
    page = client.get(f"/welcome/{token}")
    assert page.status_code == 200 and "<svg" in page.text
    secret = desk.desk.sign_in.totp_secret(account)
    form = {"csrf": client.cookies["entry"], "password": "short", "code": pyotp.TOTP(secret).at(desk.clock())}
    assert client.post(f"/welcome/{token}", data=form).status_code == 400
    wrong = {**form, "password": PASSWORD, "code": "000000"}
    assert [client.post(f"/welcome/{token}", data=wrong).status_code for _ in range(6)] == [401] * 5 + [429]
    assert "Try again at" in client.post(f"/welcome/{token}", data=wrong).text
    desk.clock.move(seconds=31)
    form["code"] = pyotp.TOTP(secret).at(desk.clock())
    assert client.post(f"/welcome/{token}", data={**form, "password": PASSWORD}).status_code == 303
    used = desk.browser().get(f"/welcome/{token}")
    assert used.status_code == 404 and "ask the administrator for a new link" in used.text
    again = desk.desk.sign_in.invite(account, desk.clock())
    desk.clock.move(hours=49)
    assert desk.browser().get(f"/welcome/{again}").status_code == 404


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_sign_in_leads_nowhere_else(desk: TestDesk, target: str) -> None:
    client = desk.browser()
    client.get("/sign-in", params={"next": target})
    form = {
        "csrf": client.cookies["entry"],
        "name": "dpo",
        "password": PASSWORD,
        "code": desk.code("dpo"),
        "next": target,
    }
    assert client.post("/sign-in", data=form).headers["location"] == "/"


def test_no_field_of_a_mail_becomes_markup(desk: TestDesk) -> None:
    mail = letter(99, f"I want my data. {XSS}\n", Subject=f"S {XSS}", Reply_To=f'"R {XSS[:20]}" <r@client.example>')
    del mail["From"]
    mail["From"] = '"<script>alert(1)</script>" <p99@client.example>'
    mail.add_attachment(b"x", maintype="text", subtype="html", filename="<img src=x onerror=alert(3)>.html")
    ref = desk.take(octets(mail))
    client = desk.signed_in("dpo")
    pages = ["/", f"/review/{ref}", f"/case/{ref}", "/cases", "/outbox", "/search?q=script", "/search?q=" + XSS]
    client.post(f"/case/{ref}/act/note", data={"csrf": desk.csrf(client), "text": XSS})
    for path in pages:
        text = client.get(path).text
        assert "<script>alert" not in text and "<img src=x" not in text and "49" not in text.split("7*7")[-1][:3], path
    path = f"/review/{ref}/correct"
    assert client.post(path, data={"csrf": desk.csrf(client), "rights": "access", **desk.shown(path)}).is_redirect
    assert "<script>alert" not in client.get(f"/case/{ref}").text
    pack = desk.desk.pages  # the summary of the pack is a page too
    assert pack is not None


def test_headers_are_strict_everywhere(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    for path in ("/", "/static/desk.css", "/nothing", "/api/v1/cases", "/sign-in"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
    assert client.get("/").headers["cache-control"] == "no-store"


def test_cookies_are_for_https_only_where_the_address_is(tmp_path: Path) -> None:
    made = TestDesk(tmp_path, public_url="https://desk.example.com")
    made.enrol("dpo")
    client = made.browser("https://desk.example.com")
    client.get("/sign-in")
    form = {"csrf": client.cookies["entry"], "name": "dpo", "password": PASSWORD, "code": made.code("dpo")}
    answer = client.post("/sign-in", data=form)
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("__Host-desk="))
    assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert made.browser("https://evil.example").get("/sign-in").status_code == 400
    made.close()


def test_an_agent_gets_no_attachment(desk: TestDesk) -> None:
    mail = letter(7)
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="passport.pdf")
    ref = desk.take(octets(mail))
    case = desk.store.cases.case_by_ref(ref)
    assert case is not None
    kept = desk.store.correspondence.mails(case.id)[0]
    path = f"/case/{ref}/mail/{kept['id']}/part/{kept['content']['attachments'][0]['section']}"
    assert desk.signed_in("agent").get(path).status_code == 403
    assert desk.signed_in("dpo").get(path).status_code == 404  # review keeps text only


def test_large_and_endless_bodies_are_refused(desk: TestDesk) -> None:
    client = desk.browser()
    assert client.post("/sign-in", content=b"x", headers={"content-length": "99999999"}).status_code == 413
    assert client.post("/sign-in", content=iter([b"x"])).status_code == 413
    large = {"file_1": ("a.bin", b"x" * 1_100_000)}
    assert client.post("/sign-in", files=large).status_code == 413
    assert client.post("/sign-in/link/case/1/deliver", files=large).status_code == 413
    form = {"csrf": "x", "note": "not read"}
    unread = client.post("/case/2026-0001/deliver", data=form, files=large)
    assert unread.status_code == 401 and "not read" not in unread.text
    officer = desk.signed_in("dpo")
    assert officer.post("/case/2026-0001/deliver", data=form, files=large).status_code == 403
    small = {"file_1": ("a.bin", b"x")}
    assert officer.post("/case/2026-0001/act/note", data={"csrf": desk.csrf(officer)}, files=small).status_code == 400


def test_what_is_seen_is_logged(desk: TestDesk) -> None:
    client = desk.signed_in("agent")
    client.get("/case/2026-0002")
    client.get("/cases")
    seen = [(entry.account, entry.action) for entry in desk.desk.accounts.accesses(limit=3)]
    assert seen == [("agent", "list"), ("agent", "case"), ("agent", "sign_in")]


def test_roles_have_what_their_docstrings_say() -> None:
    assert not may("agent", Permission.IDENTITY)
    assert may("management", Permission.FIGURES) and not may("management", Permission.CASES)
    assert may("controller", Permission.DECIDE) and not may("dpo", Permission.DECIDE)
    assert not may("stranger", Permission.FIGURES)


def test_a_virus_stays_closed(desk: TestDesk, tmp_path: Path) -> None:
    """CLAMAV set: what it finds something in, and everything while it is silent, is not handed out."""
    items = {}
    for number, text in enumerate((b"harmless", EICAR)):
        entry = LedgerEntry(Position("default", "INBOX", 1, 900 + number), "SET_ASIDE", ("process",), START, "live", 9)
        items[text] = desk.store.ledger.set_aside(entry, text, "broken", "process")
    client = desk.signed_in("dpo")

    def answers() -> list[int]:
        return [client.get(f"/set-aside/{item}/original").status_code for item in items.values()]

    with Clamd(tmp_path / "clamd.sock") as path:
        desk.desk.settings = replace(desk.settings, clamav=path)
        assert answers() == [200, 400]
        assert [item.level for item in health.check(desk.desk.settings) if item.part == "scanner"] == ["ok"]
    desk.desk.settings = replace(desk.settings, clamav=str(tmp_path / "nobody.sock"))
    assert answers() == [400, 400]
    assert [item.level for item in health.check(desk.desk.settings) if item.part == "scanner"] == ["fail"]
    desk.desk.settings = desk.settings
    assert answers() == [200, 200], "no scanner is set: nothing stands between"


def test_a_virus_stays_out_of_the_evidence_pack(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, classifier=Words())
    desk.enrol("dpo")
    mail = letter(7, "Bonjour, je souhaite une copie.\n")
    mail.add_attachment(EICAR, maintype="application", subtype="pdf", filename="a.pdf", cte="8bit")
    ref = desk.take(octets(mail))
    client = desk.signed_in("dpo")

    def pack() -> Response:
        return client.post(f"/case/{ref}/pack", data={"csrf": desk.csrf(client)})

    with Clamd(tmp_path / "clamd.sock") as path:
        desk.desk.settings = replace(desk.settings, clamav=path)
        found = pyzipper.AESZipFile(io.BytesIO(pack().content))
        kept = [name for name in found.namelist() if name.startswith("mails/")]
        assert [name.partition(".")[2] for name in kept] == ["left-out.txt", "headers.txt", "txt"]
        assert not any(EICAR in found.read(name) for name in found.namelist())
        assert "virus scanner" in found.read(kept[0]).decode()
    desk.desk.settings = replace(desk.settings, clamav=str(tmp_path / "nobody.sock"))
    assert pack().status_code == 400
    desk.desk.settings = desk.settings
    desk.close()


def test_a_token_is_read_by_its_recipient_only(tmp_path: Path) -> None:
    """Pages, packs, the API: none shows the links by which a letter to the DPO acts in the DPO's name."""
    desk = TestDesk(tmp_path, public_url="https://desk.example.com", classifier=Words())
    desk.enrol("dpo", "deputy", "controller", "agent")
    ref = desk.take(octets(letter(1, "Bonjour, je souhaite une copie.\n")))
    notice = next(item for item in desk.store.outbox.all() if item.audience == "desk")
    text = letter_edit.text_of(notice.raw or b"")
    tokens = re.findall(r"/link/(\S+)", text)
    assert len(tokens) == 2
    give_address(desk.settings, desk.store, "deputy", "deputy@octoop.com")
    desk.desk.sign_in_links.send("deputy@octoop.com", "127.0.0.1", desk.clock())
    entry = next(item for item in desk.store.outbox.all() if item.kind == "sign_in_link")
    tokens += re.findall(r"/sign-in/link/(\S+)", letter_edit.text_of(entry.raw or b""))
    assert len(tokens) == 3
    desk.store.database.connection.execute("UPDATE outbox SET status = 'failed' WHERE id = ?", (notice.id,))
    for role in ("dpo", "controller", "agent"):
        client = _signed_in(desk, role)
        may_read = may(role, Permission.LETTERS)
        page = client.get(f"/outbox/{notice.id}")
        assert page.status_code == (200 if may_read else 403) and ("/link/…" in page.text) == may_read
        case = client.get(f"/case/{ref}").text
        assert (f'href="/outbox/{notice.id}"' in case) == may_read
        letters = ("/outbox", f"/outbox/{entry.id}", "/")
        shown = [page.text, case, *(client.get(path).text for path in letters)]
        if may_read:
            csrf = {"csrf": _csrf(client)}
            found = pyzipper.AESZipFile(io.BytesIO(client.post(f"/case/{ref}/pack", data=csrf).content))
            shown += [_decoded(found.read(name)) for name in found.namelist()]
            key = re.search(r"desk_[\w-]{40,}", client.post("/profile/tokens", data={**csrf, "label": "x"}).text)
            assert key
            answer = desk.browser("https://desk.example.com").get(
                "/api/v1/letters", headers={"Authorization": f"Bearer {key[0]}"}
            )
            assert notice.id in [item["id"] for item in answer.json()]
            shown.append(answer.text)
            seen = [item.detail for item in desk.desk.accounts.accesses(limit=2) if item.action == "letter"]
            assert notice.id in seen, "a view by the API is logged"
        assert not [token for token in tokens for text in shown if token in text], role
    desk.close()


def _signed_in(desk: TestDesk, role: str) -> TestClient:
    client = desk.browser("https://desk.example.com")
    client.get("/sign-in")
    form = {"csrf": client.cookies["entry"], "name": role, "password": PASSWORD, "code": desk.code(role)}
    assert client.post("/sign-in", data=form).status_code == 303
    return client


def _csrf(client: TestClient) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/profile").text)
    assert found
    return found[1]


def _decoded(content: bytes) -> str:
    """A file of a pack, with the parts of a mail as a reader would see them."""
    message = message_from_bytes(content, policy=policy.default)
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return content.decode("utf-8", "replace") + "".join(map(str, parts))
