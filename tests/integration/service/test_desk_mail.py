"""The desk by mail: one word in reply to a notification acts; anything unclear changes nothing and says so."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from intake_bot import clock
from intake_bot.errors import IntakeError
from intake_bot.mail.inbound import Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.service import application
from intake_bot.service.absence import away_until, last_day, say_away, say_back, seem_away
from intake_bot.service.deskmail import REFUSALS, read_command, rights_in
from intake_bot.service.letter_edit import text_of
from intake_bot.service.pipeline import Passage, Pipeline
from intake_bot.store.outbox import Letter
from intake_bot.store.store import Store
from tests.integration.service.test_intake import Words, request
from tests.support.language import problems
from tests.support.mails import letter, octets
from tests.support.service import environment, opened, settings


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("OK", "confirm", ""),
        ("ok merci", "confirm", "merci"),
        ("\n\n> \nConfirmer\nCordialement", "confirm", ""),
        ("D’accord, merci beaucoup !\n\nClaire Dupont\nDPO", "confirm", "merci beaucoup !"),
        ("RIGHT access erasure", "correct", "access erasure"),
        ("Droit : accès, effacement", "correct", "accès, effacement"),
        ("NOT A REQUEST it is a sale", "not_a_request", "it is a sale"),
        ("Pas une demande : prospection", "not_a_request", "prospection"),
        ("PROLONGER trois demandes complexes", "extend", "trois demandes complexes"),
        ("Vérifié", "verified", ""),
        ("Identité vérifiée. Cordialement", "verified", "Cordialement"),
        ("NOTE rappelé par téléphone", "note", "rappelé par téléphone"),
    ],
)
def test_commands_are_read(text: str, name: str, rest: str) -> None:
    command = read_command(text)
    assert command is not None
    assert (command.name, command.rest) == (name, rest)


@pytest.mark.parametrize(
    "text",
    [
        "", "Bonjour, que faut-il faire ?", "okay maybe later", "no", "OK ?", "OK, je regarde demain", "ok:non",
        "d'accord, mais sans l'effacement", "confirm nothing yet", "Vérifié : ne correspond pas",
        "Identité vérifiée ? Pas encore.", "verified - no match",
    ],
)  # fmt: skip
def test_unclear_is_no_command(text: str) -> None:
    found = read_command(text)
    assert found is None


def test_rights_by_code_or_french_word() -> None:
    assert rights_in("accès et effacement, portability") == ["access", "erasure", "portability"]


class World:
    """A pipeline without servers: mails go in by hand."""

    def __init__(self, folder: Path, **extra: str) -> None:
        self.settings = settings(environment(folder / "state", AUTHSERV_ID="mx.example.test", **extra))
        self.store: Store = opened(self.settings)
        self.pipeline: Pipeline = application.build_pipeline(self.settings, self.settings.mailbox, self.store, Words())
        self.uid = 0

    def take(self, raw: bytes):  # type: ignore[no-untyped-def]
        self.uid += 1
        from intake_bot import clock

        fetched = Fetched(Position("default", "INBOX", 1, self.uid), raw, clock.now(), len(raw))
        return self.pipeline.take(fetched, Passage("live"))

    def reply(
        self, text: str, *, sender: str = "dpo@example.test", authentic: bool = True, to: Letter | None = None
    ) -> bytes:
        """Answers a letter to the desk, the first one by default."""
        written = self.store.outbox.all(case_id=self.store.cases.all()[0].id)
        desk = to or next(item for item in written if item.audience == "desk")
        assert desk.raw is not None
        message_id = desk.raw.partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode()
        mail = letter(900 + self.uid, text, In_Reply_To=message_id, Subject="RE: Dossier")
        mail.replace_header("From", sender)
        mail.replace_header("Date", f"Mon, 23 Nov 2026 08:{self.uid:02}:00 +0100")
        result = "pass" if authentic else "fail"
        head = f"Authentication-Results: mx.example.test; dmarc={result} header.from=example.test\r\n".encode()
        return head + octets(mail)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def held(world: World) -> None:
    raw = request(1, "Bonjour, je souhaite une copie.\n", Reply_To="other@elsewhere.example")
    assert world.take(raw).disposition == "HOLD"


def test_ok_confirms(world: World) -> None:
    held(world)
    outcome = world.take(world.reply("OK"))
    assert outcome.disposition == "DESK"
    case = world.store.cases.all()[0]
    assert (case.status, case.hold) == ("open", ())
    assert [item.kind for item in outcome.letters] == ["desk_reply"]


def test_right_corrects(world: World) -> None:
    held(world)
    world.take(world.reply("DROIT effacement"))
    case = world.store.cases.all()[0]
    assert [str(item.right) for item in case.running] == ["erasure"]


def writes_again(world: World, text: str, **headers: str) -> None:
    """A reply of the person, who did not wait for the desk."""
    mail = letter(1, text, In_Reply_To="<1@client.example>", Subject="Re: Demande", **headers)
    mail.replace_header("Message-ID", "<again@client.example>")
    assert world.take(octets(mail)).disposition == "FOLLOW_UP"


@pytest.mark.parametrize("command", ["OK", "DROIT effacement", "PAS UNE DEMANDE démarchage"])
def test_a_word_on_a_mail_does_not_judge_the_one_after_it(world: World, command: str) -> None:
    world.take(request(1))
    answer = world.reply(command)
    writes_again(world, "En fait, je souhaite aussi que vous effaciez tout ce que vous avez sur moi.\n")
    before = world.store.cases.all()[0]
    told = world.take(answer)
    after = world.store.cases.all()[0]
    assert (after.status, after.hold, after.rights) == (before.status, before.hold, before.rights)
    assert "Rien n'a changé : la personne a écrit de nouveau" in " ".join(text_of(told.letters[0].raw).split())
    newest = [item for item in world.store.outbox.all(case_id=after.id) if item.kind == "dpo_notification"][-1]
    world.take(world.reply("OK", to=newest))
    assert world.store.cases.all()[0].hold == ()


def test_a_machine_of_the_person_takes_no_word_from_the_desk(world: World) -> None:
    held(world)
    answer = world.reply("OK")
    writes_again(world, "Absent jusqu'à lundi.\n", Auto_Submitted="auto-replied")
    world.take(answer)
    assert world.store.cases.all()[0].hold == ()


@pytest.mark.parametrize(
    ("text", "sender", "authentic", "disposition"),
    [
        ("OK", "dpo@example.test", False, "REVIEW"),
        ("OK", "thief@elsewhere.example", True, "REVIEW"),
        ("Que faire ?", "dpo@example.test", True, "DESK"),
        ("OK, je regarde demain", "dpo@example.test", True, "DESK"),
    ],
)
def test_what_is_not_sure_changes_nothing(
    world: World, text: str, sender: str, authentic: bool, disposition: str
) -> None:
    held(world)
    outcome = world.take(world.reply(text, sender=sender, authentic=authentic))
    case = world.store.cases.case_by_ref("2026-0001")
    assert case is not None
    assert case.hold
    assert outcome.disposition == disposition


def test_out_of_office_of_the_dpo_calls_the_deputy(world: World) -> None:
    held(world)
    raw = b"Auto-Submitted: auto-replied\r\n" + world.reply("Je suis absent.")
    assert world.take(raw).disposition == "DESK"
    assert world.store.marks.last("dpo_away") is not None


def told(world: World) -> list[str]:
    return [item.recipient for item in world.store.outbox.all() if item.kind == "dpo_notification"]


def test_while_the_dpo_is_away_the_deputy_is_told_too(tmp_path: Path) -> None:
    world = World(tmp_path, DEPUTY_EMAIL="deputy@example.test", PUBLIC_URL="https://desk.example.test")
    now, marks = clock.now(), world.store.marks
    today = clock.local_date(now, "Europe/Paris")
    with world.store.transaction():
        say_away(marks, today + timedelta(days=5), now)
        seem_away(marks, today, now + timedelta(seconds=1))
    assert away_until(marks) == today + timedelta(days=5), "a machine cuts nothing short"
    world.take(request(1))
    assert told(world) == ["dpo@example.test", "deputy@example.test"]
    links = [
        re.findall(r"/link/(\S+)", item.raw.decode()) for item in world.store.outbox.all() if item.audience == "desk"
    ]
    assert all(links) and not set(links[0]) & set(links[1])
    with world.store.transaction():
        say_back(marks, today, now + timedelta(seconds=2))
    world.take(request(2))
    assert told(world)[2:] == ["dpo@example.test"]


@pytest.mark.parametrize("text", ["", "tomorrow", "2020-01-01", "2999-01-01", "2026-02-30"])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(IntakeError):
        last_day(text, date(2026, 2, 1))


def test_a_robot_of_the_desk_is_not_answered_for_ever(world: World) -> None:
    """An absence note of the DPO without any header field, then one in words that nobody knows."""
    world.take(request(1))
    away = world.take(world.reply("Je suis absent du bureau jusqu'au 3 mai."))
    assert (away.disposition, away.letters) == ("DESK", ())
    outcomes = [world.take(world.reply(f"Grüezi, komme am Dienstag wieder. {number}")) for number in range(14)]
    assert sum(len(outcome.letters) for outcome in outcomes) == REFUSALS
    assert world.take(world.reply("OK")).letters, "a command is carried out and answered all the same"


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    ("command", "sender"),
    [
        ("PROLONGER trois demandes complexes", "dpo@example.test"),
        ("VÉRIFIÉ", "dpo@example.test"),
        ("DROIT foo", "dpo@example.test"),
        ("DROIT", "dpo@example.test"),
        ("NOTE", "dpo@example.test"),
        ("OK", "management@example.test"),
        ("DROIT acces", "management@example.test"),
        ("EXTEND too much", "management@example.test"),
    ],
)
def test_a_refusal_by_mail_is_told_in_the_language_of_the_desk(
    tmp_path: Path, lang: str, command: str, sender: str
) -> None:
    world = World(tmp_path, DESK_LANGUAGE=lang, MANAGEMENT_EMAIL="management@example.test")
    held(world)
    outcome = world.take(world.reply(command, sender=sender))
    assert [item.kind for item in outcome.letters] == ["desk_reply"]
    told = text_of(outcome.letters[0].raw)
    start = "Rien n'a changé : " if lang == "fr" else "No change: "
    told = " ".join(told[told.index(start) :].split()).split(" Dossier ")[0].split(" Case ")[0]
    assert problems(told[:400], lang) == [], told
    case = world.store.cases.case_by_ref("2026-0001")
    assert case is not None and case.hold


def test_english_words_name_the_rights_whose_codes_nobody_types() -> None:
    assert rights_in("marketing and recipients") == ["objection_marketing", "recipients_notification"]
