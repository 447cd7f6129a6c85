"""The ladder: complete over its whole input space, each row reached, and two stories of mail that an employer reads."""

from dataclasses import fields
from dataclasses import replace as _replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_bot.law import identity_wording
from intake_bot.law.identity import DISCLOSING, TABLE, AskAt, IdentityFacts, IdentityStep, Step, combined, next_step
from intake_bot.rights import Right

FLAGS = [field.name for field in fields(IdentityFacts) if field.name != "right"]

PERSON = {"sender_known": True, "authenticated": True, "data_found": True, "details_match": True}


def facts(right: Right = Right.ACCESS, **changes: bool) -> IdentityFacts:
    return IdentityFacts(right, **changes)


def known(right: Right = Right.ACCESS, **changes: bool) -> IdentityFacts:
    """A person who writes from the registered address."""
    return IdentityFacts(right, **{**PERSON, **changes})


def replace(given_facts: IdentityFacts, **changes: bool) -> IdentityFacts:
    return _replace(given_facts, **changes)  # type: ignore[arg-type]


ANY = st.builds(IdentityFacts, st.sampled_from(Right), **{name: st.booleans() for name in FLAGS})

EXAMPLES: list[tuple[str, IdentityFacts, Step]] = [
    ("1", facts(Right.OBJECTION_MARKETING, agent=True, minor=True), Step.NOTHING),
    ("1", facts(Right.WITHDRAW_CONSENT, mailing_withdrawal=True), Step.NOTHING),
    ("1", facts(Right.PRIVACY_QUESTION), Step.NOTHING),
    ("2", facts(Right.BREACH_REPORT), Step.NOTHING),
    ("2", facts(Right.REGULATOR_LETTER), Step.NOTHING),
    ("3", facts(company_asks=True, sender_known=True), Step.HUMAN),
    ("3b", facts(relayed=True, sender_known=True, authenticated=True), Step.HUMAN),
    ("4", facts(agent=True), Step.MANDATE),
    ("5", facts(Right.POST_MORTEM, agent=True), Step.HUMAN),
    ("5", facts(Right.POST_MORTEM), Step.HUMAN),
    ("5", facts(Right.ACCESS, heir=True), Step.HUMAN),
    ("5a", facts(Right.POST_MORTEM, heir_question_approved=True), Step.HEIR),
    ("6", known(Right.ERASURE, minor=True), Step.HUMAN),
    ("7", facts(in_account=True), Step.NOTHING),
    ("7a", facts(identified=True), Step.NOTHING),
    ("8", facts(sender_known=True), Step.CONFIRM),
    ("8", known(reply_to_differs=True), Step.CONFIRM),
    ("8", known(Right.RECTIFICATION, compromise_signs=True), Step.CONFIRM),
    ("8", facts(in_account=True, compromise_signs=True), Step.CONFIRM),
    ("9", known(role_mailbox=True), Step.CONFIRM),
    ("9", known(Right.ERASURE, role_mailbox=True), Step.CONFIRM),
    ("10", known(Right.RECTIFICATION, role_mailbox=True), Step.NOTHING),
    ("10", known(Right.ERASURE), Step.NOTHING),
    ("10", known(Right.WITHDRAW_CONSENT), Step.NOTHING),
    ("11", known(Right.PORTABILITY), Step.NOTHING),
    ("12", facts(), Step.SUPPLEMENTARY),
    ("12", facts(Right.ERASURE), Step.SUPPLEMENTARY),
    ("13", facts(several_matches=True, data_found=True), Step.SUPPLEMENTARY),
    ("14", facts(details_match=True, data_found=True), Step.CONFIRM),
    ("14a", facts(details_match=True, data_found=True, client_domain=True), Step.SUPPLEMENTARY),
    ("15", facts(details_match=True, data_found=True, registered_alive=False), Step.SUPPLEMENTARY),
    ("15a", facts(data_found=True), Step.SUPPLEMENTARY),
    ("16", facts(question_failed=True, id_decided=True), Step.ID),
    ("16a", facts(question_failed=True), Step.HUMAN),
    ("16a", facts(Right.ERASURE, question_failed=True, id_decided=True), Step.HUMAN),
    ("16a", known(impersonation_suspected=True), Step.HUMAN),
    ("17", known(Right.RECTIFICATION, disputed_fact=True), Step.NOTHING),
    ("18", facts(searched=False), Step.HUMAN),
]


@pytest.mark.parametrize(("row", "given_facts", "step"), EXAMPLES)
def test_each_row(row: str, given_facts: IdentityFacts, step: Step) -> None:
    found = next_step(given_facts)
    assert (found.row, found.step) == (row, step)


def test_every_row_has_an_example_and_words() -> None:
    rows = {row.number for row in TABLE}
    assert {row for row, _, _ in EXAMPLES} == rows == set(identity_wording.ROWS)
    for number in rows:
        words = identity_wording.ROWS[number]
        assert all(words)
        assert words.reason("fr") != words.reason("en")


def test_no_input_is_without_a_row() -> None:
    """The last row takes everything, and over each right with any two facts changed there is one answer."""
    assert TABLE[-1].applies(facts())
    for right, one, other in product(Right, FLAGS, FLAGS):
        base = facts(right)
        changed = replace(base, **{one: not getattr(base, one)})
        changed = replace(changed, **{other: not getattr(base, other)})
        assert next_step(changed).row in identity_wording.ROWS


@settings(max_examples=2_000)
@given(ANY)
def test_what_holds_for_any_input(given_facts: IdentityFacts) -> None:
    found = next_step(given_facts)
    if found.step is Step.ID:
        assert given_facts.id_decided
        assert given_facts.right in DISCLOSING
        assert given_facts.question_failed or given_facts.impersonation_suspected
        assert not found.automatic
    if given_facts.right is Right.OBJECTION_MARKETING:
        assert found.step is Step.NOTHING
    if given_facts.right is Right.POST_MORTEM:
        assert found.human
    if found.letter:
        assert found.ask_at is not AskAt.NOBODY
    assert (found.letter != "") == (found.step not in {Step.NOTHING, Step.HUMAN})
    assert found.reason("fr")
    assert found.what_to_do("en")


@settings(max_examples=1_000)
@given(ANY)
def test_nothing_is_asked_at_a_registered_address_that_the_employer_may_read(given_facts: IdentityFacts) -> None:
    if given_facts.client_domain and given_facts.says_left:
        assert next_step(given_facts).ask_at is not AskAt.REGISTERED


@settings(max_examples=1_000)
@given(ANY, st.sampled_from(["data_found", "details_match", "several_matches", "client_domain", "registered_alive"]))
def test_an_unknown_address_learns_nothing(given_facts: IdentityFacts, name: str) -> None:
    """Whatever the directory holds, a stranger gets the same letter at the same address."""
    stranger = replace(given_facts, sender_known=False, in_account=False)
    one, other = next_step(stranger), next_step(replace(stranger, **{name: not getattr(stranger, name)}))
    assert (one.letter, one.ask_at) == (other.letter, other.ask_at)


def test_story_3b_a_client_passes_on_the_request_of_a_person() -> None:
    """The HR desk of a client writes from a known, authenticated address: "Jeanne asks for her data, see below"."""
    relay = next_step(known(Right.ACCESS, relayed=True, agent=True))
    assert (relay.row, relay.step, relay.letter, relay.human) == ("3b", Step.HUMAN, "", True)
    assert relay.ask_at is AskAt.CHOSEN
    assert not relay.suspends
    assert "aucun mandat" in relay.reason("fr")
    # The DPO chose Jeanne's own address, from which she then writes herself.
    assert next_step(known(Right.ACCESS)).step is Step.NOTHING


def test_story_14a_the_employer_reads_the_registered_address() -> None:
    """Jeanne left the client and writes from home: nothing goes to her old address, at no step."""
    home = facts(Right.ACCESS, details_match=True, data_found=True, client_domain=True, says_left=True)
    first = next_step(home)
    assert (first.row, first.step, first.ask_at, first.human) == ("14a", Step.SUPPLEMENTARY, AskAt.SENDER, True)
    # A mail from the old address that says she left does not settle it: somebody else may write there.
    from_work = next_step(replace(home, sender_known=True, authenticated=True))
    assert (from_work.row, from_work.ask_at) == ("14a", AskAt.SENDER)
    # A diverted reply would be confirmed at the registered address, were it not the employer's.
    assert next_step(replace(home, sender_known=True, reply_to_differs=True)).row == "14a"
    # She names her invoice number; the DPO finds it sufficient and approves the new address.
    assert next_step(replace(home, identified=True)).step is Step.NOTHING
    # She does not: the DPO decides, and only then may a document be asked for.
    assert next_step(replace(home, question_failed=True)).step is Step.HUMAN
    assert next_step(replace(home, question_failed=True, id_decided=True)).step is Step.ID


def test_one_letter_asks_for_all_rights_of_a_mail() -> None:
    stop, erase, copy = (
        next_step(facts(right)) for right in (Right.OBJECTION_MARKETING, Right.ERASURE, Right.POST_MORTEM)
    )
    assert combined([stop, erase]) == erase
    assert combined([stop, erase, copy]).step is Step.HUMAN
    assert isinstance(combined([stop]), IdentityStep)
    with pytest.raises(ValueError):
        combined([])
