"""Missed requests: a weekly sample of mails that were no request, fetched again, shown to a person, and destroyed.

What was recorded as nothing for us keeps no text; so that somebody can look whether that is right, a few mails a week
come back from the mailbox, read-only, each under a key of its own that falls with the judgement or after two weeks.
"""

import base64
import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from intake_bot import clock
from intake_bot.cases import sampling
from intake_bot.cases.reminders import week_of
from intake_bot.classifier.verdict import Verdict
from intake_bot.config import Settings
from intake_bot.errors import IntakeError
from intake_bot.mail.inbound import InboundMessage
from intake_bot.mail.mailbox import Fetched, Mailbox
from intake_bot.mail.message import parse
from intake_bot.rights import Right
from intake_bot.service.retrieval import Retrieval, Retrieved
from intake_bot.store.missed import Sample, SampleStatus
from intake_bot.store.store import Store

log = logging.getLogger(__name__)

#: The mark of a draw; its key is the week.
MARK = "missed_sample"
#: How long a text waits to be judged.
KEPT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Shown:
    """A sampled mail as a person judges it. `scores`: label and probability, the likely ones first."""

    sample: Sample
    message: InboundMessage
    scores: tuple[tuple[str, float], ...]


class MissedRequests:
    """The sample of one installation."""

    def __init__(self, settings: Settings, store: Store, *, now: clock.Clock = clock.now) -> None:
        self._settings = settings
        self._store = store
        self._now = now

    # -- by the clock ------------------------------------------------------------------------------------------

    def tick(self, now: datetime, today: date) -> None:
        """Draw once a week, and destroy what nobody judged."""
        self.expire(now)
        self.draw(today)

    def draw(self, today: date) -> int | None:
        """Draw the sample of the week of a day, from the mails since the last draw. None when it was drawn, or is off.

        The same week and the same mails give the same sample.
        """
        size, week, zone = self._settings.missed_sample, week_of(today), self._settings.controller.zone
        if not size or self._store.marks.has(MARK, week):
            return None
        until = sampling.begins(today, zone)
        last = self._store.marks.last(MARK)
        since = sampling.begins(sampling.monday_of(last[0]) if last else today - timedelta(days=7), zone)
        with self._store.transaction():
            if not self._store.marks.set(MARK, week, self._now()):
                return None
            strata = sampling.draw(self._store.missed.candidates(since, until, week), size)
            count = self._store.missed.record(week, strata, self._now())
        log.info("sample drawn", extra={"week": week, "count": count})
        return count

    def expire(self, now: datetime) -> int:
        """Destroy the texts that nobody judged in two weeks. Returns how many mails are given up."""
        items = self._store.missed.unjudged(now - KEPT)
        if items:
            self._strike(items, SampleStatus.EXPIRED)
            self._destroy()
        return len(items)

    # -- from the mailbox --------------------------------------------------------------------------------------

    def fetch(self, mailbox: Mailbox) -> int:
        """Fetch again what was drawn from a mailbox, read-only. Returns how many are here now.

        A mail that is no longer at its place (folder, UIDVALIDITY, UID) is marked as vanished; one that the server
        gives no content of is asked for again. Raises MailboxError.
        """
        waiting: dict[str, list[Sample]] = defaultdict(list)
        for sample in self._store.missed.to_fetch(mailbox.name):
            waiting[sample.position.folder].append(sample)
        known = {folder for folder, _ in mailbox.folders()}
        return sum(self._folder(mailbox, folder, found, known=folder in known) for folder, found in waiting.items())

    def _folder(self, mailbox: Mailbox, folder: str, samples: list[Sample], *, known: bool) -> int:
        validity = mailbox.examine(folder).uidvalidity if known else None
        there = {item.position.uid: item for item in samples if item.position.uidvalidity == validity}
        kept: set[str] = set()
        asked_again: set[str] = set()
        for fetched in mailbox.fetch(folder, sorted(there)) if there else ():
            sample = there[fetched.position.uid]
            if fetched.raw is None:
                asked_again.add(sample.id)
                continue
            self._store.missed.keep(sample.id, _packed(fetched), self._now())
            kept.add(sample.id)
        self._store.missed.vanished([item.id for item in samples if item.id not in kept | asked_again])
        return len(kept)

    # -- by a person -------------------------------------------------------------------------------------------

    def waiting(self) -> list[Shown]:
        """What is to be judged, the most probable first, with its text."""
        return [self._shown(*self._store.missed.open(sample.id)) for sample in self._store.missed.waiting()]

    def _shown(self, sample: Sample, content: dict[str, Any]) -> Shown:
        message = parse(_unpacked(sample, content), trusted_hops=self._settings.mailbox.trusted_hops)
        if sample.received_at is not None:
            message = replace(message, received_at=sample.received_at)
        scores = sorted(json.loads(sample.scores).items(), key=lambda entry: -entry[1])
        return Shown(sample, message, tuple(scores))

    def no_request(self, item: str, actor: str) -> None:
        """Rightly recorded: the text is destroyed. Raises NotFound."""
        self._store.missed.open(item)
        self._strike([item], SampleStatus.NO_REQUEST, actor=actor)
        self._destroy()

    def request(self, item: str, actor: str, retrieval: Retrieval, *, rights: Sequence[Right | str] = ()) -> Retrieved:
        """It is a request: an unconfirmed case with the original receipt. `rights`: as the person reads them.

        Raises NotFound; IntakeError for an unknown right.
        """
        try:
            named = tuple(Right(code) for code in rights)
        except ValueError as error:
            raise IntakeError(
                "one of the rights named is none: tick those that the person asks for",
                "l’un des droits nommés n’en est pas un : cochez ceux que la personne demande",
                field="rights", aside=f"{error}: the rights are {', '.join(Right)}",
            ) from error  # fmt: skip
        sample, content = self._store.missed.open(item)
        with self._store.transaction():
            result = retrieval.take(
                _unpacked(sample, content), actor=actor, reason="missed_request", rights=named,
                verdict=_verdict(sample),
            )  # fmt: skip
            self._strike([item], SampleStatus.REQUEST, actor=actor, case_id=result.case.id)
        self._destroy()
        return result

    def forget(self, address: str) -> int:
        """Destroy the texts that came from an address. Returns how many."""
        items = [sample.id for sample in self._store.missed.from_address(address)]
        if items:
            self._strike(items, SampleStatus.EXPIRED)
            self._destroy()
        return len(items)

    def _strike(
        self, items: Sequence[str], status: SampleStatus, *, actor: str = "", case_id: str | None = None
    ) -> None:
        now, missed = self._now(), self._store.missed
        with self._store.transaction():
            keys = [key for item in items for key in missed.settle(item, status, now, actor=actor, case_id=case_id)]
            self._store.retention.doom(keys, now)

    def _destroy(self) -> None:
        self._store.retention.destroy_doomed()
        self._store.expiry.clean()

    def estimate(self, since: datetime) -> sampling.Estimate:
        """What the judgements on the draws since an instant say."""
        return sampling.estimate(self._store.missed.tallies(since))


def _verdict(sample: Sample) -> Verdict:
    """What the classifier said when the mail came, as far as the ledger keeps it: no evidence, no threshold reached."""
    scores = {str(label): float(score) for label, score in json.loads(sample.scores).items()}
    return Verdict((), scores, sample.lang, "none", (), (), (), sample.model_version)


def _packed(fetched: Fetched) -> dict[str, Any]:
    return {
        "raw": base64.b64encode(fetched.raw or b"").decode(),
        "internal_date": clock.to_text(fetched.internal_date) if fetched.internal_date else None,
        "size": fetched.size,
        "partial": fetched.partial,
        "sizes": fetched.sizes,
        "truncated": fetched.truncated,
    }


def _unpacked(sample: Sample, content: dict[str, Any]) -> Fetched:
    at = content["internal_date"]
    return Fetched(
        sample.position,
        base64.b64decode(content["raw"]),
        clock.from_text(at) if at else None,
        content["size"],
        partial=content["partial"],
        sizes=content["sizes"],
        truncated=content["truncated"],
    )
