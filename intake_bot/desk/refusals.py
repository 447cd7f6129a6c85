"""Why a page is not shown."""

from intake_bot.errors import IntakeError


class PageNotFound(IntakeError):
    """There is nothing under this address."""

    FRENCH = "Rien ne se trouve à cette adresse."


class NotAllowed(IntakeError):
    """Your role does not allow this."""

    FRENCH = "Votre rôle ne le permet pas."
