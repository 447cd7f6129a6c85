"""Letters to a joint controller, and to the person about it (GDPR art. 26). Prepared by a person, never automatic."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from intake_bot import clock
from intake_bot.cases import clientele, transitions
from intake_bot.cases.case import Case
from intake_bot.cases.events import EventType
from intake_bot.cases.transitions import DPO, Action
from intake_bot.law.calendars import add_working_days
from intake_bot.people.clients import Client
from intake_bot.rights import Right
from intake_bot.service.knowledge import Knowledge
from intake_bot.service.letterbox import Thread
from intake_bot.service.office import Effect, reason_given

#: Working days that the answer of a client leaves us before the safe date.
CLIENT_DAYS = 5


class ClientRelations(Knowledge):
    """Acts that concern a client of the table."""

    def client_need(self, ref: str, client: str = "", *, left: bool = False) -> clientele.Need | None:
        """Whether the client has to hear of the request; None when the table holds no such client."""
        case = self._case(ref)
        row = self._client(case, client)
        return clientele.need(row, [item.right for item in case.rights], left=left) if row else None

    def client_letter(
        self,
        ref: str,
        actor: str,
        *,
        what: str,
        client: str = "",
        person: str = "",
        despite: str = "",
        left: bool = False,
        rights: Sequence[Right | str] = (),
        answer_by: date | None = None,
        as_role: str = DPO,
    ) -> Effect:
        """Prepare the letter to a joint controller: held for a person whatever SEND_MODE, with the least it needs.

        `what`: what the client is to do or to tell, in words for it; `person`: by what it finds the record, "" to name
        nobody; `client`: its name, by default the one recognised; `left`: the person says they have left it;
        `despite`: why it is told although that is not needed; `answer_by`: local day, by default five working days
        before the safe date, none once that is past. The clock stays ours.

        Raises IllegalTransition: no such client, no arrangement, no contact, not needed.
        """
        with self._store.cases.attempt():
            case = self._case(ref)
            transitions.check_case(case, Action.CLIENT_LETTER, as_role, reason_given(what))
            row = self._client(case, client)
            asked = [item.right for item in (self._rights(case, rights) if rights else case.rights)]
            found = clientele.need(row, asked, left=left) if row else None
            clientele.must_allow(row, found, despite)
            assert row is not None
            case = self._append(
                case,
                (
                    EventType.CLIENT_INFORMED,
                    actor,
                    {
                        "client": row.name,
                        "what": what,
                        "person": person,
                        "despite": despite,
                        "left": left,
                        "arranged_on": str(row.arranged_on),
                    },
                ),
            )
            mailbox = self._mailbox(case)
            context = {
                **self._common(case, mailbox),
                "client": row.name,
                "arranged_on": row.arranged_on,
                "what": what,
                "person": person,
                "answer_by": answer_by or self._in_time(case),
            }
            in_our_words = replace(case, lang=self._settings.desk_language)
            letter = self._letterbox.to_person("client_letter", in_our_words, mailbox, row.contact, context, Thread(""))
            self._hold_letter(letter)
            told = self._say(
                "La lettre au client attend votre accord. Dites ensuite à la personne qui lui répondra (article 26).",
                "The letter to the client waits for your word. Then tell the person who answers (Article 26).",
            )
            return Effect(self._fresh(case), (letter,), (told,))

    def _in_time(self, case: Case) -> date | None:
        """By when a client has to answer for us to be in time; None once it is too late to ask for a day."""
        if case.safe_on is None:
            return None
        day = add_working_days(case.safe_on, -CLIENT_DAYS, case.jurisdiction)
        return day if day > clock.local_date(self._now(), case.zone) else None

    def inform_of_client(
        self, ref: str, actor: str, *, client: str = "", informed: bool = False, as_role: str = DPO
    ) -> Effect:
        """Tell the person who answers what under the arrangement (GDPR 26(1)-(2)). `informed`: the client was told.

        Raises IllegalTransition when the table holds no arrangement with the client.
        """
        with self._store.cases.attempt():
            case = self._case(ref)
            transitions.check_case(case, Action.INFORM_OF_CLIENT, as_role)
            row = self._client(case, client)
            clientele.must_allow(row, None, "")
            assert row is not None
            asked = [item.right for item in case.rights if item.running] or [item.right for item in case.rights]
            context = {
                "client": row.name,
                "answers": list(clientele.who_answers(row, asked)),
                "informed": informed,
                "due_on": case.due_on,
            }
            return self._letter(case, "client_informed", context, actor=actor).effect(self._fresh(case))

    def _client(self, case: Case, name: str) -> Client | None:
        if name:
            return next((item for item in self.clients().all if item.name.casefold() == name.casefold()), None)
        found = self.concerned(case.ref)
        return found[0].client if len(found) == 1 or (found and found[0].by == "domain") else None
