"""Only what our receiving server wrote counts, in the shapes of Exchange Online, Gmail and Postfix with OpenDMARC."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_bot.mail.authentication import Authentication, Outcome, anchor_report, authenticate, disowned, is_aligned
from intake_bot.mail.authentication_results import authserv_id, read, split
from intake_bot.mail.inbound import InboundMessage, Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.mail.message import parse

OWN = frozenset({"info@octoop.com"})
LETTER = "From: Jeanne Martin <jeanne@client.example>\nTo: info@octoop.com\nSubject: Mes donnees\n\nBonjour.\n"

EXCHANGE = """\
Received: from PA4PR04MB1.eurprd04.prod.outlook.com (2603:10a6:102:cb::10) by
 AM0PR04MB2.eurprd04.prod.outlook.com with HTTPS; Mon, 23 Nov 2026 08:00:04 +0000
Received: from DB9PR02CA03.eurprd02.prod.outlook.com (2603:10a6:10:1da::8) by
 PA4PR04MB1.eurprd04.prod.outlook.com (2603:10a6:102:cb::10) with Microsoft SMTP
 Server (version=TLS1_2) id 15.20.9; Mon, 23 Nov 2026 08:00:03 +0000
Authentication-Results: spf=pass (sender IP is 185.1.2.3)
 smtp.mailfrom=client.example; dkim=pass (signature was verified)
 header.d=client.example;dmarc=pass action=none
 header.from=client.example;compauth=pass reason=100
Received-SPF: Pass (protection.outlook.com: domain of client.example designates
 185.1.2.3 as permitted sender) receiver=protection.outlook.com;
Received: from mail.client.example (185.1.2.3) by
 DB5EUR03FT012.mail.protection.outlook.com (10.152.20.1) with Microsoft SMTP
 Server id 15.20.9; Mon, 23 Nov 2026 08:00:02 +0000
X-MS-Exchange-Organization-AuthAs: Anonymous
"""

GMAIL = """\
Delivered-To: info@octoop.com
Received: by 2002:a05:7300:1a2b:b0:fa with SMTP id x11csp1; Mon, 23 Nov 2026 00:00:03 -0800 (PST)
X-Google-Smtp-Source: AGHT+IE
ARC-Seal: i=1; a=rsa-sha256; t=1; cv=none; d=google.com; s=arc; b=abc
ARC-Authentication-Results: i=1; mx.google.com; dkim=pass header.i=@client.example; dmarc=pass
Return-Path: <jeanne@client.example>
Received: from mail.client.example (mail.client.example. [185.1.2.3])
        by mx.google.com with ESMTPS id a1si2 for <info@octoop.com>; Mon, 23 Nov 2026 00:00:02 -0800 (PST)
Received-SPF: pass (google.com: domain of jeanne@client.example designates 185.1.2.3 as permitted sender)
Authentication-Results: mx.google.com;
       dkim=pass header.i=@client.example header.s=s1 header.b=abc;
       arc=pass (i=1 spf=pass);
       spf=pass (google.com: domain of jeanne@client.example designates 185.1.2.3 as permitted sender)
        smtp.mailfrom=jeanne@client.example;
       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=client.example
"""

POSTFIX = """\
Return-Path: <jeanne@client.example>
Delivered-To: info@octoop.com
Received: from localhost (localhost [127.0.0.1])
	by mx.octoop.com (Postfix) with ESMTP id 4FC; Mon, 23 Nov 2026 09:00:03 +0100 (CET)
DMARC-Filter: OpenDMARC Filter v1.4.2 mx.octoop.com 4FB
Authentication-Results: mx.octoop.com; dmarc=pass (p=none dis=none) header.from=client.example
Authentication-Results: mx.octoop.com; spf=pass smtp.mailfrom=client.example
Authentication-Results: mx.octoop.com;
	dkim=pass (2048-bit key; unprotected) header.d=client.example header.i=@client.example header.b="abc"
Received: from mail.client.example (mail.client.example [185.1.2.3])
	by mx.octoop.com (Postfix) with ESMTPS id 4FB for <info@octoop.com>; Mon, 23 Nov 2026 09:00:02 +0100 (CET)
"""

#: OpenDKIM and OpenDMARC as milters of Postfix insert at position 1, below Postfix's own Received line.
POSTFIX_MILTER = """\
Return-Path: <jeanne@client.example>
Delivered-To: info@octoop.com
Received: from mail.client.example (mail.client.example [185.1.2.3])
	by mx.octoop.com (Postfix) with ESMTPS id 4FB for <info@octoop.com>; Mon, 23 Nov 2026 09:00:02 +0100 (CET)
DMARC-Filter: OpenDMARC Filter v1.4.2 mx.octoop.com 4FB
Authentication-Results: mx.octoop.com; dmarc=pass (p=none dis=none) header.from=client.example
Authentication-Results: mx.octoop.com; spf=pass smtp.mailfrom=client.example
Authentication-Results: mx.octoop.com;
	dkim=pass (2048-bit key; unprotected) header.d=client.example header.i=@client.example header.b="abc"
"""

POSTFIX_BARE = """\
Received: from mail.evil.example (unknown [185.9.9.9])
	by mx.octoop.com (Postfix) with ESMTP id 4FB for <info@octoop.com>; Mon, 23 Nov 2026 09:00:02 +0100 (CET)
"""

INTERNAL = """\
Received: from PA4PR04MB1.eurprd04.prod.outlook.com (2603:10a6:102:cb::10) by
 AM0PR04MB2.eurprd04.prod.outlook.com with HTTPS; Mon, 23 Nov 2026 08:00:04 +0000
Received: from PA4PR04MB1.eurprd04.prod.outlook.com ([fe80::1%6]) by
 PA4PR04MB1.eurprd04.prod.outlook.com ([fe80::1%6]) with mapi id 15.20.9; Mon, 23 Nov 2026 08:00:03 +0000
From: Paul <paul@octoop.com>
To: info@octoop.com
Subject: Pour info
X-MS-Exchange-Organization-AuthAs: Internal
authentication-results: dkim=none (message not signed) header.d=none;dmarc=none
 action=none header.from=octoop.com;

Bonjour.
"""

GENUINE = [("exchange", EXCHANGE, "topmost"), ("gmail", GMAIL, "mx.google.com"), ("postfix", POSTFIX, "mx.octoop.com")]


def mail(text: str) -> InboundMessage:
    raw = text.replace("\n", "\r\n").encode()
    at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    return parse(Fetched(Position("default", "INBOX", 1, 1), raw, at, len(raw)))


def outcome(text: str, anchor: str) -> Authentication:
    return authenticate(mail(text), anchor, OWN)


@pytest.mark.parametrize(("name", "top", "anchor"), GENUINE)
def test_a_mail_whose_domain_vouches_for_it_passes(name: str, top: str, anchor: str) -> None:
    found = outcome(top + LETTER, anchor)
    assert (found.outcome, found.aligned, found.anchor) == (Outcome.PASS, True, anchor)
    assert (found.dmarc, found.spf, found.dkim) == ("pass", "pass", "pass")
    assert found.signs == ()


def test_milters_of_postfix_write_below_its_own_line() -> None:
    found = outcome(POSTFIX_MILTER + LETTER, "mx.octoop.com")
    assert (found.outcome, found.dmarc, found.spf) == (Outcome.PASS, "pass", "")
    failed = outcome(POSTFIX_MILTER.replace("dmarc=pass", "dmarc=fail") + LETTER, "mx.octoop.com")
    assert failed.outcome is Outcome.FAIL


def test_below_our_line_only_a_failure_adds_to_the_topmost_field() -> None:
    """No policy: what says DKIM passed may be the stranger's own field, what says DMARC failed is not."""
    none = POSTFIX_MILTER.replace("dmarc=pass", "dmarc=none")
    assert outcome(none + LETTER, "mx.octoop.com").outcome is Outcome.UNKNOWN
    above = "Authentication-Results: mx.octoop.com; spf=pass smtp.mailfrom=client.example\n"
    assert outcome(above + none + LETTER, "mx.octoop.com").outcome is Outcome.PASS
    assert outcome(above + none.replace("dmarc=none", "dmarc=fail") + LETTER, "mx.octoop.com").outcome is Outcome.FAIL


def test_gmail_tells_of_arc() -> None:
    assert outcome(GMAIL + LETTER, "mx.google.com").arc == "pass"


@pytest.mark.parametrize(("name", "top", "anchor"), GENUINE)
def test_without_an_anchor_everything_is_unknown(name: str, top: str, anchor: str) -> None:
    found = outcome(top + LETTER, "")
    assert (found.outcome, found.dmarc, found.anchor) == (Outcome.UNKNOWN, "", "")


@pytest.mark.parametrize(("name", "top", "anchor"), GENUINE)
def test_without_an_anchor_a_failure_on_top_is_believed_all_the_same(name: str, top: str, anchor: str) -> None:
    """Nobody forges it against himself; what speaks for the sender proves nothing."""
    failed = top.replace("dmarc=pass", "dmarc=fail").replace("dkim=pass", "dkim=none").replace("spf=pass", "spf=fail")
    assert disowned(mail(failed + LETTER))
    assert not disowned(mail(top + LETTER))
    assert not disowned(mail(LETTER))


@pytest.mark.parametrize(("name", "top", "anchor"), GENUINE)
def test_the_anchor_of_another_server_is_unknown(name: str, top: str, anchor: str) -> None:
    assert outcome(top + LETTER, "mx.other.example").outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(("name", "top", "anchor"), GENUINE)
def test_a_failure_is_not_healed_by_forged_fields_below(name: str, top: str, anchor: str) -> None:
    failed = top.replace("dmarc=pass", "dmarc=fail").replace("dkim=pass", "dkim=none").replace("spf=pass", "spf=fail")
    server = "" if anchor == "topmost" else f"{anchor}; "
    forged = f"Authentication-Results: {server}spf=pass smtp.mailfrom=client.example; dmarc=pass\n"
    assert outcome(failed + forged + LETTER, anchor).outcome is Outcome.FAIL
    assert outcome(failed + LETTER.replace("Subject", forged + "Subject"), anchor).outcome is Outcome.FAIL


def test_a_forged_field_does_not_add_what_gmail_did_not_write() -> None:
    """A domain without DMARC: Gmail writes no dmarc, and the stranger's field stands directly below Gmail's."""
    bare = GMAIL.replace("dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=client.example", "x-none=none")
    bare = bare.replace("dkim=pass header.i=@client.example", "dkim=neutral header.i=@client.example")
    bare = bare.replace(
        "spf=pass (google.com: domain of jeanne@client.example", "spf=softfail (google.com: domain of x"
    )
    forged = "Authentication-Results: mx.google.com; dmarc=pass header.from=client.example\n"
    assert outcome(bare + forged + LETTER, "mx.google.com").outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("place", ["first", "after a foreign hop", "below the letter's own header"])
def test_a_forged_field_where_our_server_wrote_none(place: str) -> None:
    forged = "Authentication-Results: mx.octoop.com; dmarc=pass header.from=client.example\n"
    hop = "Received: from a (b.octoop.com [10.0.0.1]) by mx.octoop.com (Postfix) with ESMTP id 1; x\n"
    text = {
        "first": POSTFIX_BARE + "DKIM-Signature: v=1\n" + forged + LETTER,
        "after a foreign hop": POSTFIX_BARE + hop + forged + LETTER,
        "below the letter's own header": POSTFIX_BARE + LETTER.replace("Subject", forged + "Subject"),
    }[place]
    assert outcome(text, "mx.octoop.com").outcome is Outcome.UNKNOWN


def test_exchange_ignores_a_field_without_name_below_the_hop_of_the_outside() -> None:
    without = "\n".join(line for line in EXCHANGE.split("\n"))
    start, end = without.index("Authentication-Results"), without.index("Received-SPF")
    forged = "Authentication-Results: dmarc=pass action=none header.from=client.example;\n"
    found = outcome(without[:start] + without[end:] + forged + LETTER, "topmost")
    assert (found.outcome, found.anchor) == (Outcome.UNKNOWN, "")


def test_exchange_takes_the_topmost_field_only_when_it_has_no_name() -> None:
    named = EXCHANGE.replace("Authentication-Results: spf", "Authentication-Results: gateway.example; spf")
    assert outcome(named + LETTER, "topmost").outcome is Outcome.UNKNOWN


def test_exchange_repeats_domains_of_a_forwarding_tenant() -> None:
    odd = EXCHANGE.replace("smtp.mailfrom=client.example;", "smtp.mailfrom=client.example; octoop.com;")
    assert outcome(odd + LETTER, "topmost").outcome is Outcome.PASS


def test_a_peer_that_calls_itself_by_our_name_stays_outside() -> None:
    """HELO is the stranger's word; the verified name and the address in brackets are our server's."""
    hop = POSTFIX_BARE.replace("from mail.evil.example (unknown", "from mx2.octoop.com (unknown")
    forged = "X-Filler: 1\nAuthentication-Results: mx.octoop.com; dmarc=pass header.from=client.example\n"
    assert outcome(hop + forged + LETTER, "mx.octoop.com").outcome is Outcome.UNKNOWN


def test_a_gateway_is_trusted_when_it_is_named() -> None:
    gateway = (
        "Received: from gw.filter.example (185.5.5.5) by DB5.mail.protection.outlook.com (10.1.1.1) with SMTP; x\n"
        "X-Filler: 1\nAuthentication-Results: gw.filter.example; dmarc=pass header.from=client.example\n"
        "Received: from mail.client.example (mail.client.example [185.1.2.3]) by gw.filter.example with ESMTP; x\n"
    )
    message = mail(gateway + LETTER)
    assert authenticate(message, "gw.filter.example", OWN).outcome is Outcome.UNKNOWN
    hops = ("db5.mail.protection.outlook.com", "gw.filter.example")
    assert authenticate(message, "gw.filter.example", OWN, trusted_hops=hops).outcome is Outcome.PASS


def test_mail_inside_one_tenant_is_a_value_of_its_own() -> None:
    assert outcome(INTERNAL, "topmost").outcome is Outcome.INTERNAL
    assert outcome(INTERNAL.replace("Internal", "Anonymous"), "topmost").outcome is Outcome.UNKNOWN
    assert outcome(INTERNAL.replace("paul@octoop.com", "paul@other.example"), "topmost").outcome is Outcome.UNKNOWN
    assert outcome(INTERNAL, "mx.octoop.com").outcome is Outcome.UNKNOWN
    assert outcome(EXCHANGE.replace("Anonymous", "Internal") + LETTER, "topmost").outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("dmarc=pass", "dmarc=fail"), Outcome.FAIL),
        (("dmarc=pass", "dmarc=temperror"), Outcome.UNKNOWN),
        (("dmarc=pass", "dmarc=bestguesspass"), Outcome.PASS),
        (("dmarc=pass", "dmarc=none"), Outcome.PASS),  # DKIM and SPF of the domain itself vouch for it
        (("compauth=pass", "compauth=fail"), Outcome.FAIL),
        (("header.from=client.example", "header.from=other.example"), Outcome.PASS),  # DKIM still aligned
    ],
)
def test_results_of_exchange(change: tuple[str, str], expected: Outcome) -> None:
    assert outcome(EXCHANGE.replace(*change) + LETTER, "topmost").outcome is expected


def test_passes_for_another_domain_are_not_aligned() -> None:
    foreign = EXCHANGE.replace("client.example", "mailer.example")
    found = outcome(foreign + LETTER, "topmost")
    assert (found.outcome, found.aligned, found.spf, found.dkim) == (Outcome.UNKNOWN, False, "pass", "pass")


def test_two_explicit_failures_without_a_policy_fail() -> None:
    failed = (
        EXCHANGE.replace("spf=pass", "spf=fail").replace("dkim=pass", "dkim=fail").replace("dmarc=pass", "dmarc=none")
    )
    assert outcome(failed + LETTER, "topmost").outcome is Outcome.FAIL


def test_a_comment_cannot_be_left_by_the_envelope_sender() -> None:
    comment = 'domain of "x) ; dmarc=pass header.from=victim.example"@evil.example ok'
    value = f"mx.google.com; spf=pass ({comment}) smtp.mailfrom=evil.example"
    assert [item.method for item in read(value)] == ["spf"]


def test_the_worse_of_two_results_of_one_method_counts() -> None:
    double = EXCHANGE.replace("compauth=pass", "dmarc=fail action=none header.from=client.example;compauth=pass")
    assert outcome(double + LETTER, "topmost").outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "value", ["", ";", "=;=", "(" * 5_000, '"' * 3, "a" * 100_000, "x; dmarc=", "\\", "x;" + "d=p;" * 3_000]
)
def test_a_hostile_value_says_nothing(value: str) -> None:
    assert all(item.method != "dmarc" for item in read(value))
    assert authserv_id(value) != "mx.octoop.com"


@given(st.text(max_size=300), st.text(max_size=80))
def test_any_value_is_read_without_an_exception(value: str, anchor: str) -> None:
    read(value)
    split(value)
    headers = (("authentication-results", value), ("received", value), ("from", value))
    message = mail(LETTER)
    object.__setattr__(message, "headers", headers)
    assert authenticate(message, anchor, OWN).outcome in Outcome


def test_several_senders_never_pass() -> None:
    two = LETTER.replace("From: Jeanne Martin <jeanne@client.example>", "From: a@client.example, b@evil.example")
    found = outcome(EXCHANGE + two, "topmost")
    assert found.outcome is Outcome.UNKNOWN
    assert "several_from" in found.signs


def test_alignment_is_relaxed_but_not_between_sisters() -> None:
    assert is_aligned("client.example", "client.example")
    assert is_aligned("bounces.client.example", "client.example")
    assert is_aligned("client.example", "news.client.example")
    assert not is_aligned("a.client.example", "b.client.example")
    assert not is_aligned("notclient.example", "client.example")
    assert not is_aligned("example", "client.example")
    assert not is_aligned("", "")


def test_the_report_counts_which_anchor_matched() -> None:
    mails = [mail(EXCHANGE + LETTER), mail(EXCHANGE + LETTER), mail(GMAIL + LETTER), mail(LETTER)]
    assert anchor_report(mails, "topmost") == {"topmost": 2, "other: mx.google.com": 1, "none": 1}
    assert anchor_report(mails, "")["other: (no name)"] == 2


def test_the_evidence_is_plain_and_holds_no_address() -> None:
    told = outcome(GMAIL + LETTER.replace("Subject", "Reply-To: x@evil.example\nSubject"), "mx.google.com").to_json()
    assert told["outcome"] == "pass"
    assert told["signs"] == ["reply_to_differs"]
    assert "@" not in str(told)
