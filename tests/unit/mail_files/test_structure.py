"""From BODYSTRUCTURE to a partial mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_bot.mail.structure import (
    StructureError,
    adds_up,
    assemble,
    consistent,
    header_sections,
    kept_sections,
    left_out,
    needs_whole,
    plain_boundary,
    read_structure,
)

TEXT = (b"TEXT", b"PLAIN", (b"CHARSET", b"utf-8"), None, None, b"7BIT", 12, 1, None, None, None, None)
HTML = (b"TEXT", b"HTML", (b"CHARSET", b"utf-8"), None, None, b"7BIT", 30, 1, None, None, None, None)
PDF = (b"APPLICATION", b"PDF", (b"NAME", b"a.pdf"), None, None, b"BASE64", 999, None, (b"ATTACHMENT", None), None, None)


def multipart(*parts: object, kind: bytes = b"MIXED", boundary: bytes = b"x1") -> tuple[object, ...]:
    return (list(parts), kind, (b"BOUNDARY", boundary), None, None, None)


LETTER = multipart(multipart(TEXT, HTML, kind=b"ALTERNATIVE", boundary=b"alt"), PDF)


def test_sections_are_those_of_rfc_3501() -> None:
    root = read_structure(LETTER)
    assert [(part.section, part.content_type) for part in root.walk()] == [
        ("", "multipart/mixed"),
        ("1", "multipart/alternative"),
        ("1.1", "text/plain"),
        ("1.2", "text/html"),
        ("2", "application/pdf"),
    ]
    assert kept_sections(root) == ("1.1", "1.2")
    assert header_sections(root) == ("1", "1.1", "1.2", "2")
    assert left_out(root, {"1.1": b"", "1.2": b""}) == {"2": 999}


def test_mail_of_one_part_is_section_one() -> None:
    root = read_structure(TEXT)
    assert (root.section, header_sections(root), kept_sections(root)) == ("1", (), ("1",))


def test_partial_mail_has_the_structure_of_the_whole() -> None:
    root = read_structure(LETTER)
    header = b'Subject: x\r\nContent-Type: multipart/mixed; boundary="x1"\r\n\r\n'
    headers = {
        "1": b"Content-Type: multipart/alternative; boundary=alt\r\n\r\n",
        "1.1": b"Content-Type: text/plain; charset=utf-8\r\n\r\n",
        "1.2": b"Content-Type: text/html; charset=utf-8\r\n\r\n",
        "2": b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n",
    }
    bodies = {"1.1": b"Bonjour.", "1.2": b"<p>Bonjour.</p>"}
    assert not needs_whole(root)
    beginnings = {"TEXT": b"This is MIME.\r\n--x1 \r\nContent", "1": b"--alt\r\nContent"}
    assert consistent(root, header, headers, beginnings, bodies)
    assert not consistent(root, header, headers, {**beginnings, "1": b"--alternative\r\n"}, bodies)
    assert not consistent(root, header, headers, {**beginnings, "TEXT": b"--x1--\r\n"}, bodies)
    assert not consistent(root, header, headers, {"TEXT": beginnings["TEXT"]}, bodies)
    raw = assemble(root, header, headers, bodies)
    assert raw.count(b"--x1") == 3
    assert raw.count(b"--alt") == 3
    assert raw.endswith(headers["2"] + b"\r\n--x1--\r\n")


@pytest.mark.parametrize(
    "body",
    [
        PDF,  # no text
        TEXT,  # nothing to leave out
        multipart(PDF, PDF),
        multipart(TEXT, (b"APPLICATION", b"MS-TNEF", None, None, None, b"BASE64", 9)),
        multipart(TEXT, (b"APPLICATION", b"OCTET-STREAM", (b"NAME", b"WinMail.dat"), None, None, b"BASE64", 9)),
        multipart(TEXT, (b"APPLICATION", b"PKCS7-MIME", None, None, None, b"BASE64", 9)),
        multipart(TEXT, PDF, kind=b"ENCRYPTED"),
        multipart(TEXT, (b"MESSAGE", b"RFC822", None, None, None, b"7BIT", 99, (), (), 3)),
        multipart(TEXT, PDF, boundary=b""),
        multipart(TEXT, PDF, boundary=b'a\\"b'),
        multipart(multipart(TEXT, boundary=b"x12"), PDF),
        multipart(TEXT, *[PDF] * 300),
    ],
)
def test_what_is_fetched_whole(body: tuple[object, ...]) -> None:
    assert needs_whole(read_structure(body))


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: x\r\nContent-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=x1\r\n\r\n",
        b"Subject: x\r\nnot a header\r\nContent-Type: multipart/mixed; boundary=x1\r\n\r\n",
        b"Subject: x\rContent-Type: y\r\nContent-Type: multipart/mixed; boundary=x1\r\n\r\n",
        b"Subject: x\r\nContent-Type: multipart/alternative; boundary=x1\r\n\r\n",
        b"Subject: x\r\n\r\nContent-Type: multipart/mixed; boundary=x1\r\n\r\n",
        b"Subject: x\r\n\r\n",
    ],
)
def test_header_that_parsers_may_read_differently_is_not_trusted(header: bytes) -> None:
    root = read_structure(multipart(TEXT, PDF))
    headers = {"1": b"\r\n", "2": b"Content-Type: application/pdf\r\n\r\n"}
    good = b"Subject: x\r\nContent-Type: multipart/mixed; boundary=x1\r\n\r\n"
    beginnings = {"TEXT": b"--x1\r\n"}
    assert consistent(root, good, headers, beginnings, {"1": b"Bonjour."})
    assert not consistent(root, header, headers, beginnings, {"1": b"Bonjour."})
    assert not consistent(root, good, headers, beginnings, {"1": b"il disait --x1 je crois"})


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (b'; boundary="x1"', True),
        (b";boundary=x1; charset=utf-8", True),
        (b';\r\n\tcharset="utf-8";\r\n\tBOUNDARY="x1"', True),
        (b"; boundary=x12", False),
        (b'; boundary="x1""', False),
        (b"; boundary=x1\r\n folded", False),
        (b'; boundary="x1"; boundary="x2"', False),
        (b"; boundary*=utf-8''x1", False),
        (b'; boundary*0="x"; boundary*1="1"', False),
        (b'; type="a"b"; boundary=x1', False),
        (b"", False),
    ],
)
def test_only_a_plain_boundary_is_trusted(parameters: bytes, expected: bool) -> None:
    header = b"Subject: x\r\nContent-Type: multipart/mixed" + parameters + b"\r\nTo: y\r\n\r\n"
    assert plain_boundary(b"x1", header) is expected


def test_octets_of_the_parts_add_up_to_those_of_the_mail() -> None:
    root = read_structure(multipart(TEXT, PDF))
    partial = b"h" * 100
    beginnings, bodies = {"TEXT": b"preamble\r\n--x1\r\n"}, {"1": b"Bonjour."}
    exact = 100 + len(b"preamble\r\n") + 999
    assert [adds_up(root, exact + extra, partial, beginnings, bodies) for extra in (-4, -2, -1, 0, 1, 2, 4)] == [
        False, True, False, True, False, True, False,
    ]  # fmt: skip


_ATOMS = st.none() | st.binary(max_size=5) | st.integers()
_ANY = st.recursive(_ATOMS, lambda inner: st.lists(inner, max_size=8) | st.lists(inner, max_size=8).map(tuple))


@given(st.lists(_ANY, max_size=12).map(tuple))
def test_any_bodystructure_is_a_tree_or_an_error(body: tuple[object, ...]) -> None:
    try:
        root = read_structure(body)
    except StructureError:
        return
    needs_whole(root)
    assemble(root, b"", {}, {})


def test_structure_without_end_is_an_error() -> None:
    body: tuple[object, ...] = TEXT
    for _ in range(200):
        body = multipart(body)
    with pytest.raises(StructureError):
        read_structure(body)
