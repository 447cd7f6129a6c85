"""Opens the case of a mail in which a person found a request after all, with the receipt that the mail had.

The clock starts at receipt, not at recognition (GDPR art. 12(3)); the case is unconfirmed, as the intake makes it in
the review band: the DPO is told, and nothing goes to the person before somebody confirms.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake_bot import clock
from intake_bot.cases.case import Case
from intake_bot.cases.intake import Decision, Disposition, Facts, hold_reasons
from intake_bot.cases.letters import Letters
from intake_bot.classifier.verdict import Verdict
from intake_bot.config import Settings
from intake_bot.errors import EmptyPayload, IntakeError, NotFound
from intake_bot.mail.identity import content_identity
from intake_bot.mail.imap import ImapMailbox
from intake_bot.mail.inbound import FolderRole, Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.mail.message import parse
from intake_bot.mailboxes import MailboxSettings
from intake_bot.people.identification import Identifier
from intake_bot.rights import Right
from intake_bot.service import keeping
from intake_bot.service.letterbox import Letterbox
from intake_bot.service.opening import Openings, Origin
from intake_bot.service.reading import Classifies, Glance, Reader
from intake_bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The case of a mail; `opened` is False when the mail belonged to it before."""

    case: Case
    opened: bool


class Retrieval:
    """Takes mails of one mailbox on the word of a person."""

    def __init__(
        self, settings: Settings, mailbox: MailboxSettings, store: Store, classifier: Classifies | None,
        identifier: Identifier, *, now: clock.Clock = clock.now,
    ) -> None:  # fmt: skip
        self._mailbox = mailbox
        self._store = store
        self._reader = Reader(settings, mailbox, store, classifier, identifier)
        letterbox = Letterbox(settings, store, Letters(settings.templates_dir), now)
        self._openings = Openings(settings, mailbox, store, letterbox, now)
        self._identity_key = store.keyring.index_key("content")

    def take(
        self, fetched: Fetched, *, actor: str, reason: str, rights: Sequence[Right] = (),
        verdict: Verdict | None = None,
    ) -> Retrieved:  # fmt: skip
        """Open the case of a mail, or say to which it belongs. `reason` is a code of wording.REASONS.

        `rights`: what was asked for, as the person sees it; else what the verdict holds for likely. `verdict`: what the
        classifier said when the mail came, where it is known. Raises IntakeError for a mail that is our own.
        """
        message = parse(fetched, trusted_hops=self._mailbox.trusted_hops)
        content_key = content_identity(message, self._identity_key)
        glance = self._reader.glance(message, duplicate=False, named=True)
        if verdict is not None:
            glance = replace(glance, verdict=verdict, verdict_missing="")
        with self._store.cases.attempt():
            earlier = self._store.ledger.passed(content_key)
            known = self._store.cases.case(earlier["case_id"]) if earlier and earlier["case_id"] else None
            if known is not None:
                return Retrieved(known, opened=False)
            if earlier is not None:  # a mail that was moved or restored has a late INTERNALDATE
                first = min(message.received_at, clock.from_text(earlier["received_at"]))
                glance = replace(glance, message=replace(message, received_at=first))
            facts = self._reader.facts(glance, duplicate=False)
            if facts.own or message.position.role is FolderRole.SENT:
                raise IntakeError(
                    "this mail was written by us: it is no request",
                    "ce message a été écrit par nous : ce n’est pas une demande",
                )
            decision = found(facts, reason, tuple(rights) or likely(glance.verdict))
            case, _ = self._openings.apply(facts, decision, glance, silent=False, origin=Origin(actor))
            ledger_id = self._account(earlier["id"] if earlier else None, glance, decision, content_key, case)
            keeping.keep(self._store, case, glance, ledger_id, role="request")
        return Retrieved(case, opened=True)

    # -- by Message-ID -----------------------------------------------------------------------------------------

    def find(self, box: ImapMailbox, message_id: str, folder: str = "") -> Fetched:
        """The mail with a Message-ID in the folders that are read, sent ones left out, or in one `folder` alone.

        Copies of one mail count as one, the earliest receipt first. Raises NotFound; IntakeError when several mails
        share the Message-ID, for no Message-ID, or for a folder that is not there; MailboxError.
        """
        wanted = _bracketed(message_id)
        folders = [name for name, role in box.folders() if role is not FolderRole.SENT]
        if folder:
            there = box.folder_names()
            if folder not in there:
                raise IntakeError(
                    f"the mailbox has no folder {folder}: it has {', '.join(there)}",
                    f"la boîte n’a pas de dossier {folder} ; elle a : {', '.join(there)}",
                )
            folders = [folder]
        copies = [fetched for name in folders for fetched in self._in(box, name, wanted)]
        if not copies:
            raise NotFound(
                f"no mail with the Message-ID {wanted} in {', '.join(folders)}: look in another folder",
                f"aucun message de Message-ID {wanted} dans {', '.join(folders)} : cherchez dans un autre dossier",
                aside="--folder",
            )
        mails: dict[bytes, list[Fetched]] = {}
        for fetched in copies:
            message = parse(fetched, trusted_hops=self._mailbox.trusted_hops)
            mails.setdefault(content_identity(message, self._identity_key), []).append(fetched)
        if len(mails) > 1:
            places = ", ".join(f"{item.position.folder} UID {item.position.uid}" for item in copies)
            raise IntakeError(
                f"{len(mails)} different mails have this Message-ID ({places}): choose one by its folder",
                f"{len(mails)} messages différents ont ce Message-ID ({places}) : choisissez-en un par son dossier",
                aside="--folder",
            )
        return min(copies, key=lambda item: item.internal_date or clock.now())

    def _in(self, box: ImapMailbox, folder: str, message_id: str) -> list[Fetched]:
        box.examine(folder)
        found = list(box.fetch(folder, box.search_message_id(folder, message_id)))
        if any(item.raw is None for item in found):
            raise EmptyPayload
        return found

    def _account(self, line: int | None, glance: Glance, decision: Decision, content_key: bytes, case: Case) -> int:
        """The line that explains the mail names the case from now on."""
        if line is not None:
            self._store.ledger.assign(line, str(decision.disposition), decision.reasons, case.id)
            return line
        self._must_be_read(glance.message.position)
        entry = keeping.ledger_entry(
            self._store, glance, decision, content_key=content_key, case_id=case.id, source="manual"
        )
        return self._store.ledger.add(entry)

    def _must_be_read(self, place: Position) -> None:
        """A mail that the daemon has still to read would come to it as a repeated one."""
        row = self._store.ledger.folder(place.mailbox, place.folder, place.uidvalidity)
        if row is not None and place.uid > row["watermark"]:
            raise IntakeError(
                "this mail was not read yet: wait for the next poll of the mailbox",
                "ce message n’a pas encore été lu : attendez la prochaine relève de la boîte",
                aside="or run `intake-bot run --once` first",
            )


def _bracketed(text: str) -> str:
    """A Message-ID with its angle brackets. Raises IntakeError for what can be none."""
    bare = text.strip().strip("<>")
    if not bare or not bare.isascii() or not bare.isprintable() or " " in bare:
        raise IntakeError(
            f"{text.strip() or 'nothing'} is no Message-ID: it looks like <something@example.com>",
            f"« {text.strip()} » n’est pas un Message-ID : il a la forme <quelquechose@example.com>",
        )
    return f"<{bare}>"


def found(facts: Facts, reason: str, rights: tuple[Right, ...]) -> Decision:
    """The decision on a mail that a person calls a request: to be confirmed, with all that speaks against an answer."""
    held = hold_reasons(facts, ())
    reasons = tuple(dict.fromkeys((reason, *held, *(str(item) for item in facts.screening.reasons))))
    return Decision(Disposition.REVIEW, reasons, unconfirmed=rights, case_id=facts.thread.case_id)


def likely(verdict: Verdict | None) -> tuple[Right, ...]:
    """The rights that a verdict speaks for; the most probable one where none reached a threshold: a clock runs."""
    if verdict is None:
        return ()
    reached = tuple(right for right in Right if right in {*verdict.labels, *verdict.opened, *verdict.reviewed})
    if reached or not verdict.scores:
        return reached
    best = max(verdict.scores, key=lambda label: verdict.scores[label])
    return (Right(best),) if best in set(Right) else ()
