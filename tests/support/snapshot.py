"""What a mailbox holds, flags and octets, for comparing before and after."""

from typing import Any

from tests.support.dovecot import DovecotServer


def snapshot(server: DovecotServer, user: str) -> tuple[dict[int, Any], dict[str, bytes]]:
    """The flags of each UID (without \\Recent, which every session changes) and the files of the INBOX."""
    with server.connect(user) as client:
        client.select_folder("INBOX", readonly=True)
        found = client.fetch(client.search("ALL"), ["FLAGS"])
    flags = {uid: tuple(flag for flag in data[b"FLAGS"] if flag != b"\\Recent") for uid, data in found.items()}
    root = server.maildir(user)
    files = {
        path.name.partition(",S=")[0].partition(":2,")[0]: path.read_bytes()
        for folder in ("cur", "new")
        for path in (root / folder).glob("*")
    }
    return flags, files
