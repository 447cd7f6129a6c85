"""The tables, stated once, and the migrations that make them. STRICT: a wrong type is an error, not a surprise."""

from sqlite_utils.db import Database as UtilsDatabase
from sqlite_utils.migrations import Migrations

from intake_bot.errors import StoreError

migrations = Migrations("intake_bot")

MAIL_TABLES = """
CREATE TABLE folders (
    mailbox TEXT NOT NULL, folder TEXT NOT NULL, role TEXT NOT NULL, uidvalidity INTEGER NOT NULL,
    first_uid INTEGER NOT NULL,      -- lower UIDs were there before the first start
    watermark INTEGER NOT NULL,      -- every UID up to this one is explained
    started_at TEXT NOT NULL, polled_at TEXT NOT NULL,
    PRIMARY KEY (mailbox, folder, uidvalidity)
) STRICT;
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY,
    mailbox TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
    disposition TEXT NOT NULL, reasons TEXT NOT NULL,
    received_at TEXT NOT NULL, recorded_at TEXT NOT NULL,
    content_key BLOB, message_id_key BLOB, sender_key BLOB,
    case_id TEXT, source TEXT NOT NULL,
    route TEXT, scores TEXT, lang TEXT, model_version TEXT, size INTEGER NOT NULL,
    UNIQUE (mailbox, folder, uidvalidity, uid)
) STRICT;
CREATE INDEX ledger_content ON ledger (content_key);
CREATE INDEX ledger_message_id ON ledger (message_id_key);
CREATE INDEX ledger_disposition ON ledger (disposition, recorded_at);
CREATE INDEX ledger_case ON ledger (case_id) WHERE case_id IS NOT NULL;
CREATE TABLE absences (
    mailbox TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL,
    first_uid INTEGER NOT NULL, last_uid INTEGER NOT NULL,
    reason TEXT NOT NULL,            -- before_start | vanished
    noticed_at TEXT NOT NULL,
    PRIMARY KEY (mailbox, folder, uidvalidity, first_uid)
) STRICT;
CREATE TABLE attempts (
    mailbox TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
    count INTEGER NOT NULL, error TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (mailbox, folder, uidvalidity, uid)
) STRICT;
CREATE TABLE set_aside (
    id TEXT PRIMARY KEY, ledger_id INTEGER NOT NULL REFERENCES ledger (id),
    key_id TEXT NOT NULL, raw BLOB, error TEXT NOT NULL, stage TEXT NOT NULL,
    received_at TEXT NOT NULL, recorded_at TEXT NOT NULL, replayed_at TEXT
) STRICT;
"""

CASE_TABLES = """
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE cases (
    id TEXT PRIMARY KEY, ref TEXT NOT NULL UNIQUE,
    mailbox TEXT NOT NULL, controller TEXT NOT NULL, channel TEXT NOT NULL,
    zone TEXT NOT NULL, jurisdiction TEXT NOT NULL,
    status TEXT NOT NULL, hold TEXT NOT NULL, lang TEXT NOT NULL,
    received_at TEXT NOT NULL, opened_at TEXT NOT NULL, changed_at TEXT NOT NULL, closed_at TEXT,
    due_on TEXT, safe_on TEXT, rule_set TEXT NOT NULL,
    key_id TEXT NOT NULL, last_seq INTEGER NOT NULL, head_hash BLOB NOT NULL,
    erased_at TEXT
) STRICT;
CREATE INDEX cases_safe ON cases (status, safe_on);
CREATE TABLE requested_rights (
    case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE, right TEXT NOT NULL,
    status TEXT NOT NULL, outcome TEXT, received_at TEXT NOT NULL, clock TEXT NOT NULL,
    clock_events TEXT NOT NULL,      -- JSON [[type, instant, letter?], ...]: recomputes the dates, no personal data
    due_on TEXT, extended_due_on TEXT, effective_due_on TEXT, safe_on TEXT, due_at TEXT, rule_set TEXT NOT NULL,
    PRIMARY KEY (case_id, right)
) STRICT;
CREATE INDEX rights_safe ON requested_rights (status, safe_on);
CREATE TABLE events (
    case_id TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL, schema_version INTEGER NOT NULL,
    mailbox TEXT NOT NULL, controller TEXT NOT NULL, actor TEXT NOT NULL,
    occurred_at TEXT NOT NULL, recorded_at TEXT NOT NULL,
    key_id TEXT NOT NULL, payload BLOB, commitment BLOB NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (case_id, seq)
) STRICT;
CREATE TABLE participants (
    case_id TEXT NOT NULL, address_key BLOB NOT NULL, role TEXT NOT NULL,
    PRIMARY KEY (case_id, address_key)
) STRICT;
CREATE INDEX participants_address ON participants (address_key);
CREATE TABLE thread_keys (
    key BLOB NOT NULL, case_id TEXT NOT NULL, kind TEXT NOT NULL,   -- sent | received | desk
    PRIMARY KEY (key, case_id)
) STRICT;
CREATE TABLE mails (
    id TEXT PRIMARY KEY, case_id TEXT NOT NULL, ledger_id INTEGER, role TEXT NOT NULL,
    mailbox TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
    received_at TEXT NOT NULL, key_id TEXT NOT NULL, content BLOB
) STRICT;
CREATE INDEX mails_case ON mails (case_id);
CREATE TABLE originals (
    mail_id TEXT PRIMARY KEY REFERENCES mails (id) ON DELETE CASCADE, key_id TEXT NOT NULL, content BLOB NOT NULL
) STRICT;
"""

SERVICE_TABLES = """
CREATE TABLE outbox (
    id TEXT PRIMARY KEY, dedupe TEXT NOT NULL UNIQUE,       -- "CASE:KIND:ORDINAL", or "KIND:DATE" for the digest
    case_id TEXT, mailbox TEXT NOT NULL, kind TEXT NOT NULL, ordinal INTEGER NOT NULL, lang TEXT NOT NULL,
    audience TEXT NOT NULL,          -- person | desk
    mode TEXT NOT NULL,              -- the SEND_MODE under which it was written; a later mode never releases it
    status TEXT NOT NULL, legal_effect INTEGER NOT NULL,
    message_id_key BLOB NOT NULL, recipient_key BLOB NOT NULL,
    key_id TEXT NOT NULL, recipient BLOB, message BLOB,
    created_at TEXT NOT NULL, not_before TEXT NOT NULL, decided_by TEXT, decided_at TEXT,
    attempts INTEGER NOT NULL,       -- since its release, as claimed_at, the first of them
    claimed_at TEXT, claim_fence INTEGER, sent_at TEXT, reply TEXT, error TEXT
) STRICT;
CREATE INDEX outbox_due ON outbox (status, not_before);
CREATE INDEX outbox_case ON outbox (case_id);
CREATE INDEX outbox_message_id ON outbox (message_id_key);
CREATE INDEX outbox_recipient ON outbox (recipient_key, created_at);
CREATE TABLE leases (
    name TEXT PRIMARY KEY, holder TEXT NOT NULL, fence INTEGER NOT NULL, expires_at TEXT NOT NULL
) STRICT;
CREATE TABLE anchors (
    day TEXT PRIMARY KEY, head BLOB NOT NULL, cases INTEGER NOT NULL, previous BLOB NOT NULL, recorded_at TEXT NOT NULL
) STRICT;
CREATE TABLE marks (                 -- what a clock caused, so that running twice acts once
    kind TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL, detail TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT;
"""


def migrate(db: UtilsDatabase) -> None:
    """Bring the tables up to date. Raises StoreError where a newer version of the program wrote them."""
    known = {item.name for item in migrations.pending(UtilsDatabase(memory=True))}  # of an empty one: all
    if any(item.name not in known for item in migrations.applied(db)):
        raise StoreError(
            "the database was written by a newer version of the program: update the program, or restore the backup "
            "that was made before the update",
            "la base a été écrite par une version plus récente du programme : mettez-le à jour, ou restaurez la "
            "sauvegarde faite avant la mise à jour",
        )
    migrations.apply(db)


def _run(db: UtilsDatabase, script: str) -> None:
    # executescript() would commit the migration's own transaction first, so the statements run one by one.
    for statement in script.split(";\n"):
        if statement.strip():
            db.conn.execute(statement)


@migrations()
def m001_first_tables(db: UtilsDatabase) -> None:
    """Everything that intake, cases and letters need."""
    for script in (MAIL_TABLES, CASE_TABLES, SERVICE_TABLES):
        _run(db, script)


DESK_TABLES = """
CREATE TABLE accounts (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL, lang TEXT NOT NULL,
    password_hash TEXT, key_id TEXT NOT NULL, totp_secret BLOB NOT NULL, totp_step INTEGER NOT NULL,
    invitation BLOB, invited_until TEXT,     -- keyed hash of the one-time link
    calendar BLOB,                           -- keyed hash of the token of the private calendar
    created_at TEXT NOT NULL, enrolled_at TEXT, disabled_at TEXT
) STRICT;
CREATE TABLE sessions (
    token BLOB PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts (id), csrf TEXT NOT NULL,
    created_at TEXT NOT NULL, seen_at TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_account ON sessions (account_id);
CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY, token BLOB NOT NULL UNIQUE, account_id TEXT NOT NULL REFERENCES accounts (id),
    label TEXT NOT NULL, created_at TEXT NOT NULL, used_at TEXT, revoked_at TEXT
) STRICT;
CREATE TABLE signin_failures (               -- by keyed hash of the name given, and of the address it came from
    key BLOB PRIMARY KEY, count INTEGER NOT NULL, at TEXT NOT NULL, locked_until TEXT NOT NULL
) STRICT;
CREATE TABLE access_log (                    -- who saw what; references only, no personal data
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, account TEXT NOT NULL, action TEXT NOT NULL,
    case_id TEXT, detail TEXT NOT NULL
) STRICT;
CREATE INDEX access_at ON access_log (at);
CREATE INDEX access_case ON access_log (case_id, at) WHERE case_id IS NOT NULL;
CREATE INDEX cases_received ON cases (received_at);
CREATE INDEX cases_closed ON cases (status, closed_at);
CREATE INDEX rights_right ON requested_rights (right, case_id);
CREATE INDEX events_type ON events (type, occurred_at);
CREATE INDEX outbox_kind ON outbox (kind, created_at);
"""


@migrations()
def m100_desk(db: UtilsDatabase) -> None:
    """Accounts and sessions of the console, the log of who saw what, and the indexes of its pages."""
    _run(db, DESK_TABLES)


RETENTION_TABLES = """
-- archived_at: bodies and attachments trimmed, out of daily reach
ALTER TABLE cases ADD COLUMN archived_at TEXT;
CREATE TABLE doomed_keys (                      -- to be destroyed: written with the erasure, struck out after
    key_id TEXT PRIMARY KEY, at TEXT NOT NULL
) STRICT;
CREATE TABLE documents (                        -- kept apart, each under a key of its own
    id TEXT PRIMARY KEY, case_id TEXT NOT NULL, mail_id TEXT,
    kind TEXT NOT NULL,                         -- identity | mandate | disclosed
    asked INTEGER NOT NULL, key_id TEXT NOT NULL, described BLOB, content BLOB, size INTEGER NOT NULL,
    received_at TEXT NOT NULL, opened_at TEXT, opened_by TEXT, erased_at TEXT, erased_why TEXT
) STRICT;
CREATE INDEX documents_case ON documents (case_id);
CREATE INDEX documents_kept ON documents (kind, received_at) WHERE erased_at IS NULL;
CREATE TABLE duties (                           -- copies that a person is to remove from mailboxes
    id TEXT PRIMARY KEY, case_id TEXT NOT NULL, reason TEXT NOT NULL, occasion TEXT NOT NULL,
    key_id TEXT NOT NULL, copies BLOB, count INTEGER NOT NULL,
    opened_at TEXT NOT NULL, done_at TEXT, done_by TEXT,
    UNIQUE (case_id, reason, occasion)
) STRICT;
CREATE INDEX duties_open ON duties (opened_at) WHERE done_at IS NULL;
CREATE TABLE suppressions (                     -- the address itself only until the mailing tool has it
    id TEXT PRIMARY KEY, address_key BLOB NOT NULL, case_id TEXT NOT NULL,
    key_id TEXT NOT NULL, address BLOB, recorded_at TEXT NOT NULL,
    exported_at TEXT, confirmed_at TEXT, confirmed_by TEXT,
    UNIQUE (address_key, case_id)
) STRICT;
CREATE INDEX suppressions_case ON suppressions (case_id);
CREATE INDEX suppressions_pending ON suppressions (recorded_at) WHERE confirmed_at IS NULL;
"""


@migrations()
def m200_retention(db: UtilsDatabase) -> None:
    """Archive, documents apart, duties, the suppression list, and keys that are about to be destroyed."""
    _run(db, RETENTION_TABLES)


ADDRESS_COLUMNS = """
ALTER TABLE accounts ADD COLUMN address BLOB;
ALTER TABLE accounts ADD COLUMN address_key BLOB;
CREATE INDEX accounts_address ON accounts (address_key) WHERE address_key IS NOT NULL;
"""


@migrations()
def m300_account_addresses(db: UtilsDatabase) -> None:
    """The mail addresses of accounts: sealed, and found by a keyed hash."""
    _run(db, ADDRESS_COLUMNS)


WEBHOOK_TABLES = """
CREATE TABLE event_places (                     -- the order of commit, until every webhook has passed it
    number INTEGER PRIMARY KEY AUTOINCREMENT, case_id TEXT NOT NULL, seq INTEGER NOT NULL
) STRICT;
CREATE TABLE webhooks (                         -- by keyed hash of the URL
    url_key BLOB PRIMARY KEY, position INTEGER NOT NULL, failures INTEGER NOT NULL,
    failing_since TEXT, not_before TEXT, error TEXT
) STRICT;
"""


@migrations()
def m310_webhooks(db: UtilsDatabase) -> None:
    """How far each webhook has come along the events of the cases."""
    _run(db, WEBHOOK_TABLES)


MISSED_TABLES = """
CREATE TABLE missed (                           -- the weekly sample of mails that were no request
    id TEXT PRIMARY KEY, week TEXT NOT NULL, stratum TEXT NOT NULL, ledger_id INTEGER NOT NULL,
    mailbox TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
    score REAL NOT NULL,
    status TEXT NOT NULL,                       -- drawn | waiting | vanished | expired | no_request | request
    key_id TEXT, content BLOB,                  -- until it is judged, at most two weeks
    drawn_at TEXT NOT NULL, fetched_at TEXT, judged_at TEXT, judged_by TEXT, case_id TEXT,
    UNIQUE (week, ledger_id)
) STRICT;
CREATE INDEX missed_status ON missed (status);
CREATE TABLE missed_strata (                    -- how many mails each stratum of a week had
    week TEXT NOT NULL, stratum TEXT NOT NULL, population INTEGER NOT NULL, drawn_at TEXT NOT NULL,
    PRIMARY KEY (week, stratum)
) STRICT;
"""


@migrations()
def m320_missed(db: UtilsDatabase) -> None:
    """The weekly sample that shows whether requests are missed."""
    _run(db, MISSED_TABLES)


@migrations()
def m330_delivery(db: UtilsDatabase) -> None:
    """Letters that carry a document (documents.id), which is put in when they leave."""
    _run(db, "ALTER TABLE outbox ADD COLUMN attachment TEXT;\n")


# What an erasure looks for; SQLite would read whole tables, and for a foreign key one whole table for each line.
ERASURE_INDEXES = """
CREATE INDEX thread_keys_case ON thread_keys (case_id);
CREATE INDEX set_aside_ledger ON set_aside (ledger_id);
CREATE INDEX set_aside_key ON set_aside (key_id);
CREATE INDEX documents_key ON documents (key_id);
"""


@migrations()
def m340_erasure_indexes(db: UtilsDatabase) -> None:
    """The threads of a case, the copies of a line, and what is sealed under a key."""
    _run(db, ERASURE_INDEXES)


@migrations()
def m350_failures_since(db: UtilsDatabase) -> None:
    """When the first counted failure of a sign-in was; those of before begin anew with the next one."""
    _run(db, "ALTER TABLE signin_failures ADD COLUMN since TEXT NOT NULL DEFAULT '';\n")
