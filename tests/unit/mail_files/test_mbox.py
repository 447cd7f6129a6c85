"""Taking an mbox apart: separators, quoting, dates and size."""

import mailbox
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_bot.mail.files import MailFile, discover
from intake_bot.mail.mbox import begins_mbox, unquote

FROM = b"From a@client.example Mon Nov 23 08:35:52 2026\n"
ONE = b"From: a@client.example\nSubject: one\n\nBonjour.\n"
TWO = b"From: b@client.example\nSubject: two\n\nSalut.\n"


def read(path: Path) -> list[bytes]:
    return [found.read()[0] for found in discover(path) if isinstance(found, MailFile)]


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_two_mails(tmp_path: Path) -> None:
    assert read(written(tmp_path / "x.mbox", FROM + ONE + b"\n" + FROM + TWO + b"\n")) == [ONE, TWO]


def test_crlf_line_ends(tmp_path: Path) -> None:
    crlf = (FROM + ONE + b"\n" + FROM + TWO).replace(b"\n", b"\r\n")
    assert read(written(tmp_path / "x.mbox", crlf)) == [ONE.replace(b"\n", b"\r\n"), TWO.replace(b"\n", b"\r\n")]


def test_sentence_that_begins_with_from_is_no_separator(tmp_path: Path) -> None:
    mail = ONE + b"\nFrom now on, write to me at home.\nFrom: the heart\n\nFrom here\nto there: nowhere\n"
    assert read(written(tmp_path / "x.mbox", FROM + mail + b"\n" + FROM + TWO)) == [mail, TWO]


def test_quoted_from_lines_are_as_they_were() -> None:
    assert unquote(b">From me\n>>From you\n > From\nx >From\n") == b"From me\n>From you\n > From\nx >From\n"


def test_thunderbird_and_short_separators(tmp_path: Path) -> None:
    content = b"From - Mon Nov 23 08:35:52 2026\n" + ONE + b"\nFrom -\n" + TWO + b"\nFrom \n" + ONE
    assert read(written(tmp_path / "x.mbox", content)) == [ONE, TWO, ONE]


def test_missing_blank_line_before_a_separator(tmp_path: Path) -> None:
    assert read(written(tmp_path / "x.mbox", FROM + ONE + FROM + TWO)) == [ONE, TWO]


@pytest.mark.parametrize(
    ("line", "hour"),
    [
        (b"From a@b Mon Nov 23 08:35:52 2026", 8),
        (b"From a@b Mon Nov 23 08:35:52 2026 +0200", 6),
        (b"From a@b Mon Nov 23 08:35:52 +0100 2026", 7),
        (b"From a@b Mon Nov 23 08:35:52 GMT 2026", 8),
        (b"From a@b  Mon Nov 23 08:35 2026", 8),
    ],
)
def test_receipt_is_the_date_of_the_separator(line: bytes, hour: int, tmp_path: Path) -> None:
    (found,) = discover(written(tmp_path / "x.mbox", line + b"\n" + ONE))
    assert isinstance(found, MailFile)
    assert found.received is not None
    assert (found.received.date(), found.received.hour) == (datetime(2026, 11, 23, tzinfo=UTC).date(), hour)


def test_impossible_date_falls_back_to_the_file(tmp_path: Path) -> None:
    (found,) = discover(written(tmp_path / "x.mbox", b"From a@b Mon Feb 31 08:35:52 2026\n" + ONE))
    assert isinstance(found, MailFile)
    assert found.received == datetime.fromtimestamp((tmp_path / "x.mbox").stat().st_mtime, UTC)


def test_separator_across_two_chunks(tmp_path: Path) -> None:
    for shift in range(-8, 9):
        filler = ONE + b"x" * ((1 << 20) - len(FROM) - len(ONE) - 2 + shift) + b"\n"
        assert read(written(tmp_path / "x.mbox", FROM + filler + b"\n" + FROM + TWO)) == [filler, TWO]


def test_reading_an_mbox_does_not_load_it(tmp_path: Path) -> None:
    path = tmp_path / "big.mbox"
    with path.open("wb") as file:
        for _ in range(40):
            file.write(FROM + ONE + b"x" * 1_000_000 + b"\n\n")
    found = [item for item in discover(path) if isinstance(item, MailFile)]
    assert len(found) == 40
    raw, size = found[7].read(limit=10_000)
    assert size > 1_000_000
    assert len(raw) == 10_000


def test_mbox_written_by_the_standard_library(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "std.mbox")
    for text in (ONE, TWO + b"\nFrom inside\n", ONE):
        box.add(text)
    box.close()
    assert read(tmp_path / "std.mbox") == [ONE, TWO + b"\nFrom inside\n", ONE]


@given(st.lists(st.binary(max_size=200), max_size=6))
def test_what_is_quoted_and_packed_comes_back(bodies: list[bytes]) -> None:
    import re
    import tempfile

    mails = [b"Subject: x\n\n" + body.replace(b"\r", b"") + b"\n" for body in bodies]
    packed = b"".join(FROM + re.sub(rb"(?m)^(>*From )", rb">\1", mail) + b"\n" for mail in mails)
    with tempfile.TemporaryDirectory() as folder:
        assert read(written(Path(folder) / "x.mbox", packed)) == mails


@given(st.binary(max_size=500))
def test_any_octets_can_be_taken_apart(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        read(written(Path(folder) / "x.mbox", content))
        read(written(Path(folder) / "x", b"From " + content))


def test_begins_mbox() -> None:
    assert begins_mbox(FROM + ONE)
    assert not begins_mbox(b"From: a@client.example\n")
    assert not begins_mbox(b"From the desk of the director\n\nDear all")
