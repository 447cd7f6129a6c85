"""Sending through a real SMTP server: modes, refusals, uncertainty, the copy in the Sent folder."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake_bot import clock
from intake_bot.service.clockwork import Clockwork
from intake_bot.service.dispatch import Dispatch
from intake_bot.store.outbox import LetterStatus
from tests.integration.service.test_intake import Service, request, service
from tests.support.smtp import SmtpSink

__all__ = ["service"]


def opened_case(service: Service) -> None:
    service.poll()
    service.deliver(request(1))
    assert service.poll() == ["OPEN_CASE"]


def under(service: Service, mode: str) -> None:
    service.settings = replace(service.settings, send_mode=mode)


def people(sink: SmtpSink) -> list[str]:
    return [item.recipients[0] for item in sink.received if item.recipients != ("dpo@example.test",)]


@pytest.mark.parametrize(
    ("mode", "to_people", "to_desk", "status"),
    [
        ("off", 0, 0, "held"),
        ("dry", 0, 0, "written"),
        ("approve", 0, 1, "held"),
        ("live", 1, 1, "sent"),
    ],
)
def test_modes(service: Service, mode: str, to_people: int, to_desk: int, status: str) -> None:
    under(service, mode)
    opened_case(service)
    service.send()
    assert len(people(service.sink)) == to_people
    assert len(service.sink.received) - to_people == to_desk
    letter = next(item for item in service.store.outbox.all() if item.audience == "person")
    assert letter.status == status
    files = list((service.settings.state_dir / "dry").glob("*.eml")) if mode == "dry" else []
    assert len(files) == (2 if mode == "dry" else 0)


@pytest.mark.parametrize("first", ["off", "approve"])
def test_another_mode_releases_nothing_that_was_held(service: Service, first: str) -> None:
    under(service, first)
    opened_case(service)
    under(service, "live")
    service.send()
    assert people(service.sink) == []
    held = next(item for item in service.store.outbox.all() if item.audience == "person")
    service.store.outbox.approve(held.id, "Anna", clock.now(), mode="live")
    service.send()
    assert people(service.sink) == ["p1@client.example"]


def test_dry_letters_never_leave_later(service: Service) -> None:
    under(service, "dry")
    opened_case(service)
    under(service, "live")
    service.send()
    assert service.sink.received == []


def test_only_granted_letters_leave_by_themselves(service: Service) -> None:
    service.settings = replace(service.settings, live_letters=("acknowledgement:en",))
    opened_case(service)
    service.send()
    assert people(service.sink) == []


def test_refused_for_good_is_shown_and_alarmed(service: Service) -> None:
    opened_case(service)
    service.sink.recipient_reply = "550 5.1.1 no such user"
    service.send()
    letter = next(item for item in service.store.outbox.all() if item.audience == "person")
    assert letter.status is LetterStatus.FAILED
    types = [str(event.type) for event in service.store.cases.events(letter.case_id or "")]
    assert "letter_failed" in types
    Clockwork(service.settings, service.store).tick()
    assert any(item.kind == "alarm" for item in service.store.outbox.all())


def test_refused_for_now_is_tried_again(service: Service) -> None:
    opened_case(service)
    service.sink.recipient_reply = "451 4.3.0 later"
    service.send()
    assert {item.status for item in service.store.outbox.all()} == {LetterStatus.QUEUED}
    service.sink.reset()
    later = Dispatch(service.settings, service.store, now=lambda: clock.now() + timedelta(minutes=2))
    later.sweep()
    later.close()
    assert people(service.sink) == ["p1@client.example"]


def test_copy_in_the_sent_folder(service: Service) -> None:
    with service.dovecot.connect(service.user) as client:
        client.create_folder("Sent")
    box = replace(service.settings.mailbox, sent_copy_folder="Sent")
    service.settings = replace(service.settings, mailboxes=(box,))
    opened_case(service)
    service.send()
    with service.dovecot.connect(service.user) as client:
        assert client.select_folder("Sent", readonly=True)[b"EXISTS"] == 1


def test_letter_is_well_formed(service: Service) -> None:
    from email import message_from_bytes, policy

    opened_case(service)
    raw = next(item.raw for item in service.send() if item.recipients == ("p1@client.example",))
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["In-Reply-To"] == "<1@client.example>"
    assert mail["From"].addresses[0].display_name == "OCTOOP - protection des données"
    assert mail["Subject"].startswith("Votre demande, réf. 2026-")
    text = mail.get_body(("plain",)).get_content()
    for part in ("automatique", "Une personne va lire", "article 15", "au plus tard le", "gratuit", "CNIL", "Répondez"):
        assert part in text
    assert "copie de mes données" not in text, "never quotes"
    assert not list(mail.iter_attachments())
