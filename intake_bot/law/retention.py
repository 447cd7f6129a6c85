"""How long what is kept, and what is due for erasure on a date. Data and pure functions; the store does the erasing.

GDPR art. 5(1)(e): "kept in a form which permits identification of data subjects for no longer than is necessary".
Art. 5(2): the controller "shall be able to demonstrate compliance". No authority fixes these periods: each rule names
its reason, and the DPO may set others (`schedule`). Days are local calendar dates of the acting controller.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from intake_bot.errors import ConfigurationError
from intake_bot.law.periods import add_months


class Kept(StrEnum):
    """What is kept."""

    MAIL_IDENTIFIERS = "mail_identifiers"  # Message-ID and sender hash of a mail that is no request
    MAIL_RECORD = "mail_record"  # its UID, receipt date, outcome, scores, model version, keyed content hash
    REVIEW_TEXT = "review_text"  # text kept for a person to judge
    ID_UNASKED = "id_unasked"  # an identity document that nobody asked for
    ID_CHECKED = "id_checked"  # one that was asked for
    MANDATE = "mandate"  # copies of mandates and of heirs' proofs
    CASE_CONTENT = "case_content"  # bodies, attachments and originals of a case
    CASE_ACTIVE = "case_active"  # a closed case within everyone's reach
    CASE_ARCHIVE = "case_archive"  # the archived case: events, letters, decisions
    DISCLOSED_FILE = "disclosed_file"  # the data file that was given to the person
    LOGS = "logs"  # technical logs
    SUPPRESSION = "suppression"  # the entry of the suppression list


class Since(StrEnum):
    """The event that a period starts from."""

    RECEIPT = "receipt"
    NOT_A_REQUEST = "not_a_request"  # the decision of the reviewer
    CHECK = "check"  # the DPO recorded the identity check
    CLOSURE = "closure"
    SENDING = "sending"
    WRITING = "writing"
    RECORDING = "recording"


class Action(StrEnum):
    """What happens when the period is over."""

    ERASE = "erase"
    ARCHIVE = "archive"  # out of daily reach: only for a dispute, an audit or the authority


@dataclass(frozen=True, slots=True)
class Period:
    """Months, then days. Months end as in Regulation 1182/71 art. 3(2)(c)."""

    months: int = 0
    days: int = 0

    def after(self, start: date) -> date:
        """The day on which the period is over."""
        return add_months(start, self.months) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the schedule. `period` None: kept as long as its purpose lasts."""

    kept: Kept
    since: Since
    period: Period | None
    action: Action
    reason: str


_YEAR = 12

#: The defaults. Practice where no text is named.
SCHEDULE: tuple[Rule, ...] = (
    Rule(
        Kept.MAIL_IDENTIFIERS, Since.RECEIPT, Period(days=30), Action.ERASE,
        "minimisation (GDPR arts 5(1)(c), 25): enough to recognise a repeated delivery or a reply",
    ),
    Rule(
        Kept.MAIL_RECORD, Since.RECEIPT, Period(months=13), Action.ERASE,
        "to answer a later complaint that a request was missed; names nobody, the hash is keyed",
    ),
    Rule(
        Kept.REVIEW_TEXT, Since.NOT_A_REQUEST, Period(), Action.ERASE,
        "destroyed as soon as a person said that it is no request (GDPR art. 5(1)(c))",
    ),
    Rule(
        Kept.ID_UNASKED, Since.RECEIPT, Period(days=7), Action.ERASE,
        "was not needed: deleted after the DPO's look, at the latest after seven days",
    ),
    Rule(
        Kept.ID_CHECKED, Since.CHECK, Period(), Action.ERASE,
        "no copy remains after the check (EDPB Guidelines 01/2022); a note of type, result, by, when",
    ),
    Rule(
        Kept.MANDATE, Since.CLOSURE, Period(), Action.ERASE,
        "served the check of this case only; a note of the check remains",
    ),
    Rule(
        Kept.CASE_CONTENT, Since.CLOSURE, Period(months=3), Action.ERASE,
        "bodies and attachments are trimmed when the case is archived; hash and manifest remain as proof",
    ),
    Rule(
        Kept.CASE_ACTIVE, Since.CLOSURE, Period(months=3), Action.ARCHIVE,
        "questions on the answer come within three months; then restricted archive",
    ),
    Rule(
        Kept.CASE_ARCHIVE, Since.CLOSURE, Period(months=5 * _YEAR), Action.ERASE,
        "proof of a right answer (GDPR art. 5(2)); civil liability lapses after five years (C. civ. art. 2224); six "
        "are defensible (délit, CPP art. 8)",
    ),
    Rule(
        Kept.DISCLOSED_FILE, Since.SENDING, Period(months=3), Action.ERASE,
        "the person has it; hash and manifest prove what was given",
    ),
    Rule(
        Kept.LOGS, Since.WRITING, Period(months=6), Action.ERASE,
        "CNIL délibération 2021-122: six to twelve months; no content and no address in them",
    ),
    Rule(
        Kept.SUPPRESSION, Since.RECORDING, None, Action.ERASE,
        "the least that keeps the objection effective (GDPR art. 21(3)), as long as there is marketing",
    ),
)  # fmt: skip

#: Beyond these a period would need a reason of its own; `schedule` refuses it.
_LONGEST: dict[Kept, Period] = {
    Kept.MAIL_IDENTIFIERS: Period(months=13),
    Kept.MAIL_RECORD: Period(months=36),
    Kept.REVIEW_TEXT: Period(days=30),
    Kept.ID_UNASKED: Period(days=7),
    Kept.ID_CHECKED: Period(months=12),
    Kept.MANDATE: Period(months=12),
    Kept.CASE_CONTENT: Period(months=6 * _YEAR),
    Kept.CASE_ACTIVE: Period(months=6 * _YEAR),
    Kept.CASE_ARCHIVE: Period(months=6 * _YEAR),
    Kept.DISCLOSED_FILE: Period(months=12),
    Kept.LOGS: Period(months=36),
}
_PERIOD = re.compile(r"(\d{1,4})\s*(day|month|year)s?")
_REFERENCE_DAY = date(2001, 1, 31)  # any day: periods are compared from it


def schedule(changes: Mapping[str, str] | None = None) -> tuple[Rule, ...]:
    """The defaults with the DPO's own periods: {"case_archive": "6 years", "logs": "12 months"}.

    Raises ConfigurationError with every unknown name, unreadable period, and period longer than can be justified.
    """
    changes = changes or {}
    problems = [f"{name} is not kept: known are {', '.join(Kept)}" for name in changes if name not in set(Kept)]
    rules = []
    for rule in SCHEDULE:
        text = changes.get(rule.kept)
        period = rule.period if text is None else _period(text)
        if text is not None and (rule.period is None or period is None):
            problems.append(f"{rule.kept}: {text} is no period such as 30 days, 13 months or 5 years")
        elif period is not None and period.after(_REFERENCE_DAY) > _LONGEST[rule.kept].after(_REFERENCE_DAY):
            problems.append(f"{rule.kept}: {text} is longer than can be justified ({_words(_LONGEST[rule.kept])})")
        else:
            rules.append(replace(rule, period=period))
    if problems:
        raise ConfigurationError(problems)
    return tuple(rules)


@dataclass(frozen=True, slots=True)
class Item:
    """Something kept. `start` is None until its event has happened: an open case has no closure."""

    kept: Kept
    id: str
    start: date | None
    on_hold: bool = False  # a dispute, a complaint or an authority's inquiry is pending (art. 17(3)(e))


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done with an item, since when, and why."""

    item: Item
    action: Action
    due_on: date
    reason: str


def due_on(item: Item, rules: Iterable[Rule] = SCHEDULE) -> date | None:
    """The day from which an item is due; None while its period has not started, never ends, or is on hold."""
    rule = next(rule for rule in rules if rule.kept is item.kept)
    if item.start is None or item.on_hold or rule.period is None:
        return None
    return rule.period.after(item.start)


def due(items: Iterable[Item], today: date, rules: Iterable[Rule] = SCHEDULE) -> tuple[Due, ...]:
    """What is due on a day, earliest first. Late items stay due until they are gone: a missed run is caught up."""
    by_kind = {rule.kept: rule for rule in rules}
    found = []
    for item in items:
        rule = by_kind[item.kept]
        day = due_on(item, (rule,))
        if day is not None and day <= today:
            found.append(Due(item, rule.action, day, rule.reason))
    return tuple(sorted(found, key=lambda entry: (entry.due_on, entry.item.kept, entry.item.id)))


def _period(text: str) -> Period | None:
    match = _PERIOD.fullmatch(text.strip().lower())
    if not match:
        return None
    number = int(match[1])
    return {"day": Period(days=number), "month": Period(number), "year": Period(number * _YEAR)}[match[2]]


def _words(period: Period) -> str:
    return f"{period.months} months" if period.months else f"{period.days} days"
