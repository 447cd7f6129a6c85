"""What the privacy policy says of each purpose, and what follows for a right: advice to the DPO, never a decision.

The text of the policy is not the limit of a right (the law is), so nothing here refuses anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intake_bot.errors import IntakeError
from intake_bot.rights import Right

BASES: Mapping[str, tuple[str, str]] = {
    "contract": (
        "exécution du contrat (article 6(1)(b) du RGPD)",
        "performance of the contract (Article 6(1)(b) GDPR)",
    ),
    "legitimate_interest": ("intérêt légitime (article 6(1)(f) du RGPD)", "legitimate interest (Article 6(1)(f) GDPR)"),
    "consent": ("consentement (article 6(1)(a) du RGPD)", "consent (Article 6(1)(a) GDPR)"),
}
_VALUES: Mapping[str, frozenset[str]] = {
    "basis": frozenset(BASES),
    "object": frozenset({"yes", "no", "disputed"}),
    "marketing": frozenset({"yes", "no", "if_follow_up"}),
    "withdraw": frozenset({"yes", "no"}),
    "portability": frozenset({"yes", "no", "contract_data", "rarely"}),
    "role": frozenset({"joint", "sole"}),
}
_TEXTS = ("fr", "en", "data_fr", "data_en", "erasure_fr", "erasure_en", "retention_fr", "retention_en")


@dataclass(frozen=True, slots=True)
class Purpose:
    """One row: names, data, basis, retention, and which rights it knows."""

    code: str
    texts: Mapping[str, str]
    rules: Mapping[str, str]

    def text(self, name: str, lang: str) -> str:
        """data, erasure or retention in words. French, or English for anything else."""
        return self.texts[f"{name}_{'fr' if lang == 'fr' else 'en'}"]

    def name(self, lang: str) -> str:
        return self.texts["fr" if lang == "fr" else "en"]

    def basis(self, lang: str) -> str:
        """The legal basis with its article."""
        return BASES[self.rules["basis"]][0 if lang == "fr" else 1]

    @property
    def role(self) -> str:
        """joint: with the client; sole: ours alone."""
        return self.rules["role"]


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole table with the sentences that concern all of it."""

    purposes: tuple[Purpose, ...]
    source: str
    texts: Mapping[str, str]  # origin_fr, transfers_en, ...

    def find(self, codes: Sequence[str]) -> tuple[Purpose, ...]:
        """The named purposes in the order of the table. Raises IntakeError naming an unknown one."""
        known = {item.code for item in self.purposes}
        for code in codes:
            if code not in known:
                raise IntakeError(
                    "no such purpose is in the privacy policy: choose among its purposes",
                    "la politique de confidentialité n’a pas de telle finalité : choisissez parmi les siennes",
                    field="purposes", aside=f"no purpose {code}; the policy holds {', '.join(sorted(known))}",
                )  # fmt: skip
        return tuple(item for item in self.purposes if item.code in set(codes))

    def text(self, name: str, lang: str) -> str:
        """origin or transfers in words."""
        return self.texts[f"{name}_{'fr' if lang == 'fr' else 'en'}"]


@dataclass(frozen=True, slots=True)
class Advice:
    """What the policy and the law say of one right for one purpose. `applies`: yes, no or ask."""

    right: Right
    purpose: str
    applies: str
    text: str
    source: str


def policy_from(tables: Mapping[str, Any], place: str) -> Policy:
    """The policy from TOML ([purposes.CODE]). Raises IntakeError naming the row and the word."""
    purposes = []
    for code, row in tables.get("purposes", {}).items():
        for name in _TEXTS:
            if not row.get(name):
                raise IntakeError(f"{place}: purpose {code} needs {name}")
        for name, allowed in _VALUES.items():
            if row.get(name) not in allowed:
                raise IntakeError(f"{place}: {name} of purpose {code} must be one of {', '.join(sorted(allowed))}")
        texts = {name: str(row[name]) for name in _TEXTS}
        purposes.append(Purpose(code, texts, {name: str(row[name]) for name in _VALUES}))
    texts = {name: str(tables.get(name, "")) for name in ("origin_fr", "origin_en", "transfers_fr", "transfers_en")}
    missing = [name for name, value in texts.items() if not value]
    if missing or not tables.get("source"):
        raise IntakeError(f"{place} needs {', '.join([*missing, *([] if tables.get('source') else ['source'])])}")
    return Policy(tuple(purposes), str(tables["source"]), texts)


def advise(policy: Policy, right: Right, lang: str, purposes: Sequence[str] = ()) -> tuple[Advice, ...]:
    """What is known of a right for these purposes, for all of them when none is named. French or English."""
    chosen = policy.find(purposes) if purposes else policy.purposes
    return tuple(_advice(policy, item, right, lang) for item in chosen)


def _advice(policy: Policy, purpose: Purpose, right: Right, lang: str) -> Advice:
    def say(french: str, english: str) -> str:
        return french if lang == "fr" else english

    rules, applies, source = purpose.rules, "yes", policy.source
    text = say("s'applique quel que soit le fondement", "applies whatever the legal basis")
    if right is Right.ERASURE:
        applies, text = "ask", purpose.text("erasure", lang)
    elif right is Right.OBJECTION:
        applies, text = _objection(rules["object"], lang)
    elif right is Right.OBJECTION_MARKETING:
        applies = {"yes": "yes", "no": "ask", "if_follow_up": "ask"}[rules["marketing"]]
        text = say(
            "s'applique dès que les données servent à la prospection ; rien ne s'y oppose (article 21(3))",
            "applies wherever the data serve prospecting; nothing stands against it (Article 21(3))",
        )
    elif right is Right.WITHDRAW_CONSENT:
        applies = rules["withdraw"]
        text = say(f"fondement : {purpose.basis('fr')}", f"basis: {purpose.basis('en')}")
    elif right is Right.PORTABILITY:
        applies = {"yes": "yes", "no": "no", "contract_data": "ask", "rarely": "ask"}[rules["portability"]]
        text = say(
            f"fondement : {purpose.basis('fr')} ; données fournies par la personne seulement (article 20(1))",
            f"basis: {purpose.basis('en')}; data provided by the person only (Article 20(1))",
        )
    elif right is Right.AUTOMATED_DECISION:
        applies = "no"
        text = say("aucune décision automatisée n'est déclarée", "no automated decision is declared")
    return Advice(right, purpose.code, applies, f"{text}. {_kept(purpose, lang)}", source)


def _objection(value: str, lang: str) -> tuple[str, str]:
    words = {
        "yes": (
            "yes",
            "le fondement est l'intérêt légitime : cesser, ou démontrer des motifs impérieux (article 21(1))",
            "the basis is legitimate interest: stop, or show compelling grounds (Article 21(1))",
        ),
        "no": (
            "no",
            "l'article 21(1) ne vise que l'intérêt légitime et la mission publique ; "
            "un consentement appelle le retrait",
            "Article 21(1) concerns legitimate interest and public tasks only; consent calls for withdrawal",
        ),
        "disputed": (
            "ask",
            "si la personne n'est pas partie au contrat, le fondement réel peut être l'intérêt légitime "
            "(CEPD 2/2019) : ne pas rejeter d'office",
            "if the person is no party to the contract, the real basis may be legitimate interest "
            "(EDPB 2/2019): do not reject out of hand",
        ),
    }
    applies, french, english = words[value]
    return applies, french if lang == "fr" else english


def _kept(purpose: Purpose, lang: str) -> str:
    word = "Conservation" if lang == "fr" else "Retention"
    return f"{word}{' : ' if lang == 'fr' else ': '}{purpose.text('retention', lang)}"
