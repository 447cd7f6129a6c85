import random

from intake_bot.classifier.augmentation import Augmentation, strip_accents, typos
from intake_bot.classifier.corpus import Mail

REQUEST = Mail("r", "fr", "Mes données", "Effacez mes données personnelles. Merci d'avance.", frozenset({"erasure"}))
OTHER = Mail("o", "fr", "Copie", "Je voudrais une copie de mes données.", frozenset({"access"}))
PLAIN = [
    Mail(f"p{i}", "fr", "Facture", f"La facture {i} est arrivée. Bonne journée à vous.", frozenset()) for i in range(25)
]


def test_variants_keep_or_join_labels() -> None:
    augmentation = Augmentation([REQUEST, OTHER, *PLAIN])
    generator = random.Random(1)
    found = [augmentation.variant(REQUEST, generator) for _ in range(300)]
    assert {frozenset({"erasure"}), frozenset({"erasure", "access"})} == {mail.labels for mail in found}
    assert any(mail.body == REQUEST.body for mail in found)
    assert any("facture" in mail.body for mail in found)
    assert not any(augmentation.variant(PLAIN[0], generator).labels for _ in range(100))


def test_a_few_words_may_stand_in_the_subject() -> None:
    short = Mail("s", "fr", "", "Supprimez mes données.", frozenset({"erasure"}))
    augmentation, generator = Augmentation([short, *PLAIN]), random.Random(2)
    found = [augmentation.variant(short, generator) for _ in range(200)]
    assert any(mail.subject == "Supprimez mes données" and "Supprimez" not in mail.body for mail in found)
    assert all("erasure" in mail.labels for mail in found)


def test_same_seed_same_variants() -> None:
    augmentation = Augmentation([REQUEST, OTHER, *PLAIN])
    first, second = random.Random(5), random.Random(5)
    assert [augmentation.variant(OTHER, first) for _ in range(50)] == [
        augmentation.variant(OTHER, second) for _ in range(50)
    ]


def test_spelling() -> None:
    assert strip_accents("données à effacer, Łódź, δεδομένα") == "donnees a effacer, Łodz, δεδομενα"
    assert typos("a" * 400, random.Random(1)) != "a" * 400
    assert typos("", random.Random(1)) == ""
