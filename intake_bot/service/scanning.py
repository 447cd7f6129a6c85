"""The virus scanner between what a mail brought and the person who opens it."""

from intake_bot.config import Settings
from intake_bot.errors import IntakeError
from intake_bot.mail.content_type import Scanner, ScanResult


class Infected(IntakeError):
    """The virus scanner found something in it: it stays closed. The mail itself can still be read as text."""

    FRENCH = "L’antivirus y a trouvé quelque chose : cela reste fermé. Le message lui-même peut être lu en texte."


def scanned(settings: Settings, content: bytes) -> bytes:
    """The octets, once the scanner of CLAMAV, if there is one, has found nothing in them.

    Raises Infected, and IntakeError when the scanner does not answer: then nothing is opened.
    """
    if settings.clamav and Scanner(settings.clamav).scan(content) is ScanResult.INFECTED:
        raise Infected
    return content
