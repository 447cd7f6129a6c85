"""Who gets in, with what, and what cannot get through."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from intake_bot.cases.ports import LedgerEntry
from intake_bot.desk.roles import Permission, may
from intake_bot.desk.routes import PAGES
from intake_bot.desk.signin import MEMORY, SignInRefused
from intake_bot.mail.inbound import Position
from intake_bot.service import health
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
    client.post(f"/review/{ref}/correct", data={"csrf": desk.csrf(client), "rights": "access"})
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
