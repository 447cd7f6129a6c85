"""Replies as mail programs write them: (name, subject, text, new text expected). Own words, no real mail."""
# ruff: noqa: E501  mails are written as their programs write them, one line each

NEW = "Merci, je confirme ma demande."
OLD = "Votre demande est bien reçue.\nLe service client"
QUOTED = "> Votre demande est bien reçue.\n> Le service client"

LETTER = (
    "Von: Anna Meyer, Musterstr. 1, 10115 Berlin\nAn: Octoop GmbH\nDatum: 3. März 2026\nBetreff: Löschung\n\n"
    "Sehr geehrte Damen und Herren,\nbitte löschen Sie alle meine Daten."
)


def _top(introduction: str, old: str = OLD) -> str:
    return f"{NEW}\n\n{introduction}\n{old}\n"


def _block(*lines: str) -> str:
    return "\n".join(lines) + "\n"


REPLIES: list[tuple[str, str, str, str]] = [
    # French
    ("gmail_fr", "Re: x", _top("Le lun. 3 mars 2026 à 10:12, OCTOOP <info@octoop.com> a écrit :\n", QUOTED), NEW),
    (
        "gmail_fr_wrapped",
        "Re: x",
        _top("Le lun. 3 mars 2026 à 10:12, Service Client OCTOOP <\ninfo@octoop.com> a écrit :\n", QUOTED),
        NEW,
    ),
    (
        "gmail_fr_wrapped_three",
        "Re: x",
        _top("Le lun. 3 mars 2026\nà 10:12, Service Client OCTOOP\n<info@octoop.com> a écrit :\n", QUOTED),
        NEW,
    ),
    ("apple_fr", "Re: x", _top("> Le 3 mars 2026 à 10:12, OCTOOP <info@octoop.com> a écrit :\n> ", QUOTED), NEW),
    ("thunderbird_fr", "Re: x", _top("Le 03/03/2026 à 10:12, OCTOOP a écrit\u00a0:", QUOTED), NEW),
    (
        "yahoo_fr_unmarked",
        "Re: x",
        _top("Le lundi 3 mars 2026 à 10:12:45 UTC+1, OCTOOP <info@octoop.com> a écrit :\n"),
        NEW,
    ),
    ("roundcube_fr", "Re: x", _top("Le 2026-03-03 10:12, OCTOOP a écrit :", QUOTED), NEW),
    (
        "outlook_fr",
        "RE: x",
        _top(
            _block(
                "De : OCTOOP <info@octoop.com>", "Envoyé : lundi 3 mars 2026 10:12", "À : Anna", "Objet : Votre demande"
            )
        ),
        NEW,
    ),
    (
        "outlook_fr_rule_bold",
        "RE: x",
        _top(
            "________________________________\n"
            + _block(
                "*De :* OCTOOP", "*Envoyé :* lundi 3 mars 2026", "*À :* Anna", "*Cc :* B", "*Objet :* Votre demande"
            )
        ),
        NEW,
    ),
    (
        "outlook_fr_old",
        "RE: x",
        _top("-----Message d'origine-----\nDe : OCTOOP\nEnvoyé : lundi\nÀ : Anna\nObjet : x\n"),
        NEW,
    ),
    ("outlook_fr_typographic", "RE: x", _top("-----Message d\u2019origine-----\n"), NEW),
    (
        "zimbra_fr",
        "Re: x",
        _top('----- Mail original -----\nDe: "OCTOOP" <info@octoop.com>\nÀ: anna@example.org\n'),
        NEW,
    ),
    (
        "orange_fr",
        "re: x",
        _top(
            '> Message du 03/03/26 10:12\n> De : "OCTOOP" <info@octoop.com>\n> A : anna@orange.fr\n> Objet : x\n>',
            QUOTED,
        ),
        NEW,
    ),
    (
        "orange_fr_unmarked",
        "re: x",
        _top('Message du 03/03/26 10:12\nDe : "OCTOOP" <info@octoop.com>\nA : anna@orange.fr\nCopie à :\nObjet : x\n'),
        NEW,
    ),
    (
        "iphone_fr",
        "Re: x",
        f"{NEW}\n\nEnvoyé de mon iPhone\n\n> Le 3 mars 2026 à 10:12, OCTOOP <a@octoop.com> a écrit :\n> \n{QUOTED}",
        f"{NEW}\n\nEnvoyé de mon iPhone",
    ),
    # English
    ("gmail_en", "Re: x", _top("On Mon, 3 Mar 2026 at 10:12, OCTOOP <info@octoop.com> wrote:\n", QUOTED), NEW),
    (
        "gmail_en_wrapped",
        "Re: x",
        _top("On Mon, Mar 3, 2026 at 10:12 AM The Customer Service <\ninfo@octoop.com> wrote:\n", QUOTED),
        NEW,
    ),
    ("apple_en", "Re: x", _top("On 3 Mar 2026, at 10:12, OCTOOP <info@octoop.com> wrote:\n", QUOTED), NEW),
    ("thunderbird_en", "Re: x", _top("On 03/03/2026 10:12, OCTOOP wrote:", QUOTED), NEW),
    (
        "outlook_en",
        "RE: x",
        _top("From: OCTOOP <info@octoop.com>\nSent: Monday, March 3, 2026 10:12 AM\nTo: Anna\nSubject: x\n"),
        NEW,
    ),
    (
        "outlook_en_old",
        "RE: x",
        _top("-----Original Message-----\nFrom: OCTOOP\nSent: Monday\nTo: Anna\nSubject: x\n"),
        NEW,
    ),
    (
        "yahoo_en",
        "Re: x",
        _top("On Monday, March 3, 2026 at 10:12:45 AM GMT+1, OCTOOP <info@octoop.com> wrote:\n", OLD),
        NEW,
    ),
    (
        "proton_en",
        "Re: x",
        _top("------- Original Message -------\nOn Monday, March 3rd, 2026 at 10:12, OCTOOP <a@b.fr> wrote:\n", QUOTED),
        NEW,
    ),
    (
        "zoho_en",
        "Re: x",
        _top("---- On Tue, 03 Mar 2026 10:12:00 +0100 OCTOOP <info@octoop.com> wrote ----\n"),
        NEW,
    ),
    (
        "zoho_fr",
        "Re: x",
        _top("---- Le mar., 03 mars 2026 10:12:00 +0100 OCTOOP <info@octoop.com> a écrit ----\n"),
        NEW,
    ),
    # German
    ("gmail_de", "Re: x", _top("Am Mo., 3. März 2026 um 10:12 Uhr schrieb OCTOOP <info@octoop.com>:\n", QUOTED), NEW),
    ("apple_de", "Re: x", _top("Am 03.03.2026 um 10:12 schrieb OCTOOP <info@octoop.com>:\n", QUOTED), NEW),
    ("thunderbird_de", "Re: x", _top("Am 03.03.26 um 10:12 schrieb OCTOOP:", QUOTED), NEW),
    ("outlook_de", "AW: x", _top("Von: OCTOOP\nGesendet: Montag, 3. März 2026 10:12\nAn: Anna\nBetreff: x\n"), NEW),
    (
        "gmx_de",
        "Aw: x",
        _top("Gesendet: Montag, 03. März 2026 um 10:12 Uhr\nVon: OCTOOP <a@b.fr>\nAn: anna@gmx.de\nBetreff: x\n"),
        NEW,
    ),
    (
        "outlook_de_old",
        "AW: x",
        _top("-----Ursprüngliche Nachricht-----\nVon: OCTOOP\nGesendet: Montag\nBetreff: x\n"),
        NEW,
    ),
    # Spanish
    ("gmail_es", "Re: x", _top("El lun, 3 mar 2026 a las 10:12, OCTOOP (<info@octoop.com>) escribió:\n", QUOTED), NEW),
    (
        "outlook_es",
        "RE: x",
        _top("De: OCTOOP\nEnviado el: lunes, 3 de marzo de 2026 10:12\nPara: Anna\nAsunto: x\n"),
        NEW,
    ),
    ("thunderbird_es", "Re: x", _top("El 3/3/26 a las 10:12, OCTOOP escribió:", QUOTED), NEW),
    # Italian
    (
        "gmail_it",
        "Re: x",
        _top("Il giorno lun 3 mar 2026 alle ore 10:12 OCTOOP <info@octoop.com> ha\nscritto:\n", QUOTED),
        NEW,
    ),
    ("thunderbird_it", "R: x", _top("Il 03/03/2026 10:12, OCTOOP ha scritto:", QUOTED), NEW),
    ("outlook_it", "R: x", _top("Da: OCTOOP\nInviato: lunedì 3 marzo 2026 10:12\nA: Anna\nOggetto: x\n"), NEW),
    ("outlook_it_old", "R: x", _top("-----Messaggio originale-----\nDa: OCTOOP\nInviato: lunedì\nOggetto: x\n"), NEW),
    # Dutch
    ("gmail_nl", "Re: x", _top("Op ma 3 mrt 2026 om 10:12 schreef OCTOOP <info@octoop.com>:\n", QUOTED), NEW),
    (
        "apple_nl",
        "Re: x",
        _top("Op 3 mrt. 2026, om 10:12 heeft OCTOOP <info@octoop.com> het volgende geschreven:\n", QUOTED),
        NEW,
    ),
    ("outlook_nl", "RE: x", _top("Van: OCTOOP\nVerzonden: maandag 3 maart 2026 10:12\nAan: Anna\nOnderwerp: x\n"), NEW),
    # Portuguese
    ("gmail_pt", "Re: x", _top("OCTOOP <info@octoop.com> escreveu (segunda, 3/03/2026 à(s) 10:12):\n", QUOTED), NEW),
    (
        "gmail_br",
        "Re: x",
        _top("Em seg., 3 de mar. de 2026 às 10:12, OCTOOP <info@octoop.com> escreveu:\n", QUOTED),
        NEW,
    ),
    ("outlook_pt", "RE: x", _top("De: OCTOOP\nEnviado: 3 de março de 2026 10:12\nPara: Anna\nAssunto: x\n"), NEW),
    # Polish
    ("gmail_pl", "Re: x", _top("pon., 3 mar 2026 o 10:12 OCTOOP <info@octoop.com> napisał(a):\n", QUOTED), NEW),
    ("thunderbird_pl", "Re: x", _top("W dniu 3.03.2026 o 10:12, OCTOOP pisze:", QUOTED), NEW),
    ("outlook_pl", "ODP: x", _top("Od: OCTOOP\nWysłano: poniedziałek, 3 marca 2026 10:12\nDo: Anna\nTemat: x\n"), NEW),
    # the other official languages
    ("gmail_sv", "Re: x", _top("Den mån 3 mars 2026 kl 10:12 skrev OCTOOP <info@octoop.com>:\n", QUOTED), NEW),
    ("outlook_da", "SV: x", _top("Fra: OCTOOP\nSendt: 3. marts 2026 10:12\nTil: Anna\nEmne: x\n"), NEW),
    ("gmail_fi", "Re: x", _top("ma 3. maalisk. 2026 klo 10.12 OCTOOP (info@octoop.com) kirjoitti:\n", QUOTED), NEW),
    ("gmail_cs", "Re: x", _top("po 3. 3. 2026 v 10:12 odesílatel OCTOOP <info@octoop.com> napsal:\n", QUOTED), NEW),
    ("outlook_sk", "RE: x", _top("Od: OCTOOP\nOdoslané: utorok 3. marca 2026 10:12\nKomu: Anna\nPredmet: x\n"), NEW),
    (
        "gmail_hu",
        "Re: x",
        _top("OCTOOP <info@octoop.com> ezt írta (időpont: 2026. márc. 3., H, 10:12):\n", QUOTED),
        NEW,
    ),
    ("gmail_ro", "Re: x", _top("În lun., 3 mar. 2026 la 10:12, OCTOOP <info@octoop.com> a scris:\n", QUOTED), NEW),
    ("gmail_bg", "Re: x", _top("На пн, 3.03.2026 г. в 10:12 OCTOOP <info@octoop.com> написа:\n", QUOTED), NEW),
    (
        "gmail_el",
        "Re: x",
        _top("Στις Δευ 3 Μαρ 2026 στις 10:12 π.μ., ο χρήστης OCTOOP <info@octoop.com> έγραψε:\n", QUOTED),
        NEW,
    ),
    ("outlook_el", "Απ: x", _top("Από: OCTOOP\nΣτάλθηκε: Τρίτη, 3 Μαρτίου 2026 10:12 πμ\nΠρος: Anna\nΘέμα: x\n"), NEW),
    ("gmail_hr", "Re: x", _top("pon, 3. ožu 2026. u 10:12 OCTOOP <info@octoop.com> napisao je:\n", QUOTED), NEW),
    (
        "gmail_sl",
        "Re: x",
        _top("V V pon., 3. mar. 2026 ob 10:12 je oseba OCTOOP <info@octoop.com> napisala:\n", QUOTED),
        NEW,
    ),
    (
        "gmail_et",
        "Re: x",
        _top("OCTOOP <info@octoop.com> kirjutas kuupäeval E, 3. märts 2026 kell 10:12:\n", QUOTED),
        NEW,
    ),
    (
        "gmail_lv",
        "Re: x",
        _top("pirmd., 2026. g. 3. marts, plkst. 10:12 — lietotājs OCTOOP (<info@octoop.com>) rakstīja:\n", QUOTED),
        NEW,
    ),
    ("gmail_lt", "Re: x", _top("2026-03-03, pr, 10:12 OCTOOP <info@octoop.com> rašė:\n", QUOTED), NEW),
    (
        "onet_pl",
        "ODP: x",
        _top('Od: "OCTOOP" <info@octoop.com>\nDo: anna@onet.pl;\nWysłane: 10:12 Wtorek 2026-03-03\nTemat: x\n'),
        NEW,
    ),
    (
        "seznam_cs",
        "Re: x",
        _top("---------- Původní e-mail ----------\nOd: OCTOOP\nKomu: Anna\nDatum: 3. 3. 2026\nPředmět: x\n"),
        NEW,
    ),
    (
        "zimbra_fr_unmarked",
        "Re: x",
        _top('De: "OCTOOP"\nÀ: "Anna"\nEnvoyé: Mardi 3 Mars 2026 10:12:05\nObjet: x\n'),
        NEW,
    ),
    *(
        (f"unmarked_{index}", "Re: x", _top(f"{line}\n"), NEW)
        for index, line in enumerate(
            (
                "Wiadomość napisana przez OCTOOP <info@octoop.com> w dniu 3 mar 2026, o godz. 10:12:",
                "3. 3. 2026 v 10:12, OCTOOP <info@octoop.com>:",
                "3. 3. 2026 o 10:12, Zákaznícka podpora\n<info@octoop.com>:",
                "Quoting OCTOOP <info@octoop.com>:",
                "Zitat von OCTOOP <info@octoop.com>:",
                "Citējot Klientu serviss\n<info@octoop.com>:",
                "3 Mar 2026, 10:12 by info@octoop.com:",
                "3 mars 2026, 10:12 de info@octoop.com:",
                "-------- Оригинално писмо --------",
                "Siuntėjas: OCTOOP\nSiųsta: 2026 m. kovo 3 d. 10:12\nGavėjas: Anna\nTema: x",
                "Sūtītājs: OCTOOP\nNosūtīts: 2026. gada 3. marts 10:12\nAdresāts: Anna\nTēma: x",
                "De la: OCTOOP\nData: 3 martie 2026 10:12\nCătre: Anna\nSubiectul: x",
            )
        )
    ),
    *(
        (f"wrapped_{index}", "Re: x", _top(f"{line}\n", QUOTED), NEW)
        for index, line in enumerate(
            (
                "На вт, 3.03.2026 г. в 10:12 OCTOOP\n<info@octoop.com> написа:",
                "No dia 03/03/2026, às 10:12, OCTOOP\n<info@octoop.com> escreveu:",
                "út 3. 3. 2026 v 10:12 odesílatel OCTOOP\n<info@octoop.com> napsal:",
            )
        )
    ),
    # where the new text stands
    ("bottom_posting", "Re: x", f"Le 03/03/2026 à 10:12, OCTOOP a écrit :\n{QUOTED}\n\n{NEW}\n", NEW),
    (
        "interleaved",
        "Re: x",
        "Le 03/03/2026 à 10:12, OCTOOP a écrit :\n> Quel compte ?\nAnna42.\n> Quelle adresse ?\nanna@example.org",
        "Anna42.\nanna@example.org",
    ),
    ("unknown_client_marked", "Re: x", _top("2026-03-03 10:12 kirjutas keegi OCTOOP <info@octoop.com>:", QUOTED), NEW),
    (
        "answers_in_red",
        "RE: x",
        "Mes réponses en rouge ci-dessous\n\nDe : OCTOOP\nEnvoyé : lundi\nÀ : Anna\nObjet : x\n\nVotre nom ? Anna Noël",
        "Mes réponses en rouge ci-dessous\n\nDe : OCTOOP\nEnvoyé : lundi\nÀ : Anna\nObjet : x\n\nVotre nom ? Anna Noël",
    ),
    (
        "interleaved_below_a_marker",
        "Re: x",
        "Hello Anna, please see.\n\n------- Original Message -------\nOn Tuesday, March 3rd, 2026 at 10:12, OCTOOP <a@b.fr> wrote:\n\n> Delete all?\n\nYes.",
        "Hello Anna, please see.\nYes.",
    ),
    (
        "interleaved_below_a_marker_with_fields",
        "Re: x",
        "-------- Message d'origine --------\nDe : OCTOOP\nObjet : x\n\n> Tout effacer ?\n\nOui.",
        "Oui.",
    ),
    *(
        (f"greeting_above_{greeting}", "Re: x", text, text)
        for greeting in ("Bonjour", "Hello Anna", "Guten Tag Frau Klein")
        for text in (f"{greeting}\n\nLe 3 mars 2026 à 10:12, OCTOOP <a@b.fr> a écrit :\n\nTout effacer ?\n\nOui.",)
    ),
    *(
        (
            f"no_answers_below_{index}",
            "RE: x",
            _top("De: OCTOOP\nEnviado: lunes, 2 de marzo de 2026 10:12\nPara: Anna\nAsunto: x\n").replace(NEW, new),
            new,
        )
        for index, new in enumerate(
            ("Gracias, hoy estoy en el trabajo.", "La sottoscritta conferma.", "Legalább három napja.")
        )
    ),
    # what looks like a quote and is none
    (
        "an_aside",
        "Re: x",
        "I want you to:\n> delete my account\n> confirm\nAnna",
        "I want you to:\n> delete my account\n> confirm\nAnna",
    ),
    (
        "an_amount",
        "Re: x",
        "my invoice was\n>100 EUR, erase my data\nAnna",
        "my invoice was\n>100 EUR, erase my data\nAnna",
    ),
    ("a_quote_cut_short", "Re: x", f"{NEW}\n\n> Plus que 3 jours, Anna !\n> [J'en profite]", NEW),
    ("a_quote_named", "Re: x", f"{NEW}\nDe : Bruno\n> 10 h ou 11 h ?", f"{NEW}\nDe : Bruno"),
    ("a_quote_of_what_she_wrote", "Re: x", f"{NEW}\nYou wrote:\n> Delete all?", NEW),
    (
        "a_list",
        "Re: x",
        "Je veux :\n- message original\n- copie\nMerci",
        "Je veux :\n- message original\n- copie\nMerci",
    ),
    *(
        (f"told_{index}", "Re: x", text, text)
        for index, line in enumerate(
            (
                "Am 03.03.2026 um 10:12 Uhr habe ich Ihnen geschrieben:",
                "Ihre Kollegin hat mir am 03.03.2026 geschrieben:",
                "On 3/3/2026 at 10:12 you wrote:",
                "Le 03/03/2026 à 10h12, votre conseillère a écrit :",
                "Dne 3.3.2026 v 10:12 jsem Vám napsala:",
                "Den 03.03.2026 skrev kundeservice:",
            )
        )
        for text in (f"Ich warte noch, I wait.\n\n{line}\n\n« Non. »\n\nErase my data.",)
    ),
    (
        "told_above_a_quote",
        "Re: x",
        "> Wann haben Sie bestellt?\n\nAm 03.03.2026. Bitte löschen Sie alles. Zu Ihrer Frage:\n\n> Nummer?\n\n4711",
        "Am 03.03.2026. Bitte löschen Sie alles. Zu Ihrer Frage:\n4711",
    ),
    (
        "prose_a_ecrit",
        "Litige",
        "Votre collègue m'a écrit :\nnous ne supprimons rien.\nJe demande donc l'effacement de mes données.",
        "Votre collègue m'a écrit :\nnous ne supprimons rien.\nJe demande donc l'effacement de mes données.",
    ),
    (
        "prose_dated_without_time",
        "Litige",
        "Le 12 mars 2026, M. Dupont a écrit :\n« Non. »\nSupprimez mon compte.",
        "Le 12 mars 2026, M. Dupont a écrit :\n« Non. »\nSupprimez mon compte.",
    ),
    (
        "prose_wrote",
        "x",
        "As I wrote: delete my data.\nOn Monday you wrote: no.",
        "As I wrote: delete my data.\nOn Monday you wrote: no.",
    ),
    (
        "letter_with_heading",
        "Demande",
        "De : Anna Noël\nÀ : OCTOOP\nDate : 3 mars 2026\nObjet : droit d'accès\n\nJe demande une copie.",
        "De : Anna Noël\nÀ : OCTOOP\nDate : 3 mars 2026\nObjet : droit d'accès\n\nJe demande une copie.",
    ),
    (
        "letter_in_a_reply",
        "Re: x",
        f"Guten Tag,\n\nanbei mein Schreiben:\n\n{LETTER}",
        f"Guten Tag,\n\nanbei mein Schreiben:\n\n{LETTER}",
    ),
    (
        "letter_dated_in_digits",
        "Re: x",
        "Anbei:\n\n" + LETTER.replace("3. März 2026", "03.03.2026"),
        "Anbei:\n\n" + LETTER.replace("3. März 2026", "03.03.2026"),
    ),
    (
        "letter_above_a_quote",
        "Re: x",
        f"Anbei:\n\n{LETTER}\n\nVon: OCTOOP <info@octoop.com>\nGesendet: Montag\nAn: Anna\nBetreff: x\n\n{OLD}",
        f"Anbei:\n\n{LETTER}",
    ),
    (
        "list_of_details",
        "Re: x",
        "My details:\n\nFrom: Anna Meyer\nDate of birth: 3.3.1980\nTo: Octoop\nSubject: erasure\n\nDelete it all.",
        "My details:\n\nFrom: Anna Meyer\nDate of birth: 3.3.1980\nTo: Octoop\nSubject: erasure\n\nDelete it all.",
    ),
    (
        "only_separator_and_text",
        "Re: x",
        "-----Original Message-----\nplease erase my data",
        "-----Original Message-----\nplease erase my data",
    ),
    ("whole_quote", "Re: x", "> rien\n> de neuf\n", ""),
    ("empty_answer", "Re: x", f"Le 03/03/2026 à 10:12, OCTOOP a écrit :\n{QUOTED}", ""),
    (
        "dashes_in_text",
        "x",
        "Bonjour\n-----\nSupprimez tout\n-----\nMerci",
        "Bonjour\n-----\nSupprimez tout\n-----\nMerci",
    ),
]

BODY = "Je souhaite accéder à mes données."
PAPERS = (
    "De : Anna Noël <anna@example.org>\nDate : lun. 3 mars 2026 à 10:12\nObjet : Demande\nÀ : <info@octoop.com>\n\n"
    + BODY
)

#: (name, subject, text, new text, start of the forwarded text)
FORWARDS: list[tuple[str, str, str, str, str]] = [
    ("gmail_fr", "Fwd: x", f"Pour toi\n\n---------- Message transféré ---------\n{PAPERS}", "Pour toi", "----------"),
    (
        "gmail_en",
        "Fwd: x",
        f"FYI\n\n---------- Forwarded message ---------\nFrom: Anna <a@b.fr>\nDate: Mon, 3 Mar 2026\nSubject: x\nTo: <i@o.fr>\n\n{BODY}",
        "FYI",
        "----------",
    ),
    ("apple_fr", "Fwd: x", "Vois\n\n> Début du message transféré :\n", "Vois", ""),
    (
        "apple_fr_quoted",
        "TR: x",
        "Vois\n\nDébut du message transféré :\n\n" + "\n".join(f"> {line}" for line in PAPERS.split("\n")),
        "Vois",
        "Début",
    ),
    (
        "apple_en",
        "Fwd: x",
        f"Begin forwarded message:\n\nFrom: Anna <a@b.fr>\nSubject: x\nDate: 3 March 2026 at 10:12:00 CET\nTo: i@o.fr\n\n{BODY}",
        "",
        "Begin",
    ),
    (
        "thunderbird_de",
        "WG: x",
        f"zK\n\n-------- Weitergeleitete Nachricht --------\nBetreff: x\nDatum: Tue, 3 Mar 2026 10:12:00 +0100\nVon: Anna <a@b.de>\nAn: i@o.fr\n\n{BODY}",
        "zK",
        "--------",
    ),
    (
        "outlook_fr",
        "TR: Demande",
        f"Pour suite à donner\n\nDe : Anna <a@b.fr>\nEnvoyé : lundi 3 mars 2026 10:12\nÀ : Info\nObjet : Demande\n\n{BODY}",
        "Pour suite à donner",
        "De : Anna",
    ),
    (
        "outlook_de",
        "WG: Antrag",
        f"Von: Anna <a@b.de>\nGesendet: Montag, 3. März 2026 10:12\nAn: Info\nBetreff: Antrag\n\n{BODY}",
        "",
        "Von: Anna",
    ),
    (
        "outlook_pt",
        "ENC: x",
        f"Para si\n\nDe: Anna <a@b.pt>\nEnviado: 3 de março de 2026 10:12\nPara: Info\nAssunto: x\n\n{BODY}",
        "Para si",
        "De: Anna",
    ),
    (
        "gmail_es",
        "Fwd: x",
        f"Mira\n\n---------- Forwarded message ---------\nDe: Anna <a@b.es>\nDate: lun, 3 mar 2026\nSubject: x\n\n{BODY}",
        "Mira",
        "----------",
    ),
    (
        "es",
        "RV: x",
        f"Mira\n\n--- Mensaje reenviado ---\nDe: Anna <a@b.es>\nFecha: 3 de marzo de 2026\nAsunto: x\n\n{BODY}",
        "Mira",
        "---",
    ),
    (
        "it",
        "I: x",
        f"Ciao\n\n---------- Messaggio inoltrato ---------\nDa: Anna <a@b.it>\nData: lun 3 mar 2026\nOggetto: x\n\n{BODY}",
        "Ciao",
        "----------",
    ),
    (
        "nl",
        "Fwd: x",
        f"Zie\n\n-------- Doorgestuurd bericht --------\nVan: Anna <a@b.nl>\nDatum: 3 maart 2026\nOnderwerp: x\n\n{BODY}",
        "Zie",
        "--------",
    ),
    (
        "pl",
        "PD: x",
        f"Proszę\n\n---------- Przekazana wiadomość ---------\nOd: Anna <a@b.pl>\nData: pon., 3 mar 2026\nTemat: x\n\n{BODY}",
        "Proszę",
        "----------",
    ),
    (
        "apple_marked",
        "Fwd: x",
        "Vois\n\n> Début du message transféré :\n> \n" + "\n".join(f"> {line}" for line in PAPERS.split("\n")),
        "Vois",
        "> Début",
    ),
    (
        "pasted_without_reply",
        "Demande d'Anna",
        f"Bonjour, reçu ce matin\n\nDe : Anna <a@b.fr>\nEnvoyé : lundi 3 mars 2026 10:12\nÀ : Info\nObjet : Demande\n\n{BODY}",
        "Bonjour, reçu ce matin",
        "De : Anna",
    ),
    *(
        (
            f"attribution_{index}",
            subject,
            f"{above}\n\n{line}\n\n> Bonjour,\n> {BODY}\n> Anna\n",
            above,
            line[:8],
        )
        for index, (subject, above, line) in enumerate(
            (
                ("Fwd: x", "Pour suite.", "Le lun. 3 mars 2026 à 10:12, Anna <a@b.fr> a écrit :"),
                ("WG: x", "z.K.", "Am 03.03.2026 um 10:12 schrieb Anna <a@b.de>:"),
                ("VB: x", "Se nedan.", "Den mån 3 mars 2026 kl 10:12 skrev Anna\n<a@b.se>:"),
                ("PD: x", "Do realizacji.", "W dniu 3.03.2026 o 10:12, Anna pisze:"),
            )
        )
    ),
]


def _as_asked(*lines: str) -> tuple[str, str]:
    """A whole mail that is new text."""
    text = "\n".join(lines)
    return text, text


#: Mails whose subject says whether they answer or pass on: (name, subject, text, new text)
LETTERS: list[tuple[str, str, str, str]] = [
    # an own sentence with an address is no attribution
    *(
        (
            f"own_sentence_{index}",
            "Re: x",
            *_as_asked("Danke für die schnelle Antwort.", "", line, "", "- erase it all"),
        )
        for index, line in enumerate(
            (
                "As I wrote to your colleague (support@shop.eu) last week, I ask for two things:",
                "As I wrote to your colleague <support@shop.eu> on 3 March 2026 at 10:12, I ask for two things:",
                "Wie ich schon Ihrer Kollegin (service@bank.de) geschrieben habe, verlange ich:",
                "Wie der Kollegin (service@bank.de) am 3.3.2026 um 10:12 geschrieben, hier die Liste:",
                "Wie Ihrer Kollegin <service@bank.de> am 03.03.2026 geschrieben:",
                "Comme mon épouse l'a écrit à votre service (contact@shop.fr), nous demandons :",
                "Jak již napsal můj muž (info@shop.cz), žádáme o:",
                "Como ya escribió mi hermano a <info@shop.es>, pido:",
                "Kuten puolisoni kirjoitti (info@shop.fi), pyydämme:",
                "Όπως έγραψε η σύζυγός μου (info@shop.gr), ζητάμε:",
            )
        )
    ),
    *(
        (f"program_{index}", "Re: x", _top(f"{line}\n"), NEW)
        for index, line in enumerate(
            (
                "OCTOOP <info@my-shop.com> wrote:",
                "Service Client [mailto:info@octoop.com] a écrit :",
                "On 4 March 2026 at 10:12, Your Bank <info@octoop.com> wrote:",
                "Am Mi., 4. März 2026 um 10:12 Uhr schrieb OCTOOP <info@octoop.com>:",
                "su 1. maalisk. 2026 klo 10.12 OCTOOP (info@octoop.com) kirjoitti:",
                "yesterday at 10:12 Paul (paul@octoop.com) wrote:",
            )
        )
    ),
    # arrows
    ("arrows_around", "Compte 42", *_as_asked("Bonjour,", "", ">> SUPPRIMEZ TOUT <<", "", "Paul")),
    ("arrows_around_in_an_answer", "AW: x", *_as_asked(">>> Löschen Sie alles. <<<", "", "Max")),
    (
        "arrows_below_a_quote",
        "Re: x",
        "Il 03/03/2026 10:12, OCTOOP ha scritto:\n> Che cosa vuole?\n\n>> CANCELLATE TUTTO <<\n",
        ">> CANCELLATE TUTTO <<",
    ),
    ("arrows_quoted", "Re: x", f"{NEW}\n\n> Dernier jour !\n>>>> J'EN PROFITE <<<\n> Octoop", NEW),
    ("an_arrow", "", *_as_asked(">>Bitte löschen Sie alle meine Daten.")),
    ("arrow_above_bullets", "Žádost", *_as_asked("Dobrý den", ">> Žádám:", "> výmaz", "> kopii", "Novák")),
    ("nested_once", "x", "Gotowe.\n\n> Usunęliśmy dane.\n>> Proszę usunąć moje dane!", "Gotowe."),
    ("nested_apart", "x", "Vu, c'est fait.\n\n> > Je m'oppose à tout.", "Vu, c'est fait."),
    ("a_double_mark_in_an_answer", "Re: x", ">> Do you have 15 minutes?\n\nI do not.", "I do not."),
    # a letter quoted without an attribution, and what is none
    (
        "letter_on_top",
        "",
        "> Dear customer,\n> we have your order. It is on its way.\n> Your shop\n\nBitte löschen Sie alles.",
        "Bitte löschen Sie alles.",
    ),
    (
        "letter_at_the_bottom",
        "Ditt ärende",
        "Tack, allt är bra.\n\n> Hej Eva, vi har raderat dina uppgifter.\n> Du kan begära ett utdrag.\n> Kundtjänst",
        "Tack, allt är bra.",
    ),
    (
        "sentences_over_lines",
        "Pedido",
        "Obrigada, já chegou.\n\n> A sua encomenda foi enviada ontem pelo nosso armazém\n> central. Pode segui-la na página da\n> transportadora.",
        "Obrigada, já chegou.",
    ),
    (
        "direction_mark",
        "\u200fRe: x",
        "Danke, gut.\n\n> Ihre Daten sind gelöscht.\n> Widerspruch bleibt möglich.",
        "Danke, gut.",
    ),
    (
        "bullets_that_are_sentences",
        "Cerere",
        *_as_asked("Mulțumesc.", "", "> Vreau o copie a datelor.", "> Vreau ștergerea lor.", "> Fără reclame."),
    ),
    (
        "long_bullets",
        "Request",
        *_as_asked(
            "Thanks.",
            "",
            "> the erasure of all the personal data that you hold",
            "> the names of all the companies that had my address",
            "> a copy of everything before that",
        ),
    ),
    (
        "own_letter_below",
        "Demande",
        *_as_asked("Ma lettre est ci-dessous.", "", "> Bonjour,", "> effacez mes données.", "> Anna"),
    ),
    (
        "own_letter_and_name",
        "Kérelem",
        *_as_asked("> Tisztelt Cím!", "> Töröljék az adataimat.", "> Köszönöm.", "", "Kovács Anna"),
    ),
    ("all_marked", "Заявка", *_as_asked("> Здравейте,", "> изтрийте всичките ми данни.", "> Иван")),
    (
        "items_below_a_colon",
        "Re: x",
        *_as_asked("I want:", "> erase my account", "> a copy first", "> no newsletter", "", "Eva"),
    ),
    (
        "sentences_below_a_colon",
        "Re: x",
        "To your questions:\n> Who are you?\n> Which account?\n> Since when?\n\nEva, 42.",
        "To your questions:\nEva, 42.",
    ),
    # the head of a typed letter
    *(
        (
            f"typed_head_{index}",
            "Anfrage 42",
            *_as_asked("Max Huber", "Lindenweg 4", "", *head, "", "Löschen Sie alles."),
        )
        for index, head in enumerate(
            (
                ("Van: Jan de Vries", "Aan: Klantenservice", "Datum: 3 maart 2026", "Onderwerp: verwijdering"),
                ("De : Maria Kowalska", "À : Banque Populaire", "Date : 3 mars 2026", "Objet : suppression"),
                ("Mittente: Tarcisio B., matr. 662", "Data: 3 aprile", "Oggetto: accesso (art. 15)"),
                ("Od: Jan Novák, jan@novak.cz", "Komu: Banka", "Datum: 3. 3. 2026", "Předmět: výmaz"),
            )
        )
    ),
    (
        "typed_head_with_address_in_an_answer",
        "AW: x",
        *_as_asked("Das Schreiben:", "", LETTER.replace("Musterstr. 1", "anna@meyer.de")),
    ),
    (
        "a_call",
        "R: x",
        *_as_asked("Un'altra chiamata.", "", "Data: 03/03/2026 ore 10:12", "Da: ignoto", "Oggetto: luce", "", "Basta."),
    ),
    ("sent_without_to", "Re: x", _top("Van: OCTOOP\nVerzonden: maandag 3 maart 2026 10:12\nOnderwerp: x\n"), NEW),
    ("address_alone", "Re: x", _top("Fra: info@octoop.com\nDato: 3. marts 2026\nEmne: x\nTil: Anna\n"), NEW),
    # passed on by the subject, and not
    ("asked_below_what_is_passed_on", "Fwd: x", f"Le 03/03/2026 à 10:12, X a écrit :\n{QUOTED}\n\n{NEW}", NEW),
    (
        "letter_passed_on_without_attribution",
        "FW: x",
        *_as_asked("Za vednost.", "", "> Spoštovani,", "> izbrišite moje podatke.", "> Ana"),
    ),
]
