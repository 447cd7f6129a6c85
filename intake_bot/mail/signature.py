"""Signatures and legal disclaimers at the end of a text, so that a classifier can pass over them. Conservative."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_MAX_SIGNATURE = 1_500  # characters after "-- "; more than that is text
_MAX_DISCLAIMER = 4_000

_MOBILE = re.compile(
    r"\W{0,3}(?:envoy[ée] (?:de|depuis|à partir d[e'’u]) ?\S|obtenez outlook pour|télécharge[rz] outlook"
    r"|envoyé avec la messagerie sécurisée proton|sent with proton mail|holen sie sich outlook|verstuurd vanaf"
    r"|descargar outlook|hanki outlook|ladda ned outlook|pobierz program outlook|(?:získat|stáhnout) outlook"
    r"|preuzmite outlook|obțineți outlook|[^\n]{0,20}(?:készülék|phone|ipad|galaxy|android|outlook)\S* küldve"
    r"|saadetud \S*(?:phone|ipad|galaxy|android|outlook)|απεστάλη από"
    r"|sent from (?:my|outlook"
    r"|yahoo|mail for|proton|samsung|the all|a mobile)|get outlook for|get bluemail"
    r"|von (?:meine[mr]\S*|yahoo mail für) \S+(?: \S+)? gesendet"
    r"|gesendet (?:von|mit|aus) |diese nachricht wurde von meinem|outlook für (?:android|ios)|enviado desde "
    r"|enviado (?:do|a"
    r" partir do|por) (?:meu|mi|outlook|yahoo|correo)|obtener outlook para|obter o outlook para"
    r"|inviato da(?:l mio)? |scarica"
    r" outlook per|ottieni outlook per|verzonden (?:vanaf|met|vanuit|via) |outlook voor |wysłan[eo] z "
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
#: What a disclaimer proper speaks of; "This message is a request for access" does not, nor "to which recipients?".
_WARNS = re.compile(
    r"confiden|vertraulich|vertrouwelijk|riservat|poufn|privileg|secret professionnel|intended|unauthori[sz]ed|prohibit"
    r"|not the (?:named )?(?:addressee|recipient)|(?:in|by|par|por|per) err|irrtümlich|versehentlich|onterecht|omyłk"
    r"|n['’]êtes pas|nicht der (?:richtige|beabsichtigte|vorgesehene)|non (?:è|siete|sei) "
    r"|no es (?:usted )?(?:el|su) dest"
    r"|não (?:é|for|seja) |nie (?:jest|są) "
    r"|destin(?:é|ad|at)[aeosi]* (?:exclusiv|uniq|únic|somente|apenas|à l|aux? seul)"
    r"|seuls? destinat|(?:uitsluitend|alleen) bestemd|bestemd voor|przeznaczon|ausschließlich|interdit|vietat|prohibid"
    r"|untersagt|verboden|zabronion|imprim|\bprint|drucken|stampare|virus|environ|umwelt"
    r"|droits? d['’ ](?:acc|opp|rect)|diritti|derechos",
    re.I,
)
#: A person who speaks of herself, or asks. What is taken for the rest of a disclaimer would be her words.
_ASKS = re.compile(
    r"\b(?:my|mine|je|j['’]\w+|m['’](?:indiqu|inform|envo|adress|communiqu|oppos)\w*|mon|ma|mes|moi|ich|mich|mir"
    r"|mein(?:e[nmrs]?)?|mi[oa]|miei|mie|mis?|m[ií]os?|quiero|solicito|chied(?:o|iamo)|richied(?:o|iamo)|si chiede"
    r"|intendo|desidero|ik|mijn|wij verzoeken|meus?|minhas?|peço|quero|proszę|moj\w+|m[oó]ich|mój|wnoszę|żądam)\b"
    r"|\bI(?:['’]\w+| (?:am|ask|do|exercise|expect|had|have|hereby|need|object|request|want|wish|withdraw|would)\b)"
    r"|(?:est|is|ist|es|è|é|to|w sprawie) (?:(?:une?|an?|eine?|een|una?|uma?|formell?e?|formal|officielle|meant as) )*"
    r"(?:demande|request|antrag|ersuchen|verzoek|pedido|solicitud|richiesta|wniosek|opposition|objection|widerspruch)",
    re.I,
)
_GREETING = re.compile(r"[^\n]{0,60}[,!:;]|\S+")
_DELIMITERS = frozenset({"-- ", "--", "-- \u00a0", "--\u00a0", "—", "—— "})
#: Below a signature the person speaks again: a postscript, or "> " lines that are no quote (they would be cut by now).
_RESUMES = re.compile(
    r"\s{0,3}(?:>|p\.?[- ]{0,2}s\b|p\.? ?d\.? ?:|u\.? ?i\.? ?:|n\.? ?b\.? ?:|υ\.? ?γ\b|п\.? ?[пс]\b|post[- ]?scriptum)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Stripped:
    """A text without its signature. `span` is what was left out (start, end), None when there is none."""

    text: str
    span: tuple[int, int] | None


def unsigned(text: str, spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The spans of the new text of a mail (code points), each without the signature or disclaimer that ends it.

    Who answers between the lines of a quote signs above it: what stands below the quote is no part of the signature.
    """
    found: list[tuple[int, int]] = []
    for start, end in spans:
        kept = strip_signature(text[start:end], below=bool(found)).text
        if kept.strip():
            found.append((start, start + len(kept)))
    return tuple(found)


def strip_signature(text: str, *, below: bool = False) -> Stripped:
    """Leave out the signature or the disclaimer that ends a text (RFC 3676 4.3 and what phones and companies add).

    Something is left out only at the end, only when more than a greeting stays before it, and only when it is short: a
    signature too much costs little, a request that begins like a disclaimer would be lost. `below`: the text goes on
    from another, so that it may be a signature from its first line on. Linear time.
    """
    lines = text.split("\n")
    offsets = [0]
    for line in lines[:-1]:
        offsets.append(offsets[-1] + len(line) + 1)
    first_text = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    for index in range(first_text if below else first_text + 1, len(lines)):
        line = lines[index]
        if not line.strip() or len(line) > _MAX_DISCLAIMER:
            continue
        rest = len(text) - offsets[index]
        if rest <= _MAX_DISCLAIMER and _starts_ending(lines, index, rest):
            return Stripped(text[: offsets[index]].rstrip(), (offsets[index], len(text)))
    return Stripped(text, None)


def _starts_ending(lines: list[str], index: int, rest: int) -> bool:
    line = lines[index]
    if len(line) < 160 and _MOBILE.match(line):
        return all(not other.strip() or _DISCLAIMER.match(other[:400]) for other in lines[index + 1 :])
    if line in _DELIMITERS:
        return rest <= _MAX_SIGNATURE and not _only_greets(lines[:index]) and not _goes_on(lines[index + 1 :])
    starts_paragraph = not index or not lines[index - 1].strip() or set(lines[index - 1].strip()) <= set("-_=*~ ")
    if not starts_paragraph or not _DISCLAIMER.match(line[:400]) or _only_greets(lines[:index]):
        return False
    if not _WARNS.search("\n".join(lines[index : index + 12])[:1_500]):
        return False
    return not _ASKS.search("\n".join(lines[index:]))


def _goes_on(lines: list[str]) -> bool:
    """Whether the person speaks again below a delimiter: it was a divider, and the last one counts, or she asks."""
    said = [line for line in lines if not _MOBILE.match(line[:160])]
    return any(line in _DELIMITERS or _RESUMES.match(line) for line in said) or bool(_ASKS.search("\n".join(said)))


def _only_greets(lines: list[str]) -> bool:
    said = [line.strip() for line in lines if line.strip()]
    return len(said) == 1 and bool(_GREETING.fullmatch(said[0]))
