"""Forms with boxes: only what is ticked was asked for, and offsets stay."""

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
    # nothing ticked, or no boxes: all of it is read
    ("\u2610 access\n\u2610 erasure", ["access", "erasure"], []),
    ("I have the documents, X marks the spot.", ["X marks"], []),
]


@pytest.mark.parametrize(("text", "kept", "blanked"), FORMS)
def test_only_what_is_ticked_is_read(text: str, kept: list[str], blanked: list[str]) -> None:
    read = chosen(text)
    assert [word for word in kept if word not in read] == []
    assert [word for word in blanked if word in read] == []


@given(st.text(alphabet="ab \n\u2610\u2612[]()_xX", max_size=80))
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
    # two names make no form of rights, and an empty form asks for nothing
    ("[x] I consent to the newsletter\n[ ] I object to marketing calls\n[x] vegetarian", set()),
    ("[ ] access\n[ ] erasure\n[ ] objection", set()),
    ("Please delete my account.", set()),
]


@pytest.mark.parametrize(("text", "labels"), TICKED)
def test_what_is_ticked_on_a_form_of_rights_is_asked_for(text: str, labels: set[str]) -> None:
    assert ticked_rights(text) == labels
