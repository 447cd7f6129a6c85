"""Deliver from the console: upload, the password once, and nothing where no address is verified."""

import re

from intake_bot.store.attachments import DocumentKind
from tests.support.desk import TestDesk


def key(page: str) -> str:
    """The key with which a form of the page delivers once."""
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_password_is_shown_once_on_the_page_that_answers(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    token = {"csrf": desk.csrf(client)}
    path = "/review/2026-0001/correct"
    client.post(path, data={**token, **desk.shown(path), "rights": ["access", "portability"]})
    page = client.get("/case/2026-0001/deliver").text
    assert "no verified address" in page and "disabled" in page
    upload = {"file_1": ("export.csv", b"a;b\n1;2\n"), "file_2": ("photo.jpg", b"\xff\xd8")}
    form = {**token, "how": "mail", "right": "access", "once": key(page)}
    refused = client.post("/case/2026-0001/deliver", data=form, files=upload)
    assert refused.status_code == 409 and "Choose whom to write to" in refused.text
    desk.desk.casework.choose_addressee(
        "2026-0001", "dpo", "p1@client.example", reason="registered", verified="the address on file"
    )
    page = client.get("/case/2026-0001/deliver").text
    assert "p1@client.example" in page and 'enctype="multipart/form-data"' in page
    done = client.post("/case/2026-0001/deliver", data=form, files=upload)
    assert done.status_code == 200 and done.headers["cache-control"] == "no-store"
    found = re.search(r"\b[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}\b", done.text)
    assert found
    case = client.get("/case/2026-0001").text
    assert found[0] not in case and "data delivered" in case and "export.csv" in case
    assert "with the encrypted archive" in case
    again = client.post("/case/2026-0001/deliver", data=form, files=upload)
    assert again.status_code == 409 and "delivered already, by this form" in again.text
    assert len(desk.store.documents.kept(DocumentKind.DISCLOSED)) == 1
    assert client.post("/case/2026-0001/deliver", data={**form, "once": key(again.text)}).status_code == 400
    assert client.post("/case/2026-0001/deliver", data={**form, "once": ""}, files=upload).status_code == 400
    account = {**token, "how": "account", "right": "portability", "once": key(page)}
    recorded = client.post("/case/2026-0001/deliver", data=account)
    assert recorded.status_code == 303
    assert client.post("/case/2026-0001/deliver", data=account).status_code == 409


def test_only_officers_deliver_and_only_what_was_confirmed(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    assert "/case/2026-0002/deliver" not in client.get("/case/2026-0002").text
    assert "Not now" in client.get("/case/2026-0002/deliver").text
    agent = desk.signed_in("agent")
    assert agent.get("/case/2026-0002/deliver").status_code == 403
    assert agent.post("/case/2026-0002/deliver", data={"csrf": desk.csrf(agent)}).status_code == 403
