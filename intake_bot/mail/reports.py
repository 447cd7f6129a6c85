"""What machines report about our letters: RFC 3464 delivery reports, RFC 8098 notifications, RFC 5965 feedback; and
about our domain: DMARC and TLS aggregates (RFC 7489 7.2, RFC 8460).

A report proves nothing by itself: anyone can write one. It only counts against a letter whose Message-ID it names.
"""

import re
from collections.abc import Iterator, Sequence

from intake_bot.mail.charset import clean, decode
from intake_bot.mail.envelope import Envelope, ids
from intake_bot.mail.inbound import DeliveryReport
from intake_bot.mail.mime import Part

MAX_REPORT_OCTETS = 100_000

_KINDS = {
    "message/delivery-status": "delivery-status",
    "message/global-delivery-status": "delivery-status",
    "message/disposition-notification": "disposition-notification",
    "message/global-disposition-notification": "disposition-notification",
    "message/feedback-report": "feedback-report",
}
_DAEMONS = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "maildaemon", "mailerdaemon"})
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|returned mail|delivery (?:status|failure|has failed|notification)|failure notice"
    r"|mail delivery (?:failed|system)"
    r"|message (?:could )?not (?:be )?delivered|delivery delayed|unzustellbar|nicht zugestellt"
    r"|zustellungs(?:fehler|status)|fehler bei der zustellung"
    r"|zustellung (?:[^ ]{1,20} ){0,3}(?:fehlgeschlagen|nicht möglich|verzögert)|non remis"
    r"|échec de (?:la )?"
    r"(?:remise|distribution|livraison)|remise (?:différée|retardée)|non distribué|no se (?:puede|pudo"
    r"|ha podido) entregar"
    r"|no entregad|mancata consegna|impossibile (?:recapitare|consegnare)|non recapit|onbestelbaar|niet bezorgd"
    r"|não entregue"
    r"|falha na entrega|niedostarczon|nie można dostarczyć|olevererbar|(?:kan inte|går inte att) leverera"
    r"|kunne ikke leveres|toimitus(?:virhe| epäonnistui)"
    r"|nedoručiteľn|nedoručiteln|kézbesíthetetlen|nelivrat|недоставен|δεν παραδόθηκε|neisporuč|nedostav"
    r"|kättetoimetamatu|nepiegād",
    re.I,
)
_BOUNCE_TEXT = re.compile(
    r"this is the qmail-send program|permanent (?:fatal )?error|could not be delivered|delivery (?:to the following"
    r"|has failed)"
    r"|wasn't delivered|was not delivered|unable to deliver|undeliverable|address (?:rejected|not found"
    r"|couldn't be found)"
    r"|user unknown|no such user|mailbox (?:unavailable|full|not found)|recipient address rejected"
    r"|n'a pas pu être (?:remis|distribué|"
    r"livré)|n'a pas été (?:remis|distribué)|konnte nicht zugestellt|nicht zugestellt werden|no se pudo entregar"
    r"|non è stato "
    r"(?:possibile )?(?:recapit|consegn)|kon niet worden (?:bezorgd|afgeleverd)|não pôde ser entregue"
    r"|nie można (?:było )?dostarczyć",
    re.I,
)
_DELAYED = re.compile(
    r"delayed|will (?:be retried|keep trying)|still being retried|warning|différée|retardée|verzögert|retras|ritard"
    r"|vertraagd|atrasad|opóźni",
    re.I,
)
#: RFC 7489 7.2.1.1, RFC 8460 5.1.
_AGGREGATE_FILE = re.compile(
    r"[\w.-]+![\w.-]+!\d{6,12}!\d{6,12}(?:![\w-]+)?\.(?:xml|json|zip|xml\.gz|json\.gz|xml\.zip)", re.I
)
_AGGREGATE_SUBJECT = re.compile(r"\W{0,2}report domain: ?\S+ submitter: ?\S+", re.I)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[ -])")
#: What a mail server answers, which no person writes: "550 5.1.1", "550 no such user", "#5.1.1".
_SMTP_ANSWER = re.compile(
    r"(?<![\d.])[45]\d\d[ -](?:#?[45]\.\d{1,3}\.\d{1,3}\b|(?:\w{1,20} ){0,3}(?:user|mailbox|recipient|unknown|rejected"
    r"|relay\w*|denied|quota)\b)|(?:#|\b(?:status|code|error)\W{1,3})[45]\.\d{1,3}\.\d{1,3}\b",
    re.I,
)
_RECIPIENT = re.compile(r"<?([\w.+%=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6})>?")
_MESSAGE_ID = re.compile(r"^[ >]*message-id:\s*(<[^<>\s]{1,900}>)", re.I | re.M)

Block = dict[str, str]


def find_report(root: Part, envelope: Envelope, text: str) -> DeliveryReport | None:
    """The report that a mail is, None when it is none. `text`: the text of the mail. Never raises."""
    parts = list(_own_parts(root))
    status = next((part for part in parts if part.content_type in _KINDS and not part.children), None)
    if status is None:
        return _aggregate(envelope, parts, text) or _bounce(envelope, text, parts)
    kind = _KINDS[status.content_type]
    blocks = _blocks(clean(decode(status.payload(MAX_REPORT_OCTETS), "utf-8")[0]))
    fields: Block = {key: value for block in reversed(blocks) for key, value in block.items()}
    original = _original_id(parts) or next(iter(ids(fields.get("original-message-id", ""))), "")
    if kind == "delivery-status":
        return _delivery_status(blocks, original or _answered_id(envelope))
    if kind == "feedback-report":
        recipient = _address(fields.get("original-rcpt-to", "") or fields.get("removal-recipient", ""))
        return DeliveryReport(kind, fields.get("feedback-type", "").lower()[:40], "", recipient, original)
    disposition = fields.get("disposition", "").partition(";")[2].strip().lower()
    recipient = _address(fields.get("final-recipient", "") or fields.get("original-recipient", ""))
    return DeliveryReport(
        kind, re.split(r"[/,;\s]", disposition)[0][:40], "", recipient, original or _answered_id(envelope)
    )


def _own_parts(root: Part) -> Iterator[Part]:
    """The parts of the mail itself. A report inside an attached mail is one that somebody passes on."""
    stack = [root]
    while stack:
        part = stack.pop()
        yield part
        if part.maintype == "multipart":
            stack.extend(reversed(part.children))


def _aggregate(envelope: Envelope, parts: Sequence[Part], text: str) -> DeliveryReport | None:
    """A daily report about our domain: by its report-type, by its subject, or by the name of its file."""
    tls = parts[0].parameters.get("report-type", "").lower() == "tlsrpt"
    packed = any(part.maintype == "application" for part in parts)
    named = any(_AGGREGATE_FILE.fullmatch(part.filename[:300]) for part in parts)
    if tls or (named and len(text) < 600) or (packed and _AGGREGATE_SUBJECT.match(envelope.subject)):
        return DeliveryReport("aggregate-report", "", "", "", "")
    return None


def _delivery_status(blocks: Sequence[Block], original: str) -> DeliveryReport:
    """RFC 3464 2.3: one block for each recipient; a failure weighs more than a delay, a delay more than a success."""
    recipients = [block for block in blocks if "action" in block or "final-recipient" in block]
    rank = {"failed": 0, "delayed": 1}
    block = min(recipients, key=lambda item: rank.get(_word(item.get("action", "")), 2), default={})
    status = _STATUS.search(block.get("status", "") or block.get("diagnostic-code", ""))
    recipient = _address(block.get("original-recipient", "")) or _address(block.get("final-recipient", ""))
    return DeliveryReport(
        "delivery-status", _word(block.get("action", "")), status[1] if status else "", recipient, original
    )


def _bounce(envelope: Envelope, text: str, parts: list[Part]) -> DeliveryReport | None:
    """A bounce without structure: from the null sender or a mailer daemon, and worded as one (qmail, old Exchange).

    Redirecting rules and web forms give the mails of people the null sender too: those words must come with what a
    server answered or with the Message-ID of what it returns.
    """
    local = envelope.senders[0].address.partition("@")[0] if envelope.senders else ""
    failed = envelope.header("x-failed-recipients")
    daemon = local in _DAEMONS
    if not (daemon or failed or envelope.return_path == ""):
        return None
    head = text[:5_000]
    if not (failed or _BOUNCE_SUBJECT.search(envelope.subject) or _BOUNCE_TEXT.search(head)):
        return None
    named = _MESSAGE_ID.search(text[:50_000])
    returned = _original_id(parts) or (named[1] if named else "")
    if not (daemon or failed or returned or _SMTP_ANSWER.search(head)):
        return None
    status = _STATUS.search(head)
    code = _REPLY_CODE.search(head)
    action = "delayed" if _DELAYED.search(envelope.subject) else "failed"
    own = {mailbox.address for mailbox in (*envelope.to, *envelope.senders)}
    found = (match[1].lower() for match in _RECIPIENT.finditer(head))
    recipient = _address(failed) or next((address for address in found if address not in own), "")
    value = status[1] if status else f"{code[1]}.0.0" if code else ""
    return DeliveryReport("null-sender", action, value, recipient, returned or _answered_id(envelope))


def _original_id(parts: Sequence[Part]) -> str:
    """The Message-ID of the mail or the header that the report returns."""
    for part in parts[1:]:
        if part.children and part.maintype == "message":
            found = ids(part.children[0].header("message-id"))
        elif part.content_type in ("text/rfc822-headers", "message/global-headers"):
            text = clean(decode(part.payload(MAX_REPORT_OCTETS), "utf-8")[0])
            found = ids(next((block["message-id"] for block in _blocks(text) if "message-id" in block), ""))
        else:
            continue
        if found:
            return found[0]
    return ""


def _answered_id(envelope: Envelope) -> str:
    return next(iter(envelope.in_reply_to), "") or (envelope.references[-1] if envelope.references else "")


def _blocks(text: str) -> list[Block]:
    """Groups of header-like fields separated by blank lines (RFC 3464 2.1), names in lower case."""
    blocks: list[Block] = [{}]
    last = ""
    for line in text.split("\n")[:5_000]:
        name, colon, value = line.partition(":")
        if not line.strip():
            if blocks[-1]:
                blocks.append({})
            last = ""
        elif line[0] in " \t" and last:
            blocks[-1][last] = f"{blocks[-1][last]} {line.strip()}"[:2_000]
        elif colon and " " not in name.strip():
            last = name.strip().lower()
            blocks[-1].setdefault(last, value.strip()[:2_000])
    return [block for block in blocks if block]


def _word(value: str) -> str:
    return re.split(r"[\s;(]", value.strip().lower())[0][:40]


def _address(value: str) -> str:
    match = _RECIPIENT.search(value.partition(";")[2] or value)
    return match[1].lower() if match else ""
