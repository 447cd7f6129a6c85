"""Structured logs on standard error: ids and counts, never bodies, addresses or subjects."""

import json
import logging
import sys

from intake_bot import clock

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class _Formatter(logging.Formatter):
    """One line per record: time (UTC), level, event, then the named values."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        values = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        # An exception's text may carry a line of a mail or of a server: only its kind is logged, without the trace.
        if record.exc_info and record.exc_info[0]:
            values["exception"] = record.exc_info[0].__name__
        stamp = clock.to_text(clock.now())
        if self._form == "json":
            line = {"at": stamp, "level": record.levelname.lower(), "event": record.getMessage(), **values}
            return json.dumps(line, ensure_ascii=False, default=str)
        rest = " ".join(f"{name}={value}" for name, value in values.items())
        return f"{stamp} {record.levelname.lower():7} {record.getMessage()}" + (f" ({rest})" if rest else "")


def configure(form: str, level: int) -> None:
    """Log the program's own records; libraries only from warnings on, since their lines may carry content."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter(form))
    handler.addFilter(lambda record: record.name.startswith("intake_bot") or record.levelno >= logging.ERROR)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("intake_bot").setLevel(level)
