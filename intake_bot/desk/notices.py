"""What a page says after a form was taken: (French, English) by code. Only these can be shown."""

NOTICES: dict[str, tuple[str, str]] = {
    "confirm": ("Confirmé.", "Confirmed."),
    "correct": ("Corrigé et confirmé.", "Corrected and confirmed."),
    "not_a_request": ("Classé : pas une demande. Son contenu est détruit.", "Not a request. Its content is destroyed."),
    "merge": ("Joint à l’autre dossier.", "Merged into the other case."),
    "act": ("C’est fait, et consigné au dossier.", "Done, and recorded in the case."),
    "approved": ("Approuvée : elle part au prochain envoi.", "Approved: it leaves with the next sweep."),
    "approved_off": (
        "Approuvée : elle partira quand l’envoi sera activé.",
        "Approved: it leaves once sending is on.",
    ),
    "approved_dry": (
        "Approuvée : elle est écrite dans un fichier et ne part pas.",
        "Approved: it is written to a file and does not leave.",
    ),
    "edited": ("Modifiée ; elle attend encore votre accord.", "Changed; it still waits for your approval."),
    "rejected": ("Écartée ; elle reste au dossier.", "Rejected; it stays in the case."),
    "last": ("Il ne reste rien à revoir.", "Nothing is left to review."),
    "lang": ("Langue enregistrée.", "Language saved."),
    "signed_out": ("Vous êtes déconnecté.", "You are signed out."),
    "away": ("C’est noté : la suppléance est prévenue aussi.", "Noted: the deputy is told too."),
    "back": ("C’est noté : le DPO est là.", "Noted: the DPO is here."),
    "token_revoked": ("Le jeton ne vaut plus.", "The token is void now."),
    "sample_no_request": ("Noté. Le texte du message est détruit.", "Noted. The text of the mail is destroyed."),
    "sample_request": (
        "Le dossier est ouvert, à confirmer, avec la réception d’origine.",
        "The case is open, to be confirmed, with the original receipt.",
    ),
    "replayed": ("Le courriel a été traité à nouveau.", "The mail was processed again."),
}
