"""Who may be answered by a program: one table, every reason kept. Pure.

Suppressing the answer never drops the request: what a reason does to the case is the decision table's affair.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from intake_bot.mail.inbound import FolderRole, InboundMessage
from intake_bot.mail.robots import AUTOMATIC_SUBJECT, AUTOREPLY_FIELDS, DAEMONS, DESK_SUBJECT, NO_REPLY, NOT_SAID, ROLES

#: The header field of our own letters (cases.letters writes it).
OWN_HEADER = "x-intake-letter"


class Reason(StrEnum):
    """Why a mail is not answered by itself. EFFECTS says what each one does."""

    NULL_RETURN_PATH = "null_return_path"  # the null sender <>: a report, never answered (RFC 5321 4.5.5)
    AUTO_SUBMITTED = "auto_submitted"  # Auto-Submitted says other than "no" (RFC 3834 5)
    PRECEDENCE = "precedence"  # Precedence: bulk, junk, list or auto_reply
    LIST = "list"  # List-Id or another List- field (RFC 2919, 2369)
    REPORT = "report"  # a delivery report or disposition notification (RFC 6522)
    OWN_ADDRESS = "own_address"  # From is our own address or an alias
    DAEMON = "daemon"  # From is MAILER-DAEMON, postmaster or their like
    NO_REPLY = "no_reply"  # From says that nobody reads answers
    OWN_LETTER = "own_letter"  # carries the header or a Message-ID of our own letters
    AUTO_REPLY_HEADER = "auto_reply_header"  # X-Autoreply and other fields that only robots write
    RESPONSE_SUPPRESSED = "response_suppressed"  # X-Auto-Response-Suppress asks for no automatic answer (MS-OXCMAIL)
    BULK = "bulk"  # a mark of a mass mailing
    FEEDBACK_ID = "feedback_id"  # Feedback-ID: sent through a mailing service, which carries forms of people too
    AUTOMATIC_SUBJECT = "automatic_subject"  # the subject is that of an automatic reply or a support desk: a weak sign
    SEVERAL_SENDERS = "several_senders"  # From names several addresses
    NO_SENDER = "no_sender"  # From names no address
    REPLY_TO_DIFFERS = "reply_to_differs"  # answers would go to another address than From
    JUNK_FOLDER = "junk_folder"  # found among junk
    ROLE_MAILBOX = "role_mailbox"  # From is a function (sales@), not a person
    DMARC_FAIL = "dmarc_fail"  # the claimed sender is not authenticated (RFC 7489); added by authentication
    IMPOSTOR = "impostor"  # From imitates a domain of ours, or its name shows another address; added by authentication
    BUDGET = "budget"  # enough acknowledgements for now; added by the letterbox

    @property
    def forbids_answer(self) -> bool:
        """No acknowledgement goes out by itself."""
        return EFFECTS[self].forbids_answer

    @property
    def holds(self) -> bool:
        """If it is a request, a person decides who is answered, and where."""
        return EFFECTS[self].holds

    @property
    def automatic(self) -> bool:
        """A program wrote it, as far as the header can tell."""
        return EFFECTS[self].automatic


@dataclass(frozen=True, slots=True)
class Effect:
    """What a reason does."""

    forbids_answer: bool = True
    holds: bool = False
    automatic: bool = False


_ROBOT = Effect(automatic=True)
_PERSON_DECIDES = Effect(holds=True)
EFFECTS: dict[Reason, Effect] = {
    Reason.NULL_RETURN_PATH: _ROBOT,
    Reason.AUTO_SUBMITTED: _ROBOT,
    Reason.PRECEDENCE: _ROBOT,
    Reason.LIST: _ROBOT,
    Reason.REPORT: _ROBOT,
    Reason.OWN_ADDRESS: _PERSON_DECIDES,
    Reason.DAEMON: _ROBOT,
    Reason.NO_REPLY: _PERSON_DECIDES,  # request platforms and contact forms write so: a request all the same
    Reason.OWN_LETTER: _ROBOT,
    Reason.AUTO_REPLY_HEADER: _ROBOT,
    Reason.RESPONSE_SUPPRESSED: Effect(),  # stops the acknowledgement only: Outlook sets it on mail of people too
    Reason.BULK: _ROBOT,
    Reason.FEEDBACK_ID: _PERSON_DECIDES,
    Reason.AUTOMATIC_SUBJECT: _PERSON_DECIDES,
    Reason.SEVERAL_SENDERS: _PERSON_DECIDES,
    Reason.NO_SENDER: _PERSON_DECIDES,
    Reason.REPLY_TO_DIFFERS: _PERSON_DECIDES,
    Reason.JUNK_FOLDER: _PERSON_DECIDES,
    Reason.ROLE_MAILBOX: _PERSON_DECIDES,
    Reason.DMARC_FAIL: _PERSON_DECIDES,
    Reason.IMPOSTOR: _PERSON_DECIDES,
    Reason.BUDGET: Effect(),
}


@dataclass(frozen=True, slots=True)
class OwnAddresses:
    """What is ours, in lower case: the addresses that are read or written from, the domains of our Message-IDs, and
    the domains of the house."""

    addresses: frozenset[str]
    domains: frozenset[str]
    internal_domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Screening:
    """All reasons found, in the order of the table."""

    reasons: tuple[Reason, ...] = ()

    @property
    def may_answer(self) -> bool:
        return not any(reason.forbids_answer for reason in self.reasons)

    @property
    def automatic(self) -> bool:
        return any(reason.automatic for reason in self.reasons)

    def plus(self, *reasons: Reason) -> "Screening":
        """With reasons that other modules found (DMARC, budget), in the order of Reason."""
        found = {*self.reasons, *reasons}
        return Screening(tuple(reason for reason in Reason if reason in found))


def screen(message: InboundMessage, own: OwnAddresses) -> Screening:
    """Say who may be answered. The reasons, in this order, which is also that of the table below:

    1. null_return_path: the return path is the null sender;
    2. auto_submitted: Auto-Submitted is there and is not "no", whatever its case and parameters;
    3. precedence: Precedence is bulk, junk, list or auto_reply (not when a list of ours handed the mail on);
    4. list: a List- field is there (not when the list is our own address: a group that receives for us);
    5. report: the mail is a report about another mail;
    6. own_address: From is one of our addresses;
    7. daemon: From is a mail system;
    8. no_reply: From is an address that nobody reads;
    9. own_letter: the mail is a letter of ours that came back;
    10. auto_reply_header: a header field that only answering programs write;
    11. response_suppressed: the sender's program asks for no automatic answer;
    12. bulk: a mark of mass mailings;
    13. feedback_id: a Feedback-ID, unless it is that of a host that marks the mail of people;
    14. automatic_subject: the subject of an automatic reply, or one that numbers a case of a support desk;
    15. several_senders: From holds more than one address;
    16. no_sender: From holds none;
    17. reply_to_differs: Reply-To names another address than From;
    18. junk_folder: the mail lies in the junk folder;
    19. role_mailbox: From is a function.

    dmarc_fail, impostor and budget are added with Screening.plus by those who know.
    """
    return Screening(tuple(reason for reason, applies in TABLE if applies(message, own)))


def _null_return_path(message: InboundMessage, own: OwnAddresses) -> bool:
    return message.return_path == ""


def _auto_submitted(message: InboundMessage, own: OwnAddresses) -> bool:
    values = (_token(value) for value in message.header_all("auto-submitted"))
    return any(value not in ("", "no") for value in values)


def _precedence(message: InboundMessage, own: OwnAddresses) -> bool:
    values = {_token(value) for name in ("precedence", "x-precedence") for value in message.header_all(name)}
    if _own_list(message, own):
        values.discard("list")
    return bool(values & {"bulk", "junk", "list", "auto_reply"})


def _list(message: InboundMessage, own: OwnAddresses) -> bool:
    marks = any(name.startswith("list-") or name in ("mailing-list", "x-mailing-list") for name, _ in message.headers)
    return marks and not _own_list(message, own)


def _report(message: InboundMessage, own: OwnAddresses) -> bool:
    return message.report is not None or message.header("content-type").lower().startswith("multipart/report")


def _own_address(message: InboundMessage, own: OwnAddresses) -> bool:
    senders = (*message.senders, *((message.sender_header,) if message.sender_header else ()))
    return any(_bare(sender.address) in own.addresses for sender in senders)


def _daemon(message: InboundMessage, own: OwnAddresses) -> bool:
    return _local(message) in DAEMONS


def _no_reply(message: InboundMessage, own: OwnAddresses) -> bool:
    return bool(NO_REPLY.search(_local(message)[:64]))


def _own_letter(message: InboundMessage, own: OwnAddresses) -> bool:
    if message.header(OWN_HEADER):
        return True
    kind, _, rest = message.message_id.strip("<>").lower().partition(".")
    token, _, domain = rest.partition("@")
    return bool(kind) and len(token) == 32 and set(token) <= set("0123456789abcdef") and domain in own.domains


def _auto_reply_header(message: InboundMessage, own: OwnAddresses) -> bool:
    values = [message.header(name) for name in AUTOREPLY_FIELDS]
    values += ["yes"] if message.header("preference").lower() == "auto_reply" else []
    values += ["yes"] if "autoresponder" in message.header("x-post-messageclass").lower() else []
    values += ["yes"] if "autoresponder" in message.delivered_to else []
    return any(_token(value) not in NOT_SAID for value in values)


def _response_suppressed(message: InboundMessage, own: OwnAddresses) -> bool:
    # MS-OXCMAIL 2.1.3.2.20: DR, NDR, RN and NRN are about reports, which are none of our answers
    values = message.header("x-auto-response-suppress").lower().replace(",", " ").replace(";", " ").split()
    return bool({"all", "oof", "autoreply", "-1"}.intersection(values))


def _bulk(message: InboundMessage, own: OwnAddresses) -> bool:
    fields = ("x-campaign", "x-campaignid", "x-campaign-id", "x-mailgun-tag", "x-bulk",
              "x-csa-complaints", "x-mc-user", "x-sg-eid", "x-sib-id", "x-mj-mid", "x-mailchimp-id")  # fmt: skip
    return any(message.header(name) for name in fields)


def _feedback_id(message: InboundMessage, own: OwnAddresses) -> bool:
    # Fastmail writes it into every mail that its customers send
    values = (*message.header_all("feedback-id"), *message.header_all("x-feedback-id"))
    return any(not value.strip().lower().endswith(":fastmail") for value in values)


def _automatic_subject(message: InboundMessage, own: OwnAddresses) -> bool:
    subject = message.subject[:200].replace("\u2019", "'")
    return bool(AUTOMATIC_SUBJECT.match(subject) or DESK_SUBJECT.search(subject))


def _several_senders(message: InboundMessage, own: OwnAddresses) -> bool:
    return len(message.senders) > 1 or len(message.header_all("from")) > 1


def _no_sender(message: InboundMessage, own: OwnAddresses) -> bool:
    return not message.sender.address


def _reply_to_differs(message: InboundMessage, own: OwnAddresses) -> bool:
    sender = _bare(message.sender.address)
    return any(_bare(mailbox.address) != sender for mailbox in message.reply_to)


def _junk_folder(message: InboundMessage, own: OwnAddresses) -> bool:
    return message.position.role is FolderRole.JUNK


def _role_mailbox(message: InboundMessage, own: OwnAddresses) -> bool:
    return _local(message).partition("+")[0] in ROLES


TABLE: tuple[tuple[Reason, Callable[[InboundMessage, OwnAddresses], bool]], ...] = (
    (Reason.NULL_RETURN_PATH, _null_return_path),
    (Reason.AUTO_SUBMITTED, _auto_submitted),
    (Reason.PRECEDENCE, _precedence),
    (Reason.LIST, _list),
    (Reason.REPORT, _report),
    (Reason.OWN_ADDRESS, _own_address),
    (Reason.DAEMON, _daemon),
    (Reason.NO_REPLY, _no_reply),
    (Reason.OWN_LETTER, _own_letter),
    (Reason.AUTO_REPLY_HEADER, _auto_reply_header),
    (Reason.RESPONSE_SUPPRESSED, _response_suppressed),
    (Reason.BULK, _bulk),
    (Reason.FEEDBACK_ID, _feedback_id),
    (Reason.AUTOMATIC_SUBJECT, _automatic_subject),
    (Reason.SEVERAL_SENDERS, _several_senders),
    (Reason.NO_SENDER, _no_sender),
    (Reason.REPLY_TO_DIFFERS, _reply_to_differs),
    (Reason.JUNK_FOLDER, _junk_folder),
    (Reason.ROLE_MAILBOX, _role_mailbox),
)


def _token(value: str) -> str:
    """The first word of a value, without comments and parameters (RFC 3834 5.1)."""
    words = value.lower().replace("(", " (").replace(";", " ;").split()
    return next((word for word in words if not word.startswith(("(", ";"))), "") if words[:1] != [";"] else ""


def _local(message: InboundMessage) -> str:
    return message.sender.address.rpartition("@")[0]


def _bare(address: str) -> str:
    """An address without its subaddress (RFC 5233): info+token@ is info@."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if local else address


def _own_list(message: InboundMessage, own: OwnAddresses) -> bool:
    """Whether the list is one of our own addresses: a group that hands on what people write to us (RFC 2919)."""
    name = message.header("list-id").lower().rpartition("<")[2].strip("> ")
    return bool(name) and name in {address.replace("@", ".") for address in own.addresses}
