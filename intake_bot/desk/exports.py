"""The register as CSV, XLSX and JSON: one line per right, references and dates only."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.styles import Font

from intake_bot.cases.case import Case, RequestedRight
from intake_bot.rights import ARTICLES

COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("ref", "dossier", "case"),
    ("status", "état", "status"),
    ("received", "reçu le (heure locale)", "received (local time)"),
    ("zone", "fuseau", "zone"),
    ("channel", "canal", "channel"),
    ("lang", "langue", "language"),
    ("right", "droit", "right"),
    ("article", "article", "article"),
    ("right_status", "état du droit", "status of the right"),
    ("outcome", "issue", "outcome"),
    ("due", "échéance", "due"),
    ("extended", "échéance si prolongée", "due if extended"),
    ("binding", "échéance qui lie", "binding date"),
    ("safe", "date sûre", "safe date"),
    ("opened", "reconnu le", "recognised"),
    ("closed", "clos le", "closed"),
    ("days", "jours jusqu'à la clôture", "days to closing"),
    ("controller", "responsable", "controller"),
    ("rules", "version des règles", "rule set"),
)

Form = Callable[[Sequence[Case], str], tuple[bytes, str]]


def lines(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """One line per right of each case; a case without a right has one line too."""
    return [_line(case, right) for case in cases for right in (case.rights or (None,))]


def _line(case: Case, right: RequestedRight | None) -> dict[str, Any]:
    zone = ZoneInfo(case.zone)
    received = (right.received_at if right else case.received_at).astimezone(zone)
    closed = case.closed_at.astimezone(zone) if case.closed_at else None
    return {
        "ref": case.ref,
        "status": str(case.status),
        "received": received.strftime("%Y-%m-%d %H:%M"),
        "zone": case.zone,
        "channel": case.channel,
        "lang": case.lang,
        "right": str(right.right) if right else "",
        "article": ARTICLES[right.right] if right else "",
        "right_status": str(right.status) if right else "",
        "outcome": str(right.outcome) if right and right.outcome else "",
        "due": right.due_on if right else None,
        "extended": right.extended_due_on if right else None,
        "binding": right.effective_due_on if right else None,
        "safe": right.safe_on if right else None,
        "opened": case.opened_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "closed": closed.strftime("%Y-%m-%d %H:%M") if closed else "",
        "days": (closed.date() - received.date()).days if closed else None,
        "controller": case.controller,
        "rules": right.rule_set if right else "",
    }


def _titles(lang: str) -> list[str]:
    return [french if lang == "fr" else english for _, french, english in COLUMNS]


def _text(value: Any) -> str:
    """A cell as text; a sign that would begin a formula is disarmed (OWASP, CSV injection)."""
    text = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def as_csv(cases: Sequence[Case], lang: str) -> tuple[bytes, str]:
    """UTF-8 with a mark, so that spreadsheets read the accents."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_titles(lang))
    for line in lines(cases):
        writer.writerow([_text(line[name]) for name, _, _ in COLUMNS])
    return buffer.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8"


def as_xlsx(cases: Sequence[Case], lang: str) -> tuple[bytes, str]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("register")
    sheet.freeze_panes = "B2"
    from openpyxl.cell import WriteOnlyCell

    head = [WriteOnlyCell(sheet, title) for title in _titles(lang)]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for line in lines(cases):
        values = [line[name] for name, _, _ in COLUMNS]
        sheet.append([value if isinstance(value, date | int) else _text(value) for value in values])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_json(cases: Sequence[Case], lang: str) -> tuple[bytes, str]:
    text = json.dumps({"register": lines(cases)}, ensure_ascii=False, default=str, indent=1)
    return text.encode(), "application/json"


FORMS: dict[str, Form] = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json}
