"""Letters to the desk that belong to no single case: digest, alarms, escalations, weekly summary. References only."""

from collections.abc import Mapping
from typing import Any

from intake_bot import clock
from intake_bot.cases.letters import Envelope, Letters, OutgoingLetter, compose, new_token
from intake_bot.config import Settings
from intake_bot.service.letterbox import sender_name
from intake_bot.store.outbox import LetterStatus
from intake_bot.store.store import Store

#: What is said for each reason, in French and English: subject, text, what to do.
WORDS: dict[str, dict[str, tuple[str, str, str]]] = {
    "stop_not_done": {
        "fr": (
            "opposition ou retrait non exécuté",
            "L'arrêt demandé n'est pas confirmé dans l'outil d'envoi.",
            "importer la liste d'opposition, puis confirmer.",
        ),
        "en": (
            "a stop is not done",
            "The stop that was asked for is not confirmed in the mailing tool.",
            "import the suppression list, then confirm it.",
        ),
    },
    "breach_hours": {
        "fr": (
            "violation de données, le délai de 72 heures court",
            "Une notification à l'autorité de contrôle peut être due (article 33 du RGPD).",
            "décider de la notification avant ce moment, et le consigner.",
        ),
        "en": (
            "data breach, the 72 hours run",
            "A notification to the supervisory authority may be due (Article 33 GDPR).",
            "decide on the notification before that moment, and record it.",
        ),
    },
    "breach_over": {
        "fr": (
            "violation de données, le délai de 72 heures est passé",
            "Une notification tardive à l'autorité de contrôle indique les motifs du retard (article 33 du RGPD).",
            "notifier sans attendre, ou consigner pourquoi aucune notification n'est due.",
        ),
        "en": (
            "data breach, the 72 hours are over",
            "A late notification to the supervisory authority gives the reasons for the delay (Article 33 GDPR).",
            "notify without further delay, or record why no notification is due.",
        ),
    },
    "question_late": {
        "fr": (
            "une question attend depuis plus de cinq jours ouvrés",
            "Une question ou une réclamation sur les données personnelles n'a pas encore de réponse.",
            "répondre à la personne.",
        ),
        "en": (
            "a question has waited for more than five working days",
            "A question or a complaint about personal data is not answered yet.",
            "answer the person.",
        ),
    },
    "mailbox_silent": {
        "fr": ("boîte aux lettres illisible", "La boîte ne peut plus être lue.", "intake-bot check"),
        "en": ("mailbox not readable", "The mailbox can no longer be read.", "intake-bot check"),
    },
    "mailbox_heard": {
        "fr": (
            "levée, la boîte aux lettres est lue de nouveau",
            "La boîte qui ne pouvait plus être lue l'est de nouveau ; ce qui est arrivé entre-temps est lu aussi.",
            "rien.",
        ),
        "en": (
            "over, the mailbox is read again",
            "The mailbox that could not be read is read again; what arrived in the meantime is read too.",
            "nothing.",
        ),
    },
    "folder_renumbered": {
        "fr": (
            "un répertoire de la boîte a été recréé, renuméroté ou restauré",
            "Le serveur a renuméroté les messages (UIDVALIDITY) ou est revenu à un état antérieur (UIDNEXT). Ils sont "
            "relus et reconnus à leur contenu.",
            "demander à l'administrateur ce qui a changé, puis intake-bot ledger check",
        ),
        "en": (
            "a folder of the mailbox was made anew, renumbered or restored",
            "The server renumbered the mails (UIDVALIDITY) or went back to an earlier state (UIDNEXT). They are read "
            "again and known by their content.",
            "ask the administrator what changed, then intake-bot ledger check",
        ),
    },
    "letter_failed": {
        "fr": (
            "une lettre n'est pas partie",
            "Le serveur l'a refusée, ou l'on ne sait pas si elle est arrivée : la personne n'a peut-être rien reçu.",
            "intake-bot outbox list",
        ),
        "en": (
            "a letter did not leave",
            "The server refused it, or nobody knows whether it arrived: the person may have got nothing.",
            "intake-bot outbox list",
        ),
    },
    "classifier_failed": {
        "fr": (
            "le classement échoue",
            "Des messages n'ont pas pu être classés ; ils sont à revoir.",
            "intake-bot check",
        ),
        "en": ("classification fails", "Mails could not be classified; they are in review.", "intake-bot check"),
    },
    "purge_waits": {
        "fr": (
            "l'effacement de la nuit attend",
            "Plus de 45 jours séparent la date de la machine du dernier effacement. Rien n'est effacé de soi-même : "
            "une horloge en avance effacerait trop tôt, et sans retour.",
            "vérifier la date de la machine, puis intake-bot purge --dry-run et intake-bot purge",
        ),
        "en": (
            "the nightly erasure waits",
            "More than 45 days lie between the date of the machine and the last erasure. Nothing is erased by itself: "
            "a clock that is ahead would erase too early, for good.",
            "check the date of the machine, then intake-bot purge --dry-run and intake-bot purge",
        ),
    },
    "overdue": {
        "fr": ("dossiers en retard", "La date sûre de ces dossiers est dépassée.", "répondre aujourd'hui."),
        "en": ("cases overdue", "The safe date of these cases has passed.", "answer today."),
    },
    "soon_and_idle": {
        "fr": (
            "échéance sous deux jours ouvrés",
            "La date sûre de ces dossiers approche et personne n'y travaille.",
            "confier ces dossiers à quelqu'un.",
        ),
        "en": (
            "due within two working days",
            "The safe date of these cases is near and nobody works on them.",
            "put somebody in charge of these cases.",
        ),
    },
    "review_waits": {
        "fr": (
            "messages à confirmer depuis plus d'un jour ouvré",
            "Le délai court, mais personne n'a dit si ce sont des demandes.",
            "confirmer, corriger ou écarter.",
        ),
        "en": (
            "mails to confirm for more than a working day",
            "The clock runs, but nobody has said whether they are requests.",
            "confirm, correct or dismiss.",
        ),
    },
}


class DeskLetters:
    """Writes letters to the desk into the outbox, once for each key."""

    def __init__(self, settings: Settings, store: Store, *, now: clock.Clock = clock.now) -> None:
        self._settings = settings
        self._store = store
        self._letters = Letters(settings.templates_dir)
        self._now = now

    def address(self, reader: str) -> str:
        """Where a reader is reached; the DPO stands in for whoever has no address."""
        settings = self._settings
        chosen = {"deputy": settings.deputy_email, "management": settings.management_email}.get(reader, "")
        return chosen or settings.dpo_email

    def write(
        self, template: str, kind: str, recipient: str, context: Mapping[str, Any], dedupe: str
    ) -> OutgoingLetter | None:
        """One letter; None when there is no recipient or the letter of this key was written already."""
        if not recipient:
            return None
        settings, now = self._settings, self._now()
        lang, mailbox = settings.desk_language, settings.mailbox
        rendered = self._letters.render(template, lang, context)
        message_id = f"<{kind}.{new_token()}@{mailbox.address.rpartition('@')[2]}>"
        envelope = Envelope(
            sender_name=sender_name(settings.controller, lang),
            sender=mailbox.address,
            recipient=recipient,
            message_id=message_id,
            date=now,
            kind=kind,
            automatic="auto-generated",
            reply_to=mailbox.desk_address if mailbox.desk_address != mailbox.address else "",
        )
        letter = OutgoingLetter(
            kind=kind,
            lang=lang,
            audience="desk",
            mailbox=mailbox.name,
            recipient=recipient,
            message_id=message_id,
            raw=compose(rendered, envelope),
            dedupe=dedupe,
            thread_kind="desk",
        )
        status = LetterStatus.HELD if settings.send_mode == "off" else LetterStatus.QUEUED
        with self._store.transaction():
            key_id = self._store.keyring.create()
            item = self._store.outbox.write(letter, key_id=key_id, mode=settings.send_mode, status=status, at=now)
        return letter if item else None
