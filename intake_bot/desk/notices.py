"""What a page says after a form was taken: (French, English) by code. Only these can be shown."""

NOTICES: dict[str, tuple[str, str]] = {
    "confirm": ("Confirmé.", "Confirmed."),
    "correct": ("Corrigé et confirmé.", "Corrected and confirmed."),
    "not_a_request": ("Classé : pas une demande. Son contenu est détruit.", "Not a request. Its content is destroyed."),
    "merge": ("Joint à l’autre dossier.", "Merged into the other case."),
    "act": ("C’est fait, et consigné au dossier.", "Done, and recorded in the case."),
    "approved": ("Approuvée : elle part au prochain envoi.", "Approved: it leaves with the next sweep."),
    "edited": ("Modifiée ; elle attend encore votre accord.", "Changed; it still waits for your approval."),
    "rejected": ("Écartée ; elle reste au dossier.", "Rejected; it stays in the case."),
    "last": ("Il ne reste rien à revoir.", "Nothing is left to review."),
    "lang": ("Langue enregistrée.", "Language saved."),
    "signed_out": ("Vous êtes déconnecté.", "You are signed out."),
    "token_revoked": ("Le jeton ne vaut plus.", "The token is void now."),
    "replayed": ("Le courriel a été traité à nouveau.", "The mail was processed again."),
}
