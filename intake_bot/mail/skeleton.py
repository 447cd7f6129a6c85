"""A mail as a partial read assembles it, made from the whole octets; and the size of a part that both reads give.

A partial read is a valid mail of the same structure in which the bodies of the parts that are left out are empty:
the headers of the mail, each part's own MIME header (RFC 3501 BODY[n.MIME]) and the bodies of the parts that are read.
"""

from intake_bot.mail.mime import Part, read_mime
from intake_bot.mail.structure import KEPT_TYPES, TEXT_TYPES, WHOLE_TYPES

_WHOLE_NAMES = ("winmail.dat", ".eml", ".p7m")


def decoded_size(octets: int, encoding: str) -> int:
    """The octets of a body once decoded, estimated from its encoded octets (CRLF line ends, as IMAP counts them).

    base64 carries 57 octets in a line of 78 (RFC 2045 6.8); every other encoding counts as it is. The same figure
    comes out of BODYSTRUCTURE and out of the mail itself, which is why it is an estimate, right to three octets for
    base64 in full lines.
    """
    return octets * 57 // 78 if encoding == "base64" else octets


def encoded_octets(part: Part) -> int:
    """The octets of a part's body as an IMAP server counts them: encoded, with CRLF line ends."""
    start, end = part.body
    return end - start + part.raw.count(b"\n", start, end) - part.raw.count(b"\r\n", start, end)


def skeleton(raw: bytes) -> tuple[bytes, dict[str, int]]:
    """The octets of a mail with empty bodies for the parts left out, and their encoded octets by IMAP section.

    A mail that must be fetched whole, has no text part or is not well-formed comes back as it is, with no sizes.
    """
    root, defects = read_mime(raw)
    parts = list(root.walk())
    left_out = [part for part in parts if not part.children and part.content_type not in KEPT_TYPES]
    if (
        defects
        or any(part.content_type in WHOLE_TYPES for part in parts)
        or any(name in part.filename.lower() for part in parts for name in _WHOLE_NAMES)
        or not any(part.content_type in TEXT_TYPES for part in parts)
    ):
        return raw, {}
    pieces: list[bytes] = []
    position = 0
    for part in left_out:
        pieces.append(root.raw[position : part.body[0]])
        position = part.body[1]
    sizes = {part.section: encoded_octets(part) for part in left_out}
    return b"".join([*pieces, root.raw[position:]]), sizes
