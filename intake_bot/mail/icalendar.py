"""The words of a calendar object (RFC 5545): an invitation may carry a request in its description."""

import re

_FOLD = re.compile(r"\n[ \t]")
_PROPERTY = re.compile(r"(SUMMARY|DESCRIPTION|COMMENT|LOCATION)(?:;[^:\n]{0,500})?:([^\n]*)", re.I)
_ESCAPE = re.compile(r"\\([nN,;\\])")


def calendar_text(calendar: str) -> str:
    """Summary, description, comment and place of the events, in the order given. Never raises."""
    unfolded = _FOLD.sub("", calendar)
    values = (match[2] for match in map(_PROPERTY.match, unfolded.split("\n")) if match)
    return "\n".join(
        dict.fromkeys(_ESCAPE.sub(lambda m: "\n" if m[1] in "nN" else m[1], value).strip() for value in values)
    ).strip()
