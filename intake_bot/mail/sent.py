"""The copy of a sent letter in the Sent folder, so that colleagues see what was answered: the only thing we write."""

from intake_bot.mail.connection import ImapSettings, connect, hang_up, mailbox_errors
from intake_bot.mail.fetching import find_message_id
from intake_bot.mail.oauth import TokenSource


class SentFolder:
    """Appends to one folder over a connection of its own, apart from the one that reads."""

    def __init__(self, settings: ImapSettings, folder: str) -> None:
        self.folder = folder
        self._settings = settings
        self._tokens = TokenSource(settings.token_command, settings.token_file)

    def append(self, raw: bytes, message_id: str) -> bool:
        """Put the letter there, marked as read, unless one with its Message-ID is there already; True when it was put.

        Doing it twice leaves one copy. Raises MailboxError and its kinds.
        """
        client = connect(self._settings, self._tokens)
        try:
            with mailbox_errors(f"{self._settings.host}:{self._settings.port}"):
                client.select_folder(self.folder, readonly=True)
                if find_message_id(client, message_id):
                    return False
                client.append(self.folder, raw, (b"\\Seen",))
                client.logout()
                return True
        finally:
            hang_up(client)
