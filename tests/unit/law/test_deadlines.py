import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from intake_bot.errors import InvalidDeadlineInput
from intake_bot.law.deadlines import ClockEvent, ClockInput, compute, explain
from intake_bot.law.rules import CLOCKS, FR_2026_1, RULE_SETS, UK_2026_1, rule_set, rules_for
from intake_bot.law.wording import READINGS, STEPS
from intake_bot.rights import Right

RECEIVED = datetime(2026, 3, 4, 9, tzinfo=UTC)


def access(*events: tuple[str, datetime], place: str = "FR") -> ClockInput:
    return ClockInput(Right.ACCESS, RECEIVED, "Europe/Paris", place, tuple(ClockEvent(*event) for event in events))


def test_the_explanation_in_french_names_every_step() -> None:
    question = ("id_requested", RECEIVED + timedelta(days=2))
    answer = ("id_received", RECEIVED + timedelta(days=4))
    assert explain(compute(access(question, answer)), "fr").splitlines() == [
        "Reçue le mercredi 4 mars 2026 à 10:00:00 (Europe/Paris, UTC+01:00).",
        "Délai : un mois à compter de la réception (RGPD 12(3)).",
        "Un mois depuis le mercredi 4 mars 2026, ce jour non compté, finit au même quantième (règl. 1182/71 art. 3, "
        "par. 1 et 2, c) : samedi 4 avril 2026.",
        "Question sur l'identité le vendredi 6 mars 2026 : le délai est suspendu (dernier jour compté).",
        "Réponse suffisante sur l'identité le dimanche 8 mars 2026 : suspension depuis le vendredi 6 mars 2026, "
        "2 jour(s) ajouté(s).",
        "Suspension : 2 jour(s) en tout ; dernier jour avant report : lundi 6 avril 2026.",
        "Le lundi 6 avril 2026 n'est pas un jour ouvrable au sens du règlement (lundi 6: lundi de Pâques) : le délai "
        "expire le jour ouvrable suivant, mardi 7 avril 2026 (règl. 1182/71 art. 3, par. 4).",
        "Fin du premier délai : mardi 7 avril 2026, 23:59:59 (Europe/Paris).",
        "3 mois depuis le même départ, suspensions comprises : samedi 6 juin 2026.",
        "Le samedi 6 juin 2026 n'est pas un jour ouvrable au sens du règlement (samedi, dimanche) : le délai prolongé "
        "expire le jour ouvrable suivant, lundi 8 juin 2026.",
        "Prolongation, si elle est notifiée avec ses motifs au plus tard le mardi 7 avril 2026 (par prudence le samedi "
        "4 avril 2026) : lundi 8 juin 2026.",
        "Date qui oblige : mardi 7 avril 2026, 23:59:59 (Europe/Paris).",
        "Date sûre, la plus proche de toutes les lectures plus strictes : mardi 7 avril 2026.",
        "Autre lecture (aucune question ne suspend) : mardi 7 avril 2026 ; si prolongé : jeudi 4 juin 2026.",
        "Autre lecture (seuls les jours pleins intermédiaires comptent) : mardi 7 avril 2026 ; si prolongé : vendredi "
        "5 juin 2026.",
        "Autre lecture (le mois recommence avec la réponse, comme au Royaume-Uni) : mercredi 8 avril 2026 ; si "
        "prolongé : lundi 8 juin 2026.",
        "Jeu de règles : FR-2026.1.",
    ]


def test_the_explanation_in_english_names_the_holiday_and_why_a_notice_failed() -> None:
    words = explain(compute(access(("extension_notice", RECEIVED + timedelta(days=40)))), "en")
    assert "Saturday 4 April 2026 is not a working day (Saturday, Sunday, Monday 6: Easter Monday)" in words
    assert (
        "Extension notice on Monday 13 April 2026, after the first month ended on Tuesday 7 April 2026: late" in words
    )
    assert words.endswith("Rule set: FR-2026.1.")


def test_a_breach_is_explained_with_both_offsets() -> None:
    received = datetime(2026, 3, 27, 11, tzinfo=UTC)
    words = explain(compute(ClockInput(Right.BREACH_REPORT, received, "Europe/Paris", "FR")), "en")
    assert "Friday 27 March 2026 at 12:00:00 (Europe/Paris, UTC+01:00)" in words
    assert "Monday 30 March 2026 at 13:00:00 (Europe/Paris, UTC+02:00)" in words


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="de"):
        explain(compute(access()), "de")


@pytest.mark.parametrize("sentences", [STEPS, READINGS])
def test_both_languages_tell_the_same_facts(sentences: dict[str, tuple[str, str]]) -> None:
    def facts(sentence: str) -> set[str]:
        return {part.partition("}")[0] for part in sentence.split("{")[1:]}

    for code, (english, french) in sentences.items():
        assert facts(english) == facts(french), code


def test_every_right_has_a_clock() -> None:
    assert set(CLOCKS) == set(Right)


def test_rule_sets_are_found_by_place_and_by_name() -> None:
    assert rules_for("FR-ALS") is FR_2026_1
    assert rules_for("UK") is rules_for("GB") is UK_2026_1
    assert rules_for("DE-BY").name == "EU-2026.1"
    assert all(rule_set(name) is rules for name, rules in RULE_SETS.items())
    with pytest.raises(InvalidDeadlineInput, match="FR-1999"):
        rule_set("FR-1999.1")


def test_a_changed_rule_set_moves_the_dates_and_gives_its_name() -> None:
    changed = replace(FR_2026_1, name="FR-2027.1", breach_hours=96, first_months=2)
    assert compute(access(), changed).rule_set == "FR-2027.1"
    assert str(compute(access(), changed).due_on) == "2026-05-04"
    breach = ClockInput(Right.BREACH_REPORT, RECEIVED, "Europe/Paris", "FR")
    assert compute(breach, changed).due_at == RECEIVED + timedelta(hours=96)


@pytest.mark.parametrize("received", [datetime(2026, 3, 4, 9), datetime(1800, 1, 1, tzinfo=UTC)])
def test_a_receipt_without_zone_or_of_an_impossible_year_is_refused(received: datetime) -> None:
    with pytest.raises(InvalidDeadlineInput):
        ClockInput(Right.ACCESS, received, "Europe/Paris", "FR")


def test_a_naive_event_is_refused() -> None:
    with pytest.raises(InvalidDeadlineInput, match="id_requested"):
        ClockEvent("id_requested", datetime(2026, 3, 4, 9))


def test_an_unknown_zone_or_place_is_refused() -> None:
    with pytest.raises(InvalidDeadlineInput, match="Europe/Lutetia"):
        ClockInput(Right.ACCESS, RECEIVED, "Europe/Lutetia", "FR")
    with pytest.raises(InvalidDeadlineInput, match="XX"):
        compute(ClockInput(Right.REGULATOR_LETTER, RECEIVED, "Europe/Paris", "XX"))


def test_200_000_deadlines_take_less_than_eight_seconds_of_one_core() -> None:
    mixed = [
        ClockInput(
            right,
            RECEIVED + timedelta(hours=hours),
            "Europe/Paris",
            place,
            (
                ClockEvent("id_requested", RECEIVED + timedelta(hours=hours, days=3)),
                ClockEvent("id_received", RECEIVED + timedelta(hours=hours, days=9)),
            )
            if hours % 3 == 0
            else (),
        )
        for hours in range(0, 5000, 2)
        for right in (Right.ACCESS, Right.ERASURE, Right.OBJECTION_MARKETING, Right.WITHDRAW_CONSENT)
        for place in ("FR", "FR-ALS")
    ]
    assert len(mixed) == 20_000
    started = time.process_time()
    for request in mixed * 10:
        compute(request)
    assert time.process_time() - started < 8
