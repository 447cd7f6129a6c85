"""Writes the letters that a case causes into the outbox, under the rules of SEND_MODE."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from intake_bot import clock
from intake_bot.cases import wording
from intake_bot.cases.case import Case, CaseStatus, RightStatus
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.cases.letters import Controller, Envelope, Letters, OutgoingLetter, Rendered, compose, new_token
from intake_bot.config import Settings
from intake_bot.law.rules import CLOCKS
from intake_bot.mailboxes import MailboxSettings
from intake_bot.rights import ACKNOWLEDGED, Right
from intake_bot.service.absence import is_away
from intake_bot.service.links import Links
from intake_bot.store.outbox import LetterStatus
from intake_bot.store.store import Store

#: Two letters to one person within this time are one letter (docs/design.md, rules).
QUIET = timedelta(minutes=15)

ACKNOWLEDGEMENT = "acknowledgement"
COLLEAGUE_QUESTION = "colleague_question"

#: What a reply to a question means: the answer of a colleague (kind of the keys of its thread).
ASKED = "asked"

#: What a case may send first, in the place of the acknowledgement; all share its budgets.
FIRST_LETTERS = (ACKNOWLEDGEMENT, "confirm", "supplementary", "mandate")

#: Marked by `check --probe-plus` once a mail to ADDRESS+TOKEN arrived.
PLUS_TESTED = "plus_addressing"

#: Rights whose processing stops at once (GDPR arts 7(3), 21(3)).
STOPS = frozenset({Right.OBJECTION_MARKETING, Right.WITHDRAW_CONSENT})


class Contents(StrEnum):
    """What a letter of the desk shows (NOTIFY_CONTENT)."""

    REFERENCE = "reference"
    EVIDENCE = "evidence"  # the rights and the sentences that speak for them
    FULL = "full"  # the mail too


class Letterbox:
    """Renders letters and puts them into the outbox, in the transaction of the event that causes them."""

    def __init__(self, settings: Settings, store: Store, letters: Letters, now: clock.Clock = clock.now) -> None:
        self._settings = settings
        self._store = store
        self._letters = letters
        self._now = now
        self._links = Links(settings, store)

    # -- to the person -----------------------------------------------------------------------------------------

    def reasons_against(self, address: str, own: frozenset[str]) -> tuple[str, ...]:
        """Why no further acknowledgement goes to this address now: the budgets, or a letter minutes ago."""
        now, outbox, settings = self._now(), self._store.outbox, self._settings
        reasons = []
        if address in own:
            reasons.append("own_address")
        day, hour = now - timedelta(days=1), now - timedelta(hours=1)
        if any(outbox.count_to(address, kind, now - QUIET) for kind in FIRST_LETTERS):
            reasons.append("recent_letter")
        if sum(outbox.count_to(address, kind, day) for kind in FIRST_LETTERS) >= settings.acks_per_sender:
            reasons.append("budget_sender")
        if sum(outbox.count_all(kind, hour) for kind in FIRST_LETTERS) >= settings.acks_per_hour:
            reasons.append("budget_total")
        return tuple(reasons)

    def acknowledge(self, case: Case, mailbox: MailboxSettings, recipient: str, reply: "Thread") -> OutgoingLetter:
        """The acknowledgement of a case, written to the outbox. Raises IntakeError on an impossible recipient."""
        controller = self._settings.controller_of(mailbox)
        shown = [item for item in case.rights if item.status is RightStatus.OPEN and item.right in ACKNOWLEDGED]
        context = {
            "ref": case.ref,
            "received_on": clock.local_date(case.received_at, case.zone),
            "backdated": clock.local_date(case.received_at, case.zone) != clock.local_date(self._now(), case.zone),
            "rights": [item.right for item in shown],
            "due_on": min((item.due_on for item in shown if item.due_on), default=None),
            "stop": any(item.right in STOPS for item in shown),
            "extendable": any(CLOCKS[item.right].extendable for item in shown),
            "archived_for": self._settings.archived_for,
            "learn": self._settings.learn,
            "controller": controller,
        }
        return self.to_person(ACKNOWLEDGEMENT, case, mailbox, recipient, context, reply)

    def to_person(
        self, kind: str, case: Case, mailbox: MailboxSettings, recipient: str, context: dict[str, Any],
        reply: "Thread", *, legal_effect: bool = False, approved_by: str = "", held: bool = False,
        template: str = "", attachment: str = "",
    ) -> OutgoingLetter:  # fmt: skip
        """A letter to a person in their language, queued or held as SEND_MODE says; `held` for a person in any mode.

        `template`: other words than those of its kind. `attachment`: the document that it carries, by its id.
        """
        lang, rendered = self._letters.render_for(template or kind, case.lang, context)
        token = new_token()
        letter = self._compose(rendered, kind, lang, case, mailbox, recipient, reply, token, legal_effect=legal_effect)
        letter = replace(letter, attachment=attachment)
        status, mode = self._status(kind, lang, approved=bool(approved_by))
        status = LetterStatus.HELD if held else status
        self._put(letter, case, status, mode)
        return letter

    def _compose(
        self, rendered: Rendered, kind: str, lang: str, case: Case, mailbox: MailboxSettings, recipient: str,
        reply: "Thread", token: str, *, legal_effect: bool,
    ) -> OutgoingLetter:  # fmt: skip
        controller = self._settings.controller_of(mailbox)
        domain = mailbox.address.rpartition("@")[2]
        message_id = f"<{kind}.{token}@{domain}>"
        reply_to = mailbox.reply_address
        if mailbox.plus_addressing and self._store.marks.has(PLUS_TESTED, mailbox.reply_address):
            local, _, host = mailbox.reply_address.partition("@")
            reply_to = f"{local}+{token}@{host}"
        envelope = Envelope(
            sender_name=sender_name(controller, lang),
            sender=mailbox.address,
            recipient=recipient,
            message_id=message_id,
            date=self._now(),
            kind=kind,
            automatic="auto-replied" if kind in FIRST_LETTERS else "auto-generated",
            reply_to=reply_to if reply_to != mailbox.address else "",
            in_reply_to=reply.message_id,
            references=(*reply.references, reply.message_id),
        )
        return OutgoingLetter(
            kind=kind,
            lang=lang,
            audience="person",
            mailbox=mailbox.name,
            recipient=recipient,
            message_id=message_id,
            raw=compose(rendered, envelope),
            case_id=case.id,
            ordinal=self._store.outbox.next_ordinal(case.id, kind),
            legal_effect=legal_effect,
        )

    def _status(self, kind: str, lang: str, *, approved: bool) -> tuple[LetterStatus, str]:
        mode = self._settings.send_mode
        if mode == "dry":
            return LetterStatus.QUEUED, mode
        allowed = self._settings.identity_letters
        asked = kind in allowed or (kind == "identity_reminder" and bool(allowed))
        granted = mode == "live" and (
            asked or any(grant in ("*", kind, f"{kind}:{lang}") for grant in self._settings.live_letters)
        )
        return (LetterStatus.QUEUED if mode != "off" and (approved or granted) else LetterStatus.HELD), mode

    def _put(self, letter: OutgoingLetter, case: Case, status: LetterStatus, mode: str) -> None:
        store, now = self._store, self._now()
        key_id = store.cases.key_of(case.id)
        item = store.outbox.write(letter, key_id=key_id, mode=mode, status=status, at=now)
        if item is None:
            return
        store.correspondence.add_thread_key(letter.message_id, case.id, letter.thread_kind)
        token = letter.message_id.strip("<>").partition(".")[2].partition("@")[0]
        store.correspondence.add_thread_key(f"token:{token}", case.id, letter.thread_kind)
        store.cases.append(
            case.id,
            [
                NewEvent(
                    EventType.LETTER_WRITTEN,
                    "bot",
                    now,
                    {"letter": item, "kind": letter.kind, "lang": letter.lang, "status": str(status), "mode": mode},
                )
            ],
        )

    # -- to the desk -------------------------------------------------------------------------------------------

    def notify(
        self, case: Case, mailbox: MailboxSettings, headline: str, reasons: Sequence[str],
        *, urgent: bool = False, evidence: Sequence[str] = (), letters: str = "", kind: str = "dpo_notification",
        with_links: bool = False, to: str = "", reply: "Thread | None" = None,
    ) -> OutgoingLetter | None:  # fmt: skip
        """Tell the DPO of a case, or somebody else at the desk (`to`), in answer to their mail (`reply`).

        While the DPO is away the deputy is told too. `with_links` lets them act from the mail, each by links of their
        own. None when there is nobody to tell: no DPO_EMAIL is set.
        """
        lang, written = self._settings.desk_language, None
        context = self._desk_context(case, headline, reasons, urgent=urgent, evidence=evidence, letters=letters)
        for recipient in (to,) if to else self._officers():
            context["links"] = self._links.offer(case, recipient, self._now()) if with_links else None
            rendered = self._letters.render("dpo_notification", lang, context)
            letter = self._to_desk(kind, rendered, case, mailbox, recipient, thread_kind="desk", reply=reply)
            written = written or letter
        return written

    def _officers(self) -> list[str]:
        settings = self._settings
        today = clock.local_date(self._now(), settings.controller.zone)
        away = bool(settings.dpo_email) and is_away(self._store.marks, today)
        return [address for address in (settings.dpo_email, settings.deputy_email if away else "") if address]

    def ask(
        self, case: Case, mailbox: MailboxSettings, recipient: str, context: Mapping[str, Any]
    ) -> OutgoingLetter:  # fmt: skip
        """A question to a colleague: inside the house, so that SEND_MODE approve lets it go. Raises UnusableAddress."""
        rendered = self._letters.render(COLLEAGUE_QUESTION, self._settings.desk_language, {"ref": case.ref, **context})
        return self._to_desk(COLLEAGUE_QUESTION, rendered, case, mailbox, recipient, thread_kind=ASKED)

    def _to_desk(
        self, kind: str, rendered: Rendered, case: Case, mailbox: MailboxSettings, recipient: str, *, thread_kind: str,
        reply: "Thread | None" = None,
    ) -> OutgoingLetter:  # fmt: skip
        thread = reply or Thread()
        lang, domain = self._settings.desk_language, mailbox.address.rpartition("@")[2]
        message_id = f"<{kind}.{new_token()}@{domain}>"
        envelope = Envelope(
            sender_name=sender_name(self._settings.controller_of(mailbox), lang),
            sender=mailbox.address,
            recipient=recipient,
            message_id=message_id,
            date=self._now(),
            kind=kind,
            automatic="auto-generated",
            reply_to=mailbox.desk_address if mailbox.desk_address != mailbox.address else "",
            in_reply_to=thread.message_id,
            references=(*thread.references, thread.message_id),
        )
        letter = OutgoingLetter(
            kind=kind,
            lang=lang,
            audience="desk",
            mailbox=mailbox.name,
            recipient=recipient,
            message_id=message_id,
            raw=compose(rendered, envelope),
            case_id=case.id,
            ordinal=self._store.outbox.next_ordinal(case.id, kind),
            thread_kind=thread_kind,
        )
        mode = self._settings.send_mode
        self._put(letter, case, LetterStatus.HELD if mode == "off" else LetterStatus.QUEUED, mode)
        return letter

    def _desk_context(
        self, case: Case, headline: str, reasons: Sequence[str], *, urgent: bool, evidence: Sequence[str], letters: str
    ) -> dict[str, Any]:
        lang = self._settings.desk_language
        due_at = min((item.due_at for item in case.running if item.due_at), default=None)
        shows = self.shows_content()
        return {
            "ref": case.ref,
            "status_word": status_word(case, lang),
            "urgent": urgent,
            "headline": headline,
            "received": wording.format_instant(case.received_at, case.zone, lang),
            "rights": [wording.right_name(item.right, lang) for item in case.rights if item.status is RightStatus.OPEN],
            "unconfirmed": [
                wording.right_name(item.right, lang) for item in case.rights if item.status is RightStatus.UNCONFIRMED
            ],
            "safe_on": case.safe_on,
            "due_on": case.due_on,
            "due_at": wording.format_instant(due_at, case.zone, lang) if due_at else "",
            "reasons": [wording.reason(code, lang) for code in reasons],
            "evidence": [" ".join(sentence.split())[:300] for sentence in evidence[:5]] if shows else [],
            "letters": letters,
        }

    def shows_content(self) -> bool:
        """Whether what goes to the desk by mail may show more than references (NOTIFY_CONTENT)."""
        chosen = self._settings.notify_content
        if chosen:
            return chosen != "reference"
        return all(address.rpartition("@")[2] in self._domains() for address in self._settings.desk_addresses)

    def _domains(self) -> set[str]:
        return {domain for box in self._settings.mailboxes for domain in box.internal_domains}

    def contents_for(self, address: str) -> "Contents":
        """What a letter of the desk to this address may show: NOTIFY_CONTENT, or by default what stays in the house."""
        if self._settings.notify_content:
            return Contents(self._settings.notify_content)
        inside = self.shows_content() and address.rpartition("@")[2] in self._domains()
        return Contents.EVIDENCE if inside else Contents.REFERENCE


class Thread:
    """The Message-IDs to which a letter answers."""

    def __init__(self, message_id: str = "", references: Sequence[str] = ()) -> None:
        self.message_id = message_id
        self.references = tuple(references)


def sender_name(controller: Controller, lang: str) -> str:
    """The display name of our letters."""
    words = {"fr": "protection des données", "en": "data protection"}
    return f"{controller.trade_name or controller.name} - {words.get(lang, words['fr'])}"


def status_word(case: Case, lang: str) -> str:
    """The state of a case in one word, for subjects: no personal data, no right."""
    french = {
        CaseStatus.UNCONFIRMED: "à confirmer",
        CaseStatus.OPEN: "ouvert",
        CaseStatus.FOUND: "retrouvé",
        CaseStatus.CLOSED: "clos",
    }
    if case.hold and case.status is CaseStatus.OPEN:
        return "à traiter par une personne" if lang == "fr" else "for a person"
    return french[case.status] if lang == "fr" else str(case.status)
