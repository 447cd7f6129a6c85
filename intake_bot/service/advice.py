"""What the settings allow and yet leave open: sentences for `check`, each with the key that mends it."""

from collections.abc import Iterator

from intake_bot.config import Settings
from intake_bot.mailboxes import MailboxSettings


def advice(settings: Settings) -> Iterator[str]:
    """What somebody should know who believes that all is set."""
    if not settings.dpo_email:
        yield "INTAKE_DPO_EMAIL is not set: nobody gets notifications or the digest"
    if "confirm" in settings.identity_letters and not all(box.authserv_id for box in settings.mailboxes):
        yield "INTAKE_IDENTITY_LETTERS names confirm without INTAKE_AUTHSERV_ID: every known sender would be asked"
    for mailbox in settings.mailboxes:
        yield from _of_mailbox(settings, mailbox)


def _of_mailbox(settings: Settings, mailbox: MailboxSettings) -> Iterator[str]:
    user = mailbox.imap.user if mailbox.imap else ""
    if "@" in user and user.lower() not in mailbox.own_addresses:
        yield f"INTAKE_IMAP_USER={user} is none of our addresses: is INTAKE_MAIL_ADDRESS={mailbox.address} yours?"
    controller = settings.controller_of(mailbox)
    _, at, domain = controller.dpo_contact.rpartition("@")
    if at and domain.lower() not in {item.rpartition("@")[2] for item in mailbox.own_addresses}:
        yield (
            f"letters are signed by {controller.name} and send people to {controller.dpo_contact}: is that right for "
            f"{mailbox.address}? INTAKE_CONTROLLER_FILE says who signs"
        )
    if mailbox.desk_address == mailbox.address:
        yield (
            f"the DPO's replies are read in {mailbox.address}, which colleagues see: set INTAKE_DESK_ADDRESS to an "
            "alias whose mail the server sorts into another of INTAKE_IMAP_FOLDERS"
        )
    if not mailbox.authserv_id:
        yield (
            "INTAKE_AUTHSERV_ID is not set: senders count as unknown, neither authenticated nor forged, and what the "
            "DPO replies or forwards by mail changes nothing"
        )
