"""Tells other programs what happens to cases: signed JSON with references only, in order, at least once.

Each URL has a position of its own along the events and a thread of its own: a receiver that is dead holds back nothing
but itself. It is tried again, ever more rarely, until it answers. How a receiver checks the signature: docs/desk.md.
"""

import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from intake_bot import clock
from intake_bot.cases.case import Case
from intake_bot.cases.events import Event, EventType, NewEvent
from intake_bot.cases.folding import fold
from intake_bot.config import Settings
from intake_bot.law.events import ANSWERS, EXTENSION_NOTICE, IDENTITY_KINDS, QUESTIONS
from intake_bot.rights import Right
from intake_bot.service.webpost import PostFailed, post_json
from intake_bot.store.store import Store
from intake_bot.store.webhooks import Place

log = logging.getLogger(__name__)

SIGNATURE = "X-Intake-Signature"

#: Seconds to the next try after the first, second, ... failure; the last one repeats.
RETRIES = (5, 30, 120, 600, 1800, 3600)
#: After this time of failure the digest speaks of it.
LASTING = timedelta(hours=24)
#: An event whose content a receiver has refused for so long is left out for it: those behind it wait.
GIVE_UP = timedelta(days=3)
#: Seconds between looks at the database, and places of one look.
LOOK_SECONDS, BATCH = 2.0, 50

#: Facts that concern nobody outside the desk.
_INNER = frozenset({EventType.NOTED, EventType.SERVICE})


def sign(secret: str, body: bytes, at: datetime) -> str:
    """The value of the signature's header: HMAC-SHA256 over "t.body", t in Unix seconds."""
    moment = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def shown(url: str) -> str:
    """What may be said of a URL: its host and port; the rest may be a secret."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


class Webhooks:
    """Delivers to the URLs of WEBHOOK_URLS."""

    def __init__(self, settings: Settings, store: Store, *, now: clock.Clock = clock.now) -> None:
        self.urls = settings.webhook_urls
        self._secret = settings.webhook_secret
        self._store = store
        self._now = now

    def settle(self) -> None:
        """Begin: a URL that is new gets what happens from now on."""
        self._store.webhooks.settle(self.urls)

    def run(self, url: str, stop: threading.Event) -> None:
        """Deliver to one URL until the stop."""
        while not stop.is_set():
            self.deliver(url, stop=stop.is_set)
            stop.wait(LOOK_SECONDS)

    def deliver(self, url: str, *, stop: Callable[[], bool] = lambda: False) -> int:
        """Deliver what waits for a URL. Returns how many it took; 0 while it waits after a failure, or while another
        process delivers to it. Raises LeaseLost when one took over in the middle.
        """
        hooks, leases = self._store.webhooks, self._store.leases
        progress = hooks.progress(url)
        if progress is None or (progress.not_before and self._now() < progress.not_before):
            return 0
        if not hooks.waiting(progress.position, 1):
            return 0
        fence = leases.take(f"webhook:{hooks.key(url).hex()}")
        if fence is None:
            return 0
        done = 0
        try:
            progress = hooks.progress(url) or progress  # another process may have been here until now
            for place in hooks.waiting(progress.position, BATCH):
                if stop() or not self._hand_over(url, place):
                    break
                with self._store.transaction():
                    leases.renew(fence)
                    hooks.passed(url, place.number)
                done += 1
        finally:
            leases.give_back(fence)
        if done:
            hooks.prune()
        return done

    def _hand_over(self, url: str, place: Place) -> bool:
        """Whether a place is done with: taken by the receiver, or nothing to tell."""
        told = self.told(url, place)
        if told is None:
            return True
        body = json.dumps(told, separators=(",", ":")).encode()
        try:
            post_json(url, body, {SIGNATURE: sign(self._secret, body, self._now())})
        except PostFailed as error:
            now, hooks = self._now(), self._store.webhooks
            progress = hooks.progress(url)
            failures = progress.failures if progress else 0
            if error.of_content and progress and progress.failing_since and now - progress.failing_since >= GIVE_UP:
                self._leave_out(url, told["case"], str(error), now)
                return True
            wait = RETRIES[min(failures, len(RETRIES) - 1)]
            hooks.failed(url, str(error), now, now + timedelta(seconds=wait))
            log.warning("webhook failed", extra={"receiver": shown(url), "error": str(error), "again_in": f"{wait} s"})
            return False
        return True

    def _leave_out(self, url: str, ref: str, error: str, now: datetime) -> None:
        payload = {"what": "webhook_left_out", "receiver": shown(url), "case": ref, "error": error}
        self._store.cases.record_service(NewEvent(EventType.SERVICE, "bot", now, payload))
        log.error("webhook: an event is left out", extra={"receiver": shown(url), "case": ref, "error": error})

    # -- what is told ------------------------------------------------------------------------------------------

    def told(self, url: str, place: Place) -> dict[str, Any] | None:
        """The delivery of one event: the case as it stood right after it. None for what is not told."""
        case = self._store.cases.case(place.case_id)
        events = [event for event in self._store.cases.events(place.case_id) if event.seq <= place.seq]
        if case is None or not events or events[-1].seq != place.seq or events[-1].type in _INNER:
            return None
        event, case = events[-1], _then(case, events)
        return {
            "delivery_id": self._store.keyring.index("webhook-delivery", f"{url}\0{place.number}").hex(),
            "type": kind_of(event),
            "case": case.ref,
            "rights": _rights(event.payload or {}, case),
            "status": str(case.status),
            "due_on": case.due_on.isoformat() if case.due_on else None,
            "safe_on": case.safe_on.isoformat() if case.safe_on else None,
            "occurred_at": clock.to_text(event.occurred_at),
        }

    # -- health ------------------------------------------------------------------------------------------------

    def failing(self, *, since: timedelta = timedelta()) -> list[tuple[str, datetime, str]]:
        """(host, failing since, error) of the receivers that have failed for that long."""
        found = []
        for url in self.urls:
            progress = self._store.webhooks.progress(url)
            if progress and progress.failing_since and self._now() - progress.failing_since >= since:
                found.append((shown(url), progress.failing_since, progress.error))
        return found


def kind_of(event: Event) -> str:
    """The type that is told: that of the event, or what a move of the clock or a correction means."""
    payload = event.payload or {}
    if event.type is EventType.CONFIRMED and "reason" in payload:
        return "corrected"  # Casework.correct gives a reason, if only an empty one; confirm gives none
    if event.type is not EventType.CLOCK:
        return str(event.type)
    moved = payload.get("event")
    if QUESTIONS.get(str(moved)) in IDENTITY_KINDS:
        return "suspended"
    if ANSWERS.get(str(moved)) in IDENTITY_KINDS:
        return "resumed"
    return "extended" if moved == EXTENSION_NOTICE else "dates_moved"


def _then(case: Case, events: list[Event]) -> Case:
    """The case right after the last of these events; as it is today where its content was erased."""
    if any(event.payload is None for event in events):
        return case
    facts = [NewEvent(event.type, event.actor, event.occurred_at, event.payload or {}) for event in events]
    identity = {"id": case.id, "ref": case.ref, "mailbox": case.mailbox, "controller": case.controller}
    return fold(None, facts, identity=identity)


def _rights(payload: Mapping[str, Any], case: Case) -> list[str]:
    """The codes that an event names, those of the case where it names none. Nothing but codes gets out."""
    named = payload.get("rights") or [payload.get("right")]
    codes = [item.get("right") if isinstance(item, dict) else item for item in named]
    found = [str(code) for code in codes if code in set(Right)]
    return found or [str(item.right) for item in case.rights]
