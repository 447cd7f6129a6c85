"""Deliver from the console: upload, the password once, and nothing where no address is verified."""

import re

from intake_bot.store.attachments import DocumentKind
from tests.support.desk import TestDesk


def test_the_password_is_shown_once_on_the_page_that_answers(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    token = {"csrf": desk.csrf(client)}
    path = "/review/2026-0001/correct"
    client.post(path, data={**token, **desk.shown(path), "rights": ["access", "portability"]})
    page = client.get("/case/2026-0001/deliver").text
    assert "no verified address" in page and "disabled" in page
    upload = {"file_1": ("export.csv", b"a;b\n1;2\n"), "file_2": ("photo.jpg", b"\xff\xd8")}
    form = {**token, "how": "mail", "right": "access"}
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
    assert len(desk.store.documents.kept(DocumentKind.DISCLOSED)) == 1
    assert client.post("/case/2026-0001/deliver", data=form).status_code == 400
    recorded = client.post("/case/2026-0001/deliver", data={**token, "how": "account", "right": "portability"})
    assert recorded.status_code == 303


def test_only_officers_deliver_and_only_what_was_confirmed(desk: TestDesk) -> None:
    client = desk.signed_in("dpo")
    assert "/case/2026-0002/deliver" not in client.get("/case/2026-0002").text
    assert "Not now" in client.get("/case/2026-0002/deliver").text
    agent = desk.signed_in("agent")
    assert agent.get("/case/2026-0002/deliver").status_code == 403
    assert agent.post("/case/2026-0002/deliver", data={"csrf": desk.csrf(agent)}).status_code == 403
