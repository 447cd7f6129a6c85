"""To which addresses a letter can go."""

from datetime import UTC, datetime

import pytest

from intake_bot.cases.letters import Envelope, Rendered, compose
from intake_bot.errors import UnusableAddress


def envelope(recipient: str) -> Envelope:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return Envelope("Desk", "info@octoop.test", recipient, "<a@octoop.test>", at, "acknowledgement", "auto-replied")


@pytest.mark.parametrize(
    "recipient",
    ["", "a", "@b.example", "a b@c.example", "é@c.example", "a@b c", "a@b.example>, <v@c.example",
     "a@b.example\r\nBcc: v@c.d",
     "a%v.example@relay.example", "relay!v@b.example", "-oQ/tmp/x@b.example", "a@x..example", f"{'a' * 300}@b.example"],
)  # fmt: skip
def test_unusable(recipient: str) -> None:
    with pytest.raises(UnusableAddress):
        compose(Rendered("x", "y"), envelope(recipient))


@pytest.mark.parametrize("recipient", ["a+b@c.example", "a-b.c_d@e-f.example", "o'neil@c.example", "a@bücher.example"])
def test_usable(recipient: str) -> None:
    assert compose(Rendered("x", "y"), envelope(recipient)).count(b"\nTo: ") == 1
