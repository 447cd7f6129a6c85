"""Mails in files: Maildir, mbox and .eml, found below a path in a stable order, read through the mailbox protocol."""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from intake_bot import clock
from intake_bot.mail import mbox
from intake_bot.mail.inbound import FolderRole, Position
from intake_bot.mail.mailbox import Fetched, FolderState

MAX_MAIL_BYTES = 30_000_000
_CUT_BYTES = 2_000_000  # what is read of a larger mail: its headers and its first text
_SNIFF_BYTES = 4096
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9_-]{0,9}$")
_MBOX_NAMES = (".mbox", ".mbx", ".mboxrd")
_HEADER_NAME = re.compile(rb"^([!-9;-~]+)[ \t]*:", re.MULTILINE)
_KNOWN_HEADERS = frozenset(
    b"from to cc subject date received message-id return-path delivered-to mime-version content-type reply-to "
    b"sender in-reply-to references list-id x-mailer dkim-signature".split()
)
_ROLES = {"junk": FolderRole.JUNK, "spam": FolderRole.JUNK, "sent": FolderRole.SENT, "sent items": FolderRole.SENT}


@dataclass(frozen=True, slots=True)
class MailFile:
    """A mail in a file. `path` is as found, "file.mbox#3" for the third mail of an mbox; `received` is UTC."""

    path: str
    file: Path
    received: datetime | None
    start: int = 0
    end: int | None = None  # None: to the end of the file
    in_mbox: bool = False
    role: FolderRole = FolderRole.INBOX

    @property
    def key(self) -> str:
        """What stays the same when another program moves the mail from new to cur or sets a flag (Maildir)."""
        if self.file.parent.name in ("cur", "new"):
            return str(self.file.parent.parent / self.file.name.partition(":2,")[0])
        return self.path

    def read(self, limit: int = MAX_MAIL_BYTES) -> tuple[bytes, int]:
        """The octets of the mail and how many it has; of a mail above the limit only the beginning. Raises OSError."""
        with self.file.open("rb") as source:
            end = os.fstat(source.fileno()).st_size if self.end is None else self.end
            size = max(end - self.start, 0)
            source.seek(self.start)
            raw = source.read(size if size <= limit else min(limit, _CUT_BYTES))
        return (mbox.unquote(raw) if self.in_mbox else raw), size


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that should hold mail and cannot be read."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not mail: an index, a dotfile, a document."""

    path: str


Found = MailFile | Unreadable | Skipped


def discover(path: str | os.PathLike[str]) -> Iterator[Found]:
    """Everything below a path, recursively, in the order of names: mails, files that fail, files that are not mail.

    A file that is named itself is looked at whatever its extension is.
    """
    top = Path(path)
    try:
        mode = top.stat().st_mode
    except OSError as error:
        yield Unreadable(_shown(top), error.strerror or str(error))
        return
    if stat.S_ISDIR(mode):
        yield from _folder(top)
    else:
        yield from _file(top, named=True)


def is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir() and (path / "new").is_dir()


def _shown(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def _folder(path: Path) -> Iterator[Found]:
    try:
        entries = sorted(os.scandir(path), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        yield Unreadable(_shown(path), error.strerror or str(error))
        return
    maildir = is_maildir(path)
    if maildir:
        yield from maildir_mails(path)
    for entry in entries:
        inner = path / entry.name
        if maildir and entry.name in ("cur", "new", "tmp"):
            continue
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith(".") or (maildir and is_maildir(inner)):
                yield from _folder(inner)
        elif entry.name.startswith(".") or maildir:
            yield Skipped(_shown(inner))
        else:
            yield from _file(inner)


def maildir_mails(path: Path) -> Iterator[Found]:
    """The mails of one Maildir folder (cur and new, never tmp), in the order of their unique names: of delivery."""
    role = _ROLES.get(path.name.lstrip(".").rpartition(".")[2].lower(), FolderRole.INBOX)
    names = []
    for part in ("new", "cur"):
        try:
            names += [(name, path / part / name) for name in os.listdir(path / part)]
        except OSError as error:
            yield Unreadable(_shown(path / part), error.strerror or str(error))
    for name, file in sorted(names, key=lambda pair: _delivery(pair[0])):
        if name.startswith("."):
            yield Skipped(_shown(file))
            continue
        try:
            found = file.stat()
        except FileNotFoundError:
            continue  # moved or removed meanwhile
        except OSError as error:
            yield Unreadable(_shown(file), error.strerror or str(error))
            continue
        if stat.S_ISREG(found.st_mode):
            yield MailFile(_shown(file), file, datetime.fromtimestamp(found.st_mtime, UTC), role=role)


def _delivery(name: str) -> tuple[int, bytes]:
    seconds = name.partition(".")[0]
    return (int(seconds) if seconds.isascii() and seconds.isdigit() else 0, os.fsencode(name))


def _file(path: Path, *, named: bool = False) -> Iterator[Found]:
    shown = _shown(path)
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            yield Skipped(shown)  # a pipe or a device would block
            return
        with path.open("rb") as source:
            start = source.read(_SNIFF_BYTES)
    except OSError as error:
        yield Unreadable(shown, error.strerror or str(error))
        return
    written = datetime.fromtimestamp(found.st_mtime, UTC)
    suffix = path.suffix.lower()
    if suffix == ".eml":
        yield MailFile(shown, path, written)
    elif suffix in _MBOX_NAMES:
        yield from _mbox(path, written)
    elif suffix in (".jsonl", ".json", ".txt", ".csv", ".md") and not named:
        yield Skipped(shown)
    elif mbox.begins_mbox(start):
        yield from _mbox(path, written)
    elif (named or not _EXTENSION.search(path.name)) and looks_like_mail(start):
        yield MailFile(shown, path, written)
    else:
        yield Skipped(shown)


def _mbox(path: Path, written: datetime) -> Iterator[Found]:
    shown = _shown(path)
    count = 0
    try:
        with path.open("rb") as source:
            for count, span in enumerate(mbox.spans(source.fileno()), 1):
                received = span.received or written
                yield MailFile(f"{shown}#{count}", path, received, span.start, span.end, in_mbox=True)
            if count == 0 and (start := source.read(_SNIFF_BYTES)):
                if looks_like_mail(start):
                    yield MailFile(f"{shown}#1", path, written)
                else:
                    yield Unreadable(shown, "no mail in it: an mbox begins with a From_ line (RFC 4155)")
    except OSError as error:
        yield Unreadable(shown, error.strerror or str(error))


def looks_like_mail(start: bytes) -> bool:
    """Whether a file that begins so is a mail: its first line is a header, and two are headers that mails have."""
    head = start.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if not _HEADER_NAME.match(head):
        return False
    return len({name.lower() for name in _HEADER_NAME.findall(head)} & _KNOWN_HEADERS) >= 2


class FileMailbox:
    """A Maildir (its folders: INBOX and those of Maildir++), or any path that `discover` takes, as one folder INBOX.

    Files have no UIDs. They get them here when first seen, so the UIDVALIDITY is that of this object
    (RFC 3501 2.3.1.1): a later run sees every mail again and knows it by its content.
    """

    def __init__(self, path: str | os.PathLike[str], name: str = "files", max_mail_bytes: int = MAX_MAIL_BYTES) -> None:
        self.path = Path(path)
        self.name = name
        self._limit = max_mail_bytes
        self._validity = int(clock.now().timestamp() * 1000)
        self._uids: dict[str, dict[str, int]] = {}
        self._mails: dict[str, dict[int, MailFile]] = {}
        self.errors: tuple[Unreadable, ...] = ()  # of the last listing
        self.skipped = 0  # files that are not mail, in the last listing

    def folders(self) -> Sequence[tuple[str, FolderRole]]:
        """INBOX, and the Maildir++ folders below a Maildir with the role that their name says."""
        below = []
        if is_maildir(self.path):
            for inner in sorted(self.path.iterdir()):
                if inner.name.startswith(".") and is_maildir(inner):
                    name = inner.name[1:].replace(".", "/")
                    below.append((name, _ROLES.get(name.rpartition("/")[2].lower(), FolderRole.INBOX)))
        return [("INBOX", FolderRole.INBOX), *below]

    def examine(self, folder: str) -> FolderState:
        """List the folder and say its state."""
        mails = self._list(folder)
        role = dict(self.folders()).get(folder, FolderRole.INBOX)
        uidnext = max(self._uids[folder].values(), default=0) + 1
        return FolderState(folder, role, self._validity, uidnext, len(mails))

    def uids_after(self, folder: str, uid: int) -> Sequence[int]:
        """The UIDs above `uid` that exist now, ascending."""
        return sorted(number for number in self._list(folder) if number > uid)

    def uids_since(self, folder: str, since: datetime) -> Sequence[int]:
        """The UIDs received on or after the UTC date of `since`, by the mbox From_ line or the time of the file."""
        day = since.astimezone(UTC).date()
        return sorted(
            uid for uid, mail in self._list(folder).items() if mail.received is None or mail.received.date() >= day
        )

    def fetch(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        """The mails, ascending by UID; of one above the limit the beginning. What vanished yields nothing."""
        for uid in sorted(set(uids)):
            mail = self._find(folder, uid)
            if mail is not None:
                position = Position(self.name, folder, self._validity, uid, mail.role, mail.path)
                yield fetched(mail, position, self._limit)

    def fetch_whole(self, folder: str, uid: int) -> bytes | None:
        """The original octets of one mail, None when it vanished."""
        mail = self._find(folder, uid)
        try:
            return mail.read(limit=1 << 62)[0] if mail is not None else None
        except OSError:
            return None

    def close(self) -> None:
        """Nothing is held open."""

    def _find(self, folder: str, uid: int) -> MailFile | None:
        mails = self._mails.get(folder) or self._list(folder)
        if uid in mails and not mails[uid].file.exists():
            mails = self._list(folder)  # renamed by a flag, or gone
        return mails.get(uid)

    def _list(self, folder: str) -> dict[int, MailFile]:
        if is_maildir(self.path):
            found = list(maildir_mails(self.path if folder == "INBOX" else self._maildir(folder)))
        else:
            found = list(discover(self.path))
        known = self._uids.setdefault(folder, {})
        listed: dict[int, MailFile] = {}
        for mail in found:
            if isinstance(mail, MailFile):
                listed[known.setdefault(mail.key, len(known) + 1)] = mail
        self._mails[folder] = listed
        self.errors = tuple(item for item in found if isinstance(item, Unreadable))
        self.skipped = sum(isinstance(item, Skipped) for item in found)
        return listed

    def _maildir(self, folder: str) -> Path:
        return self.path / ("." + folder.replace("/", "."))


def fetched(mail: MailFile, position: Position, limit: int = MAX_MAIL_BYTES) -> Fetched:
    """A mail file as read from a mailbox; raw None when it cannot be read just now."""
    try:
        raw, size = mail.read(limit)
    except OSError:
        return Fetched(position, None, mail.received, 0)
    cut = len(raw) < size and size > limit
    return Fetched(position, raw, mail.received, size if cut else len(raw), partial=cut, truncated=cut)
