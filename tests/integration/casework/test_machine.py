"""Any sequence of acts, by anyone, on several cases: no receipt is lost, no chain breaks, no state is illegal."""

import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from intake_bot.cases.case import Case, CaseStatus, Outcome, RightStatus, clocked
from intake_bot.cases.events import EventType
from intake_bot.cases.transitions import ROLES
from intake_bot.errors import IntakeError
from intake_bot.law.grounds import WORDS, Ground, grounds_of
from intake_bot.rights import Right
from intake_bot.store.outbox import LetterStatus
from tests.integration.casework.house import House

RIGHTS = st.sampled_from(["access", "erasure", "rectification", "restriction", "objection_marketing",
                          "withdraw_consent", "privacy_question"])  # fmt: skip
ROLE = st.sampled_from(ROLES)
ACTOR = st.sampled_from(["Dora", "Carl", "Agnes"])
WHICH = st.integers(0, 7)


class Lifecycle(RuleBasedStateMachine):
    """Acts drawn at random; an act that is refused must change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="casework-")
        self.house = House(Path(self.folder.name))
        self.receipts: dict[str, datetime] = {}  # case -> the earliest receipt that it has to remember
        self.asked: dict[tuple[str, Right], datetime] = {}
        self.new()

    def new(self, *rights: str, **told: Any) -> None:
        case = self.house.open(*(rights or ("access", "erasure")), **told)
        self.remember(case)

    def remember(self, case: Case) -> None:
        self.receipts[case.id] = min(self.receipts.get(case.id, case.received_at), case.received_at)
        for item in case.rights:
            key = (case.id, item.right)
            if item.outcome is Outcome.NOT_A_REQUEST:
                self.asked.pop(key, None)  # nobody asked for it: asked for later, it counts from then
            else:
                self.asked[key] = min(self.asked.get(key, item.received_at), item.received_at)

    def cases(self) -> list[Case]:
        return sorted(self.house.store.cases.all(), key=lambda case: case.ref)

    def pick(self, which: int) -> Case:
        found = self.cases()
        return found[which % len(found)]

    def attempt(self, act: Callable[[], Any]) -> Any:
        """Carry out, or be refused and change nothing."""
        before = [(case, self.house.store.cases.key_of(case.id)) for case in self.cases()]
        letters = len(self.house.store.outbox.all())
        try:
            effect = act()
        except IntakeError:
            assert [(case, self.house.store.cases.key_of(case.id)) for case in self.cases()] == before
            assert len(self.house.store.outbox.all()) == letters
            return None
        for case in filter(None, (effect.case, effect.other)):
            self.remember(case)
        return effect

    @rule(rights=st.lists(RIGHTS, min_size=1, max_size=3, unique=True), days=st.integers(0, 10),
          status=st.sampled_from(["open", "unconfirmed", "found"]), held=st.booleans())  # fmt: skip
    @precondition(lambda self: len(self.receipts) < 8)
    def open(self, rights: list[str], days: int, status: str, held: bool) -> None:
        received = self.house.time - timedelta(days=days)
        self.new(*rights, received=received, status=status, hold=["unread_reply"] if held and status == "open" else ())

    @rule(hours=st.integers(1, 24 * 20))
    def time_passes(self, hours: int) -> None:
        self.house.later(hours=hours)

    @rule(which=WHICH, actor=ACTOR, role=ROLE, name=st.sampled_from(
        ["confirm", "release", "close", "hold", "note", "not_a_request", "reopen", "inform_of_client"]))  # fmt: skip
    def act_on_case(self, which: int, actor: str, role: str, name: str) -> None:
        case = self.pick(which)
        told: dict[str, Any] = {"hold": {"reason": "r"}, "not_a_request": {"reason": "r"}, "reopen": {"reason": "r"},
                                "note": {"text": "t"}, "close": {"reason": "r"}}.get(name, {})  # fmt: skip
        self.attempt(lambda: getattr(self.house.work, name)(case.ref, actor, as_role=role, **told))

    @rule(which=WHICH, actor=ACTOR, role=ROLE, rights=st.lists(RIGHTS, min_size=1, max_size=2, unique=True),
          name=st.sampled_from(["correct", "split"]))  # fmt: skip
    def act_on_rights(self, which: int, actor: str, role: str, rights: list[str], name: str) -> None:
        case = self.pick(which)
        self.attempt(lambda: getattr(self.house.work, name)(case.ref, actor, rights, reason="r", as_role=role))

    @rule(which=WHICH, actor=ACTOR, right=RIGHTS)
    def add_right(self, which: int, actor: str, right: str) -> None:
        case = self.pick(which)
        self.attempt(lambda: self.house.work.add_right(case.ref, actor, right, received_at=self.house.time))

    @rule(which=WHICH, into=WHICH, actor=ACTOR, merges=st.booleans())
    def join(self, which: int, into: int, actor: str, merges: bool) -> None:
        case, other = self.pick(which), self.pick(into)
        name = "merge" if merges else "link"
        effect = self.attempt(lambda: getattr(self.house.work, name)(case.ref, actor, other.ref))
        if effect and merges:
            assert effect.other.received_at == min(case.received_at, other.received_at)

    @rule(
        which=WHICH, actor=ACTOR, event=st.sampled_from(["id_requested", "mandate_requested"]), back=st.integers(0, 9)
    )
    def suspend(self, which: int, actor: str, event: str, back: int) -> None:
        case, at = self.pick(which), self.house.time - timedelta(days=back)
        self.attempt(lambda: self.house.work.suspend(case.ref, actor, event=event, reason="doubt", at=at))

    @rule(which=WHICH, actor=ACTOR, event=st.sampled_from(["id_received", "mandate_received", "id_insufficient"]))
    def resume(self, which: int, actor: str, event: str) -> None:
        case = self.pick(which)
        self.attempt(lambda: self.house.work.resume(case.ref, actor, event=event))

    @rule(which=WHICH, actor=ACTOR, right=RIGHTS, name=st.sampled_from(
        ["record_search", "record_action", "record_advice", "confirm_stop", "notify_recipient", "record_fact"]),
        about=st.sampled_from(["refuse", "partly", "extend", "fee"]))  # fmt: skip
    def record(self, which: int, actor: str, right: str, name: str, about: str) -> None:
        case, work = self.pick(which), self.house.work
        acts: dict[str, Callable[[], Any]] = {
            "record_search": lambda: work.record_search(case.ref, actor, "CRM", "nothing", rights=[right]),
            "record_action": lambda: work.record_action(case.ref, actor, "CRM", done="x", rights=[right]),
            "record_advice": lambda: work.record_advice(case.ref, actor, about, "so", rights=[right]),
            "confirm_stop": lambda: work.confirm_stop(case.ref, actor, "mailer"),
            "notify_recipient": lambda: work.notify_recipient(case.ref, actor, "hosting", rights=[right]),
            "record_fact": lambda: work.record_fact(
                case.ref, actor, "received_by_joint_controller", case.received_at - timedelta(days=1)),
        }  # fmt: skip
        self.attempt(acts[name])

    @rule(which=WHICH, actor=ACTOR, right=RIGHTS, outcome=st.sampled_from(list(Outcome)), role=ROLE,
          ground=st.sampled_from(["", *Ground]))  # fmt: skip
    def answer(self, which: int, actor: str, right: str, outcome: Outcome, role: str, ground: str) -> None:
        case = self.pick(which)
        self.attempt(lambda: self.house.work.answer(
            case.ref, actor, right, outcome, done="done", purposes=["account"], delivery="link", reason="r",
            grounds=[ground] if ground else [], despite="d", as_role=role))  # fmt: skip

    @rule(which=WHICH, actor=ACTOR)
    def extend(self, which: int, actor: str) -> None:
        case = self.pick(which)
        before = {item.right: item for item in case.running}
        effect = self.attempt(lambda: self.house.work.extend(case.ref, actor, reason="much", as_role="controller"))
        if effect:
            for item in effect.case.running:
                assert item.safe_on is None or item.safe_on >= before[item.right].safe_on  # type: ignore[operator]

    @rule(which=WHICH, outcome=st.sampled_from(["granted", "partly", "refused", "nothing_held"]), closes=st.booleans())
    def work_diligently(self, which: int, outcome: str, closes: bool) -> None:
        """All that an answer needs, in its order; then it has to go through wherever the right knows the outcome."""
        case, work = self.pick(which), self.house.work
        if case.status is CaseStatus.UNCONFIRMED:
            self.attempt(lambda: work.confirm(case.ref, "Dora"))
        if case.hold:
            self.attempt(lambda: work.release(case.ref, "Dora"))
        case = self.house.case(case.ref)
        open_ = [item for item in case.running if item.status is RightStatus.OPEN]
        if case.status is not CaseStatus.OPEN or not open_:
            return
        item = open_[which % len(open_)]
        right = str(item.right)
        for event in ("id_received", "mandate_received"):
            self.attempt(lambda event=event: work.resume(case.ref, "Dora", event=event))
        self.attempt(lambda: work.record_search(case.ref, "Dora", "CRM", "nothing", rights=[right]))
        self.attempt(lambda: work.record_action(case.ref, "Dora", "CRM", done="x", rights=[right]))
        self.attempt(lambda: work.confirm_stop(case.ref, "Dora", "mailer"))
        about = {"partly": "partly", "refused": "refuse"}.get(outcome)
        if about:
            self.attempt(lambda: work.record_advice(case.ref, "Dora", about, "so", rights=[right]))
        grounds = [str(g) for g in grounds_of(item.right) if outcome == "partly" or not WORDS[g].partial][:1]
        effect = self.attempt(lambda: work.answer(
            case.ref, "Carl", right, outcome, done="done", purposes=["account"], delivery="link", reason="r",
            grounds=grounds if about else [], despite="d", as_role="controller" if about else "dpo"))  # fmt: skip
        possible = item.right is not Right.PRIVACY_QUESTION and (not about or grounds)
        assert (effect is not None) == bool(possible), (right, outcome)
        if closes:
            self.attempt(lambda: work.close(case.ref, "Dora"))

    @rule(which=WHICH)
    def extend_with_advice(self, which: int) -> None:
        case, work = self.pick(which), self.house.work
        self.attempt(lambda: work.record_advice(case.ref, "Dora", "extend", "so"))
        self.attempt(lambda: work.extend(case.ref, "Carl", reason="much", as_role="controller"))

    @rule(which=WHICH, sent=st.booleans())
    def the_post(self, which: int, sent: bool) -> None:
        """What the dispatch reports of a letter: sent, or come back."""
        letters = [item for item in self.house.store.outbox.all() if item.status is LetterStatus.QUEUED and item.raw]
        if letters:
            letter = letters[which % len(letters)]
            self.house.store.outbox.settle(letter.id, LetterStatus.SENT, now=self.house.time)
            self.house.told(EventType.LETTER_SENT if sent else EventType.DELIVERY_FAILED, letter)

    @invariant()
    def no_receipt_is_lost(self) -> None:
        for case in self.cases():
            assert case.received_at == self.receipts[case.id]
            for item in case.rights:
                assert item.received_at <= self.asked.get((case.id, item.right), item.received_at)

    @invariant()
    def every_state_is_legal(self) -> None:
        for case in self.cases():
            for item in case.rights:
                assert (item.status is RightStatus.CLOSED) == (item.outcome is not None)
                assert item.safe_on is None or item.safe_on >= date(2026, 10, 1)
            if case.status is CaseStatus.CLOSED:
                assert not case.running and case.closed_at is not None and not case.hold
            else:
                assert case.closed_at is None
            assert clocked(case) == case

    @invariant()
    def the_chains_hold(self) -> None:
        assert self.house.store.audit.verify()[1] == []

    def teardown(self) -> None:
        assert self.house.proven()
        self.house.close()
        self.folder.cleanup()


Lifecycle.TestCase.settings = settings(
    max_examples=15, stateful_step_count=40, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)  # fmt: skip
TestLifecycle = Lifecycle.TestCase
