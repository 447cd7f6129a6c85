"""In which quality somebody writes, in the languages of the letters and of the neighbours."""

import time

import pytest

from intake_bot.people.circumstances import circumstances, codes

SAID = [
    ("agent", "En qualité de mandataire de Mme Dupont, je demande l'effacement de son compte."),
    ("agent", "I am writing on behalf of my client, who requests a copy of her data."),
    ("agent", "Im Namen meiner Mandantin verlange ich Auskunft, Vollmacht anbei."),
    ("agent", "En nombre y representación de mi cliente solicito el acceso."),
    ("agent", "In nome e per conto del mio assistito chiedo la cancellazione."),
    ("agent", "Namens mijn cliënt verzoek ik om inzage, volmacht bijgevoegd."),
    ("agent", "Em nome do meu constituinte, junto procuração."),
    ("agent", "Działam w imieniu mojego klienta, pełnomocnictwo w załączniku."),
    ("deceased", "Mon mari est décédé le 3 janvier."),
    ("deceased", "My mother passed away last month."),
    ("deceased", "Mein Vater ist verstorben."),
    ("deceased", "Mi padre falleció en marzo."),
    ("deceased", "Mio padre è venuto a mancare il 3 maggio."),
    ("deceased", "Mijn man is overleden."),
    ("deceased", "O meu pai faleceu em abril."),
    ("deceased", "Mój mąż zmarł w styczniu."),
    ("heir", "Je suis le notaire chargé de la succession de M. Martin."),
    ("heir", "I am the executor of her estate."),
    ("heir", "Als Erbin lege ich den Erbschein bei."),
    ("heir", "Soy la heredera de Juan."),
    ("heir", "Sono l'erede unico."),
    ("heir", "Ik regel de nalatenschap."),
    ("heir", "Sou o herdeiro dele."),
    ("heir", "Jestem spadkobiercą."),
    ("left_employer", "J'ai quitté la société Durand et je n'ai plus accès à mon ancienne adresse."),
    ("left_employer", "I no longer work there, I left the company in May."),
    ("left_employer", "Ich arbeite nicht mehr bei der Firma."),
    ("left_employer", "Ya no trabajo en esa empresa."),
    ("left_employer", "Non lavoro più per loro."),
    ("left_employer", "Ik werk daar niet meer."),
    ("left_employer", "Já não trabalho nessa empresa."),
    ("left_employer", "Już nie pracuję w tej firmie."),
    ("diversion", "Merci de m'envoyer la copie plutôt à cette autre adresse : x@evil.example."),
    ("diversion", "Please send the export to this other address."),
    ("relayed", "Je vous transmets la demande d'une de nos salariées."),
    ("relayed", "One of our employees asked us to have her data deleted."),
    ("company_asks", "Nous souhaitons une copie des données de notre ancienne collaboratrice."),
    ("company_asks", "Please export the data of our former employee."),
    ("mailings", "Je retire mon consentement à votre newsletter."),
    ("other_consents", "Je retire mon accord pour la photo et le témoignage."),
]


@pytest.mark.parametrize(("code", "text"), SAID)
def test_a_circumstance_is_heard(code: str, text: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, je voudrais une copie de mes données.",
        "Hello, please delete my account and everything you know about me.",
        "Guten Tag, bitte löschen Sie meine Daten.",
        "Quiero acceder a mis datos personales.",
        "Vorrei sapere quali dati avete su di me.",
        "Graag ontvang ik een kopie van mijn gegevens.",
        "Gostava de receber uma cópia dos meus dados.",
        "Proszę o kopię moich danych.",
        "Je vous relance jeudi au sujet de mon image de marque.",
        "",
    ],
)
def test_an_ordinary_request_has_none(text: str) -> None:
    assert codes(text) <= {"other_consents"}


def test_the_words_that_say_so_are_kept() -> None:
    assert [(item.code, item.words) for item in circumstances("Ma mère est DÉCÉDÉE")] == [("deceased", "decedee")]


@pytest.mark.parametrize("text", ["my client " * 5_000, "je vous transmets " * 3_000, "a" * 200_000, "data " * 10_000])
def test_a_hostile_text_costs_no_time(text: str) -> None:
    started = time.monotonic()
    codes(text)
    assert time.monotonic() - started < 2
