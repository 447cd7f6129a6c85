"""One root, one class per cause. The docstring is the default message shown to a person."""


class IntakeError(Exception):
    """Something went wrong; the message says what to do."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class ConfigurationError(IntakeError):
    """The configuration is wrong. All problems are listed at once."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"- {problem}" for problem in problems))


class MailboxError(IntakeError):
    """The mailbox cannot be read."""


class MailboxAuthenticationError(MailboxError):
    """The IMAP server refused the login: check INTAKE_IMAP_USER and the password or token."""


class MailboxDisconnected(MailboxError):
    """The connection to the IMAP server broke; it is retried with back-off."""


class EmptyPayload(MailboxError):
    """The server announced this mail but gave no content; `set-aside replay` asks again."""


class SendError(IntakeError):
    """A letter could not be handed to the SMTP server."""

    def __init__(self, message: str, *, permanent: bool, uncertain: bool = False) -> None:
        self.permanent = permanent
        self.uncertain = uncertain
        super().__init__(message)


class UnusableAddress(IntakeError):
    """No letter can go to this address: a person finds another way."""


class ConsoleUnavailable(IntakeError):
    """The console cannot listen on its address."""


class KeyringError(IntakeError):
    """The keyring cannot be opened: the master key is missing or is not the one that wrapped it."""


class KeyDestroyed(KeyringError):
    """The key of this content was destroyed: the content is erased."""


class VaultError(IntakeError):
    """Sealed content does not open: it was changed, moved or belongs to another key."""


class StoreError(IntakeError):
    """The store cannot do this."""


class LeaseLost(StoreError):
    """Another process took over the lease; this one stops writing."""


class NotFound(StoreError):
    """No such case, letter or mail."""


class IllegalTransition(IntakeError):
    """The case does not allow this move."""


class ModelMissing(IntakeError):
    """No classifier model was found: run `intake-bot train`, or set INTAKE_CLASSIFY=off."""


class InvalidDeadlineInput(IntakeError):
    """A deadline cannot be computed from this input."""
