import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_bot.mail.signature import strip_signature, unsigned

NOTICE = (
    "This email and any attachments may contain confidential information intended only for the addressee."
    " If you are not the addressee, please delete it."
)

#: Below a line of dashes: what the person says there.
SAID = [
    "Please erase all data you hold about me and confirm it in writing.",
    "Bitte löschen Sie das Kundenkonto samt allen gespeicherten personenbezogenen Daten.",
    "Merci de supprimer toutes les données personnelles conservées sous ce numéro.",
    "Radera mitt konto.",
    "Radera alla uppgifter som ni har\nsparat om mig.",
    "Dobrý den,\nžádám o výmaz všech osobních údajů, které o mně vedete.",
    "Tisztelt Cím!\nKérem, töröljék az összes rólam tárolt személyes adatot.",
    "Pyydän poistamaan kaikki minua koskevat henkilötiedot.",
    "Ζητώ τη διαγραφή όλων των προσωπικών μου δεδομένων.",
    "Искам да изтриете всички мои лични данни.",
    "Palun kustutage kõik andmed, mis puudutavad Eva Tamme.\nEva Tamm\nTel 5551234",
    "Lūdzu, dzēsiet visus datus!",
    "scrios na sonraí go léir atá agaibh, le do thoil",
    "LØSCHT ALLE DATEN SOFORT!",
    "1. ištrinti visus duomenis\n2. nebesiųsti naujienlaiškio",
    "Uveďte prosím všechny příjemce údajů a odpovězte důvěrně poštou.",
    "Juan Pérez ejerce sus derechos de acceso y supresión.",
    "Jan Novák, zákazník 4471\nPožadujeme úplný výmaz všech uložených osobních údajů do konce měsíce.",
    "Eva Novak\nShop 12\n\nPlease send a copy of everything held and then erase it.",
]

#: Below a line of dashes: signatures, slogans, notices and the footers of companies and lists.
SIGNED = [
    "Max Huber",
    "Eva Novak, MSc.\nAcme s.r.o.\nDlouhá 5, 110 00 Praha\nTel. +420 123 456 789",
    "Max Huber\nLeiter der Abteilung Vertrieb\nMusterbank AG\nwww.musterbank.example",
    "Max Huber\nMusterbank AG\nWir machen den Weg frei.",
    "Eva Lind\nFöretaget AB\n\nTillsammans för framtiden!",
    "Anna\n“Be the change that you wish to see in the world.”",
    'Ruaridh\n"a man with two clocks..."',
    "Kovács Anna\nTel.: 06 1 123 4567, hétköznap 9 és 17 óra között.",
    "Kovács Anna\nEz az üzenet bizalmas, kizárólag a címzettnek szól. Ha tévedésből kapta, törölje.",
    "Иван Петров\nТова съобщение е поверително и е предназначено само за получателя.",
    "Matti Virtanen\n\nTämä viesti on luottamuksellinen ja tarkoitettu vain vastaanottajalle.",
    f"Eva Novak\nAcme Ltd\n\n{NOTICE}",
    "Acme\nYou have the right to access, rectify and erase your personal data: dpo@acme.example.",
    "Novák\n\nMáte právo na přístup k osobním údajům, na jejich opravu a výmaz.",
    "Primești acest mesaj pentru că te-ai abonat. Ai dreptul de acces, rectificare și ștergere. Dezabonare.",
    "Šį laišką gavote, nes užsiprenumeravote. Turite teisę susipažinti su savo duomenimis ir juos ištrinti.",
    "Tá ceart rochtana, ceartaithe agus scriosta agat; féach ár ráiteas.",
    "Junpei\n________________\nlinux-mailops mailing list\nTo unsubscribe send an empty mail to leave@mailops.example.",
    "Diese Nachricht wurde automatisch erzeugt.",
]


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("line", ["--", "-- ", "—"])
def test_what_is_said_below_a_divider_stays(line: str, said: str) -> None:
    text = f"Customer 4471, Eva Novak\nDlouhá 5\n{line}\n{said}\n"
    assert strip_signature(text).text == text


@pytest.mark.parametrize("signed", SIGNED)
def test_a_signature_below_dashes_is_left_out(signed: str) -> None:
    assert strip_signature(f"Please answer soon.\n-- \n{signed}\n").text == "Please answer soon."


@pytest.mark.parametrize(
    "letter",
    [
        "Hej!\nRadera alla uppgifter som ni har om mig och skicka först en kopia.\n",
        "Hello,\nplease delete all data you hold about me and stop the newsletter.\n",
        "Radera mitt konto.",
        "Παρακαλώ διαγράψτε όλα τα δεδομένα.\n\nΜαρία",
        "Guten Tag,\n\nbitte alles löschen, was unter dieser Nummer gespeichert ist.\n\nMax Huber",
    ],
)
def test_a_notice_in_front_of_a_letter_ends_with_its_paragraph(letter: str) -> None:
    warning = "CAUTION: this mail comes from outside."
    text = f"{warning}\n\n{NOTICE}\n\n{letter}"
    assert strip_signature(text).text == f"{warning}\n\n{letter}"
    spans = unsigned(text, [(0, len(text))])
    assert [text[start:end].strip() for start, end in spans] == [warning, letter.strip()]


@pytest.mark.parametrize(
    "ending",
    [
        NOTICE,
        f"{NOTICE}\n\nAcme Ltd, London\nReg. no. 1234567",
        f"{NOTICE}\n\nCe message est confidentiel. Si vous n'êtes pas le destinataire, détruisez-le.",
        f"Disclaimer:\n\n{NOTICE}",
        f"{NOTICE}\n\nSent from my iPhone",
        "Conformément au RGPD (articles 15 à 22), vous disposez d'un droit d'accès, à exercer auprès de notre DPO.",
    ],
)
def test_notices_and_contact_lines_that_end_a_mail_are_left_out(ending: str) -> None:
    assert strip_signature(f"Here is the invoice.\n\n{ending}\n").text == "Here is the invoice."


@pytest.mark.parametrize(
    "request_",
    [
        "Diese E-Mail ist als Auskunftsersuchen nach Art. 15 DSGVO zu verstehen. Bitte vertraulich per Post.",
        "Diese E-Mail ist als Löschantrag zu verstehen. Bitte vertraulich behandeln.",
        "Este correo es para ejercer los derechos de acceso y supresión del RGPD. Envíen una copia confidencial.",
        "Conformément au RGPD, le droit d'accès est exercé par la présente : vous disposez d'un mois.",
        "Ce courriel est envoyé pour exercer le droit d'accès et le droit à l'effacement, à titre confidentiel.",
        "This e-mail is to exercise the right of access. Please treat this confidentially.",
        "Ai sensi del Reg. UE 2016/679 il sottoscritto esercita i diritti di accesso e di cancellazione.",
        "Dit bericht is bedoeld om het recht op inzage uit te oefenen. Graag vertrouwelijk: artikel 15 AVG.",
        "Este e-mail serve para exercer o direito de acesso. Resposta confidencial, por favor.",
        "Niniejsza wiadomość dotyczy art. 17 RODO: usunięcia danych. Odpowiedź poufna.",
    ],
)
def test_a_request_that_opens_like_a_notice_stays(request_: str) -> None:
    text = f"Max Huber, 4471.\n\n{request_}\n\nMax Huber\n"
    assert strip_signature(text).text == text
    assert request_ in strip_signature(f"Max Huber, 4471.\n\nSent from my iPhone\n\n{request_}").text


@given(st.lists(st.sampled_from([NOTICE, "", "-- ", "Anna", "Please erase it all.", "Sent from my iPhone", "> a"])))
@settings(max_examples=300, deadline=None)
def test_only_what_the_spans_say_is_left_out(lines: list[str]) -> None:
    text = "\n".join(lines)
    stripped = strip_signature(text)
    kept = " ".join(text[start:end] for start, end in unsigned(text, [(0, len(text))]))
    cut = "".join(text[start:end] for start, end in stripped.spans)
    assert kept.split() == stripped.text.split()
    assert sorted("".join((kept + cut).split())) == sorted("".join(text.split()))


@pytest.mark.parametrize(
    "tail",
    [
        "--\n" * 500,
        "Hello.\n\n--\n" + "A\n" * 700,
        "Hello there.\n\n" + "this email is confidential\n\n" * 140,
        "Hello there.\n\n" + "this email is confidential\n\nA\n\n" * 120 + "I am here",
        "Hello there.\n\nthis email is confidential\n\n" + "A\n" * 1_900,
        "Hello there.\n\nthis email is confidential\n\n" + "you have the right " * 180,
        "Hello.\n-- \n" + "a." * 700,
        "Hello.\n-- \n" + "@" * 1_400,
    ],
)
def test_hostile_endings_take_linear_time(tail: str) -> None:
    start = time.process_time()
    strip_signature("word\n" * 40_000 + tail)
    assert time.process_time() - start < 0.6
