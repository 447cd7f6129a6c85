"""What became of one mail, as the commands show it."""

from dataclasses import dataclass
from typing import Any

from intake_bot.cases.case import Case
from intake_bot.cases.letters import OutgoingLetter


@dataclass(frozen=True, slots=True)
class Outcome:
    """One mail and everything that it caused. `letters` are those queued or held, whatever SEND_MODE."""

    path: str
    message_id: str
    disposition: str
    reasons: tuple[str, ...]
    case: Case | None = None
    rights: tuple[str, ...] = ()
    letters: tuple[OutgoingLetter, ...] = ()
    error: str = ""
    lang: str = ""

    def to_json(self) -> dict[str, Any]:
        """The fields of `import --json`."""
        return {
            "path": self.path,
            "message_id": self.message_id or None,
            "disposition": self.disposition,
            "reasons": list(self.reasons),
            "case": self.case.ref if self.case else None,
            "rights": list(self.rights),
            "letters": [{"kind": letter.kind, "to": letter.recipient} for letter in self.letters],
            "error": self.error or None,
        }

    def to_demo_json(self) -> dict[str, Any]:
        """The fields of `demo --json`: those of import, with the language and the dates."""
        case = self.case
        return {
            **self.to_json(),
            "lang": self.lang or None,
            "due_on": case.due_on.isoformat() if case and case.due_on else None,
            "safe_on": case.safe_on.isoformat() if case and case.safe_on else None,
        }
