"""The codes of every right and privacy matter that the program knows (GDPR arts 7, 15-22, 31-34; Loi 78-17)."""

from enum import StrEnum


class Right(StrEnum):
    """What a mail asks for. A code names the request, never whether it is admissible."""

    ACCESS = "access"  # art. 15
    RECTIFICATION = "rectification"  # art. 16
    ERASURE = "erasure"  # art. 17
    RESTRICTION = "restriction"  # art. 18
    RECIPIENTS_NOTIFICATION = "recipients_notification"  # art. 19
    PORTABILITY = "portability"  # art. 20
    OBJECTION = "objection"  # art. 21(1)
    OBJECTION_MARKETING = "objection_marketing"  # art. 21(2)-(3)
    AUTOMATED_DECISION = "automated_decision"  # art. 22
    WITHDRAW_CONSENT = "withdraw_consent"  # art. 7(3)
    POST_MORTEM = "post_mortem"  # Loi 78-17 arts 84-86
    PRIVACY_QUESTION = "privacy_question"  # art. 38(4)
    PRIVACY_COMPLAINT = "privacy_complaint"  # arts 77-79, 82
    REGULATOR_LETTER = "regulator_letter"  # arts 31, 58
    BREACH_REPORT = "breach_report"  # arts 33, 34


ARTICLES: dict[Right, str] = {
    Right.ACCESS: "15",
    Right.RECTIFICATION: "16",
    Right.ERASURE: "17",
    Right.RESTRICTION: "18",
    Right.RECIPIENTS_NOTIFICATION: "19",
    Right.PORTABILITY: "20",
    Right.OBJECTION: "21(1)",
    Right.OBJECTION_MARKETING: "21(2)-(3)",
    Right.AUTOMATED_DECISION: "22",
    Right.WITHDRAW_CONSENT: "7(3)",
    Right.POST_MORTEM: "Loi 78-17 art. 85",
    Right.PRIVACY_QUESTION: "38(4)",
    Right.PRIVACY_COMPLAINT: "77",
    Right.REGULATOR_LETTER: "31, 58",
    Right.BREACH_REPORT: "33, 34",
}

#: Rights that the program may acknowledge by itself (docs/design.md, decision table).
ACKNOWLEDGED = frozenset(
    {
        Right.ACCESS,
        Right.RECTIFICATION,
        Right.ERASURE,
        Right.RESTRICTION,
        Right.RECIPIENTS_NOTIFICATION,
        Right.PORTABILITY,
        Right.OBJECTION,
        Right.OBJECTION_MARKETING,
        Right.AUTOMATED_DECISION,
        Right.WITHDRAW_CONSENT,
    }
)

#: Matters that page a person at once: a statutory clock in hours or an authority's own date.
URGENT = frozenset({Right.REGULATOR_LETTER, Right.BREACH_REPORT})
