"""The grounds on which a right may be refused, wholly or partly: a closed list per right (docs/casework.md).

GDPR art. 12(4): "If the controller does not take action on the request of the data subject, the controller shall inform
the data subject without delay and at the latest within one month of receipt of the request of the reasons for not
taking action". A ground of one right never serves another: art. 17(3) limits erasure, not access. The silence of the
person, a missing form and the wording of a policy are grounds of nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from intake_bot.errors import IntakeError
from intake_bot.rights import Right


class Ground(StrEnum):
    """A ground of refusal. The words of each, with its article, stand in WORDS."""

    UNFOUNDED = "unfounded"
    EXCESSIVE = "excessive"
    NOT_IDENTIFIABLE = "not_identifiable"
    OTHER_CONTROLLER = "other_controller"
    RIGHTS_OF_OTHERS = "rights_of_others"
    STATUTE = "statute"
    ACCURATE = "accurate"
    OPINION = "opinion"
    EXPRESSION = "expression"
    LEGAL_DUTY = "legal_duty"
    PUBLIC_HEALTH = "public_health"
    ARCHIVING = "archiving"
    LEGAL_CLAIMS = "legal_claims"
    NO_ERASURE_GROUND = "no_erasure_ground"
    NO_RESTRICTION_GROUND = "no_restriction_ground"
    NOT_PORTABLE = "not_portable"
    PORTABILITY_OTHERS = "portability_others"
    PUBLIC_TASK = "public_task"
    COMPELLING = "compelling"
    OBJECTION_CLAIMS = "objection_claims"
    OTHER_BASIS = "other_basis"
    RESEARCH = "research"
    INDEPENDENT_BASIS = "independent_basis"
    LAWFUL_AUTOMATION = "lawful_automation"
    NO_AUTOMATION = "no_automation"
    CONTRARY_DIRECTIVES = "contrary_directives"
    THIRD_PARTY_RIGHTS = "third_party_rights"


@dataclass(frozen=True, slots=True)
class Words:
    """A ground in words: the article that it rests on and what it says, in French and English."""

    article: str
    french: str
    english: str
    partial: bool = False  # limits the answer, never refuses it whole

    def text(self, lang: str) -> str:
        """The ground with its article. `lang`: fr, or English for anything else."""
        said, article = (
            (self.french, self.article.replace("art.", "article"))
            if lang == "fr"
            else (self.english, self.article.replace("art.", "Article"))
        )
        return f"{said} ({article})"


WORDS: Mapping[Ground, Words] = {
    # 12(5): "manifestly unfounded or excessive, in particular because of their repetitive character [...] The
    # controller shall bear the burden of demonstrating".
    Ground.UNFOUNDED: Words(
        "art. 12(5)(b)", "la demande est manifestement infondée", "the request is manifestly unfounded"
    ),
    Ground.EXCESSIVE: Words(
        "art. 12(5)(b)", "la demande est manifestement excessive", "the request is manifestly excessive"
    ),
    # 11(2): "the controller is able to demonstrate that it is not in a position to identify the data subject".
    Ground.NOT_IDENTIFIABLE: Words(
        "art. 11(2), art. 12(2)",
        "nous ne sommes pas en mesure d'identifier la personne",
        "we are not in a position to identify the person",
    ),
    Ground.OTHER_CONTROLLER: Words(
        "art. 4(7), art. 28(3)(e)",
        "ces données relèvent d'un autre responsable du traitement",
        "these data are those of another controller",
    ),
    # 15(4): "The right to obtain a copy [...] shall not adversely affect the rights and freedoms of others."
    Ground.RIGHTS_OF_OTHERS: Words(
        "art. 15(4)",
        "cette partie de la copie porterait atteinte aux droits et libertés d'autrui",
        "this part of the copy would adversely affect the rights and freedoms of others",
        True,
    ),
    Ground.STATUTE: Words("art. 23", "une loi limite ce droit", "a law restricts this right"),
    # 16: "inaccurate personal data"; data proved accurate are not.
    Ground.ACCURATE: Words("art. 16", "les données sont exactes, preuve à l'appui", "the data are accurate, as shown"),
    Ground.OPINION: Words(
        "art. 16",
        "il s'agit d'une appréciation : une déclaration complémentaire y est jointe",
        "this is an opinion: a supplementary statement is added to it",
        True,
    ),
    # 17(3): "Paragraphs 1 and 2 shall not apply to the extent that processing is necessary".
    Ground.EXPRESSION: Words(
        "art. 17(3)(a)",
        "la conservation est nécessaire à la liberté d'expression et d'information",
        "keeping the data is necessary for freedom of expression and information",
    ),
    Ground.LEGAL_DUTY: Words(
        "art. 17(3)(b)",
        "une obligation légale nous impose de conserver ces données",
        "a legal obligation requires us to keep these data",
    ),
    Ground.PUBLIC_HEALTH: Words(
        "art. 17(3)(c)",
        "un motif d'intérêt public en matière de santé publique l'exige",
        "reasons of public interest in public health require it",
    ),
    Ground.ARCHIVING: Words(
        "art. 17(3)(d)",
        "l'effacement compromettrait gravement les objectifs d'archivage ou de recherche",
        "erasure would seriously impair archiving or research",
    ),
    Ground.LEGAL_CLAIMS: Words(
        "art. 17(3)(e)",
        "ces données sont nécessaires à la constatation, à l'exercice ou à la défense de droits en justice",
        "these data are needed for legal claims",
    ),
    # 17(1)(a): "no longer necessary in relation to the purposes"; none of (a) to (f) is met while a contract runs.
    Ground.NO_ERASURE_GROUND: Words(
        "art. 17(1)",
        "aucun des motifs d'effacement ne s'applique, le contrat étant en cours",
        "none of the grounds for erasure is met, the contract being in force",
    ),
    Ground.NO_RESTRICTION_GROUND: Words(
        "art. 18(1)", "aucun des cas de limitation ne s'applique", "none of the grounds for restriction is met"
    ),
    # 20(1): "based on consent [...] or on a contract" and "carried out by automated means", data "provided".
    Ground.NOT_PORTABLE: Words(
        "art. 20(1)",
        "ces données n'ont pas été fournies par la personne, ou leur traitement ne "
        "repose ni sur son consentement ni sur un contrat, ou n'est pas automatisé",
        "the person did not provide these data, or their processing rests neither on consent nor "
        "on a contract, or is not automated",
    ),
    Ground.PORTABILITY_OTHERS: Words(
        "art. 20(4)",
        "la transmission porterait atteinte aux droits et libertés de tiers",
        "passing them on would adversely affect the rights and freedoms of others",
        True,
    ),
    Ground.PUBLIC_TASK: Words(
        "art. 20(3)",
        "le traitement relève d'une mission d'intérêt public",
        "the processing serves a task in the public interest",
    ),
    # 21(1): "unless the controller demonstrates compelling legitimate grounds [...] or for [...] legal claims".
    Ground.COMPELLING: Words(
        "art. 21(1)",
        "des motifs légitimes et impérieux prévalent sur vos intérêts, droits et libertés",
        "compelling legitimate grounds override your interests, rights and freedoms",
    ),
    Ground.OBJECTION_CLAIMS: Words(
        "art. 21(1)",
        "le traitement est nécessaire à la constatation, à l'exercice ou à la défense de droits en justice",
        "the processing is needed for legal claims",
    ),
    Ground.OTHER_BASIS: Words(
        "art. 21(1), art. 6(1)",
        "le traitement ne repose ni sur l'intérêt légitime ni sur une mission d'intérêt public",
        "the processing rests neither on legitimate interest nor on a public task",
    ),
    Ground.RESEARCH: Words(
        "art. 21(6)",
        "la recherche est nécessaire à une mission d'intérêt public",
        "the research is necessary for a task in the public interest",
    ),
    # 7(3) knows no refusal; what rests on another basis (an invoice) stays, and the answer says so.
    Ground.INDEPENDENT_BASIS: Words(
        "art. 6(1), art. 17(3)(b)",
        "certaines données reposent sur un autre fondement et sont conservées",
        "some data rest on another basis and are kept",
        True,
    ),
    Ground.LAWFUL_AUTOMATION: Words(
        "art. 22(2)",
        "la décision est nécessaire à un contrat, autorisée par la loi ou fondée "
        "sur votre consentement explicite ; une personne la réexamine à votre demande",
        "the decision is necessary for a contract, authorised by law or based on your explicit "
        "consent; a person reviews it if you ask",
    ),
    Ground.NO_AUTOMATION: Words(
        "art. 22(1)",
        "aucune décision fondée exclusivement sur un traitement automatisé n'est prise",
        "no decision based solely on automated processing is taken",
    ),
    Ground.CONTRARY_DIRECTIVES: Words(
        "loi n° 78-17, art. 85 I",
        "les directives de la personne décédée s'y opposent",
        "the directives of the person who has died are to the contrary",
    ),
    Ground.THIRD_PARTY_RIGHTS: Words(
        "loi n° 78-17, art. 85", "les droits de tiers s'y opposent", "the rights of third parties stand against it"
    ),
}

#: Hold against any right of arts 15 to 22 (art. 12(5): DPO's advice recorded, burden on the controller).
ACROSS = (Ground.UNFOUNDED, Ground.EXCESSIVE, Ground.NOT_IDENTIFIABLE, Ground.OTHER_CONTROLLER)

GROUNDS: Mapping[Right, tuple[Ground, ...]] = {
    Right.ACCESS: (*ACROSS, Ground.RIGHTS_OF_OTHERS, Ground.STATUTE),
    Right.RECTIFICATION: (*ACROSS, Ground.ACCURATE, Ground.OPINION),
    Right.ERASURE: (
        *ACROSS,
        Ground.EXPRESSION,
        Ground.LEGAL_DUTY,
        Ground.PUBLIC_HEALTH,
        Ground.ARCHIVING,
        Ground.LEGAL_CLAIMS,
        Ground.NO_ERASURE_GROUND,
    ),
    Right.RESTRICTION: (*ACROSS, Ground.NO_RESTRICTION_GROUND),
    Right.RECIPIENTS_NOTIFICATION: ACROSS,
    Right.PORTABILITY: (*ACROSS, Ground.NOT_PORTABLE, Ground.PORTABILITY_OTHERS, Ground.PUBLIC_TASK),
    Right.OBJECTION: (
        *ACROSS,
        Ground.COMPELLING,
        Ground.OBJECTION_CLAIMS,
        Ground.OTHER_BASIS,
        Ground.RESEARCH,
    ),
    # 21(3): "the personal data shall no longer be processed for such purposes". Nothing stands against it.
    Right.OBJECTION_MARKETING: (),
    Right.WITHDRAW_CONSENT: (Ground.INDEPENDENT_BASIS,),
    Right.AUTOMATED_DECISION: (*ACROSS, Ground.LAWFUL_AUTOMATION, Ground.NO_AUTOMATION),
    Right.POST_MORTEM: (Ground.CONTRARY_DIRECTIVES, Ground.THIRD_PARTY_RIGHTS),
}

#: What never limits a right, for the DPO who looks for a ground (French, English).
NEVER: Mapping[Right, tuple[str, str]] = {
    Right.ACCESS: (
        "ni contrat, ni archives, ni contentieux, ni motif de la personne",
        "contract, archives, legal claims, motive of the person",
    ),
    Right.RECTIFICATION: (
        "l'intégrité d'une facture (document rectificatif)",
        "integrity of an invoice (issue a corrective document)",
    ),
    Right.ERASURE: ("l'intérêt statistique (anonymiser)", "a wish to keep statistics (anonymise instead)"),
    Right.PORTABILITY: ("des dossiers papier : l'accès demeure", "paper files: access remains"),
    Right.OBJECTION: ("un fondement de consentement appelle le retrait", "basis consent: use the withdrawal"),
    Right.OBJECTION_MARKETING: ("rien ne s'y oppose", "nothing stands against it"),
    Right.WITHDRAW_CONSENT: ("changer de fondement après coup", "changing the basis afterwards"),
}


def grounds_of(right: Right) -> tuple[Ground, ...]:
    """The closed list of a right; empty where none is allowed and for matters that are no right."""
    return GROUNDS.get(right, ())


def check(right: Right, grounds: Iterable[str], *, whole: bool) -> tuple[Ground, ...]:
    """The grounds given, if they may be invoked against this right. `whole`: the right is refused entirely.

    Raises IntakeError naming the grounds that may be used.
    """
    allowed = grounds_of(right)
    given = tuple(grounds)
    if not given:
        raise _refused(
            "a refusal needs a ground (GDPR 12(4))",
            "un refus demande un motif (RGPD, art. 12(4))",
            right,
            "needs a ground",
        )
    for item in given:
        if item not in set(allowed):
            raise _refused(
                "one of these is no ground against this right", "l’un de ces motifs ne vaut pas contre ce droit", right,
                f"{item} is no ground against {right}",
            )  # fmt: skip
    found = tuple(Ground(item) for item in given)
    if whole and all(WORDS[item].partial for item in found):
        raise IntakeError(
            f"“{WORDS[found[0]].text('en')}” limits the answer and never refuses the whole right: answer it in part",
            f"« {WORDS[found[0]].text('fr')} » limite la réponse et n’en refuse jamais le tout : répondez en partie",
            field="grounds", aside=f"answer {right} partly",
        )  # fmt: skip
    return found


def _refused(english: str, french: str, right: Right, aside: str) -> IntakeError:
    """A refusal of the grounds given, with those that there are."""
    allowed = grounds_of(right)
    words = ("; ".join(WORDS[item].text(lang) for item in allowed) for lang in ("en", "fr"))
    there, il_y_a = (text or none for text, none in zip(words, _NONE, strict=True))
    return IntakeError(
        f"{english}; there is: {there}", f"{french} ; il y a : {il_y_a}", field="grounds",
        aside=f"{aside}; there is: {', '.join(allowed) or 'none'}",
    )  # fmt: skip


_NONE = ("none: this right cannot be refused", "aucun : ce droit ne peut pas être refusé")
