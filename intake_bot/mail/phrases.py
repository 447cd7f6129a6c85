"""What mail programs write around a quoted or forwarded mail, in the official languages of the Union."""

import re
import unicodedata

#: "wrote", as in "Le 3 mars 2026 à 10:12, Anna <anna@example.org> a écrit :".
WROTE = (
    r"(?<!m')(?<!t')(?<!vous )(?<!nous )(?<!lui )a [ée]crit|écrivait|wrote|writes|schrieb|geschrieben|escribió|escribio"
    r"|ha scritto|scrisse|schreef|geschreven|escreveu|pisze|napisał(?:a|\(a\))?|skrev|kirjoitti|napsal(?:a|\(a\))?"
    r"|napísal(?:a|\(a\))?|írta|a scris|написа|έγραψε|napisao|napisala|napisal|piše|kirjutas|rakstīja|(?:pa)?rašė"
    r"|scríobh|kiteb|wiadomość napisana przez"
)
#: Attributions without such a word, whole: Horde's, Apple's in Czech and Slovak, Tutanota's.
WORDLESS = re.compile(
    r"\W{0,3}(?:(?:quoting|zitat von|citējot|citando a) [^<>@]{0,100}<[^<>@\s]{1,100}@[^<>@\s]{1,200}>"
    r"|\d{1,2}\. ?\d{1,2}\. ?\d{4} [vo] \d{1,2}[:.]\d{2}, [^<>@]{0,100}<[^<>@\s]{1,100}@[^<>@\s]{1,200}>"
    r"|\d{1,2}\.? [^\W\d]{3,12}\.? \d{4},? \d{1,2}[:.]\d{2} (?:by|von|de|da|par|por|door|od|av|af)"
    r" [^<>@\s]{1,100}@[^<>@\s]{1,200})\s?:",
    re.I,
)
#: I and you: what a person tells ("Am 3.3. um 10:12 habe ich Ihnen geschrieben:") is no line of a mail program.
#: "Mi." is a German Wednesday, "su 1. maalisk." a Finnish Sunday.
OWN_WORDS = re.compile(
    r"\b(?:(?-i:I(?!\.))|my|we|our|you|your|je (?:vous|lui)|nous|vous|notre|votre|vos|ich|mir|wir|uns|sie|ihnen"
    r"|ihre?[nmrs]?|mein\w*|yo|nos|usted(?:es)?|su(?! \d)|mi(?![.,])|ci|lei|voi|vostr[aeio]|você|vossa|ik|wij|jullie|uw"
    r"|heeft u|schreef u|państw\w*|nam|jsem|jsme|jste|v[áa]m|vaš\w*|váš|som|sme|ste|jag|er|skrev (?:du|ni|de)"
    r"|jeg|jeres|minä|teidän|önök\w*|nekem"
    r"|dumneavoastră|v-am|mi-a|εγώ|εσείς|σας|μου|вие|аз|ви|ми|ваш\w*|teie|mulle|jūs|jūsų|jūsu|aš)\b|\bj'",
    re.I,
)

#: What else an attribution holds: a clock time, a date, an address in brackets.
TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:.hH]\s?\d{2}(?!\d)")
DATE = re.compile(
    r"(?<!\d)(?:19|20)\d{2}(?:[./-]\s?\d{1,2}[./-]\s?\d{1,2})?(?!\d)|(?<!\d)\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}(?!\d)"
)
ADDRESS = re.compile(r"[<(\[]\s?[^<>()\[\]\s@]{1,100}@[^<>()\[\]\s@]{1,200}[>)\]]")

#: Field names of header blocks, by what they mean.
LABELS: dict[str, str] = {
    "from": "de|da|from|von|van|od|från|fra|lähettäjä|feladó|de la|от|από|šalje|saatja|kellelt|no|nuo|siuntėjas|ó|minn"
    "|expéditeur|absender|mittente|remitente|remetente|afzender|nadawca|odesílatel|odosielateľ|expeditor|pošiljatelj"
    "|message de|sūtītājs",
    "date": "envoyé|envoyé le|envoyée|date|date d'envoi|sent|gesendet|datum|enviado|enviado el|enviado em|enviada"
    "|enviada em|fecha|data|inviato|inviata|verzonden|wysłano|wysłane|skickat|sendt|lähetetty|päivämäärä|dato"
    "|elküldve|küldve|dátum|trimis|trimisă|изпратено|изпратено на|дата|στάλθηκε|ημερομηνία|odesláno|odoslané|poslano"
    "|poslana|siųsta|saadetud|kuupäev|nosūtīts|datums|išsiųsta|seolta|mibgħut|dnia",
    "to": "à|a|pour|to|an|para|aan|do|till|til|vastaanottaja|címzett|către|catre|до|προς|komu|pro|prima|za|saaja"
    "|saajale|kellele|kam|adresatas|chuig|lil|destinataire|destinatario|destinatário|empfänger|per|gavėjas|adresāts",
    "cc": "cc|copie|copie à|kopie|kopia|kopio|копие|κοιν|másolat|bcc|cci|cco",
    "subject": "objet|sujet|subject|betreff|asunto|oggetto|onderwerp|assunto|temat|ämne|emne|aihe|tárgy|subiect|относно"
    "|subiectul|тема|θέμα|předmět|predmet|zadeva|teema|temats|tēma|tema|ábhar|suġġett",
    "reply-to": "répondre à|reply-to|antwort an|responder a|rispondi a|antwoord aan",
    "attachments": "pièces jointes|attachments|anlagen|adjuntos|allegati|bijlagen|anexos|załączniki|importance|priorité"
    "|organisation|organization",
}

ORIGINAL = (
    "message d'origine|message original|mail original|e-mail d'origine|courriel d'origine|message initial"
    "|original message|original email|original mail|reply message|ursprüngliche nachricht|originalnachricht"
    "|original-nachricht|ursprüngliche mail|ursprüngliche e-mail|original nachricht"
    "|mensaje original|correo original|messaggio originale|messaggio originario|oorspronkelijk bericht"
    "|origineel bericht"
    "|oorspronkelijke bericht|mensagem original|wiadomość oryginalna|oryginalna wiadomość|wiadomość pierwotna"
    "|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|original meddelelse|opprinnelig melding"
    "|alkuperäinen viesti|původní zpráva|původní e-mail|pôvodná správa|pôvodný e-mail|eredeti üzenet|mesaj original"
    "|mesajul original|mesaj inițial|оригинално съобщение|оригинално писмо|първоначално съобщение|αρχικό μήνυμα"
    "|πρωτότυπο μήνυμα|izvorna poruka|originalna poruka|izvirno sporočilo|originalno sporočilo|algne kiri|algsõnum"
    "|algne sõnum|sākotnējais ziņojums|oriģinālais ziņojums|pirminis laiškas|originalus laiškas|bunteachtaireacht"
    "|messaġġ oriġinali"
)

FORWARDED = (
    "message transféré|message réexpédié|mail transféré|e-mail transféré|courriel transféré|message transmis"
    "|début du message transféré|début du message réexpédié|début de l'e-mail transféré"
    "|forwarded message|begin forwarded message|forwarded mail|forwarded email|forwarded by"
    "|weitergeleitete nachricht|weitergeleitete mail|weitergeleitete e-mail|anfang der weitergeleiteten nachricht"
    "|anfang der weitergeleiteten e-mail|mensaje reenviado|inicio del mensaje reenviado|correo reenviado"
    "|messaggio inoltrato|inizio messaggio inoltrato|inizio del messaggio inoltrato|doorgestuurd bericht"
    "|begin doorgestuurd bericht|mensagem encaminhada|mensagem reencaminhada|início da mensagem reencaminhada"
    "|início da mensagem encaminhada|início de mensagem reencaminhada|przekazana wiadomość|wiadomość przekazana"
    "|wiadomość przekazana dalej|początek przekazywanej wiadomości|treść przekazanej wiadomości|przesłana wiadomość"
    "|vidarebefordrat meddelande|vidarebefordrat mejl|vidarebefordrat brev|videresendt meddelelse|videresendt besked"
    "|videresendt mail|start på videresendt besked|välitetty viesti|edelleenlähetetty viesti|välitetty viesti alkaa"
    "|přeposlaná zpráva|preposlaná správa|továbbított üzenet|továbbított levél|mesaj redirecționat"
    "|mesaj redirectionat|începutul mesajului redirecționat|препратено съобщение|προωθημένο μήνυμα"
    "|αρχή προωθημένου μηνύματος|proslijeđena poruka|posredovano sporočilo|posredovana poruka|edastatud kiri"
    "|edastatud sõnum|pārsūtītais ziņojums|pārsūtīts ziņojums|persiųstas laiškas|persiunčiamas laiškas"
    "|teachtaireacht ar aghaidh|messaġġ mibgħut 'il quddiem"
)

_EDGE = "[\\s\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"  # marks of the writing direction are no letters
#: Subject prefixes of a forwarded mail.
FORWARD_SUBJECT = re.compile(
    _EDGE + r"(?:\[[^\]]{0,40}\]\s*|ext\s*:\s*)?(?:fwd?|tr|wg|enc|rv|i|pd|vb|vl|doorst|továbbítás|továbbítva|πρθ|προωθ"
    r"|препр|pdal|fs|edasi|pārsūt|persiųsta|posredovano|proslijeđeno)\.?\s*:",
    re.I,
)
#: Subject prefixes of an answer.
REPLY_SUBJECT = re.compile(
    _EDGE
    + r"(?:\[[^\]]{0,40}\]\s*|ext\s*:\s*)?(?:re|ré|rép|rep|réponse|aw|antw|antwort|sv|vs|odp|odg|rif|r|res|răsp|ynt"
    r"|απ|σχετ|отг|na|vá|válasz|atb|ats|hj)\.?\s*(?:\[\d+\]|\(\d+\))?\s*:",
    re.I,
)
#: "My answers are below / in red": the new words stand inside the quoted ones.
ANSWERS_BELOW = re.compile(
    r"\b(?:ci[- ]dessous|ci[- ]apr[èe]s|dans (?:le corps|votre) (?:du |de )?(?:texte|mail|message)|en rouge|en bleu"
    r"|below|in[- ]?line|in red|in blue|unten|untenstehend|weiter unten|in rot|in blau|im text|más abajo|abajo|en rojo"
    r"|qui sotto|sotto|di seguito|in rosso|hieronder|in het rood|onderstaand|abaixo|a vermelho|em vermelho|poniżej"
    r"|na czerwono|nedan|nedenfor|alla olevaa|níže|nižšie|alább|mai jos|по-долу|παρακάτω|ispod|spodaj|allpool|zemāk"
    r"|žemiau)\b",
    re.I,
)
#: A greeting and nothing else, with or without a comma.
GREETING = re.compile(
    r"\W{0,3}(?:bonjour|bonsoir|salut|madame|monsieur|hello|hi|hey|dear|good (?:morning|afternoon|evening|day)|hallo"
    r"|guten (?:tag|morgen|abend)|sehr geehrte[rn]?|liebe[rs]?|moin|hola|buen[oa]s|estimad[oa]s?|buongiorno|buonasera"
    r"|salve|ciao|gentile|goede(?:ndag|morgen|middag|navond)|beste|geachte|bom dia|boa tarde|olá|dzień dobry|witam"
    r"|szanown[aiy]|hej|hejsan|god (?:dag|morgon)|goddag|kære|hei|hyvää päivää|terve|moi|dobrý de[nň]|tisztelt|jó napot"
    r"|kedves|bună(?: ziua)?|здравейте|добър ден|γεια(?: σας)?|καλημέρα|καλησπέρα|αξιότιμ\w+|dobar dan|poštovan[aei]"
    r"|dober dan|spoštovan[aei]|pozdravljeni|cher|chère|tere|lugupeetud|labdien|sveiki|laba diena|gerbiam\w+|bonġu)"
    r"(?: [^\W\d_][^\s.?!]{0,20}){0,2}\W{0,2}",
    re.I,
)

#: Month names by their stems; where two languages disagree (Polish and Croatian "lip") the larger one is meant.
MONTHS: dict[int, str] = {
    1: "jan|ene|gen|sty|led|sij|ιαν|яну|tammi|ian|saus|jaan",
    2: "feb|fév|fev|lut|úno|velj|φεβ|фев|helmi|vas|veeb",
    3: "mar|mär|maer|maalis|mrt|bře|ožu|μαρ|мар|kov|maa|már",
    4: "apr|avr|abr|kwi|dub|trav|απρ|апр|huhti|bal|ápr",
    5: "may|mai|mag|mei|maj|kvě|svi|μαΐ|μαϊ|μάι|май|touko|geg|máj|maíj",
    6: "jun|juin|giu|cze|červn|čvn|ιουν|юни|kesä|birž|jún|jūn|iun",
    7: "jul|juil|lug|lip|červenc|čvc|ιουλ|юли|heinä|liep|júl|jūl|iul",
    8: "aug|aoû|aou|ago|sie|srp|kol|αυγ|авг|elo|rugp",
    9: "sep|set|wrz|zář|ruj|σεπ|сеп|syys|rugs|szept",
    10: "oct|okt|ott|out|paź|říj|οκτ|окт|loka|spal",
    11: "nov|lis|stu|νοε|ное|marras|lapk",
    12: "dec|déc|dez|dic|gru|pro|δεκ|дек|joulu|gruod|dets",
}


def plain(text: str) -> str:
    """The form in which phrases are compared: composed, case folded, straight apostrophes, single blanks."""
    text = unicodedata.normalize("NFC", text).replace("\u2019", "'").replace("\u2018", "'").casefold()
    return " ".join(text.split())


def straight(text: str) -> str:
    """The form in which WROTE_PATTERN is looked for: straight apostrophes, plain blanks."""
    return text.replace("\u2019", "'").replace("\u00a0", " ").replace("\u202f", " ")


def _set(phrases: str) -> frozenset[str]:
    return frozenset(plain(phrase) for phrase in phrases.split("|"))


ORIGINAL_PHRASES = _set(ORIGINAL)
FORWARDED_PHRASES = _set(FORWARDED)
#: Dates that need not be those of sending.
DAYS = _set("date|datum|data|fecha|dato|dátum|datums|dnia|дата|ημερομηνία|päivämäärä|kuupäev")
LABEL_KINDS: dict[str, str] = {label: kind for kind, labels in LABELS.items() for label in _set(labels)}
WROTE_PATTERN = re.compile(rf"\b(?:{WROTE})(?!\w)", re.I)
MONTH_STEMS: tuple[tuple[str, int], ...] = tuple(
    sorted(
        ((stem, month) for month, stems in MONTHS.items() for stem in stems.split("|")), key=lambda item: -len(item[0])
    )
)
