"""Forms with boxes: only what is ticked was asked for, and offsets stay."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_bot.classifier.forms import chosen, ticked_rights

FORMS = [
    # (text, kept, blanked)
    (
        "I ask for:\n\u2610 access\n\u2612 erasure\n\u2610 portability\nThank you",
        ["I ask", "erasure", "Thank"],
        ["access", "portab"],
    ),
    ("\u2610 Acc\u00e8s \u2612 Rectification \u2610 Effacement", ["Rectification"], ["Acc", "Effac"]),
    ("[ ] Auskunft\n[x] L\u00f6schung\n[ ] Berichtigung", ["L\u00f6schung"], ["Auskunft", "Bericht"]),
    ("[] accesso\n[X] cancellazione\n", ["cancellazione"], ["accesso"]),
    ("( ) acceso ( X ) supresi\u00f3n ( ) oposici\u00f3n", ["supresi\u00f3n"], ["acceso", "oposici"]),
    ("_ access\n_X_ erasure\n_ _ objection", ["access", "erasure"], ["objection"]),
    ("Access [ ]\nErasure [X]\nRestriction [ ]", ["Erasure"], ["Access", "Restriction"]),
    ("Access [ ] Rectification [X] Erasure [ ]", ["Rectification"], ["Access", "Erasure"]),
    ("\u2610\nAccess to my data\n\u2612\nErasure of my data\nBye", ["Erasure", "Bye"], ["Access"]),
    ("\u25a1 access\nX erasure\n\u25a1 objection", ["erasure"], ["access", "objection"]),
    (
        "\u2610 chiede di confermare che sia o meno in corso un trattamento di dati\npersonali che lo riguardano\n"
        "\u2611 chiede di cancellarli",
        ["cancellarli"],
        ["confermare", "riguardano"],
    ),
    ("\u2611 erasure\n\u2610 access\n\nPlease also correct my name.", ["erasure", "correct my name"], ["access"]),
    # a person's own text below a long option, and a wrapped option that ends in small letters
    (
        "[x] I wish to receive my personal data in a common machine-readable format please\n"
        "[ ] I wish to have all of my personal data removed from your marketing files\n"
        "Please also delete the account of my late husband and all his data.",
        ["receive", "Please also delete the account"],
        ["removed"],
    ),
    # other boxes
    ("[ ]Access\n[x]Erasure\n[ ]Objection", ["Erasure"], ["Access", "Objection"]),
    ("[    ] Access\n[ x] Erasure\n[  ] Objection", ["Erasure"], ["Access", "Objection"]),
    ("[___] Access\n[_X_] Erasure\n[_] Objection", ["Erasure"], ["Access", "Objection"]),
    ("[ ] Access\n[v] Erasure\n[\u221a] Objection", ["Erasure", "Objection"], ["Access"]),
    ("[ ] Access\n[*] Erasure", ["Erasure"], ["Access"]),
    ("( ) Access\n(\u2022) Erasure", ["Erasure"], ["Access"]),
    ("\u2610 Access\n[x] Erasure\n(x) Objection", ["Erasure", "Objection"], ["Access"]),  # typed into a printed form
    ("\u25cf Erasure\n\u25cb Access\n\u25cb Objection", ["Erasure"], ["Access", "Objection"]),
    (
        "Access: \u2612 Yes \u2610 No\nErasure \u2610 Yes \u2612 No\nCorrection? [ ] no [ ] yes\n"
        "Portability \u2612 No \u2610 Yes\nThank you",
        ["Access: \u2612 Yes", "Correction", "Thank you"],
        ["Erasure", "Portab"],
    ),
    # nor is it a form of rights: a no is an answer, a list has sub-items, a footnote no tick, other boxes were ticked
    ("May we send you advertising? \u2610 oui \u2612 non\nAccess \u2612 oui \u2610 non", ["advertising", "Access"], []),
    (
        "Access [x] yes [ ] no Erasure [ ] yes [x] no\nRestriction [ ] yes [x] no\nPortability [ ] yes [x] no\n"
        "Objection [ ] yes [x] no",
        ["Access"],
        ["Restriction", "Portability", "Objection"],
    ),
    ("Did you answer about access? [ ] yes [x] no", ["answer about access"], []),
    (
        "\u25cf Please delete:\n\u25cb my account\n\u25cb my photo\n\u25cb the copies",
        ["account", "photo", "copies"],
        [],
    ),
    ("\u2610 access\n\u2610 erasure\n(*) mandatory", ["access", "erasure"], []),
    ("(x) Mr ( ) Mrs\n\u2610 access\n\u2610 erasure", ["access", "erasure"], ["Mrs"]),
    # nothing ticked, or no boxes: all of it is read
    ("\u2610 access\n\u2610 erasure", ["access", "erasure"], []),
    ("I have the documents, X marks the spot.", ["X marks"], []),
]


@pytest.mark.parametrize(("text", "kept", "blanked"), FORMS)
def test_only_what_is_ticked_is_read(text: str, kept: list[str], blanked: list[str]) -> None:
    read = chosen(text)
    assert [word for word in kept if word not in read] == []
    assert [word for word in blanked if word in read] == []


@given(st.text(alphabet="ab \n\u2610\u2612\u25cf\u25cb[]()_xX", max_size=80))
def test_offsets_stay_and_nothing_is_invented(text: str) -> None:
    read = chosen(text)
    assert len(read) == len(text)
    assert all(new in (old, " ") for old, new in zip(text, read, strict=True))


TICKED = [
    ("\u2610 Accesso\n\u2610 Rettifica\n\u2612 3. Cancellazione dei dati\n\u2610 Opposizione", {"erasure"}),
    (
        "[x] dreptul de acces\n[ ] rectificare\n[x] opozi\u021bie la marketing\n[ ] \u0219tergere",
        {"access", "objection_marketing"},
    ),
    ("[\u03a7] πρόσβαση\n[ ] διόρθωση\n[ ] διαγραφή", {"access"}),  # ticked with a Greek letter
    ("Copy of my data [ ]\nDelete my data [X]\nCorrect my data [ ]", {"erasure"}),
    # consents and declarations below the rights
    (
        "[x] Access\n[ ] Erasure\n[ ] Objection\n[x] I consent to the processing of this form\n"
        "[x] I confirm that the information is correct",
        {"access"},
    ),
    (
        "\u2612 Effacement\n\u2610 Acc\u00e8s\n\u2610 Opposition\n\u2612 J\u2019ai lu la notice sur la copie\n"
        "\u2612 Consentement au traitement",
        {"erasure"},
    ),
    (
        "\u2612 L\u00f6schung\n\u2610 Auskunft\n\u2610 Widerspruch\n"
        "\u2612 Ich habe die Hinweise zur L\u00f6schung gelesen und willige ein\n\u2612 Widerruf der Einwilligung",
        {"erasure", "withdraw_consent"},
    ),
    ("[X] cofni\u0119cie zgody\n[ ] dost\u0119p\n[ ] usuni\u0119cie", {"withdraw_consent"}),
    # a question with its answers
    (
        "Auskunft \u2610 Ja \u2612 Nein\nL\u00f6schung \u2612 Ja \u2610 Nein\nBerichtigung \u2612 Nein \u2610 Ja",
        {"erasure"},
    ),
    ("\u2610 Access\n[x] Erasure\n\u2610 Objection", {"erasure"}),
    # names with and without accents
    (
        "[x] ΔΙΑΓΡΑΦΗ\n[ ] ΠΡΟΣΒΑΣΗ\n[ ] ΔΙΟΡΘΩΣΗ",
        {"erasure"},
    ),
    (
        "\u2612 Apagamento\n\u2612 Acesso\n\u2612 Retifica\u00e7\u00e3o\n\u2610 Oposi\u00e7\u00e3o",
        {"erasure", "access", "rectification"},
    ),
    ("\u2612 I\u0161trynimas\n\u2612 I\u0161taisymas\n\u2610 Susipa\u017einti", {"erasure", "rectification"}),
    ("\u2612 L\u00e9irscriosadh\n\u2610 Rochtain\n\u2610 Cearta\u00fa", {"erasure"}),
    ("\u2612 \u0126assru d-data\n\u2610 A\u010b\u010bess\n\u2610 Rettifika", {"erasure"}),
    (
        "\u2612 Daten\u00fcbertragbarkeit\n\u2612 Werbewiderspruch\n\u2610 Auskunft",
        {"portability", "objection_marketing"},
    ),
    ("[x] Oposici\u00f3n a comunicaciones comerciales\n[ ] acceso\n[ ] supresi\u00f3n", {"objection_marketing"}),
    # two names make no form of rights, and an empty form asks for nothing
    ("[x] I consent to the newsletter\n[ ] I object to marketing calls\n[x] vegetarian", set()),
    ("[ ] access\n[ ] erasure\n[ ] objection", set()),
    ("Please delete my account.", set()),
]


@pytest.mark.parametrize(("text", "labels"), TICKED)
def test_what_is_ticked_on_a_form_of_rights_is_asked_for(text: str, labels: set[str]) -> None:
    assert ticked_rights(text) == labels


@pytest.mark.parametrize(
    "text",
    [
        "[ ] access [x] erasure [ ] objection " + "a\u0301\u0316" * 60_000,  # marks in the wrong order
        "Erasure [x] yes [ ] no\n" * 50 + "\n" * 150_000,
        "[" + "_" * 190_000 + "]\n[x] a",
        "[ ] [x] i confirm" + " \u2026" * 90_000,
        "\u25cf access\n" + "\u25cb access " * 90 + " " * 190_000,
    ],
)
def test_hostile_forms_take_no_time(text: str) -> None:
    began = time.process_time()
    chosen(text)
    ticked_rights(text)
    assert time.process_time() - began < 1
