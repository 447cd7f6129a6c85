"""Attacks on identity through the real pipeline: nothing leaks, nothing goes to a wrong address, nothing executes."""

import io
import socket
import zipfile
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from tests.integration.identity.conftest import DPO, House, arrived, body, written
from tests.integration.identity.test_flow import ACCESS, sent_id
from tests.support.smtp import Received

VICTIM = "paul@home.test"
THIEF = "thief@evil.test"

#: What the directory knows of the victim: it may stand in no letter at all, to whomever.
SECRETS = ("Paul Durand", "FA-2025-0002", "A-3", "Jeanne Martin", "FA-2025-0001", "Grand Client")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine may be reached: an attempt to fetch a remote image or link fails the test."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        assert self.family == socket.AF_UNIX or address[0] in ("127.0.0.1", "::1"), f"somebody fetched from {address}"
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", _only_local(socket.getaddrinfo))


def _only_local(real: Any) -> Any:
    def look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        assert host in ("127.0.0.1", "localhost", "::1", None), f"somebody asked for {host}"
        return real(host, *arguments, **options)

    return look_up


def everything_sent(house: House) -> list[Received]:
    sent = house.send()
    for mail in sent:
        assert len(mail.recipients) == 1
        if mail.recipients != (DPO,):
            text = message_from_bytes(mail.raw, policy=policy.default).as_string() + body(mail)
            assert not [secret for secret in SECRETS if secret in text], "a letter tells what the directory knows"
    return sent


def people_reached(house: House) -> set[str]:
    return {mail.recipients[0] for mail in everything_sent(house)} - {DPO}


# -- the sender ------------------------------------------------------------------------------------------------


def test_a_spoofed_from_reaches_nobody(house: House) -> None:
    outcome = house.take(written(VICTIM, ACCESS), result="fail")
    assert outcome.disposition == "HOLD"
    assert house.decisions(outcome)[0]["row"] == "8"
    assert people_reached(house) == set()


def test_a_from_that_proves_nothing_is_asked_at_the_registered_address(house: House) -> None:
    house.take(written(VICTIM, ACCESS), result="")
    assert people_reached(house) == {VICTIM}


def test_forged_results_lower_in_the_header_prove_nothing(house: House) -> None:
    mail = written(VICTIM, ACCESS)
    forged = b"Authentication-Results: mx.example.test; dmarc=pass header.from=home.test\r\n"
    relay = b"Received: from x.evil.test by relay.evil.test; Mon, 23 Nov 2026 08:59:00 +0000\r\n"
    raw = arrived(relay + forged + mail.as_bytes().replace(b"\n", b"\r\n"), result="")
    outcome = house.take(raw, raw=True)
    assert house.decisions(outcome)[0]["row"] == "8", "the registered address is asked whether it was the person"
    assert "pass" not in house.decisions(outcome)[0]["codes"]  # type: ignore[operator]


def test_forged_results_do_not_outvote_ours(house: House) -> None:
    mail = written(VICTIM, ACCESS)
    forged = b"Authentication-Results: mx.example.test; dmarc=pass header.from=home.test\r\n"
    outcome = house.take(arrived(forged + mail.as_bytes(), result="fail"), raw=True)
    assert outcome.disposition == "HOLD"
    assert people_reached(house) == set()


def test_reply_to_diverts_nothing(house: House) -> None:
    outcome = house.take(written(VICTIM, ACCESS, Reply_To=THIEF))
    assert outcome.disposition == "HOLD"
    assert people_reached(house) == set()


def test_words_that_divert_are_a_sign(house: House) -> None:
    outcome = house.take(written(VICTIM, f"{ACCESS}Envoyez-la plutôt à {THIEF}, à ma nouvelle adresse.\n"))
    assert house.decisions(outcome)[0]["row"] == "8"
    assert people_reached(house) == {VICTIM}


@pytest.mark.parametrize(
    "sender",
    [
        "paul@home\u0435.test",  # Cyrillic at the end
        "p\u0430ul@home.test",  # Cyrillic a
        "paul@h0me.test",
        '"paul@home.test" <thief@evil.test>',
        "Paul Durand <thief@evil.test>",
    ],
)
def test_a_look_alike_is_not_the_person(house: House, sender: str) -> None:
    raw = f"From: {sender}\r\nTo: info@example.test\r\nSubject: x\r\nMessage-ID: <l@evil.test>\r\n".encode()
    raw += b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + ACCESS.encode()
    outcome = house.take(raw)
    assert outcome.case is not None
    assert "A-3" not in list(house.decisions(outcome)[0]["registered"])  # type: ignore[call-overload]
    assert VICTIM not in people_reached(house)


def test_several_senders_are_left_to_a_person(house: House) -> None:
    outcome = house.take(written(f"{VICTIM}, {THIEF}", ACCESS))
    assert outcome.disposition == "HOLD"
    assert people_reached(house) == set()


# -- the thread ------------------------------------------------------------------------------------------------


def asked(house: House) -> tuple[Any, Received]:
    outcome = house.take(written(VICTIM, ACCESS), result="")
    question = next(item for item in everything_sent(house) if item.recipients == (VICTIM,))
    house.now.later(days=1)
    return outcome, question


def test_a_guessed_token_opens_no_case_of_another(house: House) -> None:
    outcome, question = asked(house)
    guessed = sent_id(question).replace(sent_id(question)[9:41], "0" * 32)
    reply = written(THIEF, "Oui, c'est moi.\n", "RE: question", In_Reply_To=guessed, To=f"info+{'0' * 32}@example.test")
    answer = house.take(reply)
    assert answer.disposition == "RECORD"
    assert house.clock_events(outcome) == ["id_requested"]
    assert people_reached(house) == {VICTIM}


def test_a_stranger_with_a_stolen_token_settles_nothing(house: House) -> None:
    outcome, question = asked(house)
    reply = written(THIEF, "Oui, c'est moi. Envoyez une copie ici.\n", "RE: question", In_Reply_To=sent_id(question))
    answer = house.take(reply)
    assert (answer.disposition, "unconfirmed_reply" in answer.reasons) == ("REVIEW", True)
    assert house.clock_events(outcome) == ["id_requested"]
    assert house.decisions(outcome)[-1]["row"] == "8"
    assert people_reached(house) == {VICTIM}


def test_a_stolen_token_with_a_forged_sender_settles_nothing(house: House) -> None:
    outcome, question = asked(house)
    for result in ("fail", ""):
        reply = written(VICTIM, f"Oui, c'est moi.{result}\n", "RE: question", In_Reply_To=sent_id(question))
        house.take(reply, result=result)
    assert house.clock_events(outcome) == ["id_requested"]
    assert people_reached(house) == {VICTIM}


def test_a_stolen_token_with_a_diverted_reply_settles_nothing(house: House) -> None:
    outcome, question = asked(house)
    reply = written(VICTIM, "Oui.\n", "RE: question", In_Reply_To=sent_id(question), Reply_To=THIEF)
    house.take(reply)
    assert house.clock_events(outcome) == ["id_requested"]
    assert "reply_to_differs" in list(house.decisions(outcome)[-1]["against"])  # type: ignore[call-overload]
    assert people_reached(house) == {VICTIM}


def test_a_stranger_cannot_vouch_for_a_stranger(house: House) -> None:
    outcome = house.take(written(THIEF, f"{ACCESS}Ma facture est FA-2025-0002.\n"))
    question = next(item for item in everything_sent(house) if item.recipients == (THIEF,))
    house.now.later(days=1)
    for sender, result in (("one@twins.test", "pass"), (VICTIM, "fail"), (VICTIM, "")):
        house.take(written(sender, "Oui, c'est moi.\n", f"RE: {result}", In_Reply_To=sent_id(question)), result=result)
    assert house.clock_events(outcome) == ["id_requested"]


# -- the content -----------------------------------------------------------------------------------------------


def test_a_stranger_learns_nothing_of_the_account(house: House) -> None:
    house.take(written(THIEF, f"{ACCESS}Je suis Paul Durand, facture FA-2025-0002, adresse {VICTIM}.\n"))
    assert people_reached(house) == {THIEF}
    letter = next(item for item in house.sink.received if item.recipients == (THIEF,))
    assert VICTIM not in body(letter)


@pytest.mark.parametrize("hostile", ["{{7*7}}", "{% raise %}", "{{ config }}", "{{''.__class__.__mro__}}", "${7*7}"])
def test_templates_in_names_stay_text(house: House, hostile: str) -> None:
    raw = f'From: "{hostile}" <autre@mail.test>\r\nTo: info@example.test\r\nSubject: {hostile}\r\n'
    raw += f"Message-ID: <t@mail.test>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{ACCESS}{hostile}\r\n"
    outcome = house.take(raw.encode())
    assert outcome.error == ""
    sent = everything_sent(house)
    letter = next(item for item in sent if item.recipients != (DPO,))
    assert "49" not in body(letter)
    assert hostile not in letter.raw.decode()
    for mail in sent:
        assert "<class" not in body(mail)


@pytest.mark.parametrize(
    "line",
    [
        b"Subject: =?utf-8?q?Demande=0D=0ABcc:_thief=40evil.test?=",
        b"Subject: =?utf-8?b?RGVtYW5kZQ0KQmNjOiB0aGllZkBldmlsLnRlc3Q=?=",
        b"Subject: Demande\r\nMessage-ID: <a@b.test>\r\nReferences: <x@y.test>\x0bBcc: thief@evil.test",
        b"In-Reply-To: <a@mail.test\rBcc: thief@evil.test>\r\nSubject: Demande",
    ],
)
def test_no_header_of_ours_is_written_by_a_stranger(house: House, line: bytes) -> None:
    name = b"=?utf-8?q?Paul=0D=0ABcc:_thief=40evil.test?="
    raw = b"From: " + name + b" <autre@mail.test>\r\nTo: info@example.test\r\n" + line + b"\r\n"
    raw += b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + ACCESS.encode()
    house.take(raw)
    for mail in everything_sent(house):
        parsed = message_from_bytes(mail.raw, policy=policy.default)
        assert mail.recipients in ((DPO,), ("autre@mail.test",))
        assert parsed["Bcc"] is None
        assert parsed["Cc"] is None
        head = mail.raw.partition(b"\r\n\r\n")[0]
        assert b"evil.test" not in head


@pytest.mark.parametrize(
    "hostile", ["../../../../tmp/pwned.txt", "..\\..\\pwned.exe", "/etc/cron.d/pwned", "a\x00b.pdf"]
)
def test_file_names_lead_nowhere(house: House, hostile: str, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if "sqlite" not in path.name}
    mail = written("autre@mail.test", ACCESS)
    mail.add_attachment(b"#!/bin/sh\ntouch /tmp/pwned\n", maintype="application", subtype="x-sh", filename="NAME")
    house.take(mail.as_bytes().replace(b"NAME", hostile.encode()))
    everything_sent(house)
    assert {path for path in tmp_path.rglob("*") if "sqlite" not in path.name} == before
    assert not list(Path("/tmp").glob("pwned*"))


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 50_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(("name", "content"), [("bomb.zip", bomb()), ("large.bin", b"x" * 12_000_000)])
def test_large_and_packed_attachments_stay_closed(house: House, name: str, content: bytes) -> None:
    mail = written("autre@mail.test", ACCESS)
    mail.add_attachment(content, maintype="application", subtype="zip", filename=name)
    outcome = house.take(mail)
    assert outcome.disposition == "OPEN_CASE"
    assert people_reached(house) == {"autre@mail.test"}


def test_many_layers_and_parts_end_somewhere(house: House) -> None:
    raw = b"From: autre@mail.test\r\nTo: info@example.test\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    raw += b'Content-Type: multipart/mixed; boundary="b0"\r\n\r\n--b0\r\n\r\n' + ACCESS.encode() + b"\r\n"
    for level in range(400):
        raw += b'--b%d\r\nContent-Type: multipart/mixed; boundary="b%d"\r\n\r\n' % (level, level + 1)
    outcome = house.take(raw)
    assert outcome.disposition in ("OPEN_CASE", "REVIEW")


def test_html_with_scripts_and_remote_images_stays_silent(house: House) -> None:
    mail = written("autre@mail.test", ACCESS)
    mail.add_alternative(
        "<html><head><script>fetch('https://evil.test/x')</script>"
        "<link rel='stylesheet' href='https://evil.test/s.css'></head><body onload='alert(1)'>"
        "<img src='https://evil.test/pixel.gif'><iframe src='https://evil.test'></iframe>"
        "<p>Bonjour, je voudrais une copie de mes données.</p></body></html>",
        subtype="html",
    )
    house.take(mail)
    for sent in everything_sent(house):
        text = message_from_bytes(sent.raw, policy=policy.default).as_string()
        assert "evil.test" not in text
        assert "<script" not in text


def test_a_link_of_a_platform_is_never_fetched(house: House) -> None:
    text = f"{ACCESS}Vérifiez ici : https://app.privacybee.com/verify?token=1 et http://169.254.169.254/latest\n"
    outcome = house.take(written("requests@privacybee.com", text))
    assert outcome.case is not None
    assert people_reached(house) <= {"requests@privacybee.com"}
