"""The content of an opaque S/MIME signature (RFC 8551 3.5.2, CMS RFC 5652 5): the words are inside the signature.

The signature itself is not verified: it would prove a certificate, not the claim to be a data subject. Only the octets
of the content are taken out, by walking the BER of the structure; indefinite lengths, which streaming programs write,
are understood.
"""

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_MAX_ELEMENTS = 5_000
_SEQUENCE, _SET, _OID, _OCTETS = 0x30, 0x31, 0x06, 0x04


class _NotCms(ValueError):
    """The octets are not the structure that is looked for."""


def signed_content(data: bytes) -> bytes | None:
    """The MIME entity inside a SignedData. None when it is enveloped (encrypted), detached or broken; never raises."""
    try:
        return _content(data)
    except (_NotCms, IndexError):
        return None


def _content(data: bytes) -> bytes:
    kind, start, end = _header(data, 0, len(data))
    oid, oid_start, oid_end = _header(data, start, end)
    if kind != _SEQUENCE or oid != _OID or data[oid_start:oid_end] != _SIGNED_DATA:
        raise _NotCms
    _, start, end = _header(data, oid_end, end)  # [0] EXPLICIT
    kind, start, end = _header(data, start, end)  # SignedData
    if kind != _SEQUENCE:
        raise _NotCms
    position = start
    for _ in range(2):  # version, digestAlgorithms
        _, position = _skip(data, position, end)
    kind, start, end = _header(data, position, end)  # encapContentInfo
    oid, oid_start, oid_end = _header(data, start, end)
    if kind != _SEQUENCE or oid != _OID or data[oid_start:oid_end] != _DATA:
        raise _NotCms
    explicit, start, end = _header(data, oid_end, end)
    if explicit != 0xA0:
        raise _NotCms  # detached: no content inside
    return _octets(data, start, end)


def _header(data: bytes, position: int, end: int) -> tuple[int, int, int]:
    """Tag, start and end of the content of the element at `position`; an indefinite length runs to the given end."""
    if position + 2 > end:
        raise _NotCms
    tag, length = data[position], data[position + 1]
    position += 2
    if length == 0x80:
        return tag, position, end
    if length & 0x80:
        size = length & 0x7F
        if size > 5 or position + size > end:
            raise _NotCms
        length = int.from_bytes(data[position : position + size], "big")
        position += size
    if position + length > end:
        raise _NotCms
    return tag, position, position + length


def _skip(data: bytes, position: int, end: int) -> tuple[int, int]:
    """Tag of the element at `position` and the offset after it; iterative over indefinite lengths."""
    first = data[position]
    depth = 0
    for _ in range(_MAX_ELEMENTS):
        if data[position : position + 2] == b"\0\0" and depth:
            position += 2
            depth -= 1
        elif data[position + 1] == 0x80:
            position += 2
            depth += 1
        else:
            _, _, position = _header(data, position, end)
        if not depth:
            return first, position
    raise _NotCms


def _octets(data: bytes, start: int, end: int) -> bytes:
    """An OCTET STRING, whole or in the chunks of a constructed one."""
    tag, start, end = _header(data, start, end)
    if tag == _OCTETS:
        return data[start:end]
    if tag != _OCTETS | 0x20:
        raise _NotCms
    chunks: list[bytes] = []
    position = start
    while position < end and data[position : position + 2] != b"\0\0":
        if len(chunks) > _MAX_ELEMENTS * 20:
            raise _NotCms
        tag, left, position = _header(data, position, end)
        if tag != _OCTETS:
            raise _NotCms
        chunks.append(data[left:position])
    return b"".join(chunks)
