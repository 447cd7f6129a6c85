"""Signatures and legal disclaimers at the end of a text, so that a classifier can pass over them. Conservative."""

import re
from dataclasses import dataclass

_MAX_SIGNATURE = 1_500  # characters after "-- "; more than that is text
_MAX_DISCLAIMER = 4_000

_MOBILE = re.compile(
    r"\W{0,3}(?:envoy[ée] (?:de|depuis|à partir d[e'’u]) ?\S|obtenez outlook pour|télécharger outlook"
    r"|sent from (?:my|outlook"
    r"|yahoo|mail for|proton|samsung|the all|a mobile)|get outlook for|get bluemail|von meinem \S+(?: \S+)? gesendet"
    r"|gesendet (?:von|mit|aus) |diese nachricht wurde von meinem|outlook für (?:android|ios)|enviado desde "
    r"|enviado (?:do|a"
    r" partir do|por) (?:meu|mi|outlook|yahoo|correo)|obtener outlook para|obter o outlook para"
    r"|inviato da(?:l mio)? |scarica"
    r" outlook per|ottieni outlook per|verzonden (?:vanaf|met|vanuit|via) |outlook voor |wysłane z "
    r"|pobierz aplikację outlook"
    r"|skickat från |skickades från |hämta outlook|sendt fra |hent outlook|lähetetty \S+|odesláno z|odoslané z"
    r"|trimis de pe"
    r"|изпратено от|στάλθηκε από|poslano (?:z|s|iz|sa)|saadetud minu|nosūtīts no|išsiųsta iš|a küldés eszköze|küldve)",
    re.I,
)
_DISCLAIMER = re.compile(
    r"\W{0,4}(?:ce (?:message|courriel|courrier|mail|e-mail)(?: électronique)?(?:,? (?:et"
    r"|ainsi que) .{0,60})? (?:est|sont|peut|"
    r"peuvent|contient|contiennent|vous)|les informations contenues dans ce|si vous n['’]êtes pas (?:le"
    r"|la) destinataire"
    r"|avertissement\s*:|avis de confidentialité|clause de confidentialité|conform[ée]ment (?:au|à la|aux) (?:rgpd"
    r"|r[èe]glement"
    r"|loi).{0,160}vous (?:disposez|b[ée]n[ée]ficiez) d|this (?:e-?mail|message|communication)(?:,? (?:and|including"
    r"|together)"
    r" .{0,60})? (?:is|are|may|contains?)|the (?:information|contents?) (?:contained )?(?:in|of) this"
    r"|if you (?:are not|have"
    r" received this).{0,60}(?:recipient|error)|confidentiality notice|disclaimer\s*:|legal notice\s*:"
    r"|diese (?:e-?mail|nachricht)(?: .{0,60})? (?:ist|enthält|kann|können)|der inhalt dieser e-?mail"
    r"|vertraulichkeitshinweis"
    r"|este (?:mensaje|correo|e-?mail)(?: .{0,60})? (?:es|está|contiene|puede|se dirige|va dirigido)|aviso (?:legal|de"
    r" confidencialidad)|la información contenida en este|questo messaggio|questa e-?mail"
    r"|le informazioni contenute in|ai sensi"
    r" del (?:reg|gdpr|d\.? ?lgs)|dit (?:bericht|e-?mailbericht)|deze e-?mail|de informatie in dit|esta mensagem"
    r"|este e-?mail"
    r"|aviso de confidencialidade|ta wiadomość|niniejsza wiadomość|treść tej wiadomości|informacja zawarta w"
    r"|pensez (?:à l['’])?(?:environnement|avant d['’]imprimer)|please consider the environment)",
    re.I,
)
#: A disclaimer speaks of its recipients; "This message is a request for access" does not.
_RECIPIENTS = re.compile(
    r"destinat|imprim|recipient|addressee|intended|received (?:this|it) in error|print|empfänger|irrtümlich|adressat"
    r"|geadresseerde"
    r"|bestemd|adresat|odbiorc|droits? d['’ ](?:acc|opp|rect)|diritti|derechos|mottagare|modtager|vastaanottaja",
    re.I,
)
_DELIMITERS = frozenset({"-- ", "--", "-- \u00a0", "--\u00a0", "—", "—— "})


@dataclass(frozen=True, slots=True)
class Stripped:
    """A text without its signature. `span` is what was left out (start, end), None when there is none."""

    text: str
    span: tuple[int, int] | None


def strip_signature(text: str) -> Stripped:
    """Leave out the signature or the disclaimer that ends a text (RFC 3676 4.3 and what phones and companies add).

    Something is left out only at the end, only when text stays before it, and only when it is short. Linear time.
    """
    lines = text.split("\n")
    offsets = [0]
    for line in lines[:-1]:
        offsets.append(offsets[-1] + len(line) + 1)
    first_text = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    for index in range(first_text + 1, len(lines)):
        line = lines[index]
        if not line.strip() or len(line) > _MAX_DISCLAIMER:
            continue
        rest = len(text) - offsets[index]
        if rest <= _MAX_DISCLAIMER and _starts_ending(lines, index, rest):
            return Stripped(text[: offsets[index]].rstrip(), (offsets[index], len(text)))
    return Stripped(text, None)


def _starts_ending(lines: list[str], index: int, rest: int) -> bool:
    line = lines[index]
    if line in _DELIMITERS:
        return rest <= _MAX_SIGNATURE
    if len(line) < 160 and _MOBILE.match(line):
        return all(not other.strip() or _DISCLAIMER.match(other[:400]) for other in lines[index + 1 :])
    starts_paragraph = not lines[index - 1].strip() or set(lines[index - 1].strip()) <= set("-_=*~ ")
    if not starts_paragraph or not _DISCLAIMER.match(line[:400]):
        return False
    return bool(_RECIPIENTS.search("\n".join(lines[index : index + 12])[:1_500]))
