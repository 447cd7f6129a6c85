"""Puts marketing objections and withdrawals on the suppression list, hands it to the mailing tool, sees it taken in.

"Recorded" is not "stopped": until a person or the tool confirms the import the right stays open, and an alarm goes out
after a day. The list concerns marketing only; no service, invoice or case mail asks it.
"""

import csv
import io
import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from intake_bot import clock
from intake_bot.cases.case import Case
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.config import Settings
from intake_bot.errors import IntakeError
from intake_bot.law.service import stop_alert_at
from intake_bot.people.circumstances import about_mailings, codes
from intake_bot.rights import Right
from intake_bot.service.deskletters import WORDS, DeskLetters
from intake_bot.service.webpost import PostFailed, post_json
from intake_bot.store.store import Store
from intake_bot.store.suppression import Suppressed

log = logging.getLogger(__name__)

COLUMNS = ("address", "recorded_on", "reference")
_ALARM = "suppression-alarm"
_STOPS = frozenset({Right.OBJECTION_MARKETING, Right.WITHDRAW_CONSENT})


class Suppression:
    """The way of an address onto the list and out to the tool."""

    def __init__(self, settings: Settings, store: Store, *, now: clock.Clock = clock.now) -> None:
        self._settings = settings
        self._store = store
        self._now = now
        self._desk = DeskLetters(settings, store, now=now)

    def tick(self, now: datetime) -> None:
        """Record new objections, tell the webhook, raise the alarm. Called every minute."""
        self.collect(now)
        if self._settings.suppression_webhook:
            self.post(now)
        self.alarm(now)

    def collect(self, now: datetime) -> int:
        """Put the senders of open marketing objections on the list, and of withdrawals that concern mailings.

        Returns how many are new. A case that is held waits for a person: an agent's own address is not the one to be
        stopped.
        """
        added = 0
        for case_id, right in self._store.suppression.rights_without_entry():
            if right is Right.WITHDRAW_CONSENT and not self._about_mailings(case_id):
                continue
            address = self._address(case_id)
            if address and not self._store.suppression.holds(address):
                with self._store.transaction():
                    added += self._store.suppression.record(address, case_id, now) is not None
        return added

    def _about_mailings(self, case_id: str) -> bool:
        """Whether the mail that brought the withdrawal says that it concerns mailings (row 1 of the identity ladder).

        Read from the mail, since a right that was added later, by a reply or by a person, has no row of its own.
        """
        case = self._store.cases.case(case_id)
        item = case.right(Right.WITHDRAW_CONSENT) if case else None
        brought = clock.to_text(item.received_at) if item else ""
        contents = [
            mail["content"] or {}
            for mail in self._store.correspondence.mails(case_id)
            if mail["received_at"] == brought
        ]
        texts = [f"{content.get('subject', '')}\n{content.get('new_text', '')}" for content in contents]
        return any(about_mailings(codes(text)) for text in texts)

    def _address(self, case_id: str) -> str:
        """The address to be stopped: the one that was chosen for the case, else that of the sender."""
        found = ""
        for event in self._store.cases.events(case_id):
            payload = event.payload or {}
            if event.type is EventType.OPENED and not found:
                found = str((payload.get("sender") or {}).get("address", ""))
            if str(event.type) == "addressee_chosen":
                found = str(payload.get("address", "")) or found
        return found if self._store.correspondence.role(case_id, found) != "relay" else ""

    # -- out ---------------------------------------------------------------------------------------------------

    def export(self, now: datetime, hand_over: Callable[[str], object]) -> int:
        """Give all that no tool has confirmed to `hand_over`, as CSV. Returns the number of entries.

        They count as exported once it has returned: what could not be written was handed to nobody.
        """
        entries = [entry for entry in self._store.suppression.pending() if entry.address]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows(self._row(entry) for entry in entries)
        hand_over(text.getvalue())
        self._store.suppression.exported([entry.id for entry in entries], now)
        return len(entries)

    def _row(self, entry: Suppressed) -> tuple[str, str, str]:
        address = entry.address or ""
        # A spreadsheet would run a cell that begins like a formula.
        safe = f"'{address}" if address[:1] in ("=", "+", "-", "@") else address
        return safe, clock.local_date(entry.recorded_at, self._settings.controller.zone).isoformat(), self._ref(entry)

    def _ref(self, entry: Suppressed) -> str:
        case = self._store.cases.case(entry.case_id) if entry.case_id else None
        return case.ref if case else ""

    def post(self, now: datetime) -> int:
        """Send entries that were never exported to the webhook, as JSON. Returns how many it accepted.

        Accepted is not confirmed, unless it answers {"confirmed": true}. A failure is logged and tried again; the
        alarm speaks up when it lasts.
        """
        entries = [entry for entry in self._store.suppression.pending() if entry.address and not entry.exported_at]
        if not entries:
            return 0
        body = {"suppress": [dict(zip(COLUMNS, self._json_row(entry), strict=True)) for entry in entries]}
        token = self._settings.suppression_token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            reply = post_json(self._settings.suppression_webhook, json.dumps(body).encode(), headers)
        except PostFailed as error:
            log.warning("suppression webhook failed", extra={"error": str(error)})
            return 0
        self._store.suppression.exported([entry.id for entry in entries], now)
        if _confirmed(reply):
            self.confirm([entry.address or "" for entry in entries], "webhook", now)
        return len(entries)

    def _json_row(self, entry: Suppressed) -> tuple[str, str, str]:
        return (entry.address or "", *self._row(entry)[1:])

    # -- confirmed ---------------------------------------------------------------------------------------------

    def confirm(self, addresses: Sequence[str] | None, actor: str, now: datetime) -> int:
        """The tool has taken in these addresses, or all that were exported when None. Returns how many entries.

        Their clear text is destroyed; the hash stays. The cases learn that sending has stopped; closing the right is
        a person's act. Raises IntakeError when `addresses` is given and none of them waits.
        """
        store = self._store
        with store.transaction():
            entries = store.suppression.confirm(addresses, actor, now)
            if addresses is not None and not entries:
                raise IntakeError(
                    "none of these addresses waits for a confirmation: export the list again and look which do",
                    "aucune de ces adresses n’attend de confirmation : exportez de nouveau la liste et regardez",
                    aside="suppression export",
                )
            store.retention.doom(store.suppression.keys_of(entries), now)
            for entry in entries:
                self._tell_case(entry, actor, now)
        store.retention.destroy_doomed()
        return len(entries)

    def _tell_case(self, entry: Suppressed, actor: str, now: datetime) -> None:
        case = self._store.cases.case(entry.case_id) if entry.case_id else None
        rights = [str(item.right) for item in case.running if item.right in _STOPS] if case else []
        if case is not None and rights:
            payload = {"rights": rights, "system": "suppression list", "at": clock.to_text(now)}
            self._store.cases.append(case.id, [NewEvent(EventType.STOP_CONFIRMED, actor, now, payload)])

    # -- alarm -------------------------------------------------------------------------------------------------

    def overdue(self, now: datetime) -> list[Suppressed]:
        """Entries that nobody confirmed within the time that the law's alarm leaves (24 hours)."""
        return [
            entry for entry in self._store.suppression.pending() if now >= stop_alert_at(entry.recorded_at)
        ]  # fmt: skip

    def alarm(self, now: datetime) -> int:
        """Tell the DPO of overdue entries, once each. Those of running rights are in the alarms of the cases."""
        settings, lang = self._settings, self._settings.desk_language
        said = 0
        for entry in self.overdue(now):
            case = self._store.cases.case(entry.case_id) if entry.case_id else None
            if _runs(case) or self._store.marks.has(_ALARM, entry.id):
                continue
            subject, text, todo = WORDS["stop_not_done"][lang]
            refs = (case.ref,) if case else ()
            context = {"subject": subject, "text": text, "todo": todo, "refs": refs, "at": ""}
            with self._store.transaction():
                if self._store.marks.set(_ALARM, entry.id, now):
                    self._desk.write("alarm", "alarm", settings.dpo_email, context, f"{_ALARM}:{entry.id}")
                    said += 1
        return said


def _runs(case: Case | None) -> bool:
    return case is not None and any(item.right in _STOPS for item in case.running)


def _confirmed(reply: bytes) -> bool:
    try:
        answer = json.loads(reply)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("confirmed") is True
