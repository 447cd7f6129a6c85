"""Octets to text for any declared charset; header values on one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_bot.mail.charset import clean, decode, decode_header, html_charset, mapped
from intake_bot.mail.tnef import decompress_rtf, rtf_to_text


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("é".encode("latin-1"), "iso-8859-1", "é"),
        ("€".encode("cp1252"), "ISO-8859-1", "€"),
        ("déjà".encode(), "iso-8859-1", "déjà"),
        ("déjà".encode(), "Windows-1252", "déjà"),
        ("é".encode(), "", "é"),
        ("é".encode("cp1252"), "", "é"),
        ("é".encode(), "us-ascii", "é"),
        ("é".encode("cp1252"), "utf-8", "é"),
        ("Łódź".encode("iso-8859-2"), "iso-8859-2", "Łódź"),
        ("αβγ".encode("iso-8859-7"), "ISO-8859-7", "αβγ"),
        ("да".encode("koi8-r"), "koi8-r", "да"),
        ("é".encode("utf-16"), "utf-16", "é"),
        (b"caf+AOk-", "unicode-1-1-utf-7", "café"),
        (b"abc", "x-unknown", "abc"),
        (b"abc", "idna", "abc"),
        (b"YWJj", "base64", "YWJj"),
        (b"abc", "\x00", "abc"),
    ],
)
def test_text_of_octets(data: bytes, charset: str, text: str) -> None:
    assert decode(data, charset)[0] == text


@pytest.mark.parametrize(
    ("page", "charset"),
    [
        ('<meta charset="iso-8859-2">żądam'.encode("iso-8859-2"), "iso-8859-2"),
        ('<META http-equiv=x content="text/html; charset=Windows-1251">да'.encode("cp1251"), "windows-1251"),
        (b"<meta charset=iso-2022-jp>\x1b$B8D\x1b(B", "iso-2022-jp"),
        ("<meta charset=iso-8859-2>żądam".encode(), ""),
        (b"<meta charset=utf-16>a", ""),
        (b"<p>charset=koi8-r</p>", ""),
    ],
)
def test_charset_that_a_page_names(page: bytes, charset: str) -> None:
    assert html_charset(page) == charset


@pytest.mark.parametrize(
    "text", ["plain\n", "a\r\nb\rc", "\u200ee\u0301\u200fcrit\u00ad :\r\n", "\u2068Anna\u2069 🙂", ""]
)
def test_cleaned_characters_lead_back_to_the_text_as_given(text: str) -> None:
    cleaned, places = mapped(text)
    assert cleaned == clean(text)
    assert len(places) == len(cleaned) + 1
    assert places[-1] == len(text)
    assert all(character in clean(text[place : place + 2]) for character, place in zip(cleaned, places, strict=False))


def test_utf8_cut_inside_a_character_stays_utf8() -> None:
    text, defect = decode("données éàü"[:10].encode() + "éèàüöé".encode()[:-1], "utf-8")
    assert text.startswith("données")
    assert defect


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?Q?Donn=C3=A9es_perso?=", "Données perso"),
        ("=?utf-8?b?w6k=?= =?utf-8?b?w6g=?=", "éè"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?iso-8859-1?q?=E9?==?iso-8859-1?q?=E8?=", "éè"),
        ("=?utf-8?q?cut=C3?= =?utf-8?q?=A9?=", "cuté"),
        ("=?nowhere?q?x?=", "x"),
        ("=?utf-8?b?!!!?=", ""),
        ("a\r\n\tb\0c", "a bc"),
        ("Bcc: x\r\n y", "Bcc: x y"),
        (b"Donn\xe9es".decode("ascii", "surrogateescape"), "Données"),
        ("Données".encode().decode("ascii", "surrogateescape"), "Données"),
    ],
)
def test_header_on_one_line(value: str, text: str) -> None:
    assert decode_header(value) == text


@given(st.binary(max_size=60), st.text(max_size=20))
def test_any_octets_in_any_charset(data: bytes, charset: str) -> None:
    text = clean(decode(data, charset)[0])
    text.encode()
    header = decode_header(f"=?{charset}?q?{data.hex()}?=" + data.decode("ascii", "surrogateescape"))
    assert "\n" not in header


def test_compressed_rtf() -> None:
    """The examples of MS-OXRTFCP 4.1.1 and 4.1.2."""
    first = (
        "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232" + "0af32068656c0900206277" + "05b06c647d0a800fa0"
    )
    assert decompress_rtf(bytes.fromhex(first)) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    crossing = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0"
    assert decompress_rtf(bytes.fromhex(crossing)) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_rtf_to_text() -> None:
    rtf = r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Donn\'e9es \u8217?a {\*\generator x;}{\*\htmltag <p>}b\par c}"
    assert rtf_to_text(rtf) == "Données ’a b\nc"


@given(st.text(alphabet="\\{}abpu'0123456789*htmlrf \n", max_size=200))
def test_any_rtf(rtf: str) -> None:
    rtf_to_text(rtf)
