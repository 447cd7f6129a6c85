"""What a mail changes that opens no case: replies, answers of colleagues, delivery reports, repeated deliveries."""

from intake_bot import clock
from intake_bot.cases import casefile, signs
from intake_bot.cases.case import Case, RightStatus
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.cases.intake import Decision, Disposition, Facts, Relation
from intake_bot.cases.letters import OutgoingLetter
from intake_bot.config import Settings
from intake_bot.mail.inbound import DeliveryReport
from intake_bot.mail.screening import Reason
from intake_bot.mailboxes import MailboxSettings
from intake_bot.people.identification import UNSEARCHED
from intake_bot.service.absence import seem_away
from intake_bot.service.deskmail import DeskMail, read_command
from intake_bot.service.identity_answers import Answer, judge_reply
from intake_bot.service.letterbox import Letterbox
from intake_bot.service.reading import Glance
from intake_bot.store.store import Store


class FollowUps:
    """Applies the decisions that concern cases which are there already."""

    def __init__(self, settings: Settings, store: Store, letterbox: Letterbox, now: clock.Clock) -> None:
        self._settings = settings
        self._store = store
        self._letterbox = letterbox
        self._desk_mail = DeskMail(settings, store, letterbox, now)
        self._now = now

    def apply(
        self, facts: Facts, decision: Decision, mailbox: MailboxSettings, glance: Glance, *, silent: bool
    ) -> tuple[Case | None, list[OutgoingLetter]]:
        """The case after the mail, and the letters that it caused. (None, []) where no case is concerned."""
        if decision.disposition is Disposition.FOLLOW_UP and decision.case_id:
            return self._reply(facts, decision, mailbox, glance, silent=silent)
        if decision.disposition is Disposition.OWN and decision.case_id and facts.message.position.role == "sent":
            return self._colleague(facts, decision.case_id), []
        if decision.disposition is Disposition.DESK:
            return self._desk(facts, decision, mailbox, silent=silent)
        if decision.disposition is Disposition.REPORT and facts.message.report:
            return self._report(facts.message.report, mailbox, silent=silent)
        return None, []

    def _reply(
        self, facts: Facts, decision: Decision, mailbox: MailboxSettings, glance: Glance, *, silent: bool
    ) -> tuple[Case | None, list[OutgoingLetter]]:
        message, now = facts.message, self._now()
        assert decision.case_id is not None
        events = [
            NewEvent(
                _kind_of(facts),
                "bot",
                now,
                {
                    "received_at": clock.to_text(message.received_at),
                    "message_id": message.message_id,
                    "reasons": list(decision.reasons),
                    "automatic": facts.screening.automatic,
                    **({"from": message.sender.address} if facts.thread.relation is Relation.ASKED else {}),
                },
            )
        ]
        events += [
            NewEvent(
                EventType.RIGHT_ADDED,
                "bot",
                now,
                {
                    "right": str(right),
                    "received_at": clock.to_text(message.received_at),
                    "status": str(RightStatus.UNCONFIRMED),
                },
            )
            for right in decision.unconfirmed
        ]
        person = facts.thread.relation in (Relation.CASE, Relation.CHASER) and not facts.screening.automatic
        if person:
            # What cannot be undone waits until a person has read the reply: it may withdraw or contest the request.
            events.append(NewEvent(EventType.HELD, "bot", now, {"reasons": ["unread_reply"]}))
        case = self._store.cases.append(decision.case_id, events)
        if message.message_id:
            self._store.correspondence.add_thread_key(message.message_id, case.id, "received")
        answer = self._answer(case, facts, glance) if person and not silent else None
        letters = []
        if person and not silent:
            lang, reasons, urgent = self._settings.desk_language, decision.reasons, decision.page
            text = casefile.headline(decision, lang)
            if answer is not None:
                text, reasons = f"{text} {answer.headline(lang)}", (*reasons, answer.reason)
                urgent = urgent or answer.judgement.denied
            notice = self._letterbox.notify(case, mailbox, text, reasons, urgent=urgent)
            letters = [notice] if notice else []
        return self._store.cases.case(case.id), letters

    def _answer(self, case: Case, facts: Facts, glance: Glance) -> Answer | None:
        """What a reply says of the identity question that is open, recorded; None where none is."""
        if facts.thread.relation is not Relation.CASE:
            return None
        found = glance.identified or UNSEARCHED
        answer = judge_reply(self._store, case, facts.message, glance.authentication, found, self._now)
        if answer is not None:
            self._store.cases.append(case.id, answer.events)
            if answer.judgement.settled:
                self._store.correspondence.add_participant(case.id, facts.message.sender.address, "person")
        return answer

    def _colleague(self, facts: Facts, case_id: str) -> Case:
        message = facts.message
        payload = {
            "received_at": clock.to_text(message.received_at),
            "message_id": message.message_id,
            "folder": "sent",
        }
        if message.message_id:
            self._store.correspondence.add_thread_key(message.message_id, case_id, "sent")
        return self._store.cases.append(case_id, [NewEvent(EventType.COLLEAGUE_ANSWERED, "bot", self._now(), payload)])

    def _desk(
        self, facts: Facts, decision: Decision, mailbox: MailboxSettings, *, silent: bool
    ) -> tuple[Case | None, list[OutgoingLetter]]:
        """An answer to one of our notifications. A machine's answer (out of office) says that nobody read it."""
        if _by_a_robot(facts):
            if facts.message.sender.address == self._settings.dpo_email:
                self._away()
            return None, []
        case = self._store.cases.case(decision.case_id) if decision.case_id else None
        if case is None or silent:
            return case, []
        answer = self._desk_mail.answer(case, facts.message, mailbox, authenticated=facts.authenticated)
        return self._store.cases.case(case.id), [answer] if answer else []

    def _away(self) -> None:
        now = self._now()
        seem_away(self._store.marks, clock.local_date(now, self._settings.controller.zone), now)

    def _report(
        self, report: DeliveryReport, mailbox: MailboxSettings, *, silent: bool
    ) -> tuple[Case | None, list[OutgoingLetter]]:
        """A delivery report changes nothing unless it names a Message-ID that we made: those cannot be guessed."""
        letter = self._store.outbox.by_message_id(report.original_message_id) if report.original_message_id else None
        failed = report.kind == "null-sender" or (report.kind == "delivery-status" and report.action == "failed")
        if letter is not None and failed and letter.recipient == self._settings.dpo_email:
            self._away()
        if letter is None or letter.case_id is None or not failed:
            return None, []
        payload = {"letter": letter.id, "kind": letter.kind, "action": report.action, "status": report.status}
        case = self._store.cases.append(
            letter.case_id, [NewEvent(EventType.DELIVERY_FAILED, "bot", self._now(), payload)]
        )
        if letter.audience == "desk" or silent:
            return case, []
        french = "Une lettre n'a pas pu être remise : la personne n'a rien reçu."
        text = french if self._settings.desk_language == "fr" else "A letter could not be delivered: nothing arrived."
        notice = self._letterbox.notify(case, mailbox, text, ("delivery_failed",), urgent=True, kind="alarm")
        return self._store.cases.case(case.id), [notice] if notice else []


def _by_a_robot(facts: Facts) -> bool:
    """Whether nobody of the desk wrote this answer, by its header, its subject or its words."""
    screening, text = facts.screening, facts.message.new_text
    if screening.automatic or Reason.AUTOMATIC_SUBJECT in screening.reasons:
        return True
    return read_command(text) is None and signs.automatic(text)


def _kind_of(facts: Facts) -> EventType:
    """What arrived: the answer to a question of the desk (no machine gives one), a colleague's word, a reply."""
    relation = facts.thread.relation
    if relation is Relation.ASKED and not facts.screening.automatic:
        return EventType.COLLEAGUE_REPLIED
    return (
        EventType.COLLEAGUE_ANSWERED
        if relation in (Relation.ASKED, Relation.COLLEAGUE)
        else EventType.FOLLOW_UP_RECEIVED
    )
