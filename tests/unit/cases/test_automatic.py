"""Words by which a robot gives itself away, and people who write about robots."""

import time

import pytest

from intake_bot.cases import signs
from tests.support import hostile_words as words

OF_ROBOTS = [
    pytest.param(text.format(n="4711", d="12.3.2026"), id=f"{name}-{lang}-{number}")
    for name, table in (("away", words.AWAY), ("received", words.RECEIVED), ("unanswered", words.UNANSWERED))
    for lang, texts in table.items()
    for number, text in enumerate(texts)
]


@pytest.mark.parametrize("text", OF_ROBOTS)
def test_a_robot_is_heard_beside_a_request(text: str) -> None:
    assert signs.automatic(f"{text}\n\n{words.REQUESTS['fr'][0]}")


@pytest.mark.parametrize(
    "text",
    [
        # absent, or gone
        "Thank you for your message. I no longer work at Acme.",
        "I no longer work at Acme. Please contact Paul Martin.",
        "I'm travelling this week and will be slow to respond.",
        "Bonjour, je ne travaille plus chez Acme. Merci de contacter Paul.",
        "Bonjour, en congé maternité jusqu'en septembre, merci de contacter Paul.",
        "Ich bin derzeit nicht erreichbar. Ihre Mail wird nicht weitergeleitet.",
        "Ich arbeite nicht mehr bei Acme. Bitte wenden Sie sich an Paul.",
        "Jag är bortrest och läser inte min e-post.",
        "Lipsesc din birou.",
        "Няма да бъда в офиса.",
        "Viibin puhkusel.",
        "Tá mé as oifig go dtí an 15 Lúnasa.",
        # a mailbox that is closed
        "This mailbox is no longer monitored. Please use privacy@acme.example.",
        "This address is no longer active.",
        "Cette adresse n'est plus active.",
        "Diese Adresse wird nicht mehr gelesen.",
        # taken in, without a word of a request or a number
        "Thank you for your message. We will answer as soon as possible.",
        "Merci pour votre message. Nous vous répondrons dans les meilleurs délais.",
        "Vielen Dank für Ihre Nachricht. Wir melden uns schnellstmöglich.",
        "Grazie per il suo messaggio. Le risponderemo al più presto.",
        "Gracias por su mensaje. Le responderemos lo antes posible.",
        "Obrigado pela sua mensagem. Responderemos o mais breve possível.",
        "Bedankt voor uw bericht. We nemen zo snel mogelijk contact op.",
        "Tack för ditt mejl. Vi återkommer så snart vi kan.",
        "Dziękujemy za wiadomość. Odpowiemy w ciągu 2 dni roboczych.",
        "Tak for din henvendelse. Vi vender tilbage hurtigst muligt.",
        "Kiitos viestistäsi. Vastaamme mahdollisimman pian.",
        "Děkujeme za Vaši zprávu. Ozveme se co nejdříve.",
        "Ďakujeme za správu. Odpovieme čo najskôr.",
        "Köszönjük megkeresését. Hamarosan válaszolunk.",
        "Vă mulțumim pentru mesaj. Vom reveni în cel mai scurt timp.",
        "Ευχαριστούμε για το μήνυμά σας. Θα επικοινωνήσουμε σύντομα.",
        "Благодарим за съобщението. Ще се свържем с вас.",
        "Hvala na upitu. Javit ćemo vam se uskoro.",
        "Hvala za vaše sporočilo. Odgovorili vam bomo v najkrajšem času.",
        "Täname kirja eest. Vastame esimesel võimalusel.",
        "Paldies par jūsu ziņu. Mēs atbildēsim.",
        "Dėkojame už laišką. Atsakysime kuo greičiau.",
    ],
)
def test_a_robot_without_a_number(text: str) -> None:
    assert signs.automatic(text)


@pytest.mark.parametrize("text", [text for texts in words.REQUESTS.values() for text in texts])
def test_a_request_is_no_robot(text: str) -> None:
    assert not signs.automatic(text)


@pytest.mark.parametrize(
    "text",
    [
        "I only ever get an automatic reply from you. Delete my data.",
        "Auf meine Anfrage kam nur eine automatische Antwort. Löschen Sie meine Daten.",
        "Please do not reply to this email with a standard letter.",
        "Merci de ne pas répondre par un message automatique.",
        "Merci de ne pas me répondre par téléphone.",
        "Please confirm that you have received my request.",
        "J'ai bien reçu votre lettre d'information, supprimez mes données.",
        "I have received your message and I want you to delete it.",
        "I left the office of Blue Ltd in May, delete what you hold about me there.",
        "Your colleague opened ticket 4711 for me in May.",
        "My message to you could not be delivered, so once more: delete my data.",
        "Unsubscribe me and delete my data.",
        "Stop sending me automatically generated offers and erase my address.",
        "I object to decisions that are taken automatically.",
        "I no longer work at Acme, so delete my account.",
        "I no longer work at Acme. Please contact me at my private address and erase the old one.",
        "I am no longer with Acme: please delete my profile and contact Acme if you must.",
        "Je ne travaille plus chez Acme, merci de supprimer mon compte.",
        "Je ne travaille plus chez Acme. Merci de me contacter à mon adresse privée.",
        "J'étais en congé maternité jusqu'en mai, d'où ma demande tardive d'accès.",
        "Ich arbeite nicht mehr bei Acme, bitte löschen Sie mein Konto.",
        "Ich bin derzeit nicht erreichbar unter der alten Nummer, bitte berichtigen Sie sie.",
        "Jag var bortrest i maj. Radera mina uppgifter.",
        "My old mailbox is no longer monitored by me: delete the address.",
        "This address is no longer active. Please delete it.",
        "Please rectify my file: the address is no longer in use.",
        "Bonjour, cette adresse n'est plus active, merci de la supprimer.",
        "Cette adresse n'est plus utilisée. Merci de la supprimer de vos fichiers.",
        "Diese Adresse wird nicht mehr gelesen. Bitte löschen Sie sie.",
        "Thank you for your message. Please answer as soon as possible: I want my data.",
        "Merci pour votre message. Vous me répondrez dans le délai d'un mois, je l'espère.",
        "Vielen Dank für Ihre Nachricht. Melden Sie sich, sobald meine Daten gelöscht sind.",
        "Dziękuję za wiadomość. Proszę odpowiedzieć jak najszybciej.",
        "Kiitos viestistänne. Vastatkaa mahdollisimman pian.",
        "Děkuji za zprávu. Odpovězte mi co nejdříve, žádám o výmaz.",
        "Bedankt voor uw bericht. Ik wil dat u mijn gegevens wist.",
        "Hvala na odgovoru. Molim vas da mi odgovorite što prije.",
        f"{'A long story. ' * 60} Then I was out of the office until May.",
    ],
)
def test_people_who_write_about_robots(text: str) -> None:
    assert not signs.automatic(text)


def test_time_is_linear() -> None:
    started = time.perf_counter()
    for filler in ("your request ", "wir haben ihre ", "this is an ", "a", "(", "je suis ", "merci de ne pas ",
                   "thank you for your ", "hvala na upit "):  # fmt: skip
        signs.automatic(filler * (signs.SCOPE // len(filler)))
    assert time.perf_counter() - started < 5
