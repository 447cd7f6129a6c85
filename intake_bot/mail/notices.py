"""Words of disclaimers, notices and footers, and of requests that begin as these do."""

import re

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
    r"|(?:est|is|ist|es|è|é|to|w sprawie|vaut|constitue|constitutes|serves as|gilt|costituisce|vale come|constituye"
    r"|constitui|geldt|stanowi) (?:(?:une?|an?|eine?|een|una?|uma?|formell?e?|formal|officielle|meant as|als) )*"
    r"(?:demande|request|(?:\w{1,20})?(?:antrag|ersuchen|begehren|widerspruch|verzoek)|pedido|solicitud|richiesta|wniosek"
    r"|opposition|objection)",
    re.I,
)
#: A right that is used, or named by its article: what opens like a notice is a request, whatever else it says.
_EXERCISES = re.compile(
    r"exerc(?:is|[eéiíoâ]|ę)|exercit|ejer[czç]|ejérz|eżerċit|esercit|ausüb|ausgeübt|\bübe[nt]? |geltend|uitoefen"
    r"|\boefen|utöv|udøv|uplatň|uplatn|uveljavl|ostvar|wykonuj|korzysta|gyakorol|érvényesít|упражн|\bασκ|\bάσκ"
    r"|įgyvendin|pasinaudo|feidhmi|(?:käyt|kasuta|izmanto|īsteno|korist|wykona|utnyttj|benyt)\w*[^.]{0,30}"
    r" (?:oikeu|õigus|tiesīb|prav|praw|rätt|ret)"
    r"|(?:\bart\w{0,6}|\bairteagal|\bčl\w{0,5}|\bчл\w{0,3}|άρθρ\w{0,2}|§)\.? ?(?:1[5-9]|2[0-2])\b"
    r"|\b(?:1[5-9]|2[0-2])\.? (?:cikk|artik|straipsn|pant|čl)",
    re.I,
)
#: What a footer tells its reader: that she has rights, why she is written to, or that a machine wrote. "You" counts: in
#: the third person ("the client has the right") a person may speak of herself.
_TELLS = re.compile(
    r"\byou (?:\w{1,12} )?have (?:the |a |certain |various )?rights?\b|your rights"
    r"|\byou (?:may|can) (?:\w{1,12} )?(?:access|unsubscribe|object|exercise|ask us|request|withdraw|opt out)"
    r"|\byou (?:are entitled|are receiving this|(?:have )?received this)|\bto unsubscribe(?: send| click|[,:])"
    r"|vous (?:disposez|b[ée]n[ée]ficiez|avez) (?:\w{1,12} )?(?:d['’eu]\w{0,3} |le |un )?droit|vos droits"
    r"|vous pou(?:v|rr)ez [^.]{0,40}(?:acc[éè]d|accès|exerc|oppos|désab|désinscri)|vous recevez (?:ce|cette) "
    r"|\bsie (?:haben (?:\w{1,12} )?(?:das|ein) recht|erhalten diese)|haben sie (?:\w{1,12} )?(?:das|ein) recht"
    r"|(?-i:Ihre) Rechte|(?:usted tiene|tiene usted|tienes) [^.,]{0,16}derecho|(?:puede|podrá)n? (?:\w{1,12} )?ejerc"
    r"|recibes? este|\b(?:lei ha|hai|avete|interessato ha) (?:\w{1,12} )?diritto|(?:vostri|tuoi) diritti"
    r"|(?:\blei può|\bpuoi|\bpotete|\bpotrà) [^.,]{0,20}(?:acce|eserc|oppo)|\bricev[ei] questo|uw rechten"
    r"|\bu (?:heeft|hebt|kunt) [^.,]{0,16}(?:recht|inzage|bezwaar|afmeld)|\bu ontvangt d|você tem [^.,]{0,16}direito"
    r"|(?:pode|poderá) (?:\w{1,12} )?exercer|recebe est[ea]|(?:przysługuje|ma|mają) (?:ci|pani?|panu|państwu|państwo) "
    r"[^.,]{0,16}prawo|masz prawo|otrzymuj\w{1,4} t[ęe]|\bm[áa](?:te|š) (?:\w{1,12} )?pr[áa]vo|\bima(?:te|š) "
    r"(?:\w{1,12} )?prav[oi]|t(?:ento|uto|úto) [^.,]{0,12}dost[áa]v[áa]te|sporočilo (?:ste )?prej|poruku (?:ste )?prim"
    r"|\b(?:aveți|aveti|ai) (?:\w{1,12} )?dreptul|prime(?:ști|sti|ți) acest|имате (?:\w{1,12} )?право|получавате това"
    r"|έχετε (?:\w{1,12} )?(?:το )?δικαίωμα|λαμβάνετε αυτό|\bön(?:nek)? [^.,]{0,16}(?:joga|jogosult)|azért kap"
    r"|(?:teillä|sinulla) on [^.,]{0,16}oikeus|saat(?:te)? tämän|\b(?:du|ni|i) har (?:\w{1,12} )?(?:rätt|ret) "
    r"|\bdu (?:får|modtager) (?:detta|denna|dette|denne)|teil on [^.,]{0,16}õigus|saate selle|jums ir [^.,]{0,16}tiesīb"
    r"|saņemat šo|turite (?:\w{1,12} )?teis|laišką gavote|għandek [^.,]{0,16}dritt|\btá [^.]{0,60}ceart[^.]{0,60} agat"
    r"|faigheann tú|(?:message|e-?mail) (?:was|is|has been) (?:sent |generated |created )?automatic"
    r"|(?:nachricht|e-?mail|bericht) (?:wurde|wird|is|werd|wordt) automatisch"
    r"|(?:message|courriel|e-?mail) (?:a été|est) (?:\w{1,12} )?automatiq",
    re.I,
)
#: Confidential, the addressee, and a message that speaks of itself, in the languages of the Union: all three together
#: make a notice. A person may well ask who the recipients are, and for an answer in confidence.
_CONFIDENTIAL = re.compile(
    r"confiden|konfiden|vertraulich|vertrouwelijk|riservat|poufn|důvěrn|dôvern|bizalmas|luottamuksel|εμπιστευτικ"
    r"|поверител|zaupn|povjerljiv|fortrolig|sekretess|kunfidenz|faoi rún|privileg",
    re.I,
)
_ADDRESSEE = re.compile(
    r"addressee|recipient|empfänger|adress?[aáā]t|destinat[aáæ]|geadresseerd|ontvanger|mot?tag|příjem|príjem|odbiorc"
    r"|címzett|vastaanott|saaja|saņēmēj|gavėj|naslovn|prejemnik|primatelj|primaoc|получател|παραλήπτ|riċevit|faighteoir"
    r"|in error|par erreur|per errore|por error|irrtümlich|omyl|per vergissing|av misstag|ved en fejl|virhe|klaidos",
    re.I,
)
_OF_ITSELF = re.compile(
    r"\W{0,4}(?:[^\W\d]{1,12}[ .'’-]{1,2}){0,4}(?:mail|m[ei]ss?a[gġ]|nachricht|bericht|comunica|wiadomo|zpráv|správ"
    r"|poruk|sporočil|mesaj|viesti|kiri|laišk|vēstul|ziņ|üzenet|levél|съобщени|писмо|μήνυμα|meddelande|besked|courri"
    r"|inform|teachtaireacht|ríomhphost)",
    re.I,
)


def opens(line: str) -> bool:
    """Whether a line begins as a disclaimer does."""
    return bool(_DISCLAIMER.match(line[:400]))


def warns(text: str) -> bool:
    """Whether a text speaks of what disclaimers speak of."""
    return bool(_WARNS.search(text))


def asks(text: str) -> bool:
    """Whether a person speaks of herself, or asks."""
    return bool(_ASKS.search(text))


def requests(text: str) -> bool:
    """Whether what looks like a notice asks, or uses a right; a footer only tells its readers that they have some."""
    return bool(_ASKS.search(text) or (_EXERCISES.search(text) and not _TELLS.search(text)))


def is_notice(line: str) -> bool:
    """Whether a line is of a notice or a footer, by itself."""
    if requests(line):
        return False
    if _TELLS.search(line) or (_DISCLAIMER.match(line[:400]) and _WARNS.search(line)):
        return True
    return bool(_OF_ITSELF.match(line) and _CONFIDENTIAL.search(line) and _ADDRESSEE.search(line))
