"""The words of each row of the identity ladder, in French and English: the reason that is recorded, and what to do."""

from typing import NamedTuple


class Words(NamedTuple):
    """Reason and action of one row."""

    why_fr: str
    why_en: str
    do_fr: str
    do_en: str

    def reason(self, lang: str) -> str:
        return self.why_fr if lang == "fr" else self.why_en

    def action(self, lang: str) -> str:
        return self.do_fr if lang == "fr" else self.do_en


_SAME_LETTER_FR = "Envoyer la lettre commune, qui ne révèle rien, à l'adresse qui a écrit. "
_SAME_LETTER_EN = "Send the common letter, which reveals nothing, to the address that wrote. "

ROWS: dict[str, Words] = {
    "1": Words(
        "L'arrêt des sollicitations, le retrait qui concerne l'adresse elle-même et une simple question ne demandent "
        "aucune preuve d'identité (art. 21, paragraphe 3, et 7, paragraphe 3, du RGPD).",
        "A marketing stop, a withdrawal that concerns the address itself and a mere question need no proof of identity "
        "(Articles 21(3) and 7(3) GDPR).",
        "Agir tout de suite sur l'adresse, sans rien demander.",
        "Act on the address at once, ask nothing.",
    ),
    "2": Words(
        "Ce n'est pas l'exercice d'un droit par une personne : signalement, courrier d'une autorité ou réclamation.",
        "This is no exercise of a right by a person: a report, a letter of an authority or a complaint.",
        "Une personne répond ; vérifier l'adresse de l'autorité par un autre canal avant d'envoyer des données.",
        "A person answers; verify the authority's address through another channel before sending any data.",
    ),
    "3": Words(
        "Une entreprise demande en son nom les données d'un utilisateur : elle n'est pas la personne concernée.",
        "A company asks in its own name for the data of a user: it is not the data subject.",
        "Ne rien communiquer ; traiter par le contrat ou l'accord entre responsables conjoints.",
        "Disclose nothing; deal with it under the contract or the joint-controller arrangement.",
    ),
    "3b": Words(
        "Un client, un employeur ou un collègue transmet la demande d'une personne : c'est la demande de cette "
        "personne, "
        "aucun mandat n'est nécessaire.",
        "A client, employer or colleague passes on a person's request: it is that person's request, no mandate is "
        "needed.",
        "Choisir l'adresse de la personne et lui répondre à elle ; demander au plus son adresse et l'heure de "
        "réception "
        "à qui transmet, qui ne reçoit qu'un accusé sans contenu.",
        "Choose the person's address and answer the person; ask the relayer at most for that address and the time of "
        "receipt; the relayer gets a receipt without content.",
    ),
    "4": Words(
        "Quelqu'un agit pour une autre personne sans que le mandat soit joint (décret 2019-536, art. 77 : mandat, "
        "durée "
        "et objet précis).",
        "Somebody acts for another person and the mandate is not there (décret 2019-536 art. 77: mandate, duration and "
        "precise object).",
        "Demander le mandat une fois ; donner suite dès maintenant à l'opposition à la prospection ; pour un avocat, "
        "une personne décide. La réponse va à la personne, sauf si le mandat dit le contraire.",
        "Ask for the mandate once; act on any marketing stop now; a person decides where it is a lawyer. The answer "
        "goes "
        "to the person unless the mandate says otherwise.",
    ),
    "5": Words(
        "La demande concerne une personne décédée (loi Informatique et Libertés, art. 84 à 86).",
        "The request concerns a person who has died (French Act 78-17, arts 84 to 86).",
        "Répondre soi-même, avec tact. Arrêter le jour même les envois à la personne décédée. Pour fermer un compte, "
        "l'acte de décès suffit, ou la clôture par le client ; chercher d'abord des directives.",
        "Answer in person, with tact. Stop all mailings to the deceased the same day. To close an account the death "
        "certificate is enough, or closure by the client; look for directives first.",
    ),
    "5a": Words(
        "Un héritier demande des données nécessaires à la succession ; une personne a décidé de lui demander la "
        "preuve de sa qualité (décret 2019-536, art. 124).",
        "An heir asks for data that the estate needs; a person decided to ask for proof of that quality (décret "
        "2019-536 art. 124).",
        "Demander l'identité de l'héritier et l'acte de notoriété ou le livret de famille ; rien de plus.",
        "Ask for the heir's own identity and the acte de notoriété or livret de famille; nothing more.",
    ),
    "6": Words(
        "La demande vient d'un mineur, ou d'un parent pour son enfant.",
        "The request comes from a minor, or from a parent for a child.",
        "Une personne décide ; preuve de l'autorité parentale seulement si elle est proportionnée.",
        "A person decides; proof of parental authority only where it is proportionate.",
    ),
    "7": Words(
        "La demande est faite depuis le compte, après connexion, sans signe de prise de contrôle.",
        "The request was made inside the account, after login, without a sign of takeover.",
        "Ne rien demander.",
        "Ask nothing.",
    ),
    "7a": Words(
        "L'identité est établie par une réponse antérieure dans ce dossier.",
        "Identity is settled by an earlier answer in this case.",
        "Ne plus rien demander ; envoyer les données à l'adresse enregistrée ou à celle que le DPO a approuvée.",
        "Ask nothing more; send data to the registered address or to the one that the DPO approved.",
    ),
    "8": Words(
        "L'adresse est enregistrée, mais le message n'est pas authentifié, demande une réponse ailleurs ou porte des "
        "signes de détournement.",
        "The address is on file, but the mail is not authenticated, wants its answer elsewhere or shows signs of "
        "compromise.",
        "Demander une confirmation à l'adresse enregistrée, jamais à une autre.",
        "Ask for a confirmation at the registered address, never at another.",
    ),
    "9": Words(
        "L'adresse enregistrée est une boîte partagée : elle désigne le client, pas une personne.",
        "The registered address is a shared mailbox: it stands for the client, not for one person.",
        "Demander à la personne de se nommer (nom et fonction), ou d'écrire depuis son compte.",
        "Ask the individual to say who they are (name and function), or to write from their account.",
    ),
    "10": Words(
        "La personne écrit depuis son adresse enregistrée, le message est authentifié, rien ne contredit : il n'y a "
        "pas "
        "de doute raisonnable (art. 12, paragraphe 6).",
        "The person writes from the registered address, the mail is authenticated, nothing contradicts it: there is no "
        "reasonable doubt (Article 12(6)).",
        "Ne rien demander.",
        "Ask nothing.",
    ),
    "11": Words(
        "La personne écrit depuis son adresse enregistrée, le message est authentifié : pas de doute raisonnable.",
        "The person writes from the registered address, the mail is authenticated: no reasonable doubt.",
        "Ne rien demander ; remettre les données dans le compte ou à l'adresse enregistrée, c'est là le contrôle.",
        "Ask nothing; deliver into the account or to the registered address, which is the check.",
    ),
    "12": Words(
        "Rien n'a été trouvé sous les éléments donnés.",
        "Nothing was found under the identifiers given.",
        _SAME_LETTER_FR
        + "Dire « aucune donnée détenue » seulement après une recherche consignée et une décision humaine.",
        _SAME_LETTER_EN + 'Say "nothing is held" only after a recorded search and a human decision.',
    ),
    "13": Words(
        "Les éléments donnés correspondent à plusieurs personnes.",
        "The details given fit several persons.",
        _SAME_LETTER_FR + "Ne dire ni que plusieurs comptes existent, ni lesquels.",
        _SAME_LETTER_EN + "Do not say that several accounts exist, nor which.",
    ),
    "14": Words(
        "L'adresse est inconnue, les éléments donnés correspondent à une seule fiche, dont l'adresse fonctionne.",
        "The address is unknown; the details given fit one record, whose address works.",
        _SAME_LETTER_FR + "Un mot depuis l'adresse enregistrée, ou une connexion, suffit.",
        _SAME_LETTER_EN + "A word from the registered address, or a login, is enough.",
    ),
    "14a": Words(
        "L'adresse enregistrée est chez un client (l'employeur), et la personne écrit d'ailleurs ou dit en être "
        "partie : "
        "l'employeur peut lire cette adresse.",
        "The registered address lies in a client's (the employer's) domain and the person writes from elsewhere or "
        "says "
        "they have left: the employer may read that address.",
        _SAME_LETTER_FR + "Ne jamais écrire à l'adresse enregistrée ; le DPO peut approuver une adresse vérifiée, en "
        "notant pourquoi.",
        _SAME_LETTER_EN + "Never write to the registered address; the DPO may approve a verified address and records "
        "why.",
    ),
    "15": Words(
        "L'adresse est inconnue et l'adresse enregistrée ne fonctionne plus.",
        "The address is unknown and the registered address no longer works.",
        _SAME_LETTER_FR + "Un ou deux éléments déjà détenus suffisent ; jamais un mot de passe.",
        _SAME_LETTER_EN + "One or two facts already held are enough; never a password.",
    ),
    "15a": Words(
        "L'adresse est inconnue et les éléments donnés ne désignent pas une fiche avec certitude.",
        "The address is unknown and the details given do not point to one record with certainty.",
        _SAME_LETTER_FR + "Un ou deux éléments déjà détenus suffisent.",
        _SAME_LETTER_EN + "One or two facts already held are enough.",
    ),
    "16": Words(
        "Les questions plus légères n'ont pas suffi, ou une usurpation est concrètement soupçonnée, et la réponse "
        "révélerait des données ; le DPO a décidé de demander une pièce d'identité.",
        "Lighter questions were not enough, or an impersonation is concretely suspected, and the answer would disclose "
        "data; the DPO decided to ask for an identity document.",
        "Demander la pièce en rappelant d'abord les autres voies, mentions inutiles masquées ; la détruire dès le "
        "contrôle.",
        "Ask for the document, alternatives first and needless details masked; destroy it as soon as it was checked.",
    ),
    "16a": Words(
        "La question posée n'a pas reçu de réponse suffisante, ou une usurpation est soupçonnée.",
        "The question asked got no sufficient answer, or an impersonation is suspected.",
        "Le DPO décide : une autre question, une pièce d'identité en dernier recours (accès ou portabilité), ou l'avis "
        "de l'article 12, paragraphe 4, avant la date sûre.",
        "The DPO decides: another question, an identity document as the last resort (access or portability), or the "
        "Article 12(4) notice before the safe date.",
    ),
    "17": Words(
        "L'identité ne fait pas de doute ; seule l'exactitude du fait est contestée.",
        "Identity is not in doubt; only the accuracy of the fact is contested.",
        "Ne rien demander sur l'identité ; une preuve du fait seulement s'il est contesté (sans suspension du délai).",
        "Ask nothing about identity; evidence of the fact only where it is contested (no suspension of the period).",
    ),
    "18": Words(
        "Aucun annuaire n'a répondu : personne n'a encore cherché qui écrit.",
        "No directory answered: nobody has searched yet who writes.",
        "Chercher dans vos fichiers, puis choisir ; ne rien demander par réflexe.",
        "Search your records, then choose; ask nothing by reflex.",
    ),
}
