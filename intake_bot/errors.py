"""One root, one class per cause. The docstring is the default message shown to a person, FRENCH the same in French."""

from typing import ClassVar


class IntakeError(Exception):
    """Something went wrong; the message says what to do."""

    FRENCH: ClassVar[str] = ""

    def __init__(
        self, english: str | None = None, french: str | None = None, *, field: str = "", aside: str = ""
    ) -> None:
        """`field`: the argument of the act that is refused, where it is one. `aside`: the codes and commands that help
        on the command line and in the API; on pages and in mails they are left out.
        """
        self.english = english or (self.__doc__ or "").strip()
        self.french = french or ("" if english else self.FRENCH)
        self.field = field
        super().__init__(f"{self.english} ({aside})" if aside else self.english)

    def said(self, lang: str) -> str:
        """The message to a reader of `lang`: in English where no French is kept."""
        return self.french if lang == "fr" and self.french else self.english


class ConfigurationError(IntakeError):
    """The configuration is wrong. All problems are listed at once."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"- {problem}" for problem in problems))


class MailboxError(IntakeError):
    """The mailbox cannot be read."""

    FRENCH = "La boîte aux lettres ne peut pas être lue."


class MailboxAuthenticationError(MailboxError):
    """The IMAP server refused the login: check INTAKE_IMAP_USER and the password or token."""


class MailboxDisconnected(MailboxError):
    """The connection to the IMAP server broke; it is retried with back-off."""

    FRENCH = "La connexion au serveur IMAP s’est rompue ; elle sera rétablie."


class EmptyPayload(MailboxError):
    """The server announced this mail but gave no content; `set-aside replay` asks again."""

    FRENCH = "Le serveur a annoncé ce message sans en donner le contenu ; il sera redemandé."


class SendError(IntakeError):
    """A letter could not be handed to the SMTP server."""

    def __init__(self, message: str, *, permanent: bool, uncertain: bool = False) -> None:
        self.permanent = permanent
        self.uncertain = uncertain
        super().__init__(message)


class UnusableAddress(IntakeError):
    """No letter can go to this address: a person finds another way."""

    FRENCH = "Aucune lettre ne peut aller à cette adresse : trouvez une autre voie."


class ConsoleUnavailable(IntakeError):
    """The console cannot listen on its address."""


class KeyringError(IntakeError):
    """The keyring cannot be opened: the master key is missing or is not the one that wrapped it."""

    FRENCH = "Le trousseau ne s’ouvre pas : la clé maîtresse manque ou n’est pas la bonne. Prévenez l’administrateur."


class KeyDestroyed(KeyringError):
    """The key of this content was destroyed: the content is erased."""

    FRENCH = "La clé de ce contenu a été détruite : le contenu est effacé."


class VaultError(IntakeError):
    """Sealed content does not open: it was changed, moved or belongs to another key."""

    FRENCH = "Un contenu scellé ne s’ouvre pas : il a été changé ou déplacé. Prévenez l’administrateur."


class StoreError(IntakeError):
    """The store cannot do this."""

    FRENCH = "Le registre ne peut pas faire cela."


class LeaseLost(StoreError):
    """Another process took over the lease; this one stops writing."""

    FRENCH = "Un autre programme a pris la main ; celui-ci n’écrit plus. Recommencez."


class NotFound(StoreError):
    """No such case, letter or mail."""

    FRENCH = "Ce dossier, cette lettre ou ce message n’existe pas."


class IllegalTransition(IntakeError):
    """The case does not allow this move."""

    FRENCH = "L’état du dossier ne le permet pas."


class RoleForbids(IllegalTransition):
    """The role does not allow this move."""

    FRENCH = "Le rôle ne le permet pas."


class ModelMissing(IntakeError):
    """No classifier model was found: run `intake-bot train`, or set INTAKE_CLASSIFY=off."""


class InvalidDeadlineInput(IntakeError):
    """A deadline cannot be computed from this input."""

    FRENCH = "Aucune date ne peut être calculée avec cette indication."
