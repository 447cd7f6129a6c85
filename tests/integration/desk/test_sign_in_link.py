"""The sign-in link by mail: instead of the password, never of the code; once; and no word about who has an account."""

import re
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from intake_bot.commands.desk import give_address
from intake_bot.config import load
from intake_bot.desk.signin_link import LIFETIME
from intake_bot.errors import ConfigurationError
from tests.support.desk import TestDesk

URL = "https://desk.example.com"
ADDRESS = "claire@octoop.com"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = TestDesk(tmp_path, public_url=URL, SIGN_IN_LINKS="on", INTERNAL_DOMAINS="octoop.com")
    made.enrol("dpo", "deputy")
    give_address(made.settings, made.store, "dpo", ADDRESS)
    yield made
    made.close()


def letters(desk: TestDesk) -> list[str]:
    raw = [item.raw for item in desk.store.outbox.all() if item.kind == "sign_in_link"]
    return [message_from_bytes(item, policy=policy.default).get_body(("plain",)).get_content() for item in raw]


def ask(desk: TestDesk, address: str, client: TestClient | None = None):
    client = client or desk.browser(URL)
    client.get("/sign-in")
    answer = client.post("/sign-in/link", data={"csrf": client.cookies["entry"], "address": address})
    desk.desk.pool.submit(lambda: None).result(5)
    time.sleep(0.2)  # another thread may still write
    return answer


def link(desk: TestDesk, address: str = ADDRESS) -> str:
    before = len(letters(desk))
    ask(desk, address)
    texts = letters(desk)
    assert len(texts) == before + 1
    found = re.search(rf"{URL}(/sign-in/link/\S+)", texts[-1])
    assert found
    return found[1]


def enter(desk: TestDesk, path: str, code: str, client: TestClient | None = None):
    client = client or desk.browser(URL)
    client.get("/sign-in")
    return client.post(path, data={"csrf": client.cookies["entry"], "code": code})


def test_a_link_and_a_code_open_a_session_once(desk: TestDesk) -> None:
    path, client = link(desk), desk.browser(URL)
    shown = client.get(path)
    assert shown.status_code == 200 and "Six-digit code" in shown.text
    assert enter(desk, path, desk.code("dpo"), client).status_code == 303
    assert client.get("/cases").status_code == 200
    desk.clock.move(seconds=60)
    again = enter(desk, path, desk.code("dpo"))
    assert (again.status_code, "not valid" in again.text) == (404, True)
    assert ("dpo", "sign_in_link") in {(item.account, item.action) for item in desk.desk.accounts.accesses()}


def test_opening_a_link_uses_nothing_up_and_a_wrong_code_neither(desk: TestDesk) -> None:
    path = link(desk)
    for _ in range(3):
        assert desk.browser(URL).get(path).status_code == 200
    assert enter(desk, path, "000000").status_code == 401
    assert enter(desk, path, desk.code("dpo")).status_code == 303


def test_a_link_without_the_code_is_worth_nothing(desk: TestDesk) -> None:
    path = link(desk)
    answers = [enter(desk, path, f"{number:06}").status_code for number in range(8)]
    assert answers[:5] == [401] * 5 and answers[-1] == 429
    assert enter(desk, path, desk.code("dpo")).status_code == 429


def test_a_link_ends(desk: TestDesk) -> None:
    path = link(desk)
    desk.clock.move(seconds=LIFETIME.seconds)
    assert desk.browser(URL).get(path).status_code == 404


def test_a_disabled_account_gets_no_link_and_an_earlier_one_ends(desk: TestDesk) -> None:
    path = link(desk)
    desk.desk.accounts.disable(desk.desk.accounts.by_name("dpo"), desk.clock())
    assert enter(desk, path, desk.code("dpo")).status_code == 404
    ask(desk, ADDRESS)
    assert len(letters(desk)) == 1


def test_an_altered_link_is_no_link(desk: TestDesk) -> None:
    path = link(desk)
    for wrong in (path[:-2] + ("AA" if path[-2:] != "AA" else "BB"), path + "A", path[:40], "/sign-in/link/é"):
        assert desk.browser(URL).get(wrong).status_code == 404


@pytest.mark.parametrize("address", [ADDRESS.upper(), f" {ADDRESS} "])
def test_the_address_is_found_as_people_type_it(desk: TestDesk, address: str) -> None:
    assert link(desk, address)


@pytest.mark.parametrize("address", ["nobody@octoop.com", "", "x" * 5000, "a\r\nBcc: x@y.example"])
def test_the_answer_is_the_same_for_an_address_that_nobody_has(desk: TestDesk, address: str) -> None:
    known, unknown = ask(desk, ADDRESS), ask(desk, address)
    strip = re.compile(r'name="csrf" value="[^"]*"')
    assert (known.status_code, strip.sub("", known.text)) == (unknown.status_code, strip.sub("", unknown.text))
    assert len(letters(desk)) == 1


def test_nobody_is_flooded_with_links(desk: TestDesk) -> None:
    for _ in range(12):
        assert ask(desk, ADDRESS).status_code == 200
    assert len(letters(desk)) == 3
    desk.clock.move(hours=1, seconds=1)
    ask(desk, ADDRESS)
    assert len(letters(desk)) == 4


def test_a_link_that_was_used_counts_no_more(desk: TestDesk) -> None:
    for _ in range(5):
        assert enter(desk, link(desk), desk.code("dpo")).status_code == 303
        desk.clock.move(minutes=1)


def test_off_there_are_no_such_pages(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, public_url=URL)
    assert "/sign-in/link" not in desk.browser(URL).get("/sign-in").text
    assert ask(desk, ADDRESS).status_code == 404
    assert desk.browser(URL).get("/sign-in/link/x").status_code == 404
    desk.close()


def test_it_needs_an_address_to_lead_to(tmp_path: Path) -> None:
    environment = {
        "INTAKE_MAIL_ADDRESS": "info@octoop.com", "INTAKE_DPO_EMAIL": "dpo@octoop.com", "INTAKE_SIGN_IN_LINKS": "on",
        "INTAKE_STATE_DIR": str(tmp_path), "INTAKE_ENV_FILE": "",
    }  # fmt: skip
    with pytest.raises(ConfigurationError, match="INTAKE_PUBLIC_URL"):
        load(environment=environment)
