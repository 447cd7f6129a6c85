"""How forms in the 24 official languages name the rights, by beginnings of words, and what else their boxes say.

Everything is compared in small letters without accents: people and forms leave them out, capitals of Greek above all.
"""

import re
import unicodedata

#: Characters of an option that are looked at: the right stands early, and marks on marks in a hostile text cost time.
_SCOPE = 1000
#: Combining characters, which are left out; all lie below U+1F000.
_COMBINING = {code: None for code in range(0x300, 0x1F000) if unicodedata.combining(chr(code))}

_STEMS = {
    "access": """acces acced acess aced zugang auskunft inzage insyn tillgång indsigt tarkastus pääsy tutustu juurdepääs
        tutvu piekļ prieig susipaž dostęp přístup prístup dostop pristup hozzáfér betekint достъп πρόσβασ rochtain
        aċċess copy copie kopie kopia copia kopij kópi másolat копи αντίγραφ cóip kopja koopia kopio wgląd""",
    "rectification": """rectif correct corrig correc rättel berigtig berichtig rettific rettifik rettels retific oikais
        labo ištais sprost oprav poprav isprav helyesbít коригир поправ διόρθωσ ceart korreg korrig verbeter korrekt
        parand""",
    "erasure": """eras delet efface suppr lösch borr supres cancell cancel elimin apag wissen wissing verwijder usuni
        raderi radera slet poist kustut dzēš dzēs ištrin ištryn výmaz vymaz vymaž izbris bris törl șterg şterg изтри
        залич διαγραφ scrios léirscrios tħassir ħass remov""",
    "restriction": """restri limit einschränk beperk begräns begræns rajoit piira ierobež aprib ogranicz omezen obmedz
        omejit ogranič korlátoz огранич περιορισμ srian""",
    "portability": """portab übertragb datenübertragb overdraagb overdracht dataportab siirr siirto ülekand pārnesam
        perkeliam przenos przenies přenos prenos hordoz преносим φορητότητ iniomp""",
    "objection": """object oppos opozi opoziț widerspr bezwaar invänd indsigel vastust vastuväi iebild iebilst nesutik
        opos opon opor-me namiet sprzeciw námit námie ugovor prigovor tiltakoz възраж εναντίωσ αντίρρησ
        agóid oġġezz""",
    "objection_marketing": """marketing werbung werbewiderspr direktwerb prospec démarch reclame reklam reklām
        direktrekl direktmarkn marknadsf publicid pubblicit markkin turundus mārketing rinkodar маркетинг
        рекламн μάρκετινγκ margaíocht oglašav trženj direktmarketing""",
    "automated_decision": """automat algorit автомат αυτοματ uathoib avtomat""",
    "withdraw_consent": """consent einwillig consens toestemming zgod samtyck samtykk suostum nõusole piekriš sutikim
        souhlas súhlas privol hozzájárul consim съгласи συγκατάθεσ toiliú kunsens""",
}
#: What takes a consent back. A box that names a consent without it gives one.
_WITHDRAWAL = """withdr revok revoc revog retir retrait ritir widerr intrek ingetrok trek cofn cofa wycof odvol zpětvz
    återkall återta tillbaka tilbage peruu visszavon retrag оттегл ανακαλ ανακλ povuc povlač prekli umik tagasi atsauk
    atšauk tarraing aistarraing irtir nirtir"""
#: How boxes begin that declare or allow something; "…" stands for up to a line of other words.
_DECLARATIONS = """i confirm|i hereby confirm|i certify|i hereby certify|i declare that|i have read|i consent|
    i hereby consent|i agree|i accept|i understand|i acknowledge|i authorise|i authorize|by ticking|by checking|
    je confirme|je certifie|je déclare que|j'atteste|j'ai lu|j'ai pris connaissance|je consens|j'accepte|j'autorise|
    je reconnais|je comprends|en cochant|
    ich bestätige|hiermit bestätige|ich versichere|ich erkläre, dass|ich erkläre mich|ich habe…gelesen|
    ich habe…zur kenntnis|ich willige|hiermit willige|ich stimme|ich akzeptiere|ich bin einverstanden|
    ik bevestig|ik verklaar dat|ik heb…gelezen|ik ga akkoord|ik geef toestemming|ik stem in|ik accepteer|
    confirmo|certifico|declaro que|he leído|li e|consiento|acepto|autorizo|doy mi|estoy de acuerdo|
    aceito|consinto|concordo|dou o meu|tomei conhecimento|
    confermo|dichiaro che|dichiaro di aver|ho letto|acconsento|accetto|autorizzo|presto il|do il mio|
    confirm că|declar că|am citit|sunt de acord|accept|îmi dau|îmi exprim|
    potwierdzam|oświadczam, że|zapoznałem|zapoznałam|przeczyta|wyrażam zgod|zgadzam|akceptuj|
    potvrzuji|prohlašuji, že|souhlasím|seznámil|přečetl|beru na vědomí|
    potvrdzujem|vyhlasujem, že|súhlasím|oboznámil|prečítal|beriem na vedomie|
    potvrđujem|izjavljujem da|pročita|pristajem|suglasan|suglasna|prihvaćam|slažem|dajem privol|
    potrjujem|izjavljam, da|prebral|strinjam|soglašam|sprejemam|seznanjen|
    kijelentem|megerősítem|elfogadom|elolvas|hozzájárulok|igazolom|tudomásul veszem|
    потвърждавам|декларирам, че|прочет|съгласен|съгласна|давам съгласие|запознат|уведомен|
    επιβεβαιώνω|δηλώνω ότι|έχω διαβάσει|διάβασα|συμφωνώ|αποδέχομαι|συναινώ|συγκατατίθεμαι|
    jag bekräftar|jag intygar|jag försäkrar|jag har läst|jag har tagit del|jag samtycker|jag godkänner|jag accepterar|
    jeg bekræfter|jeg erklærer, at|jeg erklærer at|jeg har læst|jeg samtykker|jeg accepterer|jeg giver samtykke|
    vahvistan|vakuutan|olen lukenut|hyväksyn|suostun|annan suostumu|
    kinnitan|olen lugenud|olen tutvunud|nõustun|annan nõusoleku|
    apliecinu|apstiprinu|esmu iepazin|esmu izlas|piekrītu|
    patvirtinu|susipažinau|perskaičiau|sutinku|
    deimhním|dearbhaím|toilím|aontaím|glacaim|tá…léite|
    nikkonferma|niddikjara|qrajt|naqbel|naċċetta|nagħti l-kunsens"""
#: The answers beside a question, in the 24 languages.
_YES = "yes oui ja sí sì si sim da tak ano áno igen kyllä jah jā taip iva tá да ναι"
_NO = "no non nein nee nej não nu nie ne nem ei nē le níl не όχι"


def plain(text: str) -> str:
    """Small letters without accents, on one line."""
    folded = unicodedata.normalize("NFD", text.casefold().replace("\u2019", "'")).translate(_COMBINING)
    return " ".join(folded.split())


def _beginnings(words: str) -> str:
    return "|".join(plain(words).split())


_RIGHT = re.compile(rf"(?<!\w)(?:{'|'.join(f'(?P<{label}>{_beginnings(stems)})' for label, stems in _STEMS.items())})")
#: With an objection, advertising too; alone it may be a department.
_COMMERCIAL = re.compile(r"(?<!\w)(?:comm?erc|kommerz|kommersi|komerc)")
_TAKEN_BACK = re.compile(rf"(?<!\w)(?:{_beginnings(_WITHDRAWAL)}|no longer|ne \w+ plus)")
_DECLARATION = re.compile(r"[\W\d_]*+(?:" + plain(_DECLARATIONS).replace("| ", "|").replace("…", r"\b.{0,100}\b") + ")")
_YES_WORDS, _NO_WORDS = frozenset(plain(_YES).split()), frozenset(plain(_NO).split())


def right_named(option: str) -> str:
    """The label of the right that an option of a form names first, "" for none; advertising goes before objection.

    "I confirm that my data are correct" names none, and a consent one only when it is taken back.
    """
    words = plain(option[:_SCOPE])
    found = [] if _DECLARATION.match(words) else [match.lastgroup or "" for match in _RIGHT.finditer(words)]
    if found[:1] == ["withdraw_consent"] and not _TAKEN_BACK.search(words):
        return ""
    if found[:1] == ["objection"] and ("objection_marketing" in found or _COMMERCIAL.search(words)):
        return "objection_marketing"
    return found[0] if found else ""


def is_yes(option: str) -> bool:
    """Whether an option is the word for yes."""
    return _bare(option) in _YES_WORDS


def is_no(option: str) -> bool:
    """Whether an option is the word for no."""
    return _bare(option) in _NO_WORDS


def _bare(option: str) -> str:
    return re.sub(r"[\W\d_]+", " ", plain(option[:_SCOPE])).strip()
