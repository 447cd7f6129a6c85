"""Each act: what it changes, what it writes, what it refuses."""

from datetime import UTC, date, datetime, timedelta

import pytest

from intake_bot import clock
from intake_bot.cases.case import CaseStatus, Outcome, RightStatus
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.errors import IllegalTransition, IntakeError, KeyDestroyed
from intake_bot.rights import Right
from intake_bot.service.identification import open_questions
from intake_bot.service.suppression import Suppression
from intake_bot.store.outbox import LetterStatus
from tests.integration.casework.house import PERSON, RECEIVED, House

DUE = date(2026, 12, 2)


# -- reading -------------------------------------------------------------------------------------------------------


def test_confirming_a_case_of_the_review_band_prepares_the_acknowledgement_once(house: House) -> None:
    case = house.open("access", status="unconfirmed")
    effect = house.work.confirm(case.ref, "Dora")
    assert effect.case.status is CaseStatus.OPEN and effect.case.rights[0].status is RightStatus.OPEN
    assert [item.kind for item in effect.letters] == ["acknowledgement"]
    assert house.work.confirm(case.ref, "Dora").letters == ()
    assert effect.case.due_on == DUE


def test_confirming_some_rights_leaves_the_others_waiting(house: House) -> None:
    case = house.open("access", "erasure", status="unconfirmed")
    after = house.work.confirm(case.ref, "Dora", rights=["access"]).case
    assert [item.status for item in after.rights] == [RightStatus.OPEN, RightStatus.UNCONFIRMED]


def test_who_passed_a_request_on_gets_no_letter(house: House) -> None:
    inner = RECEIVED - timedelta(days=5)
    case = house.open("access", hold=["forwarded_only"], sender="boss@grand.example", inner=[inner])
    effect = house.work.confirm(case.ref, "Dora")
    assert (effect.letters == () and "addressee" in " ".join(effect.warnings)) or "destinataire" in effect.warnings[0]
    assert effect.case.safe_on == date(2026, 11, 28) - timedelta(days=1) or effect.case.safe_on < DUE
    house.work.choose_addressee(case.ref, "Dora", "ada@example.com", reason="verified by telephone")
    assert house.work.confirm(case.ref, "Dora").letters[0].recipient == "ada@example.com"


def test_correcting_before_and_after_the_acknowledgement_left(house: House) -> None:
    case = house.open("access", status="unconfirmed")
    house.work.confirm(case.ref, "Dora")
    early = house.work.correct(case.ref, "Dora", ["erasure"])
    assert [item.kind for item in early.letters] == ["acknowledgement"]
    assert [item.status for item in house.letters(case)] == [LetterStatus.REJECTED, LetterStatus.HELD]
    sent = house.letters(case)[1]
    house.store.outbox.settle(sent.id, LetterStatus.SENT, now=house.time)
    late = house.work.correct(case.ref, "Dora", ["access", "rectification"])
    assert [item.kind for item in late.letters] == ["corrected_understanding"]
    outcomes = {item.right: item.outcome for item in late.case.rights}
    assert outcomes == {Right.ACCESS: None, Right.RECTIFICATION: None, Right.ERASURE: Outcome.NOT_A_REQUEST}
    assert all(item.received_at == RECEIVED for item in late.case.rights)


def test_not_a_request_destroys_the_content_and_keeps_the_register_line(house: House) -> None:
    case = house.open("access", status="unconfirmed", text="my data please")
    effect = house.work.not_a_request(case.ref, "Dora", reason="a sales mail")
    assert effect.letters == () and effect.case.status is CaseStatus.CLOSED
    assert effect.case.received_at == RECEIVED
    payloads = [event.payload for event in house.store.cases.events(case.id)]
    assert payloads[0] is None and payloads[1] is None
    assert house.store.correspondence.mails(case.id)[0]["content"] is None
    with pytest.raises(IllegalTransition, match="destroyed"):
        house.work.reopen(case.ref, "Dora", reason="it was one")


def test_misread_goes_out_only_when_an_acknowledgement_left(house: House) -> None:
    case = house.open("access")
    house.work.confirm(case.ref, "Dora")
    house.store.outbox.settle(house.letters(case)[0].id, LetterStatus.SENT, now=house.time)
    effect = house.work.not_a_request(case.ref, "Dora", reason="a sales mail", passed_to="our sales team")
    assert [item.kind for item in effect.letters] == ["misread"]
    waiting = [item for item in house.letters(case) if item.kind == "misread"]
    assert waiting[0].raw is not None and waiting[0].status is LetterStatus.QUEUED


def test_not_a_request_inside_a_transaction_destroys_after_it(house: House) -> None:
    case = house.open("access", status="unconfirmed", text="secret")
    key = house.store.cases.key_of(case.id)
    with house.store.transaction():
        house.work.not_a_request(case.ref, "Dora", reason="spam")
        assert house.store.keyring.exists(key)
    assert house.work.sweep() >= 1
    with pytest.raises(KeyDestroyed):
        house.store.keyring.cipher(key)


# -- cases of one person -------------------------------------------------------------------------------------------


def test_split_keeps_receipt_and_dates(house: House) -> None:
    case = house.open("access", "erasure")
    house.work.suspend(case.ref, "Dora", reason="unknown address", at=house.time)
    effect = house.work.split(case.ref, "Dora", ["erasure"], reason="two persons work on it")
    assert effect.other is not None and effect.other.received_at == RECEIVED
    assert [mark.type for mark in effect.other.rights[0].clock_events] == ["id_requested"]
    assert effect.case.right(Right.ERASURE).outcome is Outcome.MERGED  # type: ignore[union-attr]
    assert effect.other.safe_on == DUE
    with pytest.raises(IllegalTransition, match="has to stay"):
        house.work.split(case.ref, "Dora", ["access"], reason="all of it")


def test_merge_keeps_the_earlier_receipt_of_both_whichever_stays(house: House) -> None:
    for first_stays in (True, False):
        early = house.open("access")
        late = house.open("access", "erasure", received=RECEIVED + timedelta(days=2))
        stays, goes = (early, late) if first_stays else (late, early)
        effect = house.work.merge(goes.ref, "Dora", stays.ref)
        assert effect.other is not None and effect.other.received_at == RECEIVED
        assert effect.other.right(Right.ACCESS).received_at == RECEIVED  # type: ignore[union-attr]
        assert effect.case.received_at == goes.received_at
        assert effect.case.status is CaseStatus.CLOSED


def test_merge_asks_for_one_person_and_one_right(house: House) -> None:
    one, other = house.open("access"), house.open("access", sender="ada@private.example")
    with pytest.raises(IllegalTransition, match="same person"):
        house.work.merge(one.ref, "Dora", other.ref)
    house.work.merge(one.ref, "Dora", other.ref, same_person="she said so in both")
    third = house.open("erasure")
    with pytest.raises(IllegalTransition, match="no running right in common"):
        house.work.merge(third.ref, "Dora", other.ref)


def test_a_later_identical_request_is_linked_not_added(house: House) -> None:
    case = house.open("access")
    house.work.record_search(case.ref, "Dora", "CRM", "nothing")
    house.work.answer(case.ref, "Dora", "access", "nothing_held")
    with pytest.raises(IllegalTransition, match="new case"):
        house.work.add_right(case.ref, "Dora", "access")
    later = house.open("access")
    assert house.work.link(later.ref, "Dora", case.ref, why="again").other is not None


# -- the clock -----------------------------------------------------------------------------------------------------


def test_suspension_and_resumption_move_the_date_by_their_days(house: House) -> None:
    case = house.open("access")
    assert house.work.suspend(case.ref, "Dora", reason="unknown address").case.due_on is None
    house.later(days=2)
    still = house.work.resume(case.ref, "Dora", event="id_insufficient").case
    assert still.due_on is None
    house.later(days=3)
    after = house.work.resume(case.ref, "Dora").case
    assert after.due_on == DUE + timedelta(days=5) and after.safe_on == DUE


def test_an_answer_dated_by_its_day_comes_after_the_question_of_that_day(house: House) -> None:
    case = house.open("access")
    house.work.suspend(case.ref, "Dora", reason="unknown address", at=house.time)
    midnight = house.time.replace(hour=0) - timedelta(hours=1)
    with pytest.raises(IntakeError, match="cannot be older"):
        house.work.resume(case.ref, "Dora", at=midnight - timedelta(hours=1))
    after = house.work.resume(case.ref, "Dora", at=midnight).case
    assert after.due_on == DUE and open_questions(after) == []


def test_a_question_that_bounced_takes_no_other_question_with_it(house: House) -> None:
    case = house.open("access")
    for kind in ("confirm", "supplementary"):
        asked = {"event": "id_requested", "at": clock.to_text(house.time), "rights": ["access"], "letter": kind}
        house.store.cases.append(case.id, [NewEvent(EventType.CLOCK, "bot", house.time, asked)])
        house.later(days=3)
    lost = {"letter": "confirm", "kind": "confirm"}
    house.store.cases.append(case.id, [NewEvent(EventType.DELIVERY_FAILED, "bot", house.time, lost)])
    [mark] = house.case(case.ref).rights[0].clock_events
    assert mark.letter == "supplementary"
    assert house.proven()


@pytest.mark.parametrize(("asked", "reminded"), [(2, 9), (15, 22), (22, 26), (26, 27)])
def test_the_reminder_comes_before_the_notice_that_nobody_answered(house: House, asked: int, reminded: int) -> None:
    received = datetime(2027, 3, 1, 9, tzinfo=UTC)
    house.time = received.replace(day=asked)
    case = house.open("access", received=received)
    [question] = open_questions(house.work.suspend(case.ref, "Dora", reason="unknown address").case)
    assert question.remind_on == date(2027, 3, reminded)
    assert (question.remind_on < question.notice_on) is (asked < 26)


def test_a_question_about_the_scope_suspends_nothing(house: House) -> None:
    case = house.open("access")
    with pytest.raises(IllegalTransition, match="suspends nothing"):
        house.work.suspend(case.ref, "Dora", event="clarification_requested", reason="much")
    effect = house.work.request_specification(case.ref, "Dora", reason="ten years of mail")
    assert effect.case.due_on == DUE and effect.letters[0].kind == "specification"
    with pytest.raises(IllegalTransition, match="asked already"):
        house.work.request_specification(case.ref, "Dora", reason="again")
    with pytest.raises(IllegalTransition, match="access only"):
        house.work.request_specification(house.open("erasure").ref, "Dora", reason="much")


def test_no_answer_without_a_question(house: House) -> None:
    with pytest.raises(IllegalTransition, match="identity question"):
        house.work.resume(house.open("access").ref, "Dora")


def test_extension_asks_for_advice_and_another_person(house: House) -> None:
    case = house.open("access")
    extend = {"reason": "two requests over ten years", "as_role": "controller"}
    with pytest.raises(IllegalTransition, match="advice"):
        house.work.extend(case.ref, "Carl", **extend)
    house.work.record_advice(case.ref, "Carl", "extend", "fine")
    with pytest.raises(IllegalTransition, match="another person"):
        house.work.extend(case.ref, "Carl", **extend)
    house.advised(case, "extend")
    with pytest.raises(IllegalTransition, match="not for the data protection officer"):
        house.work.extend(case.ref, "Carl", reason="r", as_role="dpo")
    effect = house.work.extend(case.ref, "Carl", **extend)
    assert effect.case.due_on == date(2027, 2, 2)
    with pytest.raises(IllegalTransition, match="once only"):
        house.advised(case, "extend")
        house.work.extend(case.ref, "Carl", **extend)


def test_a_notice_counts_from_when_it_leaves_and_is_lost_when_it_bounces(house: House) -> None:
    case = house.open("access")
    house.advised(case, "extend")
    house.work.extend(case.ref, "Carl", reason="much", as_role="controller")
    letter = next(item for item in house.letters(case) if item.kind == "extension")
    house.later(days=40)
    house.told(EventType.LETTER_SENT, letter)
    assert house.case(case.ref).right(Right.ACCESS).effective_due_on == DUE  # type: ignore[union-attr]
    other = house.open("access", received=house.time)
    house.advised(other, "extend")
    before = other.due_on
    house.work.extend(other.ref, "Carl", reason="much", as_role="controller")
    lost = next(item for item in house.letters(other) if item.kind == "extension")
    house.told(EventType.DELIVERY_FAILED, lost)
    assert house.case(other.ref).due_on == before


@pytest.mark.parametrize("lost", [0, 1])
def test_of_two_notices_one_bounces_and_the_other_holds(house: House, lost: int) -> None:
    rights = (Right.ACCESS, Right.ERASURE)
    case = house.open(*rights)
    for right in rights:
        house.advised(case, "extend")
        house.work.extend(case.ref, "Carl", reason="much", rights=[right], as_role="controller")
        house.later(hours=1)
    notices = sorted((item for item in house.letters(case) if item.kind == "extension"), key=lambda n: n.created_at)
    house.told(EventType.DELIVERY_FAILED, notices[lost])
    found = house.case(case.ref)
    dates = [item.effective_due_on for item in found.rights]
    assert dates[lost] == DUE and dates[1 - lost] == date(2027, 2, 2)
    assert house.proven()


def test_a_fact_that_is_recorded_again_takes_the_place_of_the_one_before(house: House) -> None:
    case = house.open("regulator_letter")
    first, second = RECEIVED + timedelta(days=20), RECEIVED + timedelta(days=50)
    assert house.work.record_fact(case.ref, "Dora", "authority_deadline", first).case.due_on == first.date()
    assert house.work.record_fact(case.ref, "Dora", "authority_deadline", second).case.due_on == second.date()


def test_a_claim_from_before_the_calendar_moves_nothing(house: House) -> None:
    ages_ago = RECEIVED.replace(year=1999)
    case = house.open("access", hold=["forwarded_only"], sender="boss@grand.example", inner=[ages_ago])
    assert house.work.confirm(case.ref, "Dora").case.safe_on == DUE


NEWSLETTER = "I withdraw my consent to your newsletter."


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        (NEWSLETTER, True),
        ("I withdraw my consent to the use of my photo.", False),
        ("I withdraw my consent to your newsletter and to the use of my photo.", False),
    ],
)
def test_a_withdrawal_that_a_person_confirms_stops_mailings_where_it_concerns_them(
    house: House, text: str, *, stopped: bool
) -> None:
    case = house.open("withdraw_consent", status="unconfirmed", text=text)
    suppression = Suppression(house.settings, house.store, now=house.now)
    assert suppression.collect(house.time) == 0
    house.work.confirm(case.ref, "Dora")
    assert suppression.collect(house.time) == stopped
    assert house.store.suppression.holds(PERSON) == stopped
    assert suppression.collect(house.time) == 0


def test_a_withdrawal_that_a_person_adds_stops_mailings(house: House) -> None:
    case = house.open("access", text=NEWSLETTER)
    suppression = Suppression(house.settings, house.store, now=house.now)
    assert suppression.collect(house.time) == 0
    house.work.add_right(case.ref, "Dora", "withdraw_consent")
    assert suppression.collect(house.time) == 1
    assert house.store.suppression.holds(PERSON)


@pytest.mark.parametrize("right", ["objection_marketing", "withdraw_consent", "privacy_question"])
def test_never_extended(house: House, right: str) -> None:
    case = house.open(right)
    with pytest.raises(IllegalTransition, match="never"):
        house.work.extend(case.ref, "Carl", reason="much", as_role="controller")


def test_a_minors_erasure_is_not_extended(house: House) -> None:
    case = house.open("erasure")
    house.work.record_fact(case.ref, "Dora", "minor_at_collection", house.time)
    house.advised(case, "extend")
    with pytest.raises(IllegalTransition, match="never"):
        house.work.extend(case.ref, "Carl", reason="much", rights=["erasure"], as_role="controller")


def test_too_late_to_extend(house: House) -> None:
    case = house.open("access")
    house.advised(case, "extend")
    house.later(days=40)
    with pytest.raises(IllegalTransition, match="too late"):
        house.work.extend(case.ref, "Carl", reason="much", as_role="controller")


def test_an_earlier_receipt_by_a_client_counts(house: House) -> None:
    case = house.open("access")
    after = house.work.record_fact(case.ref, "Dora", "received_by_joint_controller", RECEIVED - timedelta(days=3)).case
    assert after.due_on == date(2026, 11, 30)


# -- answers -------------------------------------------------------------------------------------------------------


def test_a_refusal_records_advice_and_decision_apart(house: House) -> None:
    case = house.open("erasure")
    refusal = {"grounds": ["legal_duty"], "reason": "invoices of 2025", "as_role": "controller"}
    with pytest.raises(IllegalTransition, match="advice"):
        house.work.refuse(case.ref, "Carl", "erasure", **refusal)
    house.advised(case, "refuse")
    effect = house.work.refuse(case.ref, "Carl", "erasure", **refusal)
    assert effect.letters[0].kind == "refusal" and effect.letters[0].legal_effect
    actors = [(e.type, e.actor) for e in house.store.cases.events(case.id)]
    assert (EventType.ADVICE_RECORDED, "Dora") in actors and (EventType.DECIDED, "Carl") in actors


def test_the_dpo_refuses_nothing_alone(house: House) -> None:
    case = house.open("erasure")
    house.advised(case, "refuse")
    with pytest.raises(IllegalTransition, match="controller"):
        house.work.refuse(case.ref, "Dora", "erasure", grounds=["legal_duty"], reason="r", as_role="dpo")


def test_nothing_held_needs_a_search(house: House) -> None:
    case = house.open("access")
    with pytest.raises(IllegalTransition, match="search"):
        house.work.answer(case.ref, "Dora", "access", "nothing_held")
    house.work.record_search(case.ref, "Dora", "CRM", "nothing")
    effect = house.work.answer(case.ref, "Dora", "access", "nothing_held")
    assert effect.letters[0].kind == "nothing_held"


def test_nothing_is_disclosed_while_the_question_who_it_is_stands_open(house: House) -> None:
    case = house.open("access")
    house.work.suspend(case.ref, "Dora", reason="unknown address")
    house.work.record_search(case.ref, "Dora", "CRM", "nothing")
    for outcome in ("granted", "nothing_held"):
        with pytest.raises(IllegalTransition, match="who the person is"):
            house.work.answer(case.ref, "Dora", "access", outcome, purposes=["account"], delivery="d", done="x")
    assert house.work.answer(case.ref, "Dora", "access", "cannot_identify").letters[0].kind == "cannot_identify"


def test_access_goes_before_erasure(house: House) -> None:
    case = house.open("access", "erasure")
    early = house.work.record_action(case.ref, "Dora", "CRM", done="deleted", rights=["erasure"])
    assert any("accès" in text for text in early.warnings)
    with pytest.raises(IllegalTransition, match="access"):
        house.work.answer(case.ref, "Dora", "erasure", done="all of it")
    effect = house.work.answer(case.ref, "Dora", "erasure", done="all of it", despite="a copy was taken for the answer")
    assert effect.case.right(Right.ERASURE).outcome is Outcome.GRANTED  # type: ignore[union-attr]


def test_the_only_administrator_and_a_running_contract_warn_first(house: House) -> None:
    case = house.open("erasure", sender="ada@grand.example")
    assert len(house.work.erasure_risks(case.ref)) == 2
    house.work.record_action(case.ref, "Dora", "CRM", done="deleted")
    with pytest.raises(IllegalTransition, match="Grand Client"):
        house.work.answer(case.ref, "Dora", "erasure", done="all")


def test_recorded_is_not_stopped(house: House) -> None:
    case = house.open("objection_marketing")
    with pytest.raises(IllegalTransition, match="confirm_stop"):
        house.work.answer(case.ref, "Dora", "objection_marketing")
    house.work.confirm_stop_imported(case.ref, "Dora", "mailing tool")
    assert house.work.answer(case.ref, "Dora", "objection_marketing").letters[0].kind == "answer_stop"


def test_recipients_that_were_not_told_are_named(house: House) -> None:
    case = house.open("rectification")
    house.work.record_action(case.ref, "Dora", "CRM", done="name")
    house.work.notify_recipient(case.ref, "Dora", "hosting", how="ticket 12")
    house.work.notify_recipient(case.ref, "Dora", "published", impossible="never published")
    missing = house.work.untold(house.case(case.ref), Right.RECTIFICATION)
    assert "hosting" not in [row.code for row in missing] and "published" not in [row.code for row in missing]
    effect = house.work.answer(case.ref, "Dora", "rectification", done="the name")
    assert any("emailing" in text for text in effect.warnings)


def test_matters_are_handled_not_granted(house: House) -> None:
    case = house.open("privacy_question")
    with pytest.raises(IllegalTransition, match="handled"):
        house.work.answer(case.ref, "Dora", "privacy_question", "granted", done="x")
    effect = house.work.answer(case.ref, "Dora", "privacy_question", "handled", reason="answered", done="Here you are.")
    assert effect.letters[0].kind == "answer_question"


def test_a_fee_is_announced_and_charges_nothing(house: House) -> None:
    case = house.open("access")
    house.advised(case, "fee")
    effect = house.work.charge_fee(case.ref, "Carl", "access", amount="40 EUR", reason="tenth this month",
                                   as_role="controller")  # fmt: skip
    assert effect.letters[0].kind == "fee" and effect.case.running
    with pytest.raises(IllegalTransition, match="free of charge"):
        house.work.charge_fee(house.open("objection_marketing").ref, "Carl", "objection_marketing", amount="1 EUR",
                              reason="r", as_role="controller")  # fmt: skip


def test_the_person_is_told_before_a_restriction_is_lifted(house: House) -> None:
    case = house.open("restriction")
    house.work.record_action(case.ref, "Dora", "CRM", done="locked")
    house.work.answer(case.ref, "Dora", "restriction", done="locked")
    with pytest.raises(IllegalTransition, match="tomorrow"):
        house.work.lift_restriction(case.ref, "Dora", lifts_on=house.time.date(), reason="checked")
    effect = house.work.lift_restriction(case.ref, "Dora", lifts_on=date(2026, 11, 20), reason="checked")
    assert effect.letters[0].kind == "restriction_lifted"


# -- closing -------------------------------------------------------------------------------------------------------


def test_closing_and_reopening(house: House) -> None:
    case = house.open("access")
    with pytest.raises(IllegalTransition, match="every right"):
        house.work.close(case.ref, "Dora")
    house.work.answer(case.ref, "Dora", "access", "withdrawn", reason="she wrote so")
    assert house.work.close(case.ref, "Dora").letters[0].kind == "closure"
    with pytest.raises(IllegalTransition, match="reopen"):
        house.work.confirm(case.ref, "Dora")
    effect = house.work.reopen(case.ref, "Dora", reason="she changed her mind")
    assert effect.letters[0].kind == "reopening" and effect.case.due_on == DUE
    assert effect.case.received_at == RECEIVED


def test_a_case_of_a_backfill_is_closed_with_how_it_was_answered(house: House) -> None:
    case = house.open("access", status="found")
    with pytest.raises(IllegalTransition, match="reason"):
        house.work.close(case.ref, "Dora")
    effect = house.work.close(case.ref, "Dora", reason="answered on 3 May by letter")
    assert effect.letters == () and effect.case.rights[0].outcome is Outcome.HANDLED


def test_a_hold_waits_for_a_person(house: House) -> None:
    case = house.open("erasure", hold=["unread_reply"])
    house.work.record_action(case.ref, "Dora", "CRM", done="deleted")
    with pytest.raises(IllegalTransition, match="release"):
        house.work.answer(case.ref, "Dora", "erasure", done="all")
    house.work.release(case.ref, "Dora")
    house.work.answer(case.ref, "Dora", "erasure", done="all")
    with pytest.raises(IllegalTransition, match="not held"):
        house.work.release(case.ref, "Dora")


# -- clients -------------------------------------------------------------------------------------------------------


def test_the_letter_to_a_client_waits_in_every_mode_and_is_refused_without_arrangement(house: House) -> None:
    case = house.open("erasure", sender="ada@grand.example")
    assert [item.by for item in house.work.concerned(case.ref)] == ["domain"]
    effect = house.work.client_letter(case.ref, "Dora", what="Erase the record in your export.")
    assert effect.letters[0].recipient == "dpo@grand.example"
    assert house.letters(case)[0].status is LetterStatus.HELD
    with pytest.raises(IllegalTransition, match="no arrangement"):
        house.work.client_letter(case.ref, "Dora", what="x", client="Petit Client")
    with pytest.raises(IllegalTransition, match="not needed"):
        house.work.client_letter(case.ref, "Dora", what="x", left=True)
    told = house.work.inform_of_client(case.ref, "Dora", informed=True)
    assert told.letters[0].kind == "client_informed" and told.case.due_on == DUE


def test_a_client_named_in_the_mail_is_recognised(house: House) -> None:
    case = house.open("access", text="I worked for Grand Client until May.")
    assert [(item.client.name, item.by) for item in house.work.concerned(case.ref)] == [("Grand Client", "named")]
    with pytest.raises(IllegalTransition, match="not needed"):
        house.work.client_letter(case.ref, "Dora", what="x", client="Grand Client")


# -- around --------------------------------------------------------------------------------------------------------


def test_a_preview_writes_nothing(house: House) -> None:
    case = house.open("access", status="unconfirmed")
    before = list(house.store.cases.events(case.id))
    found = house.work.preview("confirm", case.ref, "Dora")
    assert [item.kind for item in found.letters] == ["acknowledgement"] and case.ref in found.letters[0].subject
    assert list(house.store.cases.events(case.id)) == before and house.letters(case) == []
    gone = house.work.preview("not_a_request", case.ref, "Dora", reason="spam")
    assert gone.letters == () and house.store.correspondence.mails(case.id)[0]["content"] is not None
    with pytest.raises(IntakeError, match="no act"):
        house.work.preview("_append", case.ref)


def test_an_act_that_fails_in_a_callers_transaction_leaves_nothing(house: House) -> None:
    case = house.open("access", sender="", hold=["no_sender"])
    house.work.release(case.ref, "Dora")
    house.advised(case, "extend")
    count = len(list(house.store.cases.events(case.id)))
    with house.store.transaction(), pytest.raises(IllegalTransition, match="addressee"):
        house.work.extend(case.ref, "Carl", reason="much", as_role="controller")
    assert len(list(house.store.cases.events(case.id))) == count and house.case(case.ref).due_on == DUE


def test_without_an_address_the_letter_is_printed(house: House) -> None:
    case = house.open("access", sender="", channel="post")
    house.work.record_search(case.ref, "Dora", "CRM", "nothing")
    effect = house.work.answer(case.ref, "Dora", "access", "nothing_held")
    assert effect.letters == () and case.ref in effect.printed[0].body
    assert house.facts(case, EventType.NOTED)[0]["printed"] == "nothing_held"


def test_advice_of_the_policy(house: House) -> None:
    case = house.open("objection")
    lines = house.work.advice(case.ref, purposes=["prospecting"], lang="en")
    assert lines[0].applies == "yes" and "Article 21(1)" in lines[0].text
