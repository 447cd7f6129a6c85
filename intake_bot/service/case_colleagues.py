"""Asking a colleague about a case: a letter inside the house, and an answer that decides nothing."""

from collections.abc import Iterator
from typing import Any

from intake_bot.cases import transitions
from intake_bot.cases.case import Case
from intake_bot.cases.casefile import verdict_of
from intake_bot.cases.events import EventType
from intake_bot.cases.transitions import DPO, Action
from intake_bot.errors import IntakeError
from intake_bot.service.letterbox import Contents
from intake_bot.service.office import Effect, Office, no_mail_address

#: Characters of a question, and of the person's mail that NOTIFY_CONTENT=full sends along.
QUESTION, QUOTED = 4_000, 20_000


class Colleagues(Office):
    """Acts towards colleagues."""

    def ask_colleague(self, ref: str, actor: str, to: str, question: str, *, as_role: str = DPO) -> Effect:
        """Ask a colleague by mail; the answer comes back to the case. No status changes.

        `to` is an address of an internal domain or of an account of the desk. What goes along follows NOTIFY_CONTENT.
        Raises IllegalTransition; IntakeError for another address, or for no question.
        """
        address, text = to.strip().lower(), question.strip()
        if not text or len(text) > QUESTION:
            raise IntakeError(
                f"a question has 1 to {QUESTION} characters: write or shorten it",
                f"une question a de 1 à {QUESTION} caractères : écrivez-la ou raccourcissez-la",
                field="question",
            )
        with self._store.cases.attempt():
            case = self._case(ref)
            transitions.check_case(case, Action.ASK_COLLEAGUE, as_role)
            self._must_be_colleague(case, address)
            contents = self._letterbox.contents_for(address)
            payload = {"to": address, "question": text, "content": str(contents)}
            case = self._append(case, (EventType.COLLEAGUE_ASKED, actor, payload))
            context = {"asker": actor, "question": text, **self._shared(case, contents)}
            letter = self._letterbox.ask(case, self._mailbox(case), address, context)
            return Effect(self._fresh(case), (letter,), self._told_little(contents))

    def colleagues(self) -> list[str]:
        """The addresses of the accounts of the desk, to choose from."""
        return self._store.addresses.all()

    def _must_be_colleague(self, case: Case, address: str) -> None:
        mailbox = self._mailbox(case)
        local, _, domain = address.partition("@")
        if not local or not domain or "@" in domain or any(sign.isspace() for sign in address):
            raise no_mail_address(address, "to")
        if address in mailbox.own_addresses:
            raise IntakeError(
                f"{address} is one of our own addresses: nobody in particular would be asked. Name a colleague",
                f"{address} est l’une de nos adresses : la question n’irait à personne en particulier. Nommez un "
                "collègue",
                field="to",
            )
        owner = self._store.addresses.owner(self._store.addresses.key(address))
        if domain not in mailbox.internal_domains and not (owner and owner.active):
            raise IntakeError(
                f"{address} is no colleague: only addresses of {', '.join(mailbox.internal_domains)} and of accounts "
                "of the desk are asked (GDPR 32(4))",
                f"{address} n’est pas l’adresse d’un collègue : seules le sont celles de "
                f"{', '.join(mailbox.internal_domains)} et des comptes du bureau (RGPD, art. 32(4))",
                field="to", aside="INTAKE_INTERNAL_DOMAINS",
            )  # fmt: skip
        if self._store.correspondence.role(case.id, address) == "person":
            raise IntakeError(
                f"{address} is the person of this case: write to them by the acts of the case",
                f"{address} est l’adresse de la personne de ce dossier : écrivez-lui par les actes du dossier",
                field="to",
            )

    def _shared(self, case: Case, contents: Contents) -> dict[str, Any]:
        """What the colleague may see of the case."""
        shown: dict[str, Any] = {"rights": [], "safe_on": None, "evidence": [], "sender": "", "quoted": ""}
        if contents is Contents.REFERENCE:
            return shown
        shown |= {"rights": [item.right for item in case.running], "safe_on": case.safe_on}
        shown["evidence"] = list(self._evidence(case))[:5]
        if contents is Contents.FULL:
            shown["sender"] = self._dossier(case).sender
            # Marked as a quote line by line, so that no line of a stranger reads as ours.
            shown["quoted"] = "\n".join(f"> {line}".rstrip() for line in self._request_text(case).split("\n"))
        return shown

    def _requests(self, case: Case) -> Iterator[dict[str, Any]]:
        for mail in self._store.correspondence.mails(case.id):
            if mail["role"] == "request" and mail["content"]:
                yield mail["content"]

    def _evidence(self, case: Case) -> Iterator[str]:
        for content in self._requests(case):
            verdict = verdict_of(content)
            for item in verdict.evidence if verdict else ():
                yield " ".join(item.text.split())[:300]

    def _request_text(self, case: Case) -> str:
        return "\n\n".join(str(content.get("new_text", "")).strip() for content in self._requests(case))[:QUOTED]

    def _told_little(self, contents: Contents) -> tuple[str, ...]:
        mode, warnings = self._settings.send_mode, tuple[str, ...]()
        if mode in ("off", "dry"):
            warnings += (
                self._say(
                    f"SEND_MODE={mode} : la lettre ne part pas, personne n'est interrogé.",
                    f"SEND_MODE={mode}: the letter does not leave, nobody is asked.",
                ),
            )
        if contents is Contents.REFERENCE:
            warnings += (
                self._say(
                    "NOTIFY_CONTENT : votre collègue ne reçoit que la référence et la question, rien de la personne ni "
                    "de son message. La question part telle quelle : n'y mettez que ce qu'il doit savoir.",
                    "NOTIFY_CONTENT: your colleague gets the reference and the question only, nothing of the person or "
                    "of the mail. The question leaves as it is: put no more into it than they have to know.",
                ),
            )
        return warnings
