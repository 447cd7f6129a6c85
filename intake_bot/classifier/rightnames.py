"""How forms in the 24 official languages name the rights, by beginnings of words."""

import re

_STEMS = {
    "access": """acces accès accé zugang auskunft inzage insyn tillgång indsigt tarkastus pääsy tutustu juurdepääs tutvu
        piekļ prieig susipaž dostęp přístup prístup dostop pristup hozzáfér betekint достъп πρόσβασ rochtain aċċess copy
        copie kopie kopia copia kopij kópi másolat копи αντίγραφ cóip kopja koopia kopio wgląd""",
    "rectification": """rectif correct corrig correc rättel berigtig berichtig rettific rettifik rettels retific oikais
        labo ištais sprost oprav poprav isprav helyesbít коригир поправ διόρθωσ ceart korreg korrig verbeter korrekt
        parand""",
    "erasure": """eras delet efface suppr lösch borr supres cancell cancel elimin apag wissen wissing verwijder usuni
        raderi radera slet poist kustut dzēš dzēs ištrin výmaz vymaz vymaž izbris bris törl șterg şterg изтри διαγραφ
        scrios tħassir remov""",
    "restriction": """restri limit einschränk beperk begräns begræns rajoit piira ierobež aprib ogranicz omezen obmedz
        omejit ogranič korlátoz огранич περιορισμ srian""",
    "portability": """portab übertragb overdraagb overdracht dataportab siirr siirto ülekand pārnesam perkeliam
        przenos przenies přenos prenos hordoz преносим φορητότητ iniomp""",
    "objection": """object oppos opozi opoziț widerspr bezwaar invänd indsigel vastust vastuväi iebild iebilst nesutik
        sprzeciw námit námie ugovor prigovor tiltakoz възраж εναντίωσ αντίρρησ agóid oġġezz""",
    "objection_marketing": """marketing werbung direktwerb prospec démarch reclame reklam reklām direktrekl
        direktmarkn marknadsf publicid pubblicit markkin
        turundus mārketing rinkodar маркетинг рекламн μάρκετινγκ margaíocht oglašav trženj direktmarketing""",
    "automated_decision": """automat algorit автомат αυτοματ uathoib avtomat""",
    "withdraw_consent": """consent einwillig consens toestemming zgod samtyck samtykk suostum nõusole piekriš sutikim
        souhlas súhlas privol hozzájárul consim съгласи συγκατάθεσ toiliú kunsens""",
}
_RIGHT = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<{label}>{'|'.join(stems.split())})" for label, stems in _STEMS.items()) + ")",
    re.IGNORECASE,
)


def right_named(option: str) -> str:
    """The label of the right that an option of a form names first, "" for none; advertising goes before objection."""
    found = [match.lastgroup or "" for match in _RIGHT.finditer(option)]
    if found[:1] == ["objection"] and "objection_marketing" in found:
        return "objection_marketing"
    return found[0] if found else ""
