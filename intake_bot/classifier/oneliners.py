"""Mails of a few words, and the rights that they call by name ("Right of access", "Inzageverzoek"; thanks below).

A few words give the encoder little to go by. Where hardly more is written than the name of a right, a person looks.
Names are compared in small letters without accents (`rightnames.plain`), in the 24 official languages.
"""

import re

from intake_bot.classifier.references import articles
from intake_bot.classifier.rightnames import plain, right_named

#: Words of subject and body together; a greeting, thanks and a name are among them.
FEW_WORDS = 10
#: What a body says that says nothing, by beginnings of words.
_COURTESY = """thank ta cheers regards please merci cordialement salutations svp dank grus bitte mfg vg groet bedankt
    graag mvg alvast tack halsning snalla tak hilsen venlig gracias saludo grazie saluti cordial obrigad cumprimentos
    multumesc stima ευχαριστ παρακαλ grazzi tislij jogħgb dziek pozdraw pozdrow prosze dekuj dik pozdrav prosim dakujem
    vdaka hvala lp koszon koszi udvoz kerem благодар поздрав моля kiitos kiitt terv aitah tervit palun lugup paldies
    sveic ludzu cien unaprijed aciu pagarb prasau go le grma"""
#: Of such a body.
_COURTEOUS_WORDS = 6
#: Longer texts are not looked at for their words.
_FEW_CHARACTERS = 40 * FEW_WORDS
_WORD = re.compile(r"[^\W_]+")

#: Names of a request or right that are no other business of a company.
_NAMES = {
    "access": r"""
        subject access|right (?:of|to) access|data access|
        access (?:request )?to (?:all )?my (?:personal )?(?:data|info)|
        copy of (?:all )?(?:my|the|any) (?:personal )?(?:data|information)|\bdsars?\b|droit d'?\s?acces|
        acces (?:a|aux) (?:toutes )?(?:mes|vos) donnees|copie de (?:toutes )?mes (?:donnees|informations)|
        auskunfts(?:ersuchen|antrag|anfrage|recht|verlangen|begehren)|(?:daten|selbst)auskunft|datenkopie|
        dsgvo-auskunft|auskunft (?:nach|gemass)|auskunft (?:uber|zu) (?:meine|mich)|
        kopie (?:aller )?meiner (?:personlichen )?daten|inzage(?:verzoek|recht)|recht (?:op|van) inzage|
        verzoek (?:om|tot) inzage|inzage (?:in )?(?:van )?(?:mijn|persoons)|
        kopie van (?:al )?mijn (?:persoons)?gegevens|registerutdrag|ratt till tillgang|tillgang till (?:mina|personu)|
        kopia (?:pa|av) (?:alla )?mina (?:person)?uppgifter|indsigts(?:anmodning|ret|begæring)|ret til indsigt|
        anmodning om indsigt|indsigt i (?:mine|egne|person)|kopi af (?:alle )?mine (?:person)?(?:data|oplysninger)|
        derecho de acceso|solicitud de acceso a|acceso a mis datos|copia de (?:todos )?mis datos|
        diritto d(?:i |')accesso|accesso ai (?:miei )?dati|copia (?:di tutti i|dei) miei dati|direito de acesso|
        acesso aos (?:meus )?dados|copia (?:de todos os|dos) meus dados|dreptul? de acces|acces la datele|
        copi[ea] (?:a |dup\w* )?(?:tuturor )?datelor? (?:mele|personale)|δικαιωμα προσβασης|
        προσβαση στα (?:προσωπικα )?(?:μου )?(?:προσωπικα )?δεδομενα|
        αντιγραφο (?:ολων )?(?:των )?(?:προσωπικων )?(?:μου )?δεδομενων|dritt t(?:a' |al-)\s?access|access għad-data|
        kopja tad-data|praw[oa] dostepu|dostepu? do (?:moich |swoich )?danych|kopi\w (?:moich |wszystkich )*danych|
        prav[oa] na pristup|pristup\w* (?:k|ke) (?:mym |mojim |svym |svojim )?(?:osobn\w+ )?uda|
        kopi\w (?:vsech |vsetkych )?(?:mych|mojich|svych|svojich) (?:osobn\w+ )?udaj|
        vypis (?:mych |mojich )?(?:osobn\w+ )?udaj|pravic\w (?:do )?dostopa|
        dostop\w* do (?:mojih |svojih |lastnih )?(?:osebnih )?podatkov|
        kopij\w (?:vseh )?(?:mojih |svojih )(?:osebnih |osobnih )?poda|
        pristup\w* (?:mojim |svojim )?(?:osobnim )?podacima|hozzaferesi (?:jog|kerelem)|
        hozzaferes\w* (?:a )?(?:szemelyes |sajat )*adata|adataim\w* masolat|masolat\w* (?:a |az )?(?:szemelyes )?adata|
        право на достъп|достъп до (?:моите |личните |ми |всички )*данни|
        копие (?:от|на) (?:всички )?(?:моите|личните) (?:ми )?(?:лични )?данни|tarkastus(?:oikeu|pyynt)|tietopyynt|
        rekisteriote|paasy (?:omiin |henkilo)|omien tietojen(?:i)? tarkast|
        kopio (?:kaikista )?(?:omista |minun |henkilo)\w*|jaljennos (?:omista |henkilo)|
        juurdepaas\w* (?:oma |minu |enda )?(?:isiku)?andme|andmetega tutvu|andmete (?:koopia|valjavot)|
        koopia (?:koigist )?(?:oma |minu |enda )?(?:isiku)?andme|
        piekluv\w+ (?:tiesib\w+|maniem|saviem|personas|datiem)|tiesib\w+ piekl|datu kopij|kopij\w (?:no )?man\w+ dat|
        teis\w+ susipazinti|susipazin\w+ su (?:savo |mano )?(?:asmens )?duomen|duomenu kopij|
        prieig\w+ prie (?:savo |mano )?(?:asmens )?duomen|(?:ceart|iarratas) rochtana|
        rochtain ar (?:mo|na) (?:chuid )?sh?onrai|coip (?:de|d'?) ?(?:mo|na) (?:chuid )?sh?onrai""",
    "erasure": r"""
        right (?:to|of) (?:be forgotten|erasure)|data (?:erasure|deletion)|
        (?:erasure|deletion) (?:request|of (?:my|personal))|
        (?:eras|delet)e (?:all )?(?:of )?my (?:personal )?(?:data|info|account|details)|forget me|
        droit a l'?\s?(?:oubli|effacement)|effacement de(?:s| mes| toutes mes) donnees|
        (?:supprim|effac)\w+ (?:toutes )?(?:mes (?:donnees|info)|mon compte)|
        suppression de (?:mes (?:donnees|info)|mon compte)|recht auf (?:vergessen|loschung)|
        (?:daten)?losch(?:ung)?s?(?:antrag|anfrage|ersuchen|begehren|verlangen)|datenloschung|
        loschung (?:aller )?mein\w+ (?:personlichen )?(?:daten|konto)|(?:meine|alle) daten loschen|
        recht op (?:vergetelheid|wissing|gegevenswissing|verwijdering)|
        (?:verwijder\w*|wis) (?:al )?(?:van )?mijn (?:persoon|gegevens|data|account|profiel)|
        (?:wissings|verwijder(?:ings)?)verzoek|wissing (?:van )?(?:mijn )?(?:persoons)?gegevens|
        ratt(?:en)? (?:till radering|att bli (?:bortglomd|raderad))|
        rader\w* (?:av )?(?:alla )?(?:mina (?:person)?(?:uppgifter|data)|mitt konto)|
        slett?e(?:anmodning|begæring)|ret(?:ten)? til (?:sletning|at blive glemt)|
        slet(?:ning af)? (?:alle )?(?:mine (?:person)?(?:data|oplysninger)|min (?:konto|profil))|
        derecho (?:de supresion|al olvido)|supresion de (?:mis )?datos|(?:borr|suprim|elimin)\w+ (?:todos )?mis datos|
        diritto (?:all'?\s?oblio|alla cancellazione)|cancellazione (?:dei )?(?:miei )?dati|
        (?:cancell|elimin)\w+ (?:tutti )?i? ?(?:miei dati|il mio account)|
        direito (?:ao (?:apagamento|esquecimento)|a eliminacao)|(?:apag|elimin)\w+ (?:d?os |todos os )*meus dados|
        apagamento d[eo]s? (?:meus )?dados|dreptul (?:de a fi uitat|la stergere)|
        sterge\w* (?:toate )?datel[eo]r? (?:mele|personale)|δικαιωμα (?:στη |διαγραφης|στη διαγραφη)|
        (?:διαγρα|σβη)\w+ (?:ολων |ολα )?(?:των |τα )?(?:προσωπικ\w+ )?(?:μου )?δεδομεν|
        dritt (?:li tintesa|għat-tħassir|tat-tħassir)|ħassru (?:id-data|d-data|l-data|kull)|tħassir tad-data|
        prawo do (?:usuniecia|bycia zapomnianym)|usun\w* (?:wszystkie )?(?:moj\w+ )?dan\w+|
        prav[oa] (?:na|byt) (?:vymaz|zapomenut|zabudnut|brisanje|zaborav)|
        vymaz\w* (?:vsech |vsetkych |vsechna )?(?:mych |mojich |moje |me )?(?:osobn\w+ )?uda|
        smaz\w* (?:vsech\w* )?(?:me |moje |mych )?(?:osobn\w+ )?uda|pravic\w do (?:izbrisa|pozabe)|
        izbris\w* (?:vse |sve |vseh )?(?:moj\w+ )?(?:oseb\w+ |osob\w+ )?poda|
        brisanje (?:svih )?(?:moj\w+ )?(?:osob\w+ )?poda|torlesi (?:jog|kerelem)|elfeledtet|adat\w* ?torles|
        torol\w* (?:a |az )?(?:osszes )?(?:szemelyes )?adat|право на (?:изтриване|заличаване|да бъда забравен|забрава)|
        изтри\w* (?:на )?(?:всички )?(?:моите|личните) (?:ми )?(?:лични )?данни|
        oikeus (?:tulla unohdetuksi|tietojen poist)|poista\w* (?:kaikki )?(?:minun |omat )?(?:henkilo)?tie(?:to|do)|
        tietojen(?:i)? poist|oigus (?:olla unustatud|andmete kustut)|andmete kustut|
        kustuta\w* (?:koik )?(?:minu |mu |oma )(?:isiku)?(?:andme|konto)|tiesib\w+ (?:tikt aizmirst|uz dzes)|datu dzes|
        (?:iz)?dzes\w+ (?:visus )?man\w+ dat|teis\w+ buti pamirst|
        istrin\w* (?:visus )?(?:mano |savo )(?:asmens )?(?:duomen|paskyr)|duomenu istryn|
        ceart (?:chun )?(?:leirscriosta|go ndeanfai dearmad|dearmad)|scrios\w* (?:gach )?mo (?:chuid )?sh?onrai|
        leirscriosadh (?:mo )?(?:chuid )?sh?onrai""",
    "rectification": r"""
        right (?:to|of) rectification|(?:data )?rectification (?:request|of (?:my|data|personal))|
        droit de rectification|rectification de (?:mes )?donnees|recht auf berichtigung|datenberichtigung|
        recht op rectificatie|rectificatieverzoek|ratt till rattelse|ret til berigtigelse|derecho de rectificacion|
        rectificacion de (?:mis )?datos|diritto di rettifica|rettifica (?:dei )?(?:miei )?dati|
        direito (?:de|a) ret?c?ificacao|ret?c?ificacao d[eo]s (?:meus )?dados|dreptul (?:la|de) rectificare|
        δικαιωμα διορθωσης|dritt (?:ta' |għal )rettifika|prawo do sprostowania|sprostowanie (?:moich )?danych|
        prav[oa] na (?:opravu|ispravak)|pravic\w do popravka|helyesbitesi? (?:jog|kerelem)|право на коригиране|
        oikeus (?:tietojen )?oikais|oigus (?:andmete )?paranda|tiesib\w+ (?:uz )?labo|
        teis\w+ (?:reikalauti )?istaisyti|ceart (?:chun )?ceartuchain""",
    "restriction": r"""
        right (?:to|of) restriction|restriction of (?:the )?processing|restrict(?:ion)? (?:of )?my data|
        droit (?:a la|de) limitation|limitation du traitement|recht auf einschrankung|
        einschrankung der (?:daten)?verarbeitung|recht op beperking|beperking van de verwerking|ratt till begransning|
        ret til begrænsning|derecho (?:a la|de) limitacion|limitacion del tratamiento|diritto (?:alla|di) limitazione|
        limitazione del trattamento|direito (?:a|de) limitacao|limitacao do tratamento|dreptul la restrictionare|
        restrictionarea prelucrarii|δικαιωμα περιορισμου|περιορισμος? της επεξεργασιας|restrizzjoni tal-ippr|
        prawo do ograniczenia|ograniczenie przetwarzania|prav[oa] na (?:omezeni|obmedzenie|ogranicenje)|
        (?:omezeni|obmedzenie) (?:zpracovani|spracuvania)|ogranicenje obrade|omejit\w+ obdelave|
        korlatoz\w+ (?:jog|kerelem)|adatkezeles\w* korlatoz|право на ограничаване|ограничаване на обработ|
        oikeus (?:kasittelyn )?rajoit|kasittelyn rajoit|(?:tootlemise )?piiramise oigus|tootlemise piira|
        apstrades ierobez|tvarkymo apribo|ceart (?:chun )?sriant|srianadh ar phroiseail""",
    "portability": r"""
        data portability|right (?:to|of) portability|portability (?:request|of my)|portabilite de(?:s| mes) donnees|
        droit (?:a la|de) portabilite|datenubertragbarkeit|datenportabilitat|(?:gegevens|data)overdraagbaarheid|
        dataportabilitet|portabilidad (?:de (?:mis |los )?datos)|derecho (?:a la|de) portabilidad|
        portabilita dei (?:miei )?dati|diritto alla portabilita|portabilidade d[eo]s (?:meus )?dados|
        direito (?:a|de) portabilidade|portabilitatea? datelor|φορητοτητα|portabbilta|przenos\w+ danych|
        prenositelnost\w* (?:osobn\w+ )?uda|prenosljivost\w* (?:oseb\w+ )?poda|prenosivost\w* (?:osob\w+ )?poda|
        adathordoz|преносимост на (?:личните |моите )?(?:ми )?данни|(?:tietojen |oikeus )siirto|siirto-?oikeus|
        andmete ulekan|ulekandmise oigus|datu parnesam|parnesamib|duomenu perkel|perkeliamum|iniomparthacht""",
    "objection": r"""
        right to object|objection to (?:the )?(?:data )?processing|object to (?:the )?processing|
        droit d'?\s?opposition|opposition au traitement|widerspruchsrecht|widerspruch gegen die (?:daten)?verarbeitung|
        recht van bezwaar|bezwaar tegen (?:de )?verwerking|ratt att (?:gora invandningar|invanda)|
        ret til (?:at gøre )?indsigelse|derecho de oposicion|oposicion al tratamiento|diritto di opposizione|
        opposizione al trattamento|direito de oposicao|oposicao ao tratamento|dreptul (?:la|de) opozitie|
        δικαιωμα εναντιωσης|dritt (?:li |ta' )?ogg?ezz|prawo (?:do )?sprzeciwu|sprzeciw wobec przetwarzania|
        prav[oa] (?:vznest )?(?:na )?(?:namietku|namietat|namitku|prigovor)|namitka proti zpracovani|
        pravic\w do ugovora|tiltakozasi? (?:jog|kerelem)|право на възражение|oikeus vastustaa|
        vastuvaite (?:esitamise )?oigus|tiesib\w+ iebil|teis\w+ nesutikti|ceart (?:chun )?agoid""",
    "objection_marketing": r"""
        unsubscribe me|
        (?:take|get|remove) me (?:off|from) (?:the|your|all|this|any) (?:\w+ )?(?:list|mailing|newsletter|e-?mail)|
        stop (?:the )?(?:pub\b|spam|advert|marketing|sending me|emailing)|
        no (?:more )?(?:ads|advert\w+|marketing|newsletters?|spam)\b|desinscri\w+|desabon\w+|
        plus (?:de |aucune? )(?:pub\b|publicite|newsletter|demarchage)|
        (?:newsletter|verteiler|werbe\w*) ab(?:melden|bestellen)|
        (?:vom|aus dem|von der|von ihrem|aus ihrem) (?:newsletter|verteiler)|abmeldung (?:vom |newsletter)|
        werbewiderspruch|keine (?:werbung|newsletter|werbe\w*) mehr|(?:schrijf|meld) (?:me|mij) (?:uit|af)|
        uitschrijven|geen (?:reclame|nieuwsbri\w+|mailings?) meer|avregistrera mig|avprenumerera|
        (?:avsluta|sluta skicka)\w* (?:nyhetsbrev|reklam)|ingen (?:mer )?reklam|(?:afmeld|frameld) (?:mig|nyhedsbrev)|
        ingen (?:flere )?(?:reklamer|nyhedsbreve)|darme de baja|(?:dadme|denme|deme) de baja|
        (?:no|sin) mas (?:publicidad|newsletter|correos)|disiscriv\w+|cancella\w* (?:mi )?dalla (?:newsletter|lista)|
        (?:basta|niente|stop) (?:piu )?(?:pubblicita|newsletter)|cancelar (?:a )?(?:subscricao|newsletter)|
        (?:retir|remov|tir)\w+-?\s?me d[ae] (?:vossa )?(?:lista|newsletter)|
        (?:nao|sem) (?:quero )?mais (?:publicidade|newsletter)|dezabon\w+|fara reclame|απεγγραφ\w+|
        διαγραφη απο (?:ολες )?τ\w+ λιστ\w+|διαγραψτε με απο|(?:οχι|τερμα) (?:αλλες |αλλα )?(?:διαφημ|newsletter)\w*|
        neħħuni mi(?:l-lista|n-newsletter)|wypis\w+ (?:mnie|z (?:listy|newslettera|bazy))|
        rezygnuje z newslettera|odhlas\w+ (?:me |ma |mne )?(?:z |od )?(?:odberu|newsletter\w*|vseho)|
        (?:zadn[ea]|ziadn[ea]) (?:dalsie? )?reklam\w+|
        odjavi\w* (?:me )?(?:s |sa |od |z )?(?:\w+ )?(?:list|newsletter|novic|bilten)\w*|leirat(?:koz|kozom|kozas)\w*|
        hirlevel\w* (?:lemond|leirat)\w*|nem kerek (?:tobb )?(?:reklam|hirlevel)|отпи[шс]\w+|без (?:повече )?реклам\w+|
        (?:peru|lopeta)\w* (?:uutiskir|mainos|tilaus)\w*|ei (?:enaa )?mainoksia|loobu\w* uudiskirj\w*|eemalda\w* mind|
        ei (?:soovi )?(?:enam )?(?:reklaam|uudiskirj)\w*|atrakst\w+|atteik\w+ no (?:jaunum|reklam)\w*|
        atsisak\w+ (?:naujienl|reklam)\w*|(?:bain|tog) (?:me|mise) (?:de|den|on|o) (?:\w+ )?(?:liosta|nuachtlitir)\w*|
        diliostail""",
    "automated_decision": r"""
        automated decision|decision automatisee|automatisierte\w* (?:einzel)?entscheidung|geautomatiseerde besluit\w*|
        automatiserat beslut|automatisk\w* afgørelse|decision(?:es)? automatizada|decisione automatizzata|
        decis\w+ automatizada|decizi\w+ automat\w+|αυτοματοποιημεν\w+ αποφασ\w*|zautomatyzowan\w+ decyzj\w+|
        automatizovan\w+ roz\w+|avtomatiziran\w+ odloc\w+|automatizirano donosenje|automatizalt dontes\w*|
        автоматизирано (?:вземане|решение)|automaattinen paatos|automatiseeritud otsus\w*|automatizet\w+ lemum\w+|
        automatizuot\w+ sprendim\w*|cinneadh uathoibrithe""",
    "withdraw_consent": r"""
        withdraw(?:al)? (?:of )?(?:my )?consent|consent withdraw\w+|retrait (?:de |du )?(?:mon )?consentement|
        retire mon consentement|widerruf\w* (?:meiner |meine |der )?einwilligung|einwilligung widerruf\w*|
        (?:intrekk\w+|trek) (?:van )?(?:mijn )?toestemming|aterkall\w* (?:av )?(?:mitt )?samtycke|
        (?:til(?:bage)?træk\w*|trækker) (?:af )?(?:mit )?samtykke|retir\w+ (?:de )?(?:mi )?consentimiento|
        revo\w+ (?:del |de |il |o )?(?:mi |mio |meu )?consen\w+|retrag\w+ (?:consimtamant\w*|acordul)|
        ανακλησης? (?:της )?συγκαταθεσης|irtirar tal-kunsens|(?:wycof|cof)\w+ (?:moj\w+ )?zgod\w+|
        odvol\w+ (?:sveho |muj |svuj |svojho )?s[ou]+hlas\w*|preklic\w* (?:moj\w* )?(?:privol|sogla)\w*|
        povlac\w+ (?:moj\w* )?privol\w*|hozzajarulas\w* visszavon\w*|оттегл\w+ (?:на )?(?:моето )?съгласи\w+|
        suostumu\w+ peru\w+|nousoleku tagasi|piekrisanas atsauk\w+|atsauc\w+ piekrisan\w+|sutikimo atsauk\w+|
        atsauki\w+ (?:savo )?sutikim\w*|(?:toiliu|thoiliu) a (?:tharraingt|aistarraingt)""",
}


def _compiled(names: str) -> re.Pattern[str]:
    lines = "".join(line.strip() for line in names.splitlines())
    return re.compile(rf"(?<!\w)(?:{plain(lines)})")


_POLITE = re.compile(rf"(?<!\w)(?:{'|'.join(_COURTESY.split())})")
_PATTERNS = {label: _compiled(names) for label, names in _NAMES.items()}


def rights_of_a_few_words(subject: str, *texts: str) -> set[str]:
    """The labels of the rights that a mail of FEW_WORDS at most calls by name or article, passed on or not."""
    text = "\n".join((subject, *texts))
    if len(text) > _FEW_CHARACTERS or _count(text) > FEW_WORDS:
        return set()
    words = plain(text)
    found = {label for label, pattern in _PATTERNS.items() if pattern.search(words)} | articles(text)
    if not found and _count(subject) == 1 and _says_nothing(" ".join(texts)):
        found = {right_named(subject)} - {""}
    return found


def _says_nothing(text: str) -> bool:
    return not text.strip() or (_count(text) <= _COURTEOUS_WORDS and bool(_POLITE.search(plain(text))))


def _count(text: str) -> int:
    return len(_WORD.findall(text))
