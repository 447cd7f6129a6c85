"""How the classifier fares, week by week: light enough for the console."""

from datetime import datetime, timedelta

from intake_bot.config import Settings
from intake_bot.law.retention import Kept
from intake_bot.store.learning import Week
from intake_bot.store.store import Store


def weeks(settings: Settings, store: Store, now: datetime, span: timedelta) -> list[Week]:
    """The weeks of the last `span`, oldest first, as far back as the ledger keeps every mail."""
    period = next((rule.period for rule in settings.retention if rule.kept is Kept.MAIL_RECORD), None)
    found = store.learning.weeks(now - span)
    return [week for week in found if period is None or period.after(week.monday) > now.date()]
