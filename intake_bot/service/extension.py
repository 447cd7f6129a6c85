"""When a period may be extended by two months (GDPR art. 12(3)), until when, and why not."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from intake_bot.cases import names
from intake_bot.cases.case import Case, RequestedRight, deadline, extendable
from intake_bot.cases.wording import format_date
from intake_bot.errors import IllegalTransition
from intake_bot.law.events import ANSWERS, EXTENSION_NOTICE, ClockEvent
from intake_bot.rights import Right

#: Answers that make a suspended clock run again. An answer about the scope is none: it never stood still for it.
SUFFICIENT = tuple(kind for kind in ANSWERS if not kind.startswith("clarification"))


def must_extend(case: Case, item: RequestedRight, now: datetime) -> None:
    """Whether a right can be extended now. Raises IllegalTransition."""
    right = names.right(item.right)
    if not extendable(item):
        raise no_extension(item.right)
    if any(mark.type == EXTENSION_NOTICE for mark in item.clock_events):
        raise IllegalTransition(
            f"{right[1]} was extended already: once only (GDPR 12(3)). Answer within the extended period",
            f"{right[0]} a déjà été prolongé : une seule fois (RGPD, art. 12(3)). Répondez dans le délai prolongé",
            field="rights",
        )
    extended = replace(item, clock_events=(*item.clock_events, ClockEvent(EXTENSION_NOTICE, now)))
    if not deadline(case, extended).extension_valid:
        raise IllegalTransition(
            f"too late to extend {right[1]}: the notice was due {_by(item, 'en')}within the first month "
            "(GDPR 12(3)); answer or refuse now",
            f"trop tard pour prolonger {right[0]} : la lettre devait partir {_by(item, 'fr')}dans le premier mois "
            "(RGPD, art. 12(3)) ; répondez ou refusez maintenant",
            field="rights",
        )


def must_be_allowed(until: date | None, last: date) -> None:
    """Whether a date may be promised. Raises IllegalTransition."""
    if until is not None and until > last:
        raise IllegalTransition(
            f"the law allows no later date than {format_date(last, 'en')} (GDPR 12(3)): promise an earlier one",
            f"la loi ne permet pas de date après le {format_date(last, 'fr')} (RGPD, art. 12(3)) : "
            "promettez-en une plus proche",
            field="until",
        )


def no_extension(right: Right | None = None) -> IllegalTransition:
    """A right that no law lets be extended; without one: no right of the case is."""
    one = names.right(right) if right else ("aucun droit de ce dossier", "no right of this case")
    never = "ne se prolonge jamais" if right else "ne peut être prolongé"
    return IllegalTransition(
        f"{one[1]} {'is never' if right else 'can be'} extended: marketing objections, withdrawals and data of minors "
        "never are (GDPR 7(3), 21(3); Loi 78-17 art. 51 II). Answer now",
        f"{one[0]} {never} : c’est exclu pour une opposition à la prospection, un retrait et les données d’un "
        "mineur (RGPD, art. 7(3) et 21(3) ; loi 78-17, art. 51 II). Répondez maintenant",
        field="rights",
    )


def _by(item: RequestedRight, lang: str) -> str:
    """ "by 2 December 2026, " where the law gives a date."""
    if item.due_on is None:
        return ""
    return f"{'au plus tard le' if lang == 'fr' else 'by'} {format_date(item.due_on, lang)}, "


def last_day(case: Case, item: RequestedRight, now: datetime) -> date:
    """The last day with a notice given now; while the clock stands still, as if the answer came today."""
    marks: tuple[ClockEvent, ...] = (*item.clock_events, ClockEvent(EXTENSION_NOTICE, now))
    found = deadline(case, replace(item, clock_events=marks))
    if found.extended_due_on is None:
        marks = (*marks, *(ClockEvent(kind, now) for kind in SUFFICIENT))
        found = deadline(case, replace(item, clock_events=marks))
    assert found.extended_due_on is not None
    return found.extended_due_on


def extension_facts(item: RequestedRight) -> dict[str, Any]:
    """What a menu shows of an extension: whether one is possible at all, and whether it was given."""
    given = any(mark.type == EXTENSION_NOTICE for mark in item.clock_events)
    return {"extendable": extendable(item), "given": given}
