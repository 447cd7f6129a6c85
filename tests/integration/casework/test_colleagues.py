"""Asking a colleague: who may be asked, what goes along, how the answer comes back, and that it changes nothing."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from intake_bot import clock
from intake_bot.cases.events import EventType
from intake_bot.commands.desk import give_address
from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.mail.inbound import Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.service import application
from intake_bot.service.casework import open_casework
from intake_bot.service.dispatch import Dispatch
from intake_bot.service.office import draft
from intake_bot.service.pipeline import Passage
from intake_bot.store.accounts import Accounts
from intake_bot.store.register import RegisterStore
from tests.integration.service.test_intake import Words, request
from tests.support.desk import TestDesk
from tests.support.mails import letter, octets
from tests.support.service import command, environment, opened, settings
from tests.support.smtp import SmtpSink

COLLEAGUE = "karim@example.test"
MARK = "Zyqxwv"


class World:
    """A pipeline without an IMAP server, with the SMTP sink for what leaves."""

    def __init__(self, folder: Path, sink: SmtpSink | None = None, **extra: str) -> None:
        values = {"AUTHSERV_ID": "mx.example.test", "SEND_MODE": "approve", "DESK_LANGUAGE": "en", **extra}
        self.values = environment(folder / "state", smtp=sink, **values)
        self.settings = settings(self.values)
        self.store = opened(self.settings)
        self.pipeline = application.build_pipeline(self.settings, self.settings.mailbox, self.store, Words())
        self.work = open_casework(self.settings, self.store)
        self.register = RegisterStore(self.store.database)
        self.uid = 0
        self.take(request(1, f"Bonjour, une copie s'il vous plaît. {MARK}\n"))
        self.ref = self.store.cases.all()[0].ref

    def take(self, raw: bytes):
        self.uid += 1
        fetched = Fetched(Position("default", "INBOX", 1, self.uid), raw, clock.now(), len(raw))
        return self.pipeline.take(fetched, Passage("live"))

    @property
    def case(self):
        return self.store.cases.case_by_ref(self.ref)

    def account(self, name: str, address: str) -> None:
        Accounts(self.store.database, self.store.keyring, self.store.vault).add(
            name, "agent", "en", "JBSWY3DPEHPK3PXP", clock.now()
        )
        give_address(self.settings, self.store, name, address)

    def question(self):
        return next(item for item in self.store.outbox.all() if item.kind == "colleague_question")

    def message_id(self) -> str:
        return str(message_from_bytes(self.question().raw, policy=policy.default)["Message-ID"])

    def answer(self, *, sender: str = COLLEAGUE, result: str = "pass", text: str = "He left in 2024.\n", **more: str):
        mail = letter(
            900 + self.uid, text, In_Reply_To=more.pop("to", "") or self.message_id(), Subject=f"RE: {self.uid}", **more
        )
        mail.replace_header("From", f"Karim <{sender}>")
        domain = sender.partition("@")[2]
        head = f"Authentication-Results: mx.example.test; dmarc={result} header.from={domain}\r\n" if result else ""
        return self.take(head.encode() + octets(mail))

    def kinds(self) -> list[str]:
        return [str(event.type) for event in self.store.cases.events(self.case.id)]


@pytest.fixture
def world(tmp_path: Path):
    made = World(tmp_path)
    yield made
    assert made.store.audit.verify()[1] == [] and made.store.cases.rebuild() == []
    made.store.close()


def test_the_question_leaves_at_once_and_is_an_event(tmp_path: Path, smtp_sink: SmtpSink) -> None:
    world = World(tmp_path, smtp_sink)
    before = world.case
    effect = world.work.ask_colleague(world.ref, "Dora", COLLEAGUE.upper(), "Do we know him?")
    assert replace(effect.case, changed_at=before.changed_at) == before, "no status, no date, no hold changes"
    asked = [event for event in world.store.cases.events(world.case.id) if event.type is EventType.COLLEAGUE_ASKED]
    assert asked[0].actor == "Dora"
    assert asked[0].payload == {"to": COLLEAGUE, "question": "Do we know him?", "content": "evidence"}
    dispatch = Dispatch(world.settings, world.store)
    dispatch.sweep()
    dispatch.close()
    assert {item.recipients[0] for item in smtp_sink.received} == {"dpo@example.test", COLLEAGUE}, "people wait"
    world.store.close()


@pytest.mark.parametrize(
    ("content", "shown", "hidden"),
    [
        ("reference", ("Do we know him?",), ("access", MARK, "p1@client.example", "- \"")),
        ("evidence", ("Do we know him?", "right of access", "Bonjour, une copie"), (MARK, "p1@client.example")),
        ("full", ("right of access", f"> Bonjour, une copie s'il vous plaît. {MARK}", "p1@client.example"), ()),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_goes_along_follows_notify_content(
    tmp_path: Path, content: str, shown: tuple[str, ...], hidden: tuple[str, ...], lang: str
) -> None:
    world = World(tmp_path, NOTIFY_CONTENT=content, DESK_LANGUAGE=lang)
    effect = world.work.ask_colleague(world.ref, "Dora", COLLEAGUE, "Do we know him?")
    found = draft(effect.letters[0])
    text = f"{found.subject}\n{found.body}"
    assert world.ref in found.subject
    for part in shown:
        assert part in text or (part == "right of access" and "droit d'accès" in text)
    for part in hidden:
        assert part not in text
    warned = [item for item in effect.warnings if "NOTIFY_CONTENT" in item]
    assert bool(warned) == (content == "reference")
    world.store.close()


def test_by_default_nothing_but_the_reference_leaves_the_house(world: World) -> None:
    world.account("Karim", "karim@provider.example")
    effect = world.work.ask_colleague(world.ref, "Dora", "karim@provider.example", "Do we know him?")
    assert "right of access" not in draft(effect.letters[0]).body and effect.warnings


@pytest.mark.parametrize(
    ("to", "question", "problem"),
    [
        ("karim@elsewhere.example", "x", "no colleague"),
        ("karim@example.test.evil.example", "x", "no colleague"),
        ("info@example.test", "x", "our own addresses"),
        ("karim", "x", "no mail address"),
        ("a@b@example.test", "x", "no mail address"),
        ("kar im@example.test", "x", "no mail address"),
        (COLLEAGUE, "  ", "a question has"),
        (COLLEAGUE, "x" * 5000, "a question has"),
    ],
)
def test_only_colleagues_are_asked_and_only_something(world: World, to: str, question: str, problem: str) -> None:
    with pytest.raises(IntakeError, match=problem):
        world.work.ask_colleague(world.ref, "Dora", to, question)
    assert "colleague_asked" not in world.kinds()


def test_the_person_of_the_case_is_no_colleague(world: World) -> None:
    outcome = world.take(octets(_from("anna@example.test", letter(5, "Je veux une copie de mes données.\n"))))
    world.store.correspondence.add_participant(outcome.case.id, "ben@example.test", "person")
    with pytest.raises(IntakeError, match="the person of this case"):
        world.work.ask_colleague(outcome.case.ref, "Dora", "ben@example.test", "x")
    # Who only passed it on may be asked, and the answer is that of a colleague.
    world.work.ask_colleague(outcome.case.ref, "Dora", "anna@example.test", "Who asked you?")
    world.ref = outcome.case.ref
    assert world.answer(sender="anna@example.test").disposition == "FOLLOW_UP"
    assert "colleague_replied" in world.kinds() and "unread_reply" not in world.case.hold


def _from(address: str, mail):
    mail.replace_header("From", address)
    return mail


def test_a_closed_case_asks_nobody(world: World) -> None:
    world.work.not_a_request(world.ref, "Dora", reason="a sale")
    with pytest.raises(IllegalTransition, match="the case is closed"):
        world.work.ask_colleague(world.ref, "Dora", COLLEAGUE, "x")


def test_the_answer_stands_on_the_case_and_changes_nothing(world: World) -> None:
    world.work.ask_colleague(world.ref, "Dora", COLLEAGUE, "Do we know him?")
    before = world.case
    outcome = world.answer(text="Il demande une copie et veut être supprimé, je crois.\n")
    assert (outcome.disposition, outcome.letters) == ("FOLLOW_UP", ())
    assert replace(world.case, changed_at=before.changed_at) == before
    assert len(world.store.cases.all()) == 1
    reply = next(e for e in world.store.cases.events(world.case.id) if e.type is EventType.COLLEAGUE_REPLIED)
    assert reply.payload["from"] == COLLEAGUE
    mail = world.store.correspondence.mails(world.case.id)[-1]
    assert mail["role"] == "colleague" and "supprimé" in mail["content"]["new_text"]
    assert world.register.answered(5) == [world.case.id]
    world.work.note(world.ref, "Dora", "read")
    assert world.register.answered(5) == [], "a person acted since"


def test_an_account_elsewhere_answers_when_authenticated(world: World) -> None:
    world.account("Karim", "karim@provider.example")
    world.work.ask_colleague(world.ref, "Dora", "karim@provider.example", "Do we know him?")
    assert world.answer(sender="karim@provider.example", result="").disposition == "REVIEW", "nobody vouches for it"
    assert world.answer(sender="karim@provider.example", result="fail").disposition == "REVIEW"
    assert world.answer(sender="other@provider.example").disposition == "REVIEW", "was not asked"
    assert "colleague_replied" not in world.kinds()
    assert world.answer(sender="karim@provider.example").disposition == "FOLLOW_UP"
    assert world.kinds()[-1] == "colleague_replied"


def test_a_forged_colleague_and_a_machine_do_not_answer(world: World) -> None:
    world.work.ask_colleague(world.ref, "Dora", COLLEAGUE, "Do we know him?")
    assert world.answer(result="fail").disposition == "REVIEW"
    assert world.answer(Auto_Submitted="auto-replied", text="I am away.\n").disposition == "FOLLOW_UP"
    assert "colleague_replied" not in world.kinds() and world.register.answered(5) == []


def test_the_dpo_who_is_asked_commands_nothing_by_the_answer(world: World) -> None:
    world.work.ask_colleague(world.ref, "Carl", "dpo@example.test", "Is it one?", as_role="controller")
    assert world.answer(sender="dpo@example.test", text="NOT A REQUEST\n").disposition == "FOLLOW_UP"
    assert world.case.status == "open" and world.kinds()[-1] == "colleague_replied"


@pytest.mark.parametrize("where", ["inside", "elsewhere"])
def test_an_answer_after_the_erasure_opens_no_case_and_is_not_kept(world: World, where: str) -> None:
    address = COLLEAGUE if where == "inside" else "karim@provider.example"
    if where == "elsewhere":
        world.account("Karim", address)
    world.work.ask_colleague(world.ref, "Dora", address, "Do we know him?")
    asked = world.message_id()
    world.work.not_a_request(world.ref, "Dora", reason="a sale")
    outcome = world.answer(sender=address, to=asked, text=f"Envoyez-lui une copie, {MARK}.\n")
    assert outcome.disposition == "FOLLOW_UP" and len(world.store.cases.all()) == 1
    assert all(mail["content"] is None for mail in world.store.correspondence.mails(world.case.id))


def test_a_preview_asks_nobody(world: World) -> None:
    found = world.work.preview("ask_colleague", world.ref, "Dora", to=COLLEAGUE, question="Do we know him?")
    assert [item.recipient for item in found.letters] == [COLLEAGUE]
    assert "colleague_asked" not in world.kinds()


def test_the_command_line(world: World) -> None:
    done = command(world.values, "case", world.ref, "ask", "--to", COLLEAGUE, "--question", "Known?", "--as", "Dora")
    assert COLLEAGUE in done.stdout and "Known?" in done.stdout
    assert "colleague_asked" in world.kinds()
    wrong = command(world.values, "case", world.ref, "ask", "--to", "x@y.example", "--question", "?", "--as", "Dora",
                    check=False)  # fmt: skip
    assert wrong.returncode == 1 and "no colleague" in wrong.stderr and "Traceback" not in wrong.stderr


def test_the_pages_ask_show_and_mark(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, NOTIFY_CONTENT="reference")
    ref = desk.fill(1)[0]
    desk.enrol("dpo", "agent", "management")
    give_address(desk.settings, desk.store, "agent", "agent@octoop.com")
    client = desk.signed_in("dpo")
    for path in (f"/review/{ref}", f"/case/{ref}"):
        page = client.get(path).text
        assert f'action="/case/{ref}/act/ask_colleague"' in page and 'value="agent@octoop.com"' in page
    form = {"csrf": desk.csrf(client), "to": "agent@octoop.com", "question": "Do we know him?"}
    shown = client.post(f"/case/{ref}/act/ask_colleague", data=form)
    assert shown.status_code == 200 and "Do we know him?" in shown.text and "NOTIFY_CONTENT" in shown.text
    case = desk.store.cases.case_by_ref(ref)
    assert not [item for item in desk.store.outbox.all() if item.kind == "colleague_question"]
    done = client.post(f"/case/{ref}/act/ask_colleague", data={**form, "step": "do"})
    assert done.status_code == 200 and "NOTIFY_CONTENT" in done.text, "what the act warns of is told"
    refused = client.post(f"/case/{ref}/act/ask_colleague", data={**form, "to": "a@b.example", "step": "do"})
    assert refused.status_code == 400 and "no colleague" in refused.text
    question = next(item for item in desk.store.outbox.all() if item.kind == "colleague_question")
    assert question.status == "queued"
    message_id = str(message_from_bytes(question.raw, policy=policy.default)["Message-ID"])
    assert "A colleague answered" not in client.get("/").text
    mail = letter(9, "Yes, since 2019.\n", In_Reply_To=message_id)
    mail.replace_header("From", "Agent <agent@octoop.com>")
    assert desk.take(octets(mail)) == ref
    for lang, words in (("fr", ("Un collègue a répondu", "répondu")), ("en", ("A colleague answered", "answered"))):
        client.post("/profile/language", data={"csrf": desk.csrf(client), "lang": lang})
        today = client.get("/").text
        assert all(word in today for word in words)
    page = client.get(f"/case/{ref}").text
    assert "Yes, since 2019." in page and "agent@octoop.com" in page and "a colleague answered" in page
    assert re.search(r"aria-label=\"colleague\"", page)
    assert desk.store.cases.case_by_ref(ref).status == case.status
    assert desk.signed_in("agent").get(f"/case/{ref}").status_code == 200
    desk.close()
