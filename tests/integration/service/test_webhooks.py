"""Webhooks against a real HTTP server: references only, signed, in order, at least once; none holds up another."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from intake_bot import clock
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.config import load
from intake_bot.errors import ConfigurationError
from intake_bot.service import health
from intake_bot.service.clockwork import Clockwork
from intake_bot.service.suppression import Suppression
from intake_bot.service.webhooks import GIVE_UP, LASTING, RETRIES, Webhooks
from intake_bot.store.cases import SERVICE_CHAIN
from intake_bot.store.webhooks import Place
from tests.integration.casework.house import PERSON, House
from tests.support.dovecot import DovecotServer
from tests.support.mails import letter, octets
from tests.support.receiver import Receiver
from tests.support.service import command, environment, start
from tests.support.smtp import SmtpSink

SECRET = "a secret of the administrator"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


class Hooked(House):
    """A house whose events go to some URLs."""

    def __init__(self, folder: Path, *urls: str) -> None:
        super().__init__(folder / "state", WEBHOOK_URLS=",".join(urls), WEBHOOK_SECRET=SECRET)
        self.hooks = Webhooks(self.settings, self.store, now=self.now)
        self.hooks.settle()

    def deliver(self) -> int:
        return sum(self.hooks.deliver(url) for url in self.hooks.urls)


@pytest.fixture
def hooked(tmp_path: Path, receiver: Receiver) -> Iterator[Hooked]:
    made = Hooked(tmp_path, receiver.url)
    yield made
    assert made.proven()
    made.close()


def told(receiver: Receiver) -> list[dict[str, object]]:
    return [json.loads(post.body) for post in receiver.posts]


def kinds(receiver: Receiver) -> list[object]:
    return [item["type"] for item in told(receiver)]


def a_life(house: House) -> str:
    """A case from its opening to its end, with most that can happen in between."""
    work = house.work
    case = house.open("access", status="unconfirmed", text="Zyqxwv, my name")
    work.confirm(case.ref, "Dora")
    work.correct(case.ref, "Dora", ["access", "erasure"], reason="both, says the mail of Zyqxwv")
    work.suspend(case.ref, "Dora", event="id_requested", reason="doubt about Zyqxwv")
    house.later(days=1)
    work.resume(case.ref, "Dora", event="id_received")
    work.hold(case.ref, "Dora", reason="Zyqxwv called")
    work.release(case.ref, "Dora")
    work.note(case.ref, "Dora", "Zyqxwv")
    house.advised(case, "extend")
    work.extend(case.ref, "Carl", reason="complex", as_role="controller")
    letter_ = house.letters(case)[-1]
    house.told(EventType.LETTER_SENT, letter_)
    work.record_search(case.ref, "Dora", "crm", "nothing")
    for right in ("access", "erasure"):
        work.answer(case.ref, "Dora", right, "withdrawn", reason="Zyqxwv said so")
    work.close(case.ref, "Dora")
    return case.ref


def test_a_whole_case_is_told_in_order_and_names_nobody(hooked: Hooked, receiver: Receiver) -> None:
    ref = a_life(hooked)
    other = hooked.open("objection")
    hooked.work.not_a_request(other.ref, "Dora", reason="a sale")
    while hooked.deliver():
        pass
    mine = [item for item in told(receiver) if item["case"] == ref]
    wanted = ["opened", "confirmed", "corrected", "suspended", "resumed", "held", "released", "extended", "letter_sent",
              "answered", "closed"]  # fmt: skip
    assert list(dict.fromkeys(item["type"] for item in mine if item["type"] in wanted)) == wanted
    assert "noted" not in kinds(receiver) and "not_a_request" in kinds(receiver)
    at = [item["occurred_at"] for item in mine]
    assert at == sorted(at)
    assert set(mine[0]) == {"delivery_id", "type", "case", "rights", "status", "due_on", "safe_on", "occurred_at"}
    whole = b"".join(post.body for post in receiver.posts)
    for secret in (b"Zyqxwv", PERSON.encode(), b"Dora", b"Carl", b"example.com", b"complex", b"m1@"):
        assert secret not in whole
    assert len({item["delivery_id"] for item in told(receiver)}) == len(receiver.posts)


def test_each_delivery_says_how_the_case_stood_then(hooked: Hooked, receiver: Receiver) -> None:
    a_life(hooked)
    while hooked.deliver():
        pass
    status = {str(item["type"]): item for item in told(receiver)}
    assert (status["opened"]["status"], status["opened"]["rights"]) == ("unconfirmed", ["access"])
    assert status["opened"]["due_on"] == "2026-12-02"
    assert status["confirmed"]["status"] == "open" and status["closed"]["status"] == "closed"
    assert status["corrected"]["rights"] == ["access", "erasure"]
    assert status["suspended"]["due_on"] is None and status["resumed"]["due_on"]
    assert str(status["extended"]["due_on"]) > str(status["resumed"]["due_on"])


def test_the_signature_is_as_documented(hooked: Hooked, receiver: Receiver) -> None:
    hooked.open("access")
    hooked.deliver()
    post = receiver.posts[0]
    parts = dict(part.split("=", 1) for part in post.headers["x-intake-signature"].split(","))
    signed = parts["t"].encode() + b"." + post.body
    assert hmac.compare_digest(parts["v1"], hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest())
    assert int(parts["t"]) == int(hooked.now().timestamp())
    assert post.headers["content-type"] == "application/json"


def test_a_failure_is_tried_again_later_with_the_same_delivery_and_keeps_the_order(
    hooked: Hooked, receiver: Receiver
) -> None:
    hooked.open("access")
    hooked.open("erasure")
    receiver.status = 500
    for failed, wait in enumerate((*RETRIES, RETRIES[-1]), 1):
        assert hooked.deliver() == 0 and len(receiver.posts) == failed
        hooked.later(seconds=wait - 1)
        assert hooked.deliver() == 0 and len(receiver.posts) == failed, "not before its time"
        hooked.later(seconds=1)
    receiver.status = 204
    assert hooked.deliver() == 2
    ids = [item["delivery_id"] for item in told(receiver)]
    assert len(set(ids[:-1])) == 1 and ids[-1] != ids[0]
    assert [item["rights"] for item in told(receiver)[-2:]] == [["access"], ["erasure"]]
    assert hooked.hooks.failing() == []


@pytest.mark.parametrize(("status", "left_out"), [(422, True), (400, True), (500, False), (401, False), (404, False)])
def test_an_event_that_is_refused_for_days_holds_up_no_other(
    hooked: Hooked, receiver: Receiver, status: int, left_out: bool
) -> None:
    hooked.open("access")
    hooked.open("erasure")
    receiver.status = status
    hooked.deliver()
    hooked.later(seconds=GIVE_UP.total_seconds() - 1)
    assert hooked.deliver() == 0
    hooked.later(seconds=RETRIES[-1])
    assert hooked.deliver() == (1 if left_out else 0)
    receiver.status = 200
    hooked.later(seconds=RETRIES[-1])
    assert hooked.deliver() == (1 if left_out else 2)
    assert told(receiver)[-1]["rights"] == ["erasure"]
    noted = [event.payload for event in hooked.store.cases.events(SERVICE_CHAIN) if event.payload]
    assert any(item.get("what") == "webhook_left_out" for item in noted) is left_out


@pytest.mark.parametrize("trouble", ["refused", "redirect", "away", "cut"])
def test_every_kind_of_trouble_is_a_failure(tmp_path: Path, receiver: Receiver, trouble: str) -> None:
    elsewhere = Receiver()
    url = receiver.url
    if trouble == "refused":
        receiver.status = 401
    elif trouble == "redirect":
        receiver.status, receiver.location = 307, elsewhere.url
    elif trouble == "away":
        url = elsewhere.url
        with elsewhere:
            pass
    else:
        receiver.status = 1000  # no HTTP client takes that for an answer
    hooked = Hooked(tmp_path, url)
    hooked.open("access")
    assert hooked.deliver() == 0
    assert [error for _, _, error in hooked.hooks.failing()] != []
    assert elsewhere.posts == []
    hooked.close()


def test_a_dead_receiver_holds_back_nothing_else(tmp_path: Path, receiver: Receiver) -> None:
    with Receiver() as dead:
        dead.delay = 8.0
        hooked, stop = Hooked(tmp_path, dead.url, receiver.url), threading.Event()
        threads = [
            threading.Thread(target=hooked.hooks.run, args=(url, stop), daemon=True) for url in hooked.hooks.urls
        ]
        for thread in threads:
            thread.start()
        for right in ("access", "erasure", "portability"):
            hooked.open(right)
        end = time.monotonic() + 6
        while len(receiver.posts) < 3 and time.monotonic() < end:
            time.sleep(0.05)
        assert [item["rights"] for item in told(receiver)] == [["access"], ["erasure"], ["portability"]]
        begun = time.monotonic()
        Clockwork(hooked.settings, hooked.store, now=hooked.now).tick()
        assert time.monotonic() - begun < 4
        stop.set()
        for thread in threads:
            thread.join(15)
        hooked.close()


def test_a_new_url_gets_what_happens_from_now_on_and_one_that_was_dropped_is_forgotten(
    hooked: Hooked, receiver: Receiver
) -> None:
    hooked.open("access")
    with Receiver() as second:
        both = replace(hooked.settings, webhook_urls=(receiver.url, second.url))
        hooks = Webhooks(both, hooked.store, now=hooked.now)
        hooks.settle()
        hooked.open("erasure")
        for url in hooks.urls:
            hooks.deliver(url)
        assert (len(receiver.posts), len(second.posts)) == (2, 1)
        hooked.hooks.settle()
        assert hooked.store.webhooks.progress(second.url) is None


def test_what_is_delivered_is_not_kept_and_nothing_is_where_no_webhook_is(tmp_path: Path, hooked: Hooked) -> None:
    hooked.open("access")
    hooked.deliver()
    assert hooked.store.database.value("SELECT count(*) FROM event_places") == 0
    house = House(tmp_path / "other")
    house.open("access")
    Webhooks(house.settings, house.store).settle()
    assert house.store.database.value("SELECT count(*) FROM event_places") == 0
    assert hooked.store.database.value("SELECT count(*) FROM webhooks WHERE url_key = ?", (b"http",)) == 0
    house.close()


def test_a_restart_goes_on_where_it_was(hooked: Hooked, receiver: Receiver) -> None:
    hooked.open("access")
    receiver.status = 503
    hooked.deliver()
    again = Webhooks(hooked.settings, hooked.store, now=lambda: hooked.now() + timedelta(minutes=1))
    again.settle()
    receiver.status = 200
    assert again.deliver(receiver.url) == 1
    assert again.deliver(receiver.url) == 0


def test_erased_cases_are_still_told_without_content(hooked: Hooked, receiver: Receiver) -> None:
    case = hooked.open("access", text="Zyqxwv")
    hooked.work.not_a_request(case.ref, "Dora", reason="a sale")
    hooked.deliver()
    assert kinds(receiver) == ["opened", "not_a_request", "erased"]
    assert {item["case"] for item in told(receiver)} == {case.ref}


def test_an_event_can_smuggle_nothing_out(hooked: Hooked, receiver: Receiver) -> None:
    case = hooked.open("access")
    odd = {"rights": ["access", "Zyqxwv", {"right": "Zyqxwv"}, {"x": 1}, None], "reason": "Zyqxwv"}
    hooked.store.cases.append(case.id, [NewEvent(EventType.LINKED, "Zyqxwv", hooked.now(), odd)])
    hooked.deliver()
    assert b"Zyqxwv" not in b"".join(post.body for post in receiver.posts)
    assert told(receiver)[-1]["rights"] == ["access"]
    assert hooked.hooks.told("u", Place(9, "no such case", 1)) is None


def test_check_and_digest_speak_of_a_receiver_that_fails(hooked: Hooked, receiver: Receiver) -> None:
    hooked.open("access")
    receiver.status = 500
    hooked.deliver()
    found = next(item for item in health.check(hooked.settings) if item.part == "webhook")
    assert found.level == "warn" and "HTTP 500" in found.text and "1 events wait" in found.text
    assert "/hook" not in found.text
    first = Clockwork(hooked.settings, hooked.store, now=hooked.now).write_digest(hooked.now().date())
    assert first is not None and b"re=C3=A7oivent plus" not in first.raw
    hooked.later(hours=LASTING / timedelta(hours=1))
    later = Clockwork(hooked.settings, hooked.store, now=hooked.now).write_digest(hooked.now().date())
    assert later is not None and b"re=C3=A7oivent plus" in later.raw and b"127.0.0.1" in later.raw
    receiver.status = 200
    hooked.later(days=1)
    assert hooked.deliver()
    assert next(item for item in health.check(hooked.settings) if item.part == "webhook").level == "ok"


@pytest.mark.parametrize(
    ("urls", "secret", "problem"),
    [
        ("http://hooks.example.com/x", "s", "must be an https address"),
        ("ftp://127.0.0.1/x", "s", "must be an https address"),
        ("https://", "s", "must be an https address"),
        ("https://[::1/x", "s", "must be an https address"),
        ("https://hooks.example.com/x", "", "WEBHOOK_SECRET is missing"),
    ],
)
def test_only_safe_addresses_and_never_unsigned(urls: str, secret: str, problem: str) -> None:
    values = {"INTAKE_ENV_FILE": "", "INTAKE_WEBHOOK_URLS": urls, "INTAKE_WEBHOOK_SECRET": secret}
    with pytest.raises(ConfigurationError, match=problem):
        load(environment=values)


def test_good_addresses_are_taken_and_the_secret_is_not_shown() -> None:
    urls = "https://a.example/x, http://127.0.0.1:9/x, http://[::1]/x, http://localhost/x, https://a.example/x"
    found = load(environment={"INTAKE_ENV_FILE": "", "INTAKE_WEBHOOK_URLS": urls, "INTAKE_WEBHOOK_SECRET": "s3cr"})
    assert len(found.webhook_urls) == 4
    assert "s3cr" not in repr(found)


def test_the_daemon_delivers(dovecot: DovecotServer, smtp_sink: SmtpSink, receiver: Receiver, tmp_path: Path) -> None:
    user = dovecot.new_user()
    values = environment(
        tmp_path / "state", imap=dovecot, smtp=smtp_sink, user=user, CLASSIFY="off", WEBHOOK_URLS=receiver.url,
        WEBHOOK_SECRET=SECRET,
    )  # fmt: skip
    command(values, "run", "--once")
    dovecot.deliver([octets(letter(1))], user)
    command(values, "run", "--once")
    assert kinds(receiver)[0] == "opened" and "letter_sent" in kinds(receiver)


def test_a_receiver_that_hangs_holds_up_no_stop(
    dovecot: DovecotServer, smtp_sink: SmtpSink, receiver: Receiver, tmp_path: Path
) -> None:
    user = dovecot.new_user()
    values = environment(
        tmp_path / "state", imap=dovecot, smtp=smtp_sink, user=user, CLASSIFY="off", WEBHOOK_URLS=receiver.url,
        WEBHOOK_SECRET=SECRET,
    )  # fmt: skip
    command(values, "run", "--once")
    receiver.delay = 9.0
    process = start(values, "run")
    dovecot.deliver([octets(letter(1))], user)
    end = time.monotonic() + 60
    while not receiver.posts and time.monotonic() < end:
        time.sleep(0.1)
    begun = time.monotonic()
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert receiver.posts and time.monotonic() - begun < 5.8
    assert process.returncode == 0 and b"Traceback" not in errors, errors[-1500:]
    receiver.delay = 0.0
    command(values, "run", "--once")
    assert kinds(receiver).count("opened") == 2, "at least once: nobody knows whether the first was taken"


def test_the_suppression_webhook_goes_the_same_way(tmp_path: Path, receiver: Receiver) -> None:
    house = House(tmp_path / "state", SUPPRESSION_WEBHOOK=receiver.url, SUPPRESSION_TOKEN="t0ken")
    house.open("objection_marketing")
    receiver.status = 302
    work = Suppression(house.settings, house.store, now=house.now)
    work.collect(clock.now())
    assert work.post(house.now()) == 0
    receiver.status, receiver.answer = 200, b'{"confirmed": true}'
    assert work.post(house.now()) == 1
    assert json.loads(receiver.posts[-1].body)["suppress"][0]["address"] == PERSON
    assert receiver.posts[-1].headers["authorization"] == "Bearer t0ken"
    assert house.store.suppression.pending() == []
    house.close()
