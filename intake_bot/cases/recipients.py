"""To whom data were disclosed, by the categories of the privacy policy (section 3), and who is told of a change.

GDPR art. 19: "The controller shall communicate any rectification or erasure of personal data or restriction of
processing [...] to each recipient to whom the personal data have been disclosed, unless this proves impossible or
involves disproportionate effort. The controller shall inform the data subject about those recipients if the data
subject requests it."
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake_bot.errors import IntakeError

ROLES = frozenset({"processor", "controller", "public"})


@dataclass(frozen=True, slots=True)
class Recipient:
    """One row of the table. `names`: the actual recipients (CJEU C-154/21: named, not only categories)."""

    code: str
    french: str
    english: str
    role: str  # processor: we instruct it; controller: it is told and decides; public: published, art. 17(2)
    names: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    contact: str = ""
    notified: bool = True  # False: an authority or a lawyer is told case by case
    source: str = ""

    def text(self, lang: str) -> str:
        """The category with its actual recipients, in French, or English for anything else."""
        category = self.french if lang == "fr" else self.english
        if not self.names:
            return category
        return f"{category}{' : ' if lang == 'fr' else ': '}{', '.join(self.names)}"


@dataclass(frozen=True, slots=True)
class Recipients:
    """The whole table."""

    all: tuple[Recipient, ...]

    def find(self, code: str) -> Recipient:
        """Raises IntakeError naming the codes."""
        for row in self.all:
            if row.code == code:
                return row
        raise IntakeError(
            "no such recipient is in the table of recipients: choose one of them",
            "la table des destinataires n’en connaît pas de tel : choisissez l’un d’eux",
            field="recipient", aside=f"no recipient {code}; the table holds {', '.join(row.code for row in self.all)}",
        )  # fmt: skip

    def of_purposes(self, purposes: tuple[str, ...]) -> tuple[Recipient, ...]:
        """Those that receive data of any of these purposes; all where a row names no purpose."""
        return tuple(row for row in self.all if not row.purposes or set(row.purposes) & set(purposes))


def recipients_from(tables: Mapping[str, Any], place: str) -> Recipients:
    """The table from TOML ([recipients.CODE] with fr, en, role, ...). Raises IntakeError naming the row."""
    rows = []
    for code, values in tables.get("recipients", {}).items():
        missing = [name for name in ("fr", "en", "role", "source") if not values.get(name)]
        if missing or values["role"] not in ROLES:
            raise IntakeError(
                f"{place}: recipient {code} needs fr, en, source and a role of {', '.join(sorted(ROLES))}"
            )
        rows.append(
            Recipient(
                code=code,
                french=values["fr"],
                english=values["en"],
                role=values["role"],
                names=tuple(values.get("names", ())),
                purposes=tuple(values.get("purposes", ())),
                contact=values.get("contact", ""),
                notified=bool(values.get("notified", True)),
                source=values["source"],
            )
        )
    return Recipients(tuple(rows))
