"""Why a page is not shown."""

from intake_bot.errors import IntakeError


class PageNotFound(IntakeError):
    """There is nothing under this address."""


class NotAllowed(IntakeError):
    """Your role does not allow this."""
