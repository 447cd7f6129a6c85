"""JSON lines through the installed command: no bad octet, half character, mark at the start or locale ends a run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = {
    "classify": '{"id": "é", "subject": "données", "body": "Merci de supprimer mon compte et toutes mes données."}',
    "deadline": '{"id": "é", "received_at": "2026-01-31T10:00:00Z", "tz": "Europe/Paris", "right": "access", '
    '"jurisdiction": "FR", "events": []}',
}

#: Half a character as id, and a mail that has HTML only.
HALF = rb'{"id": "\ud800", "html": "<p>Merci de supprimer mon <b>compte</b> et toutes mes donn&eacute;es.</p>"}'


@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii:strict"])
@pytest.mark.parametrize("verb", GOOD)
def test_every_line_is_answered(verb: str, encoding: str) -> None:
    lines = (
        b"\xef\xbb\xbf"
        + "\n".join((GOOD[verb], "nonsense", GOOD[verb])).encode()
        + b'\n{"id": "\xff"}\n'
        + HALF
        + b"\n"
    )
    command = Path(sys.executable).with_name("intake-bot")
    done = subprocess.run(
        [command, verb, "--jsonl"], input=lines, capture_output=True, timeout=120,
        env=os.environ | {"PYTHONIOENCODING": encoding},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()[-800:]
    answers = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert len(answers) == 5
    assert answers[0] == answers[2] | {key: answers[0][key] for key in ("ms",) if key in answers[0]}
    assert answers[0]["id"] == "é" and "error" not in answers[0]
    assert answers[1]["id"] is None and answers[1]["error"]
    assert answers[4]["id"] == "\ud800"
    if verb == "classify":
        assert answers[4]["labels"] == ["erasure"]
