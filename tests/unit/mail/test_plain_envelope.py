"""The short way through a plain header gives what mail-parser gives."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

from hypothesis import example, given
from hypothesis import strategies as st

from intake_bot.mail import envelope

NAMES = st.text(alphabet="abcXYZ019 -_\"'.,é@", max_size=14)
ADDRESSES = st.builds(
    lambda local, domain: f"{local}@{domain}.example", st.text("abcZ.+-_0", min_size=1, max_size=9),
    st.text("abc-0.", min_size=1, max_size=9),
)  # fmt: skip
FIELDS = st.one_of(
    ADDRESSES,
    st.builds(lambda name, address: f"{name} <{address}>", NAMES, ADDRESSES),
    st.builds(lambda name, address: f'"{name}" <{address}>', NAMES, ADDRESSES),
    st.text(max_size=30),
)
DATES = st.builds(
    lambda moment, hours: format_datetime(moment.astimezone(timezone(timedelta(hours=hours)))),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    st.integers(-11, 12),
)


@example({"from": "0@..example"}, "Mon, 05 Oct 2026 08:00:00 +0200", None)
@example({"from": "a.@c.example"}, "Mon, 05 Oct 2026 08:00:00 +0200", None)
@given(
    st.dictionaries(st.sampled_from(["from", "to", "cc", "reply-to"]), FIELDS),
    st.one_of(DATES, st.text(max_size=20)),
    st.one_of(st.none(), DATES),
)
def test_plain_equals_parsed(fields: dict[str, str], date: str, received: str | None) -> None:
    grouped = {name: [value] for name, value in fields.items()} | {"date": [date]}
    if received is not None:
        grouped["received"] = [f"from a.example (a.example [192.0.2.1]) by mx.example with ESMTP id 1; {received}"]
    short = envelope._plain(grouped, ())
    if short is None:
        return
    full = envelope._parsed(grouped, ())
    assert {name: boxes for name, boxes in full.boxes.items() if boxes} == dict(short.boxes)
    assert (short.date, short.received) == (full.date, full.received)
    assert full.defects == ()
