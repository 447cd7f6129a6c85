"""Evidence packs: everything that shows how a case, or the service, was handled, in one ZIP for an authority."""

import hashlib
import io
import json
from typing import Any

import pyzipper

from intake_bot import __version__, clock
from intake_bot.cases.case import Case, deadline
from intake_bot.cases.wording import right_name
from intake_bot.desk import exports, figures, mails
from intake_bot.desk.desk import Desk
from intake_bot.desk.mails import LetterView, letter_view
from intake_bot.law.deadlines import explain
from intake_bot.service import letter_edit
from intake_bot.service.scanning import Infected, scanned

CHAIN_NOTE = """How to check chain.json

Each event repeats the hash of the one before it (prev_hash); the first repeats 32 zero octets.
hash = SHA-256 over the canonical JSON (sorted keys, no spaces, UTF-8) of the list
  [case_id, seq, type, schema_version, mailbox, controller, actor, occurred_at, recorded_at, key_id, commitment,
   prev_hash]
commitment = SHA-256 over the canonical JSON of {"payload": ..., "salt": ...}; salt and payload are in the vault, so
that the chain can be checked after the content was erased. The daily anchors hash the heads of all cases; the digest
of each day printed its anchor to the DPO.
"""


class Pack:
    """A ZIP with a manifest of SHA-256 sums; with a password its content is AES-256 encrypted (WinZip AE-2)."""

    def __init__(self, password: str = "") -> None:
        self._buffer = io.BytesIO()
        self._zip = pyzipper.AESZipFile(self._buffer, "w", compression=pyzipper.ZIP_DEFLATED)
        if password:
            self._zip.setpassword(password.encode())
            self._zip.setencryption(pyzipper.WZ_AES, nbits=256)
        self._sums: list[str] = []

    def add(self, name: str, content: str | bytes) -> None:
        octets = content.encode() if isinstance(content, str) else content
        self._zip.writestr(name, octets)
        self._sums.append(f"{hashlib.sha256(octets).hexdigest()}  {name}")

    def add_json(self, name: str, value: Any) -> None:
        self.add(name, json.dumps(value, ensure_ascii=False, indent=1, default=str))

    def finish(self) -> bytes:
        """The octets of the pack."""
        self._zip.writestr("SHA256SUMS", "\n".join(self._sums) + "\n")
        self._zip.close()
        return self._buffer.getvalue()


def of_case(desk: Desk, case: Case, lang: str, password: str = "") -> bytes:
    """The pack of one case: originals, headers, letters, timeline, date explanations, chain, a summary to print.

    An original in which the virus scanner finds something stays out. Raises IntakeError when the scanner is silent.
    """
    pack = Pack(password)
    store = desk.store
    events = list(store.cases.events(case.id))
    letters = [letter_view(item) for item in store.outbox.all(case_id=case.id)]
    kept = mails.views(store, desk.register, case.id)
    explanations = [(item, explain(deadline(case, item), lang).split("\n")) for item in case.rights]
    for number, mail in enumerate(kept, 1):
        original = store.correspondence.original(mail.id) if mail.original and not mail.erased else None
        if original is not None:
            try:
                pack.add(f"mails/{number:02}-{mail.role}.eml", scanned(desk.settings, original))
            except Infected as error:
                pack.add(f"mails/{number:02}-{mail.role}.left-out.txt", f"{error.said(lang)}\n")
            pack.add(f"mails/{number:02}-{mail.role}.headers.txt", original.partition(b"\r\n\r\n")[0].split(b"\n\n")[0])
        pack.add(f"mails/{number:02}-{mail.role}.txt", "".join(piece.text for piece in mail.text))
    for number, view in enumerate(letters, 1):
        raw = letter_edit.shown(view.letter)
        if raw is not None:
            pack.add(f"letters/{number:02}-{view.letter.kind}-{view.letter.status}.eml", raw)
    pack.add_json("timeline.json", [_event(event) for event in events])
    pack.add_json("letters.json", [_letter(view) for view in letters])
    dates = [f"{right_name(item.right, lang)}\n" + "\n".join(lines) for item, lines in explanations]
    pack.add("dates.txt", "\n\n".join(dates) + "\n")
    pack.add_json("register.json", exports.lines([case]))
    pack.add_json("classification.json", desk.register.ledger_line(case.id) or {})
    pack.add_json("access.json", [_access(entry) for entry in desk.accounts.accesses(case_id=case.id)])
    pack.add_json("chain.json", desk.register.chain(case.id))
    pack.add("chain.txt", CHAIN_NOTE)
    context = {"case": case, "events": events, "letters": letters, "mails": kept, "explanations": explanations,
               "made_at": desk.now(), "version": __version__, "controller": desk.settings.controller}  # fmt: skip
    pack.add("summary.html", desk.pages.render("pack_case", lang, desk.zone, desk.today(), context))
    return pack.finish()


def of_service(desk: Desk, lang: str, password: str = "") -> bytes:
    """The pack of the service: register, figures, versions, access log, erasures, anchors, the chain verified."""
    pack = Pack(password)
    cases = sorted(desk.store.cases.all(), key=lambda case: case.ref)
    count, problems = desk.store.audit.verify()
    found = figures.collect(desk, 365)
    for form, make in exports.FORMS.items():
        pack.add(f"register.{form}", make(cases, lang)[0])
    pack.add_json(
        "figures.json", {**found, **{name: _measure(found[name]) for name in ("acknowledge", "close", "recognise")}}
    )
    versions = _versions(desk, cases)
    pack.add_json("versions.json", versions)
    pack.add_json("access.json", [_access(entry) for entry in desk.accounts.accesses()])
    accounts = [{"name": item.name, "role": item.role, "enrolled_at": item.enrolled_at, "disabled_at": item.disabled_at}
                for item in desk.accounts.all()]  # fmt: skip
    pack.add_json("accounts.json", accounts)
    pack.add_json("erasures.json", [{"case": ref, "erased_at": at} for ref, at in desk.register.erasures()])
    pack.add_json(
        "anchors.json", [{"day": day, "head": head, "cases": number} for day, head, number in desk.register.anchors()]
    )
    pack.add_json("service-chain.json", desk.register.chains_of_service())
    pack.add_json("verification.json", {"events": count, "problems": problems, "at": clock.to_text(desk.now())})
    pack.add("chain.txt", CHAIN_NOTE)
    context = {"found": found, "shares": figures.shares(found), "count": len(cases), "events": count,
               "problems": problems, "versions": versions, "made_at": desk.now(),
               "controller": desk.settings.controller}  # fmt: skip
    pack.add("summary.html", desk.pages.render("pack_service", lang, desk.zone, desk.today(), context))
    return pack.finish()


def _measure(measure: figures.Measure) -> dict[str, Any]:
    return {"count": measure.count, "median": measure.middle, "ninth_decile": measure.most}


def _versions(desk: Desk, cases: list[Case]) -> dict[str, Any]:
    """The program, the rule sets and models that decided, and the letters' templates by their sums."""
    folder = desk.settings.templates_dir / "letters"
    templates = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.j2"))
    }
    rules = sorted({item.rule_set for case in cases for item in case.rights if item.rule_set})
    return {"program": __version__, "rule_sets": rules, "models": desk.register.models(), "templates": templates}


def _event(event: Any) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "type": str(event.type),
        "actor": event.actor,
        "occurred_at": clock.to_text(event.occurred_at),
        "recorded_at": clock.to_text(event.recorded_at),
        "payload": event.payload,
    }


def _letter(view: LetterView) -> dict[str, Any]:
    letter = view.letter
    return {
        "id": letter.id, "kind": letter.kind, "lang": letter.lang, "to": letter.recipient, "subject": view.subject,
        "status": str(letter.status), "decided_by": letter.decided_by, "created_at": clock.to_text(letter.created_at),
        "sent_at": clock.to_text(letter.sent_at) if letter.sent_at else None, "error": letter.error,
    }  # fmt: skip


def _access(entry: Any) -> dict[str, Any]:
    return {"at": clock.to_text(entry.at), "account": entry.account, "action": entry.action, "detail": entry.detail}
