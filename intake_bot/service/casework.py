"""Everything that people do with a case, behind one door: the web desk, the desk's mails and the command line use it.

Each act takes the reference of the case and the name of the person, checks the move in cases/transitions.py, records
it and writes the letter that it owes, all in one transaction; it returns an `Effect`. `preview` shows the letters of
an act first. `as_role` is dpo, deputy, controller or agent. Acts raise IllegalTransition (with the reason and the moves
that are legal), NotFound, or IntakeError for what was told wrongly; nothing was written then.
"""

from intake_bot import clock
from intake_bot.cases.letters import Letters
from intake_bot.config import Settings
from intake_bot.service.case_answers import Answers
from intake_bot.service.case_clients import ClientRelations
from intake_bot.service.case_clock import CaseClock
from intake_bot.service.case_closing import Closing
from intake_bot.service.case_colleagues import Colleagues
from intake_bot.service.case_delivery import Delivery
from intake_bot.service.case_family import Family
from intake_bot.service.case_identity import CaseIdentity
from intake_bot.service.case_review import Review
from intake_bot.service.letterbox import Letterbox
from intake_bot.service.office import Draft, Effect, Preview
from intake_bot.store.store import Store

__all__ = ["Casework", "Draft", "Effect", "Preview", "open_casework"]


class Casework(Review, Family, CaseClock, CaseIdentity, Answers, Delivery, Closing, ClientRelations, Colleagues):
    """The acts on a case:

    confirm, correct, not_a_request, add_right; split, merge, link; request_specification, suspend, resume, record_fact,
    extend; ask_identity; note, hold, release, choose_addressee, record_advice, record_search, record_action,
    confirm_stop, notify_recipient; answer, deliver, refuse, charge_fee, lift_restriction, close, reopen; client_letter,
    inform_of_client, ask_colleague.

    Without effect: preview, addressee, delivery_address, advice, erasure_risks, concerned, client_need, untold,
    recipients, clients, colleagues.
    """


def open_casework(settings: Settings, store: Store, now: clock.Clock = clock.now) -> Casework:
    """Casework with a letterbox of its own."""
    return Casework(settings, store, Letterbox(settings, store, Letters(settings.templates_dir), now), now)
