"""Mails that are broken or built to break a reader: each octet as it may come over the wire."""

import base64
import io
import zipfile
from functools import cache

from tests.support.hostile import OWN, Draft, family, joined, part
from tests.support.hostile_words import FOOTERS


@cache
def _bomb() -> bytes:
    """Some kilobytes that unpack to 60 megabytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("bomb.txt"), b"\0" * 60_000_000, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _file(name: str, octets: bytes, kind: str = "application/octet-stream") -> bytes:
    return part(
        f'{kind}; name="{name}"', base64.encodebytes(octets), "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="{name}"',
    )  # fmt: skip


def _text(draft: Draft) -> bytes:
    return part("text/plain; charset=utf-8", f"{draft.request()}\n", "Content-Transfer-Encoding: 8bit")


@family
def nested_parts(draft: Draft) -> tuple[bytes, str]:
    """A thousand multiparts in each other, the request on top or at the bottom."""
    depth = draft.pick((5, 40, 1000))
    on_top = draft.chance(0.5)
    draft.plain(Content_Type='multipart/mixed; boundary="b0"')
    lines = [b"--b0\r\n" + _text(draft)] if on_top else []
    for level in range(1, depth):
        lines.append(f'--b{level - 1}\r\nContent-Type: multipart/mixed; boundary="b{level}"\r\n'.encode())
    lines.append(f"--b{depth - 1}".encode() + b"\r\n" + (part("text/plain", "x") if on_top else _text(draft)))
    lines += [f"--b{level}--".encode() for level in reversed(range(depth))]
    return draft.header() + b"\r\n" + b"\r\n".join(lines), "acknowledged" if depth == 5 else "case"


@family
def nested_messages(draft: Draft) -> tuple[bytes, str]:
    draft.plain(Content_Type="message/rfc822")
    inner = b"Subject: x\r\nContent-Type: message/rfc822\r\n\r\n" * draft.pick((3, 40, 2000))
    return draft.header() + b"\r\n" + inner + f"Subject: y\r\n\r\n{draft.request()}".encode(), "silent"


@family
def truncated_base64(draft: Draft) -> tuple[bytes, str]:
    """Cut within the last group: all but a letter or two can be read."""
    text = f"{draft.request()}\n{draft.person}, {draft.lang} 12345\n".encode()
    body = base64.encodebytes(text).rstrip(b"=\n")[: -draft.rng.randint(1, 5)]
    draft.plain(Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding="base64")
    return draft.raw(body, encode=False), "acknowledged"


@family
def dirty_base64(draft: Draft) -> tuple[bytes, str]:
    body = base64.encodebytes(f"{draft.request()}\n".encode()).replace(b"\n", b"\n!!\x00%%\n")
    draft.plain(Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding="BASE64 ")
    return draft.raw(body, encode=False), "acknowledged"


@family
def declared_charset_is_wrong(draft: Draft) -> tuple[bytes, str]:
    said = draft.pick(("us-ascii", "x-unknown", "utf-8;", "8bit", '"utf8"', "unicode-1-1-utf-7x", "utf-9", ""))
    draft.plain(Content_Type=f"text/plain; charset={said}", Content_Transfer_Encoding="8bit")
    return draft.raw(f"{draft.request()}\n", encode=False), "acknowledged"


@family
def latin_in_disguise(draft: Draft) -> tuple[bytes, str]:
    draft.lang = draft.pick(("fr", "de", "es", "it", "pt", "nl", "sv", "da", "fi"))
    said = draft.pick(("utf-8", "us-ascii", "iso-8859-1", "windows-1252"))
    draft.plain(Content_Type=f"text/plain; charset={said}", Content_Transfer_Encoding="8bit")
    return draft.raw(f"{draft.request()}\n".encode("cp1252"), encode=False), "acknowledged"


@family
def nul_octets(draft: Draft) -> tuple[bytes, str]:
    body = f"{draft.request()}\n".encode()
    places = sorted(draft.rng.sample(range(len(body)), 3), reverse=True)
    for place in (body.find(b" ", index) for index in places):
        body = body[:place] + b"\0" + body[place:] if place > 0 else body
    draft.plain(Content_Type="text/plain; charset=utf-8", Subject="a\0b")
    return draft.raw(body, encode=False), "acknowledged"


@family
def bare_returns(draft: Draft) -> tuple[bytes, str]:
    """Line ends of another age, in all of the mail or in its body."""
    whole = draft.chance(0.5)
    raw = draft.plain(Content_Type="text/plain; charset=utf-8").raw(f"{draft.request()}\nMerci\n", encode=False)
    head, _, body = raw.partition(b"\r\n\r\n")
    if whole:
        return raw.replace(b"\r\n", b"\r"), "acknowledged"
    return head + b"\r\n\r\n" + body.replace(b"\r\n", b"\r"), "acknowledged"


@family
def bare_newlines(draft: Draft) -> tuple[bytes, str]:
    return draft.plain().raw(f"{draft.request()}\n").replace(b"\r\n", b"\n"), "acknowledged"


@family
def megabyte_line(draft: Draft) -> tuple[bytes, str]:
    filler = draft.pick(("x", "> ", "Re: ", "a@b.c ", "é", "<", "&#1;", "--", ": ", "( ")) * 400_000
    draft.plain(Content_Type=draft.pick(("text/plain; charset=utf-8", "text/html; charset=utf-8")))
    return draft.raw(f"{draft.request()}\n\n{filler[:1_000_000]}\n", encode=False), "lined"


@family
def megabyte_header(draft: Draft) -> tuple[bytes, str]:
    name = draft.pick(
        ("Subject", "X-Long", "References", "To", "From", "Received", "Authentication-Results", "Reply-To")
    )
    filler = draft.pick(("a ", "<a@b.c> ", "=?utf-8?q?x?= ", "((", "a@b.example, ", '"', "<", "; x=y"))
    draft.plain(**{name.replace("-", "_"): filler * (300_000 // len(filler))})
    return draft.raw(f"{draft.request()}\n"), "anywhere" if name == "From" else "lined"


@family
def many_headers(draft: Draft) -> tuple[bytes, str]:
    draft.plain().add(*((f"X-{index}", "y" * 40) for index in range(draft.pick((200, 900)))))
    return draft.raw(f"{draft.request()}\n"), "acknowledged"


@family
def zip_bomb(draft: Draft) -> tuple[bytes, str]:
    draft.plain()
    return draft.parts([_text(draft), _file("photos.zip", _bomb(), "application/zip")]), "acknowledged"


@family
def uuencoded(draft: Draft) -> tuple[bytes, str]:
    """An attachment of another age, or a text in that encoding."""
    import binascii

    text = f"{draft.request()}\n".encode()
    lines = b"".join(binascii.b2a_uu(text[at : at + 45]) for at in range(0, len(text), 45))
    block = b"begin 644 letter.txt\n" + lines + b"`\nend\n"
    if draft.chance(0.5):
        draft.plain(Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding="x-uuencode")
        return draft.raw(block, encode=False), "acknowledged"
    return draft.plain().raw(text + b"\n" + block), "acknowledged"


@family
def tnef(draft: Draft) -> tuple[bytes, str]:
    """Outlook's own format, broken, beside a text or alone."""
    junk = b"\x78\x9f\x3e\x22" + draft.rng.randbytes(400)
    alone = draft.chance(0.4)
    parts = [_file("winmail.dat", junk, "application/ms-tnef")]
    draft.plain()
    return draft.parts(parts if alone else [_text(draft), *parts]), "held" if alone else "acknowledged"


@family
def encrypted(draft: Draft) -> tuple[bytes, str]:
    """Nobody but a person can read these: a case, and no letter."""
    kind = draft.pick(("smime", "pgp-mime", "pgp-inline"))
    if kind == "smime":
        draft.plain(
            Content_Type='application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
            Content_Transfer_Encoding="base64",
        )
        return draft.raw(base64.encodebytes(draft.rng.randbytes(300)), encode=False), "held"
    block = f"-----BEGIN PGP MESSAGE-----\n\n{base64.encodebytes(draft.rng.randbytes(200)).decode()}-----END PGP MESSAGE-----\n"
    draft.plain()
    if kind == "pgp-inline":
        return draft.raw(block), "held"
    parts = [part("application/pgp-encrypted", "Version: 1\n"), part("application/octet-stream", block)]
    return draft.parts(parts, "encrypted", 'protocol="application/pgp-encrypted"; '), "held"


@family
def nothing_in_it(draft: Draft) -> tuple[bytes, str]:
    shapes = (
        b"",
        b"\r\n",
        b"\n\n\n",
        b" ",
        b"\0",
        draft.plain().header(),
        draft.header() + b"\r\n",
        b"From: \r\n\r\n",
        b"\xff\xfe",
    )
    return draft.pick(shapes), "silent"


@family
def binary_junk(draft: Draft) -> tuple[bytes, str]:
    starts = (b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"MZ", b"%PDF-1.7\n", b"\x1f\x8b", b'{"json": 1}\n', b"<html>")
    return draft.pick(starts) + draft.rng.randbytes(draft.pick((10, 1_000, 50_000))), "silent"


@family
def octets_at_random_in_a_mail(draft: Draft) -> tuple[bytes, str]:
    """A request of which some octets were changed on the way: it may be unreadable, it may not stop anything."""
    raw = bytearray(draft.plain().raw(f"{draft.request()}\n"))
    for _ in range(draft.rng.randint(1, 30)):
        raw[draft.rng.randrange(len(raw))] = draft.rng.randrange(256)
    return bytes(raw), "anywhere"


@family
def cut_short(draft: Draft) -> tuple[bytes, str]:
    raw = draft.plain().raw(f"{draft.request()}\n")
    return raw[: draft.rng.randrange(1, len(raw))], "lined"


@family
def dates(draft: Draft) -> tuple[bytes, str]:
    """The Date field is a claim, and may claim anything."""
    shown = draft.pick(
        (
            "Thu, 01 Jan 1970 00:00:00 +0000", "Fri, 31 Dec 2099 23:59:59 +0000", None, "", "yesterday", "0", "\0",
            "Mon, 99 Foo 99999 99:99:99 +9999", "Sun, 31 Feb 2026 25:61:61 -2400", "1" * 5_000, "Tue, 1 Jan 0001 00:00:00 +1400",
        )
    )  # fmt: skip
    received = draft.pick(
        (None, "from x by y; Thu, 01 Jan 1970 00:00:00 +0000", "garbage", ";;;;", "from x; 31 Dec 9999 23:59 -1200")
    )
    return draft.plain(Date=shown, Received=received).raw(f"{draft.request()}\n"), "acknowledged"


@family
def message_ids(draft: Draft) -> tuple[bytes, str]:
    shown = draft.pick(
        (
            None, "", "<>", "no brackets at all", "<a b c@d>", "<same@mail.example>", "<" + "x" * 5_000 + "@y>", "<a>\0<b>",
            "<<nested@a.example>>", "<é@ü.example>", "<a@b.example> <c@d.example>",
        )
    )  # fmt: skip
    return draft.plain(Message_ID=shown).raw(f"{draft.request()}\n"), "acknowledged"


@family
def references_of_every_kind(draft: Draft) -> tuple[bytes, str]:
    shown = draft.pick(
        ("<", "<a@b>" * 3_000, f"<acknowledgement.{'0' * 32}@octoop.test>", "\0", "<a\tb@c>", "x" * 9_000)
    )
    draft.plain(References=shown, In_Reply_To=draft.pick((None, shown[:500])))
    return draft.raw(f"{draft.request()}\n"), "acknowledged"


@family
def signs_only(draft: Draft) -> tuple[bytes, str]:
    texts = ("🙏🙏🙏", "👍", "❤️" * 50, "?!", "...", "。", "\u200b\u200b", "\ufeff", "🇫🇷 ✉️ ❌", "ʕ•ᴥ•ʔ", "Z̷̛̼a̴͎͝l̷̝̏g̶̱̈́o̷̼͋" * 20)
    return draft.plain(Subject=draft.pick(("👋", "", "?"))).raw(draft.pick(texts)), "silent"


@family
def direction_marks(draft: Draft) -> tuple[bytes, str]:
    """Letters that turn the line around, in name, subject and the name of a file."""
    draft.plain(From=f"Anna\u202egpj.exe <{draft.address}>", Subject="a\u202eb\u2066c")
    parts = [_text(draft), _file("invoice\u202egpj.exe", b"MZ")]
    return draft.parts(parts), "acknowledged"


@family
def html_request(draft: Draft) -> tuple[bytes, str]:
    """HTML only: nested, unclosed, with comments and conditions, and it is a request all the same."""
    request = draft.request()
    shapes = (
        f"<html><body><p>{request}</p></body></html>", f"<div>{request}", f"<b><i><p>{request}</b></i></p></html></body>",
        f"<!--[if mso]><p>x</p><![endif]--><p>{request}</p>", "<div>" * 500 + request + "</div>" * 400,
        f"<style>p{{color:red}}</style><p>{request}</p><script>alert(1)</script>", f"<p>{'&nbsp;'.join(request.split(' '))}</p>",
        f"<table><tr><td>{request}</td></tr></table><img src='cid:x'>", f"<p>{request}<p><a href='javascript:x'>x</a>",
    )  # fmt: skip
    draft.plain(Content_Type="text/html; charset=utf-8")
    return draft.raw(draft.pick(shapes), encode=False), "acknowledged"


@family
def html_hides_a_request(draft: Draft) -> tuple[bytes, str]:
    """What no reader sees is not asked: a sales mail with a request in hidden text."""
    hidden = draft.pick(
        (
            "<div style='display:none'>{}</div>", "<span style='font-size:0'>{}</span>", "<p hidden>{}</p>", "<!-- {} -->",
            "<div style='DISPLAY : NONE !important'>{}</div>", "<p style='visibility:hidden'>{}</p>", "<title>{}</title>",
            "<div style='max-height:0;overflow:hidden'>{}</div>", "<p style='opacity:0'>{}</p>", "<template>{}</template>",
        )
    )  # fmt: skip
    draft.plain(Content_Type="text/html; charset=utf-8", Subject="Offre")
    page = f"<html><body>{hidden.format(draft.request())}<p>Buy our chairs, thirty percent off until Sunday.</p></body></html>"
    return draft.raw(page, encode=False), "silent"


@family
def html_footer_only(draft: Draft) -> tuple[bytes, str]:
    draft.plain(Content_Type="text/html; charset=utf-8", Subject="")
    return draft.raw(
        f"<html><body><img src='https://n.example/big.png'><p>{draft.pick(FOOTERS)}</p></body></html>", encode=False
    ), "silent"


@family
def quoted_printable_errors(draft: Draft) -> tuple[bytes, str]:
    import quopri

    body = quopri.encodestring(f"{draft.request()}\n".encode()).replace(
        b"=\n", draft.pick((b"=\n", b"= \n", b"=\t \r\n"))
    )
    draft.plain(Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding="quoted-printable")
    return draft.raw(body + draft.pick((b"=", b"=Z", b"=G1 =1", b"=\0\n", b"==3D")), encode=False), "acknowledged"


@family
def templates_in_names(draft: Draft) -> tuple[bytes, str]:
    """What a template engine, a shell, a database or a browser would obey."""
    shown = draft.pick(
        (
            "{{7*7}}", "{% raw %}", "{{ config }}", "${7*7}", "#{7*7}", "<script>alert(1)</script>", "'; DROP TABLE cases;--",
            "$(reboot)", "`id`", "%s%s%n", "\\u0000", "[bold]x[/bold]", "{0.__class__}", "=cmd|' /C calc'!A0",
        )
    )  # fmt: skip
    encoded = base64.b64encode(shown.encode()).decode()
    draft.plain(From=f"=?utf-8?b?{encoded}?= <{draft.address}>", Subject=shown)
    return draft.raw(f"{draft.request()}\n{shown}\n"), "acknowledged"


@family
def paths_in_names(draft: Draft) -> tuple[bytes, str]:
    name = draft.pick(
        ("../../../etc/passwd", "..\\..\\win.ini", "/etc/shadow", "a\r\nX: y.txt", "con", "a" * 4_000, ".", "..", "\\\\host\\x",
         "a/b/../../c.exe", "%2e%2e%2fetc", "=?utf-8?q?..=2F..=2Fx?=", "x\0y.pdf", "~root/.ssh/id")
    )  # fmt: skip
    draft.plain()
    return draft.parts([_text(draft), _file(name, b"data")]), "acknowledged"


@family
def header_injection(draft: Draft) -> tuple[bytes, str]:
    """Line ends in encoded words: the letter must keep one recipient."""
    evil = draft.pick(
        ("x\r\nBcc: victim@bank.example", "x\nTo: victim@bank.example", "x\r\n\r\nbody", "x\r\n.\r\nMAIL FROM:<>")
    )
    word = f"=?utf-8?b?{base64.b64encode(evil.encode()).decode()}?="
    draft.plain(From=f"{word} <{draft.address}>", Subject=word, Message_ID=f"<{word}@x.example>")
    return draft.raw(f"{draft.request()}\n"), "case"


@family
def unusable_senders(draft: Draft) -> tuple[bytes, str]:
    """Addresses that no letter may go to as they stand, and some that it may."""
    shown = draft.pick(
        (
            f'"a b"@x{draft.number}.example', f"a{draft.number}@localhost", f"a{draft.number}@[127.0.0.1]", f"-oQ/tmp/x@x{draft.number}.example",
            f"a{draft.number}%victim@relay.example", f"@relay.example:a{draft.number}@x.example", f"é{draft.number}@ü.example", f"a..b{draft.number}@x.example",
            f"a{draft.number}@x.example\r\n Bcc: victim@bank.example", f"{'a' * 300}@x.example", f"a{draft.number}@{'b' * 80}.example", f"a{draft.number}@x..example", f"a{draft.number}@-x.example",
            f"a{draft.number}!b@x.example", f"a{draft.number}@x.example@y.example", f"a\t{draft.number}@x.example", f"<a{draft.number}@x.example",
            f"a{draft.number}(victim@bank.example)@x.example", f"a{draft.number}@x.example (victim@bank.example)",
        )
    )  # fmt: skip
    return draft.plain(From=shown, Return_Path=None).raw(f"{draft.request()}\n"), "anywhere"


@family
def broken_multiparts(draft: Draft) -> tuple[bytes, str]:
    request = _text(draft)
    shapes = {
        'multipart/mixed; boundary="b"': b"--b\r\n" + request,
        "multipart/mixed": b"--b\r\n" + request + b"\r\n--b--\r\n",
        'multipart/mixed; boundary=""': b"--\r\n" + request + b"\r\n----\r\n",
        'multipart/alternative; boundary="b"': joined([request, part("text/html", "")], "b"),
        'multipart/related; boundary="b b"': joined([request], "b b"),
        'multipart/x-unknown; boundary="b"': joined([request], "b"),
        'multipart/signed; boundary="b"; micalg=x': joined([request, part("application/pgp-signature", "x")], "b"),
        'MULTIPART/MIXED; BOUNDARY="b"': b"preamble\r\n" + joined([request], "b") + b"epilogue",
        'multipart/mixed; boundary="b"; boundary="c"': joined([request], "b"),
    }
    kind = draft.pick(shapes)
    draft.plain(Content_Type=kind)
    return draft.header() + b"\r\n" + shapes[kind], "acknowledged"


@family
def many_parts(draft: Draft) -> tuple[bytes, str]:
    draft.plain()
    more = [
        part("text/plain", "x") if draft.chance(0.5) else _file("a.txt", b"x") for _ in range(draft.pick((50, 1_500)))
    ]
    return draft.parts([_text(draft), *more]), "lined"


@family
def content_types(draft: Draft) -> tuple[bytes, str]:
    kind = draft.pick(
        (
            "text", "text/", "/plain", "text/plain; charset", ";;;;", "text/plain; =utf-8", "text/plain;" + "a=b;" * 3_000,
            "text/plain; charset*=utf-8''utf-8", "text/plain; charset*0*=x", "TEXT/PLAIN", "text/plain, text/html", "\0", "plain",
            "text/x-unheard-of", "text/markdown; charset=utf-8",
        )
    )  # fmt: skip
    draft.plain(Content_Type=kind, Content_Transfer_Encoding=draft.pick((None, "8bit", "binary", "9bit", "x-none", "")))
    return draft.raw(f"{draft.request()}\n", encode=False), "acknowledged"


@family
def attached_letter(draft: Draft) -> tuple[bytes, str]:
    """A scan under no words: a person looks."""
    draft.plain(Subject=draft.pick(("", "Courrier", "letter")))
    return draft.parts([part("text/plain", "\n"), _file("scan.pdf", b"%PDF-1.4 x", "application/pdf")]), "held"


@family
def crowd(draft: Draft) -> tuple[bytes, str]:
    """Three thousand others in To or Cc: a letter goes to the sender alone."""
    others = ", ".join(f"p{index}@crowd.example" for index in range(3_000))
    draft.plain(To=f"{OWN}, {others}" if draft.chance(0.5) else OWN, Cc=others)
    return draft.raw(f"{draft.request()}\n"), "lined"


@family
def quotes_without_end(draft: Draft) -> tuple[bytes, str]:
    filler = draft.pick(
        ("> " * 3_000 + "x\n", "On Mon, wrote:\n" * 2_000, "From: a\nSubject: b\n" * 2_000, "-----\n" * 4_000)
    )
    return draft.plain(Subject="Re: " * 500).raw(f"{draft.request()}\n\n{filler}"), "lined"


@family
def same_id_other_words(draft: Draft) -> tuple[bytes, str]:
    """A Message-ID that was used before proves nothing: other words are another mail."""
    draft.plain(Message_ID="<used-before@mail.example>", Date="Mon, 23 Nov 2026 08:00:00 +0100", Subject="x")
    return draft.raw(f"{draft.request()} Nr. {draft.number}\n"), "acknowledged"
