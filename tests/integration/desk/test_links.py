"""Signed links in notifications: each acts once, for one person, on a POST. A scanner that opens one does nothing."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from intake_bot.cases.events import EventType, NewEvent
from intake_bot.commands.desk import give_address
from intake_bot.errors import IntakeError, StoreError
from intake_bot.service.links import Deed, Links
from tests.integration.service.test_intake import Words
from tests.support.desk import TestDesk
from tests.support.mails import letter, octets

URL = "https://desk.example.com"


class Linked:
    """A desk with one held request, and the links that its notification carries."""

    def __init__(self, folder: Path, **extra: str) -> None:
        values = {"AUTHSERV_ID": "mx.example.com", "DEPUTY_EMAIL": "deputy@octoop.com", **extra}
        self.desk = TestDesk(folder, public_url=values.pop("PUBLIC_URL", URL), classifier=Words(), **values)
        mail = letter(1, "Bonjour, je souhaite une copie.\n", Reply_To="other@elsewhere.example")
        self.ref = self.desk.take(octets(mail))

    @property
    def case(self):
        return self.desk.store.cases.case_by_ref(self.ref)

    @property
    def notification(self) -> str:
        raw = next(item.raw for item in self.desk.store.outbox.all() if item.kind == "dpo_notification")
        body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
        return body.get_content()

    def links(self) -> list[str]:
        return [item.removeprefix(URL) for item in re.findall(r"https://\S+/link/\S+", self.notification)]

    def token(self, deed: Deed, address: str) -> str:
        links = Links(self.desk.settings, self.desk.store)
        return f"/link/{links.token(self.case.id, deed, address, self.desk.clock())}"

    def browser(self) -> TestClient:
        return self.desk.browser(URL)

    def follow(self, path: str, **fields: str):
        client = self.browser()
        client.get("/sign-in")  # any page of ours: the form of a link that is no good was never shown
        return client.post(path, data={"csrf": client.cookies["entry"], "last": self.last, **fields})

    @property
    def last(self) -> str:
        return str(self.desk.desk.register.last_event(self.case.id))

    def events(self) -> list[tuple[str, str]]:
        return [(str(event.type), event.actor) for event in self.desk.store.cases.events(self.case.id)]

    def accesses(self) -> list[tuple[str, str, str]]:
        return [(item.account, item.action, item.detail) for item in self.desk.desk.accounts.accesses()]


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Linked]:
    made = Linked(tmp_path)
    yield made
    made.desk.close()


def test_a_notification_carries_links_only_with_a_public_url(linked: Linked, tmp_path: Path) -> None:
    assert len(linked.links()) == 2
    assert f"{URL}/case/{linked.ref}" in linked.notification
    raw = next(item.raw for item in linked.desk.store.outbox.all() if item.kind == "dpo_notification")
    html = message_from_bytes(raw, policy=policy.default).get_body(("html",)).get_content()
    assert f'<a href="{URL}{linked.links()[0]}">' in html
    without = Linked(tmp_path / "without", PUBLIC_URL="")
    assert "/link/" not in without.notification and "/case/" not in without.notification
    without.desk.close()


def test_opening_a_link_shows_and_does_nothing(linked: Linked) -> None:
    before, letters = linked.events(), len(linked.desk.store.outbox.all())
    for path in linked.links():
        for method in ("HEAD", "GET", "GET"):
            client = linked.browser()
            answer = client.request(method, path)
            assert answer.status_code == 200
            assert set(client.cookies) == {"entry"}, "no session"
    assert linked.events() == before and len(linked.desk.store.outbox.all()) == letters
    page = linked.browser().get(linked.links()[0]).text
    assert "p1@client.example" in page and "dpo@octoop.com" in page and "Nothing is done yet" in page
    assert linked.follow(linked.links()[0]).status_code == 200, "still good"


def test_a_head_is_no_view_and_a_get_of_a_letter_is_one(linked: Linked) -> None:
    linked.browser().head(linked.links()[0])
    assert linked.accesses() == []
    linked.browser().get(linked.links()[0])
    assert linked.accesses() == [("dpo@octoop.com", "link_seen", "confirm")]


def test_confirming_acts_in_the_name_of_the_recipient_and_is_recorded(linked: Linked) -> None:
    client = linked.browser()
    path = linked.links()[0]
    last = re.search(r'name="last" value="(\d+)"', client.get(path).text)
    assert last
    answer = client.post(path, data={"csrf": client.cookies["entry"], "last": last[1]})
    assert answer.status_code == 200 and "Done" in answer.text
    assert (linked.case.status, linked.case.hold) == ("open", ())
    assert ("confirmed", "dpo@octoop.com") in linked.events() and linked.events()[-1] == ("link_used", "dpo@octoop.com")
    assert linked.accesses()[0] == ("dpo@octoop.com", "link", "confirm")
    assert [item.kind for item in linked.desk.store.outbox.all() if item.audience == "person"] == ["acknowledgement"]
    assert client.get("/").status_code == 303 and set(client.cookies) == {"entry"}, "no session was made"


def test_an_account_with_the_address_acts_under_its_own_name_and_role(linked: Linked) -> None:
    accounts = linked.desk.desk.accounts
    for name, role, address in (("Claire", "dpo", "dpo@octoop.com"), ("Karim", "agent", "karim@octoop.com")):
        accounts.add(name, role, "en", "JBSWY3DPEHPK3PXP", linked.desk.clock())
        give_address(linked.desk.settings, linked.desk.store, name, address)
    refused = linked.follow(linked.token(Deed.CONFIRM, "karim@octoop.com"))
    assert refused.status_code == 409 and "agent" in refused.text and linked.case.hold
    assert linked.follow(linked.links()[0]).status_code == 200
    assert ("confirmed", "Claire") in linked.events()


def test_the_deputy_may_too_and_a_disabled_account_may_not(linked: Linked) -> None:
    account = linked.desk.desk.accounts.add("Claire", "dpo", "en", "JBSWY3DPEHPK3PXP", linked.desk.clock())
    give_address(linked.desk.settings, linked.desk.store, "Claire", "dpo@octoop.com")
    linked.desk.desk.accounts.disable(account, linked.desk.clock())
    foreign = linked.follow(linked.links()[0])
    assert foreign.status_code == 403 and "no longer acts" in foreign.text and linked.case.hold
    assert linked.follow(linked.token(Deed.CONFIRM, "stranger@octoop.com")).status_code == 403
    assert linked.follow(linked.token(Deed.CONFIRM, "deputy@octoop.com")).status_code == 200
    assert ("confirmed", "deputy@octoop.com") in linked.events()


def test_not_a_request_destroys_the_content_and_keeps_who_said_so(linked: Linked) -> None:
    path = linked.links()[1]
    assert "sales message" in linked.browser().get(path).text
    assert linked.follow(path, reason="sales message").status_code == 200
    assert linked.case.status == "closed"
    assert all(mail["content"] is None for mail in linked.desk.store.correspondence.mails(linked.case.id))
    assert linked.events()[-1] == ("link_used", "dpo@octoop.com")
    assert linked.desk.store.audit.verify()[1] == []


def test_a_replay_is_told_and_does_nothing(linked: Linked) -> None:
    path = linked.links()[0]
    linked.follow(path)
    after = linked.events()
    for answer in (linked.browser().get(path), linked.follow(path)):
        assert answer.status_code == 410 and "used already" in answer.text
    assert linked.events() == after
    assert linked.browser().get(linked.links()[1]).status_code == 200, "the other link is its own"


def test_two_posts_at_once_act_once(linked: Linked) -> None:
    from concurrent.futures import ThreadPoolExecutor

    path = linked.links()[0]
    with ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(lambda _: linked.follow(path).status_code, range(4)))
    assert codes == [200, 410, 410, 410]
    assert [kind for kind, _ in linked.events()].count("confirmed") == 1


def test_a_link_expires_after_72_hours(linked: Linked) -> None:
    linked.desk.clock.move(hours=71, minutes=59)
    assert linked.browser().get(linked.links()[0]).status_code == 200
    linked.desk.clock.move(minutes=2)
    for answer in (linked.browser().get(linked.links()[0]), linked.follow(linked.links()[0])):
        assert answer.status_code == 410 and "72 hours" in answer.text
    assert linked.case.hold


def test_an_altered_link_is_nothing(linked: Linked) -> None:
    path = linked.links()[0]
    token = path.removeprefix("/link/")
    other = linked.links()[1].removeprefix("/link/")
    spliced = token[:40] + other[40:]
    wrong = ["x", "", "é" * 8, token[:-1], token + "A", token[::-1], spliced, "A" * len(token), "%00" * 30]
    wrong += [token[:at] + ("B" if token[at] != "B" else "C") + token[at + 1 :] for at in range(0, len(token) - 1, 7)]
    for text in wrong:
        for answer in (linked.browser().get(f"/link/{text}"), linked.follow(f"/link/{text}")):
            assert answer.status_code == 404, text
    assert linked.case.hold


def test_a_link_of_another_installation_is_nothing(linked: Linked, tmp_path: Path) -> None:
    other = Linked(tmp_path / "other")
    assert linked.browser().get(other.links()[0]).status_code == 404
    other.desk.close()


def test_what_the_case_does_not_allow_any_more_is_refused_with_the_reason(linked: Linked) -> None:
    work, links = linked.desk.desk.casework, linked.links()
    work.not_a_request(linked.ref, "Anna", reason="a sale")
    for path in links:
        shown = linked.browser().get(path)
        assert shown.status_code == 200 and "the case is closed" in shown.text and "<button" not in shown.text
        answer = linked.follow(path)
        assert (
            answer.status_code == 409 and "the case is closed" in answer.text and "Nothing has changed" in answer.text
        )
    assert ("link_used", "dpo@octoop.com") not in linked.events()


def test_a_link_does_not_act_on_what_was_settled_meanwhile(linked: Linked) -> None:
    linked.desk.desk.casework.correct(linked.ref, "Anna", ["erasure"])
    before = linked.events()
    for path in linked.links():
        assert "somebody has dealt with it meanwhile" in linked.browser().get(path).text
        assert linked.follow(path).status_code == 409
    assert linked.events() == before


def test_a_link_clears_no_reply_that_nobody_has_read(linked: Linked) -> None:
    path, before = linked.links()[0], linked.last
    linked.desk.store.cases.append(
        linked.case.id, [NewEvent(EventType.HELD, "bot", linked.desk.clock(), {"reasons": ["unread_reply"]})]
    )
    stale = linked.follow(path, last=before)
    assert stale.status_code == 409 and "look again" in stale.text
    assert "nobody has read it yet" in linked.browser().get(path).text
    assert linked.follow(path).status_code == 409 and "unread_reply" in linked.case.hold


def test_a_form_of_another_page_is_refused(linked: Linked) -> None:
    path = linked.links()[0]
    client = linked.browser()
    assert client.post(path, data={"csrf": ""}).status_code == 403
    client.get(path)
    entry = client.cookies["entry"]
    assert client.post(path, data={"csrf": "other"}).status_code == 403
    assert client.post(path, data={"csrf": entry}, headers={"Origin": "https://evil.example"}).status_code == 403
    assert linked.case.hold


def test_without_content_by_mail_the_page_shows_the_reference_only(tmp_path: Path) -> None:
    linked = Linked(tmp_path, NOTIFY_CONTENT="reference")
    page = linked.browser().get(linked.links()[0]).text
    assert linked.ref in page and "client.example" not in page and "reference only" in page
    assert linked.accesses() == []
    assert linked.follow(linked.links()[0]).status_code == 200
    linked.desk.close()


def test_a_browser_that_is_signed_in_acts_for_the_recipient(linked: Linked) -> None:
    import pyotp

    linked.desk.enrol("controller")
    client = linked.browser()
    client.get("/sign-in")
    code = pyotp.TOTP(linked.desk.secrets["controller"]).at(linked.desk.clock())
    form = {"csrf": client.cookies["entry"], "name": "controller", "password": "correct horse battery staple"}
    assert client.post("/sign-in", data={**form, "code": code}).status_code == 303
    page = client.get(linked.links()[0])
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert csrf
    assert client.post(linked.links()[0], data={"csrf": csrf[1], "last": linked.last}).status_code == 200
    assert ("confirmed", "dpo@octoop.com") in linked.events()


def test_pages_in_both_languages(linked: Linked) -> None:
    for lang, word in (("fr", "Rien n’est encore fait"), ("en", "Nothing is done yet")):
        assert word in linked.browser().get(linked.links()[0], headers={"Accept-Language": lang}).text


def test_addresses_of_accounts_are_sealed_and_belong_to_one(linked: Linked) -> None:
    store, accounts = linked.desk.store, linked.desk.desk.accounts
    for name in ("Claire", "Karim"):
        accounts.add(name, "dpo", "en", "JBSWY3DPEHPK3PXP", linked.desk.clock())
    give_address(linked.desk.settings, store, "Claire", " Claire@Octoop.com ")
    assert store.addresses.all() == ["claire@octoop.com"]
    with pytest.raises(StoreError, match="Claire"):
        give_address(linked.desk.settings, store, "Karim", "claire@octoop.com")
    for wrong in ("x", "a@b@c", "info@octoop.com", "a b@octoop.com"):
        with pytest.raises(IntakeError):
            give_address(linked.desk.settings, store, "Karim", wrong)
    store.database.checkpoint()
    assert b"claire@octoop" not in store.database.path.read_bytes().lower()
    give_address(linked.desk.settings, store, "Claire", "")
    assert store.addresses.all() == []
