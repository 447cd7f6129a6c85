"""Data go, encrypted, to an address that is verified for the person and to no other; hash and manifest remain."""

import hashlib
import io
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import pyzipper

from intake_bot import clock
from intake_bot.cases.events import EventType
from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.service.casework import Casework, open_casework
from intake_bot.service.letter_edit import text_of
from intake_bot.service.office import Effect
from intake_bot.service.outcome import Outcome
from intake_bot.service.retention import Retention
from intake_bot.store.attachments import DocumentKind
from intake_bot.store.outbox import LetterStatus
from tests.integration.identity.conftest import House, written
from tests.integration.identity.test_flow import ACCESS, sent_id
from tests.support.service import command, environment, json_lines

EXPORT = b"name;address\nPaul Durand;zyqexport street 1\n" * 40
FILES = [("../Paul export.csv", EXPORT), ("photo.jpg", b"\xff\xd8zyqphoto" * 20)]


def work(house: House) -> Casework:
    return open_casework(house.settings, house.store, house.now)


def opened(house: House, sender: str = "paul@home.test", result: str = "pass", text: str = ACCESS) -> Outcome:
    outcome = house.take(written(sender, text), result=result)
    assert outcome.case is not None
    return outcome


def deliver(house: House, ref: str, **told: object) -> Effect:
    return work(house).deliver(ref, "Dora", **({"files": FILES} | told))  # type: ignore[arg-type]


def archive(raw: bytes) -> bytes:
    message = message_from_bytes(raw, policy=policy.default)
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "application/zip"
    content = part.get_content()
    assert isinstance(content, bytes)
    return content


def ref_of(outcome: Outcome) -> str:
    assert outcome.case is not None
    return outcome.case.ref


def test_the_right_password_opens_the_archive_and_no_other(house: House) -> None:
    ref = ref_of(opened(house))
    effect = deliver(house, ref)
    assert [(item.kind, item.recipient) for item in effect.letters] == [("delivery", "paul@home.test")]
    sent = next(item for item in house.send() if b"application/zip" in item.raw)
    assert sent.recipients == ("paul@home.test",)
    octets = archive(sent.raw)
    assert b"zyqexport" not in sent.raw and b"zyqexport" not in octets
    with pyzipper.AESZipFile(io.BytesIO(octets)) as opened_archive:
        assert opened_archive.namelist() == ["Paul export.csv", "photo.jpg"]
        for info in opened_archive.infolist():
            assert info.flag_bits & 1 and info.wz_aes_strength == 3, "AES-256"
        for wrong in (None, b"", b"wrong", effect.password.upper().encode() + b"x"):
            with pytest.raises(RuntimeError):
                opened_archive.read("Paul export.csv", pwd=wrong)
        assert opened_archive.read("Paul export.csv", pwd=effect.password.encode()) == EXPORT
    message = message_from_bytes(sent.raw, policy=policy.default)
    text = message.get_body(("plain",))
    assert text is not None and "Paul export.csv" in text.get_content()
    assert message["In-Reply-To"] and message.defects == [] and "mot de passe" in text.get_content()


def test_the_password_is_kept_nowhere(house: House) -> None:
    ref = ref_of(opened(house))
    effect = deliver(house, ref)
    sent = house.send()
    assert len(effect.password) >= 20 and effect.password != deliver(house, ref).password
    case = house.store.cases.case_by_ref(ref)
    assert case is not None
    assert effect.password not in str([event.payload for event in house.store.cases.events(case.id)])
    assert all(effect.password.encode() not in item.raw for item in sent)
    for path in house.settings.state_dir.rglob("*"):
        assert not path.is_file() or effect.password.encode() not in path.read_bytes()


def test_event_holds_hash_size_and_manifest(house: House) -> None:
    outcome = opened(house)
    deliver(house, ref_of(outcome), note="asked by phone")
    octets = archive(next(item for item in house.send() if b"application/zip" in item.raw).raw)
    assert outcome.case is not None
    payload = delivered(house, outcome)[0]
    assert (payload["sha256"], payload["size"]) == (hashlib.sha256(octets).hexdigest(), len(octets))
    assert payload["manifest"][0] == {
        "name": "Paul export.csv", "size": len(EXPORT), "sha256": hashlib.sha256(EXPORT).hexdigest(),
    }  # fmt: skip
    assert (payload["address"], payload["note"], payload["how"]) == ("paul@home.test", "asked by phone", "mail")


def delivered(house: House, outcome: Outcome) -> list[dict]:  # type: ignore[type-arg]
    assert outcome.case is not None
    events = house.store.cases.events(outcome.case.id)
    return [dict(event.payload or {}) for event in events if event.type is EventType.DELIVERED]


def test_after_three_months_the_file_is_gone_and_hash_and_manifest_remain(house: House) -> None:
    outcome = opened(house)
    deliver(house, ref_of(outcome))
    house.send()
    assert outcome.case is not None
    (document,) = house.store.documents.kept(DocumentKind.DISCLOSED)
    key = house.store.database.value("SELECT key_id FROM documents WHERE id = ?", (document.id,))
    assert key != house.store.cases.key_of(outcome.case.id), "a key of its own"
    retention = Retention(house.settings, house.store, now=house.now)
    house.now.later(days=89)
    retention.purge(clock.local_date(house.now(), "Europe/Paris"))
    assert house.store.documents.content(document.id) is not None
    house.now.later(days=5)
    report = retention.purge(clock.local_date(house.now(), "Europe/Paris"))
    assert report.done["disclosed_file"] == 1 and report.problems == []
    assert house.store.documents.content(document.id) is None and not house.store.keyring.exists(key)
    assert delivered(house, outcome)[0]["manifest"][0]["name"] == "Paul export.csv"
    letter = next(item for item in house.store.outbox.all() if item.kind == "delivery")
    assert letter.raw is not None and b"application/zip" not in letter.raw and "7-Zip" in text_of(letter.raw)
    assert house.store.audit.verify()[1] == [] and house.store.cases.rebuild() == []


def test_a_letter_whose_archive_is_gone_fails_and_says_so(make: Callable[..., House]) -> None:
    house = make(SEND_MODE="off")
    deliver(house, ref_of(opened(house)))
    (document,) = house.store.documents.kept(DocumentKind.DISCLOSED)
    house.store.retention.erase_documents(document.case_id, [document.id], {"why": "test"}, house.now())
    letter = next(item for item in house.store.outbox.all() if item.kind == "delivery")
    assert letter.status is LetterStatus.HELD, "SEND_MODE=off"
    house.store.outbox.approve(letter.id, "Dora", house.now(), mode="approve")
    house.send()
    after = house.store.outbox.find(letter.id)
    assert (after.status, after.error) == (LetterStatus.FAILED, "the archive that it carries was erased")


@pytest.mark.parametrize(
    ("sender", "result", "text"),
    [
        ("paul@home.test", "", ACCESS),  # the registered address, but nobody vouches for the mail
        ("paul@home.test", "fail", ACCESS),
        ("autre@mail.test", "pass", ACCESS),  # unknown
        ("autre@mail.test", "pass", f"{ACCESS}Ma facture est FA-2025-0002.\n"),  # details of another record
        ("jeanne@client.test", "pass", f"{ACCESS}J'ai quitté l'entreprise.\n"),  # the employer reads it
    ],
)
def test_never_to_an_unverified_address(house: House, sender: str, result: str, text: str) -> None:
    ref = ref_of(opened(house, sender, result, text))
    work(house).confirm(ref, "Dora")
    before = len(house.store.outbox.all())
    with pytest.raises(
        IllegalTransition, match=r"(?s)no address of this person is verified.*choose-addressee --verified"
    ):
        deliver(house, ref)
    assert work(house).delivery_address(ref) == ""
    assert len(house.store.outbox.all()) == before and house.store.documents.kept(DocumentKind.DISCLOSED) == []
    work(house).choose_addressee(ref, "Dora", "new@mail.test", reason="she asked for it")
    with pytest.raises(IllegalTransition, match="verified"):
        deliver(house, ref)
    work(house).choose_addressee(
        ref, "Dora", "new@mail.test", reason="hers", verified="called her at the number on file"
    )
    assert deliver(house, ref).letters[0].recipient == "new@mail.test"


def test_a_yes_from_the_registered_address_verifies_it_and_a_no_takes_it_back(house: House) -> None:
    asked = opened(house, result="")
    question = next(item for item in house.send() if item.recipients == ("paul@home.test",))
    ref = ref_of(asked)
    with pytest.raises(IllegalTransition, match="stands open"):
        deliver(house, ref)
    house.now.later(days=1)
    house.take(written("paul@home.test", "Oui, c'est moi.\n", "RE: Vous ?", In_Reply_To=sent_id(question)))
    with pytest.raises(IllegalTransition, match="release it first"):
        deliver(house, ref)
    work(house).release(ref, "Dora")
    assert deliver(house, ref).letters[0].recipient == "paul@home.test"
    work(house).ask_identity(ref, "Dora", "supplementary", reason="a call from somebody else")
    assert work(house).delivery_address(ref) == "", "a new doubt takes it back"


def test_a_doubt_that_comes_up_while_the_letter_waits_stops_it(make: Callable[..., House]) -> None:
    house = make(SEND_MODE="off")
    ref = ref_of(opened(house))
    deliver(house, ref)
    letter = next(item for item in house.store.outbox.all() if item.kind == "delivery")
    work(house).ask_identity(ref, "Dora", "confirm", reason="a call from somebody else")
    house.store.outbox.approve(letter.id, "Dora", house.now(), mode="approve")
    assert not [item for item in house.send() if b"application/zip" in item.raw]
    assert "no longer verified" in (house.store.outbox.find(letter.id).error or "")


def test_in_the_account_needs_no_file_and_no_address(house: House) -> None:
    outcome = opened(house, "autre@mail.test")
    ref = ref_of(outcome)
    effect = work(house).deliver(ref, "Dora", in_account=True, note="export page")
    assert effect.letters == () and effect.password == ""
    assert delivered(house, outcome) == [{"how": "account", "rights": ["access"], "note": "export page"}]
    assert house.store.documents.kept(DocumentKind.DISCLOSED) == []


def test_what_is_told_wrongly_is_refused(house: House) -> None:
    ref = ref_of(opened(house))
    erasure = ref_of(opened(house, text="Bonjour, supprimez mon compte.\n"))
    for told, said in (
        ({"files": []}, "one of the two"),
        ({"in_account": True}, "one of the two"),
        ({"files": [("empty.csv", b"")]}, "empty.csv is empty"),
        ({"files": [("big.bin", b"x" * 15_000_001)]}, r"15\.0 MB .* 15 MB: .*\(INTAKE_DELIVERY_MAX_MB.*in-account"),
        ({"right": "portability"}, "does not hold “right to data portability"),
        ({"as_role": "agent"}, "for the deputy or the data protection officer, not for the agent"),
        ({"as_role": "controller"}, "not for the controller"),
    ):
        with pytest.raises(IntakeError, match=said):
            deliver(house, ref, **told)
    with pytest.raises(IllegalTransition, match="access or portability only"):
        deliver(house, erasure)
    assert house.store.documents.kept(DocumentKind.DISCLOSED) == []


def test_after_the_answer_and_never_after_a_refusal(house: House) -> None:
    ref = ref_of(opened(house))
    desk = work(house)
    desk.answer(ref, "Dora", "access", purposes=["account"], delivery="in an encrypted archive")
    desk.close(ref, "Dora")
    assert deliver(house, ref).letters[0].kind == "delivery"
    other = ref_of(opened(house, text="Encore une copie, s'il vous plaît.\n"))
    desk.record_search(other, "Dora", "CRM", "nothing")
    desk.answer(other, "Dora", "access", "nothing_held")
    with pytest.raises(IllegalTransition, match="ended as “nothing held”"):
        deliver(house, other)


def test_a_preview_keeps_nothing(house: House) -> None:
    ref = ref_of(opened(house))
    shown = work(house).preview("deliver", ref, "Dora", files=FILES)
    assert [item.kind for item in shown.letters] == ["delivery"] and "Paul export.csv" in shown.letters[0].body
    assert house.store.documents.kept(DocumentKind.DISCLOSED) == []


def test_the_same_octets_on_every_resend(house: House) -> None:
    from intake_bot.service.enclosure import whole

    deliver(house, ref_of(opened(house)))
    letter = next(item for item in house.store.outbox.all() if item.kind == "delivery")
    assert whole(house.store, letter) == whole(house.store, letter)
    longest = max(len(line) for line in whole(house.store, letter).split(b"\r\n"))
    assert longest <= 998, "RFC 5322 2.1.1"


def test_dry_runs_write_the_whole_letter_and_take_it_away_with_the_archive(make: Callable[..., House]) -> None:
    house = make(SEND_MODE="dry")
    deliver(house, ref_of(opened(house)))
    house.send()
    (path,) = (house.settings.state_dir / "dry").glob("delivery-*.eml")
    assert archive(path.read_bytes())
    house.now.later(days=95)
    Retention(house.settings, house.store, now=house.now).purge(clock.local_date(house.now(), "Europe/Paris"))
    assert not path.exists()


def test_on_the_command_line(house: House, values: dict[str, str], tmp_path: Path) -> None:
    ref = ref_of(opened(house))
    (tmp_path / "export.csv").write_bytes(EXPORT)
    shown = command(values, "case", ref, "deliver", "--file", str(tmp_path / "export.csv"), "--as", "Dora", "--preview")
    assert "export.csv (1760 octets)" in shown.stdout
    done = command(values, "case", ref, "deliver", "--file", str(tmp_path / "export.csv"), "--as", "Dora").stdout
    assert "Password: " in done and "shown this once" in done
    told = json_lines(
        command(values, "case", ref, "deliver", "--file", str(tmp_path / "export.csv"), "--as", "Dora", "--json").stdout
    )[0]
    assert len(told["password"]) == 26 and told["letters"][0]["to"] == "paul@home.test"
    command(values, "case", ref, "deliver", "--in-account", "--as", "Dora")
    (tmp_path / "big.bin").write_bytes(bytes(15_000_001))
    for wrong, said in (
        (["--file", str(tmp_path / "nowhere")], "cannot be read"),
        (["--file", str(tmp_path)], "cannot be read"),
        (["--file", str(tmp_path / "big.bin")], "DELIVERY_MAX_MB"),
        ([], "one of the two"),
    ):
        failed = command(values, "case", ref, "deliver", *wrong, "--as", "Dora", check=False)
        assert failed.returncode == 1 and said in failed.stderr and "Traceback" not in failed.stderr
    bad = environment(tmp_path / "state", DELIVERY_MAX_MB="100")
    assert "from 0 to 24" in command(bad, "cases", check=False).stderr
