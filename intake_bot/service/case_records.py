"""What people did and found, written down: notes, holds, advice, searches, acts in other systems, recipients told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from intake_bot import clock
from intake_bot.cases import transitions
from intake_bot.cases.case import Case
from intake_bot.cases.events import EventType
from intake_bot.cases.recipients import Recipient, Recipients
from intake_bot.cases.transitions import DPO, Action
from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.rights import Right
from intake_bot.service.knowledge import Knowledge, load_recipients
from intake_bot.service.letterbox import STOPS
from intake_bot.service.office import Effect, in_the_future, no_mail_address, reason_given

#: What advice can be about: the moves that the controller decides (GDPR art. 38(6)).
ADVISED = ("refuse", "partly", "extend", "fee")


class Records(Knowledge):
    """Acts that write down and decide nothing."""

    def note(self, ref: str, actor: str, text: str, *, as_role: str = DPO) -> Effect:
        """A note in the case, for the desk only. Raises IntakeError on an empty one."""
        if not text.strip():
            raise IntakeError(
                "an empty note says nothing: write it", "une note vide ne dit rien : écrivez-la", field="text"
            )
        with self._store.cases.attempt():
            case = self._case(ref)
            transitions.check_case(case, Action.NOTE, as_role)
            return Effect(self._append(case, (EventType.NOTED, actor, {"text": text})))

    def hold(self, ref: str, actor: str, *, reason: str, as_role: str = DPO) -> Effect:
        """Nothing irreversible is done in this case until somebody releases it."""
        with self._store.cases.attempt():
            case = self._case(ref)
            transitions.check_case(case, Action.HOLD, as_role, reason_given(reason))
            return Effect(self._append(case, (EventType.HELD, actor, {"reasons": [reason]})))

    def release(self, ref: str, actor: str, *, note: str = "", as_role: str = DPO) -> Effect:
        """What the hold was about has been read (a reply that withdraws or contests): the case goes on."""
        with self._store.cases.attempt():
            case = self._case(ref)
            transitions.check_case(case, Action.RELEASE, as_role)
            if not case.hold:
                raise IllegalTransition(
                    f"case {case.ref} is not held: there is nothing to lift",
                    f"le dossier {case.ref} n’est pas en attente : il n’y a rien à lever",
                )
            payload = {"reasons": list(case.hold), "note": note}
            return Effect(self._append(case, (EventType.RELEASED, actor, payload)))

    def choose_addressee(
        self, ref: str, actor: str, address: str, *, reason: str, verified: str = "", as_role: str = DPO
    ) -> Effect:
        """Whom the letters of this case go to: the person, or the agent if the mandate says so.

        `verified`: how it was verified that this address is the person's (registered, called back, ...); only then may
        personal data be sent there (`deliver`). Raises IntakeError for one of our own addresses or no address.
        """
        address = address.strip().lower()
        with self._store.cases.attempt():
            case = self._case(ref)
            transitions.check_case(case, Action.CHOOSE_ADDRESSEE, as_role, reason_given(reason))
            if address.count("@") != 1 or any(sign.isspace() for sign in address):
                raise no_mail_address(address, "address")
            if address in self._mailbox(case).own_addresses:
                raise IntakeError(
                    f"{address} is one of our own addresses: name that of the person, or of the agent",
                    f"{address} est l’une de nos adresses : donnez celle de la personne, ou du mandataire",
                    field="address",
                )
            self._store.correspondence.add_participant(case.id, address, "person")
            payload = {"address": address, "reason": reason, "verified": verified.strip()}
            return Effect(self._append(case, (EventType.ADDRESSEE_CHOSEN, actor, payload)))

    def record_advice(
        self, ref: str, actor: str, about: str, advice: str, *, rights: Sequence[Right | str] = (), as_role: str = DPO
    ) -> Effect:
        """The DPO's advice before the controller decides; `about`: refuse, partly, extend or fee (GDPR art. 38(6))."""
        if about not in ADVISED:
            raise IntakeError(
                "advice is about an extension, a refusal, an answer in part or a fee (GDPR 38(6)): choose one",
                "un avis porte sur une prolongation, un refus, une réponse partielle ou des frais (RGPD, art. 38(6)) : "
                "choisissez",
                field="about", aside=f"{', '.join(ADVISED)}, not {about}",
            )  # fmt: skip
        with self._store.cases.attempt():
            case = self._case(ref)
            names = self._check(case, self._rights(case, rights), Action.RECORD_ADVICE, as_role, reason_given(advice))
            payload = {"about": about, "rights": names, "advice": advice}
            return Effect(self._append(case, (EventType.ADVICE_RECORDED, actor, payload)))

    def record_search(
        self, ref: str, actor: str, system: str, found: str, *, rights: Sequence[Right | str] = (), as_role: str = DPO
    ) -> Effect:
        """A search: in which system, with which result. “Nothing held” goes out only after one (GDPR 15(1))."""
        return self._recorded(
            ref, actor, Action.RECORD_SEARCH, as_role, rights, {"kind": "search", "system": system, "found": found}
        )

    def record_action(
        self,
        ref: str,
        actor: str,
        system: str,
        *,
        ticket: str = "",
        done: str = "",
        rights: Sequence[Right | str] = (),
        as_role: str = DPO,
    ) -> Effect:
        """Something done in another system: `system`, its ticket, what. Warns where it was early or is risky."""
        effect = self._recorded(
            ref,
            actor,
            Action.RECORD_ACTION,
            as_role,
            rights,
            {"kind": "action", "system": system, "ticket": ticket, "done": done},
        )
        case = effect.case
        warnings: tuple[str, ...] = ()
        if Right.ERASURE in [Right(code) for code in (rights or [item.right for item in case.running])]:
            warnings = self._worded(self._risks_of_erasing(case))
        return Effect(case, warnings=warnings)

    def _recorded(
        self, ref: str, actor: str, action: Action, role: str, rights: Sequence[Right | str], payload: dict[str, Any]
    ) -> Effect:
        if not str(payload["system"]).strip():
            raise IntakeError("in which system? Name it", "dans quel système ? Nommez-le", field="system")
        with self._store.cases.attempt():
            case = self._case(ref)
            names = self._check(case, self._rights(case, rights), action, role)
            return Effect(self._append(case, (EventType.ACTION_RECORDED, actor, {**payload, "rights": names})))

    def confirm_stop(
        self, ref: str, actor: str, system: str, *, at: datetime | None = None, as_role: str = DPO
    ) -> Effect:
        """The system that sends has stopped: the suppression list was imported there (GDPR 7(3), 21(3)).

        `at`: since when (aware; now by default). Before this, the stop is recorded, not carried out.
        """
        with self._store.cases.attempt():
            case = self._case(ref)
            items = [item for item in case.running if item.right in STOPS]
            if not items:
                raise IllegalTransition(
                    f"case {case.ref} holds no running marketing objection or withdrawal: there is no stop to confirm",
                    f"le dossier {case.ref} n’a pas d’opposition à la prospection ni de retrait en cours : il n’y a "
                    "pas d’arrêt à confirmer",
                )
            names = self._check(case, items, Action.CONFIRM_STOP, as_role)
            moment = at or self._now()
            if moment > self._now():
                raise in_the_future()
            payload = {"rights": names, "system": system, "at": clock.to_text(moment)}
            return Effect(self._append(case, (EventType.STOP_CONFIRMED, actor, payload)))

    confirm_stop_imported = confirm_stop

    def recipients(self) -> Recipients:
        """The configured recipients (data/recipients.toml)."""
        return load_recipients()

    def notify_recipient(
        self,
        ref: str,
        actor: str,
        recipient: str,
        *,
        rights: Sequence[Right | str] = (),
        how: str = "",
        impossible: str = "",
        as_role: str = DPO,
    ) -> Effect:
        """A recipient was told of a rectification, erasure or restriction (GDPR art. 19), or why that is impossible
        or a disproportionate effort. `recipient`: its code in the table; `how`: ticket, mail, ...

        Raises IntakeError for a recipient that the table does not hold.
        """
        row: Recipient = self.recipients().find(recipient)
        with self._store.cases.attempt():
            case = self._case(ref)
            items = [item for item in (self._rights(case, rights) if rights else case.rights) if item.right in ART_19]
            if not items:
                raise IllegalTransition(
                    "recipients are told of rectification, erasure, restriction and what they follow from (GDPR 19): "
                    "none is in this case",
                    "les destinataires sont informés d’une rectification, d’un effacement, d’une limitation et de ce "
                    "qui les entraîne (RGPD, art. 19) : ce dossier n’en a pas",
                    field="rights",
                )
            names = self._check(case, items, Action.NOTIFY_RECIPIENT, as_role)
            payload = {
                "recipient": row.code,
                "rights": names,
                "how": how,
                "told": not impossible.strip(),
                "impossible": impossible,
            }
            return Effect(self._append(case, (EventType.RECIPIENT_NOTIFIED, actor, payload)))

    def untold(self, case: Case, right: Right) -> tuple[Recipient, ...]:
        """The recipients of which nothing is recorded yet for this right (GDPR art. 19)."""
        if right not in ART_19:
            return ()
        facts = self._dossier(case).of(EventType.RECIPIENT_NOTIFIED)
        settled = {fact.payload["recipient"] for fact in facts if fact.concerns(right)}
        return tuple(row for row in self.recipients().all if row.notified and row.code not in settled)


#: Art. 19 follows 16, 17(1) and 18; a withdrawal and a marketing objection bring erasure along (17(1)(b)-(c)).
ART_19 = frozenset(
    {
        Right.RECTIFICATION,
        Right.ERASURE,
        Right.RESTRICTION,
        Right.WITHDRAW_CONSENT,
        Right.OBJECTION_MARKETING,
        Right.OBJECTION,
    }
)
