"""Rule sets: the durations and choices of the law as data, versioned and named.

A date is stored with the name of its rule set and is recomputed, never edited. A change of the law or of a default
(law of 2026: the "Digital Omnibus" is only a proposal) makes a new set with a new name; the old one stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from intake_bot.errors import InvalidDeadlineInput
from intake_bot.law.calendars import FRANCE, UNITED_KINGDOM, canonical, national
from intake_bot.rights import Right


class Clock(StrEnum):
    """How the time of a request runs."""

    MONTH = "month"  # GDPR 12(3): one month from receipt, two more on notice
    STOP_THEN_MONTH = "immediate_stop_then_month"  # 21(3): "shall no longer be processed"; the month bounds the answer
    WITHOUT_UNDUE_DELAY = "without_undue_delay"  # 7(3): effective at once, no art. 12(3) period of its own
    MONTH_BY_ANALOGY = "month_by_analogy"  # Loi 78-17 art. 85 sets no period
    DATE_IN_LETTER = "date_in_letter"  # GDPR 31, 58: the date that the authority sets
    HOURS = "72h"  # 33(1): elapsed hours
    NONE = "none"  # 38(4), 77: no period


@dataclass(frozen=True, slots=True)
class ClockRule:
    """What one right's clock allows. `extendable`: 12(3) second sentence. `suspendable`: a question may stop it."""

    clock: Clock
    extendable: bool = False
    suspendable: bool = False
    stop_processing: str | None = None
    source: str = ""


def _month(source: str, clock: Clock = Clock.MONTH) -> ClockRule:
    return ClockRule(clock, extendable=True, suspendable=True, source=source)


# Erasure and restriction are owed "without undue delay" and "at once"; the month is their ceiling. Art. 19 and 22 lie
# inside "Articles 15 to 22" of 12(3), extension included.
CLOCKS: Mapping[Right, ClockRule] = {
    **{
        right: _month("GDPR 12(3)")
        for right in (
            Right.ACCESS,
            Right.RECTIFICATION,
            Right.ERASURE,
            Right.RESTRICTION,
            Right.RECIPIENTS_NOTIFICATION,
            Right.PORTABILITY,
            Right.OBJECTION,
            Right.AUTOMATED_DECISION,
        )
    },
    # 21(3): absolute. No identity question is needed to stop writing to an address, so none suspends; no extension.
    Right.OBJECTION_MARKETING: ClockRule(
        Clock.STOP_THEN_MONTH, stop_processing="immediately", source="GDPR 21(3), 12(3)"
    ),
    # 7(3): "as easy to withdraw as to give consent". Not a request under arts 15 to 22; the month is a backstop for the
    # erasure that it brings along (17(1)(b), C-129/21).
    Right.WITHDRAW_CONSENT: ClockRule(
        Clock.WITHOUT_UNDUE_DELAY, stop_processing="immediately", source="GDPR 7(3), 17(1)(b)"
    ),
    Right.POST_MORTEM: _month("Loi 78-17 art. 85", Clock.MONTH_BY_ANALOGY),
    Right.PRIVACY_QUESTION: ClockRule(Clock.NONE, source="GDPR 38(4)"),
    Right.PRIVACY_COMPLAINT: ClockRule(Clock.NONE, source="GDPR 77"),
    Right.REGULATOR_LETTER: ClockRule(Clock.DATE_IN_LETTER, source="GDPR 31, 58"),
    Right.BREACH_REPORT: ClockRule(Clock.HOURS, source="GDPR 33(1)"),
}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of the law of one place. Months and hours as numbers; choices as flags."""

    name: str
    #: 12(3): "within one month of receipt of the request".
    first_months: int = 1
    #: 12(3): "may be extended by two further months".
    extension_months: int = 2
    #: 33(1): "not later than 72 hours".
    breach_hours: int = 72
    #: What a needed identity question does: False suspends (décret 2019-536 art. 77), True starts the month anew.
    identity_restarts: bool = False
    #: Whether a recital 63 question about the scope of an access request stops the clock by default.
    clarification_suspends: bool = False
    #: Whether the days of that question and of its answer are both left out (N + 1) or only the second (N).
    clarification_inclusive: bool = False
    #: Days to acknowledge a data protection complaint; None where the law sets none.
    complaint_acknowledgement_days: int | None = None
    #: The text on which the effect of the identity question rests.
    identity_source: str = ""

    @property
    def total_months(self) -> int:
        """Months from receipt to the end of a validly extended period."""
        return self.first_months + self.extension_months


#: France: décret 2019-536 art. 77 para 3, the periods of 12(3) "are suspended" while identity information is awaited.
FR_2026_1 = RuleSet("FR-2026.1", identity_source="décret 2019-536 art. 77")

#: Other Member States: the same counting; the pause rests on the EDPB alone.
EU_2026_1 = RuleSet("EU-2026.1", identity_source="EDPB 01/2022 s.5.3")

#: UK GDPR art. 12A, in force 5 February 2026: the month begins with the relevant time, which is the receipt of the
#: identity information if that came later than the request; the days from the scope question to its answer, both
#: included, do not count. DPA 2018 s.164A: complaints acknowledged within 30 days from 19 June 2026.
UK_2026_1 = RuleSet(
    "UK-2026.1",
    identity_restarts=True,
    clarification_suspends=True,
    clarification_inclusive=True,
    complaint_acknowledgement_days=30,
    identity_source="UK GDPR art. 12A",
)

RULE_SETS: Mapping[str, RuleSet] = {rules.name: rules for rules in (FR_2026_1, EU_2026_1, UK_2026_1)}


@dataclass(frozen=True, slots=True)
class ServiceTargets:
    """Practice of this house, not law: what the alarms run on. Hours elapsed, days calendar, working days as named."""

    stop_alert_hours: int = 24
    stop_breach_hours: int = 72
    question_working_days: int = 5
    reminder_days: tuple[int, ...] = (7,)


SERVICE_TARGETS = ServiceTargets()


def rules_for(jurisdiction: str) -> RuleSet:
    """The rule set in force for the place where the controller acts. Raises UnknownJurisdiction."""
    code = canonical(jurisdiction)
    if code == UNITED_KINGDOM:
        return UK_2026_1
    return FR_2026_1 if national(code) == FRANCE else EU_2026_1


def rule_set(name: str) -> RuleSet:
    """The rule set of that name, old versions included. Raises InvalidDeadlineInput."""
    try:
        return RULE_SETS[name]
    except KeyError:
        raise InvalidDeadlineInput(f"no rule set is called {name!r}; known: {', '.join(RULE_SETS)}") from None
