"""Every configuration key: its default, its form, what it is for, and how its text is read.

`.env.example` and `init` are made from this.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from types import MappingProxyType

PREFIX = "INTAKE_"
MAX_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Key:
    """One key, without its prefix. `kind`: text, list, int, flag, path, zone, or choices separated by "|"."""

    name: str
    default: str
    help: str
    kind: str = "text"
    secret: bool = False
    example: str = ""


GROUPS: tuple[tuple[str, tuple[Key, ...]], ...] = (
    (
        "The mailbox that is read (IMAP, read-only)",
        (
            Key("IMAP_HOST", "", "Host name of the IMAP server.", example="imap.example.com"),
            Key("IMAP_PORT", "0", "Port; 0 chooses 993 (implicit) or 143.", "int"),
            Key("IMAP_TLS", "implicit", "Encryption; the certificate is checked.", "implicit|starttls|none"),
            Key("IMAP_USER", "", "The mailbox that is read.", example="info@octoop.com"),
            Key("IMAP_AUTH_USER", "", "Who logs in, where a shared mailbox is read with a password of another."),
            Key("IMAP_PASSWORD", "", "Its password. INTAKE_IMAP_PASSWORD_FILE names a file instead.", secret=True),
            Key("IMAP_AUTH", "password", "How to log in.", "password|oauth2"),
            Key("IMAP_OAUTH_COMMAND", "", "Command that prints an access token (XOAUTH2, OAUTHBEARER)."),
            Key("IMAP_OAUTH_FILE", "", "File that holds an access token, renewed by someone else.", "path"),
            Key(
                "IMAP_FOLDERS",
                "INBOX",
                "Folders with their roles inbox, junk or sent: NAME or NAME:ROLE, separated by commas.",
                "list",
                example="INBOX,Junk:junk,Sent:sent",
            ),
            Key("IMAP_CA_FILE", "", "PEM file of a certificate authority of your own.", "path"),
            Key("POLL_SECONDS", "60", "How often the mailbox is polled; IDLE wakes it earlier.", "int"),
            Key("MAX_MAIL_MB", "30", "Larger mails are read by headers and first text only.", "int"),
        ),
    ),
    (
        "Sending (SMTP)",
        (
            Key("SMTP_HOST", "", "Host name of the SMTP server.", example="smtp.example.com"),
            Key("SMTP_PORT", "0", "Port; 0 chooses 465 (implicit), 587 (starttls) or 25.", "int"),
            Key("SMTP_TLS", "starttls", "Encryption; the certificate is checked.", "implicit|starttls|none"),
            Key("SMTP_USER", "", "Login name; empty: no login."),
            Key("SMTP_AUTH_USER", "", "Who logs in when that is another; INTAKE_SMTP_USER when empty."),
            Key("SMTP_PASSWORD", "", "Its password. INTAKE_SMTP_PASSWORD_FILE names a file instead.", secret=True),
            Key("SMTP_AUTH", "password", "How to log in.", "password|oauth2"),
            Key("SMTP_OAUTH_COMMAND", "", "Command that prints an access token."),
            Key("SMTP_OAUTH_FILE", "", "File that holds an access token.", "path"),
            Key("SMTP_CA_FILE", "", "PEM file of a certificate authority of your own.", "path"),
            Key("SENT_COPY_FOLDER", "", "IMAP folder that gets a copy of each letter to a person; empty: none."),
            Key(
                "SEND_MODE",
                "approve",
                "off: nothing leaves; dry: letters are written as .eml; approve: letters to people wait for "
                "`intake-bot outbox approve`; live: the letters of INTAKE_LIVE_LETTERS go out by themselves.",
                "off|dry|approve|live",
            ),
            Key(
                "LIVE_LETTERS",
                "acknowledgement",
                "What INTAKE_SEND_MODE=live may send by itself: KIND or KIND:LANGUAGE, separated by commas.",
                "list",
            ),
            Key("LIVE_GRANTED_BY", "", "The person who granted that, recorded; INTAKE_DPO_EMAIL when empty."),
            Key("DELIVERY_MAX_MB", "15", "Megabytes of data that a letter may carry to a person, 24 at most.", "int"),
            Key("ACKS_PER_SENDER", "3", "Acknowledgements to one sender in 24 hours.", "int"),
            Key("ACKS_PER_HOUR", "60", "Acknowledgements in all in one hour.", "int"),
        ),
    ),
    (
        "Addresses and people",
        (
            Key("MAIL_ADDRESS", "info@octoop.com", "Our own address, the one that the privacy policy names."),
            Key("MAIL_ALIASES", "", "Further addresses of the same mailbox.", "list"),
            Key("REPLY_ADDRESS", "", "People answer here: an alias whose folder is read; empty: INTAKE_MAIL_ADDRESS."),
            Key("DESK_ADDRESS", "", "The DPO replies here: an alias whose folder is read; empty: INTAKE_MAIL_ADDRESS."),
            Key("DPO_EMAIL", "", "The Data Protection Officer, who gets notifications and the digest."),
            Key("DEPUTY_EMAIL", "", "The deputy, when the DPO is away."),
            Key("MANAGEMENT_EMAIL", "", "Who gets escalations; INTAKE_DPO_EMAIL when empty."),
            Key("INTERNAL_DOMAINS", "", "Our own domains; that of INTAKE_MAIL_ADDRESS when empty.", "list"),
            Key("CLIENTS_FILE", "", "Table of clients (CSV): who they are, what was arranged with them.", "path"),
            Key(
                "DIRECTORY_FILE",
                "",
                "TOML file that names the directories of known persons (docs/identity.md); empty: the DPO searches.",
                "path",
            ),
            Key(
                "IDENTITY_LETTERS",
                "",
                "Identity questions that are asked without a person: confirm, supplementary, mandate, separated by "
                "commas; empty: none.",
                "list",
                example="confirm,supplementary,mandate",
            ),
            Key(
                "PLUS_ADDRESSING",
                "off",
                "Whether info+TOKEN@ reaches the mailbox; `intake-bot check --probe-plus` has to prove it first.",
                "on|off",
            ),
            Key(
                "AUTHSERV_ID",
                "",
                "Receiving server in Authentication-Results (`check` lists them), `topmost` where it writes no name. "
                "Empty: senders count as unknown, and the DPO's replies by mail change nothing.",
            ),
            Key("TRUSTED_HOPS", "", "Host names of our receiving servers in Received lines.", "list"),
            Key("NOTIFY_CONTENT", "", "What notifications show; empty: evidence inside our domains, else reference.",
                "|reference|evidence|full"),
        ),
    ),
    (
        "The service",
        (
            Key("CONTROLLER_FILE", "", "TOML file with what letters say of the controller; empty: OCTOOP's.", "path"),
            Key("TEMPLATES_DIR", "", "Folder with letters of your own; empty: those shipped.", "path"),
            Key("TIMEZONE", "Europe/Paris", "Zone of the acting controller.", "zone"),
            Key("JURISDICTION", "FR", "Whose public holidays count: FR, FR-ALS, DE, BE, ..."),
            Key("CONSOLE", "off", "on: `run` serves the DPO's console too; off: `intake-bot console` does.", "on|off"),
            Key("CONSOLE_HOST", "127.0.0.1", "Address on which the DPO's console listens."),
            Key("CONSOLE_PORT", "8321", "Port of the console.", "int"),
            Key(
                "TRUSTED_PROXIES",
                "127.0.0.1,::1",
                "Reverse proxies that say which address a browser has: addresses or networks (10.0.0.0/24).",
                "list",
            ),
            Key(
                "PUBLIC_URL",
                "",
                "Address under which browsers reach the console; https makes its cookies secure.",
                example="https://desk.example.com",
            ),
            Key(
                "SIGN_IN_LINKS",
                "off",
                "on: an account's address may ask for a link that stands in for its password, not for its code.",
                "on|off",
            ),
            Key("DESK_LANGUAGE", "fr", "Language of notifications and digest.", "fr|en"),
            Key("DIGEST_HOUR", "8", "Local hour of the daily digest.", "int"),
            Key("STATE_DIR", "var", "Folder of the database, the keyring and the spool.", "path"),
            Key("MASTER_KEY_FILE", "", "File of the master key; INTAKE_STATE_DIR/master.key when empty.", "path"),
            Key("MASTER_KEY_COMMAND", "", "Command that prints the master key instead."),
            Key(
                "CLASSIFY",
                "on",
                "off loads no model and sends everything that screening lets through to review.",
                "on|off",
            ),
            Key(
                "MISSED_SAMPLE", "20",
                "Mails a week that were no request and are shown to a person, to find missed requests; 0: none.", "int",
            ),
            Key(
                "LEARN",
                "off",
                "on: `intake-bot learn --retrain` may teach the classifier with the readings that persons judged.",
                "on|off",
            ),
            Key(
                "RETENTION", "",
                "Periods of your own: NAME=PERIOD, separated by commas. Names: mail_identifiers, mail_record, "
                "review_text, id_unasked, id_checked, mandate, case_content, case_active, case_archive, "
                "disclosed_file, logs, suppression.",
                "list", example="case_archive=6 years,logs=12 months",
            ),
            Key(
                "CLAMAV", "",
                "Socket of clamd, a path or HOST:PORT: it scans what mails brought before a person opens it.",
                example="/run/clamav/clamd.ctl",
            ),
            Key("SUPPRESSION_WEBHOOK", "", "URL that takes new entries of the suppression list as JSON; empty: none."),
            Key("SUPPRESSION_TOKEN", "", "Bearer token for it.", secret=True),
            Key(
                "WEBHOOK_URLS", "",
                "URLs that are told what happens to cases, references only (docs/desk.md): https, or http on this "
                "machine.", "list", example="https://hooks.example.com/intake",
            ),
            Key("WEBHOOK_SECRET", "", "Signs what they are told; needed with INTAKE_WEBHOOK_URLS.", secret=True),
            Key("HEARTBEAT_URL", "", "URL that is fetched after each digest; its silence is your alarm."),
            Key("LOG_FORMAT", "text", "Form of the log on standard error.", "text|json"),
        ),
    ),
)  # fmt: skip

KEYS: dict[str, Key] = {key.name: key for _, keys in GROUPS for key in keys}


class Reader:
    """Typed reads of the keys; a bad value is noted, and the default stands in for it."""

    def __init__(self, values: Mapping[str, str], problems: list[str]) -> None:
        self._values = values
        self.problems = problems

    def text(self, name: str) -> str:
        key = KEYS[name]
        value = self._values.get(name, "") or key.default
        if "|" in key.kind and value not in key.kind.split("|"):
            self._bad(key, value, f"one of {', '.join(filter(None, key.kind.split('|')))}")
            return key.default
        return value

    def number(self, name: str, *, least: int = 0, most: int = 10**9) -> int:
        key = KEYS[name]
        value = self._values.get(name, "") or key.default
        try:
            number = int(value)
            if least <= number <= most:
                return number
        except ValueError:
            pass
        wanted = f", {least} or more" if most == 10**9 else f" from {least} to {most}"
        self._bad(key, value, f"a whole number{wanted}")
        return int(key.default)

    def items(self, name: str) -> tuple[str, ...]:
        return tuple(item.strip() for item in self.text(name).split(",") if item.strip())

    def among(self, name: str, known: frozenset[str]) -> frozenset[str]:
        """A list of known words."""
        found = frozenset(self.items(name))
        if found - known:
            self._bad(KEYS[name], ", ".join(sorted(found - known)), f"made of {', '.join(sorted(known))}")
        return found & known

    def networks(self, name: str) -> tuple[str, ...]:
        """A list of addresses and networks; never a name, nor all there are."""
        for item in self.items(name):
            try:
                some = ip_network(item).prefixlen > 0
            except ValueError:
                some = False
            if not some:
                self._bad(KEYS[name], item, "an address, or a network such as 10.0.0.0/24")
        return self.items(name)

    def flag(self, name: str) -> bool:
        return self.text(name) == "on"

    def path(self, name: str) -> Path | None:
        value = self.text(name)
        return Path(value).expanduser() if value else None

    def file(self, name: str) -> Path | None:
        found = self.path(name)
        if found is not None and not found.is_file():
            self._bad(KEYS[name], str(found), "an existing file")
        return found

    def address(self, name: str) -> str:
        value = self.text(name)
        if value and not is_address(value):
            self._bad(KEYS[name], value, "one mail address")
        return value.lower()

    def addresses(self, name: str) -> tuple[str, ...]:
        """Mail addresses in lower case."""
        found = tuple(item.lower() for item in self.items(name))
        if not all(is_address(item) for item in found):
            self._bad(KEYS[name], self.text(name), "mail addresses, separated by commas")
        return found

    def domains(self, name: str) -> tuple[str, ...]:
        """Mail domains in lower case."""
        found = tuple(item.lower() for item in self.items(name))
        if not all(is_address(f"x@{item}") for item in found):
            self._bad(KEYS[name], self.text(name), "domains such as example.org, without @, separated by commas")
        return found

    def url(self, name: str) -> str:
        value = self.text(name)
        if value and not value.startswith(("https://", "http://")):
            self._bad(KEYS[name], value, "an address that begins with https://")
        return value

    def _bad(self, key: Key, value: str, wanted: str) -> None:
        shown = "***" if key.secret else value
        self.problems.append(f"{PREFIX}{key.name}={shown} must be {wanted}")


def is_address(value: str) -> bool:
    """Whether this looks like one mail address."""
    return value.count("@") == 1 and all(value.split("@")) and not any(sign.isspace() for sign in value)


def example(given: Mapping[str, str] = MappingProxyType({})) -> str:
    """The commented .env file; keys of `given` (full names) are set in it."""
    lines = [
        "# Settings of the rights-request intake bot. Every key can also be an environment variable.",
        "# A key that ends in _FILE (for a secret) names a file that holds the value.",
        "# A value with # or blanks stands in single quotes. INTAKE_ENV_FILE in the environment names another file.",
        "# Keep this file readable by its owner only (chmod 600): it may hold passwords.",
    ]
    for title, keys in GROUPS:
        lines += ["", f"## {title}"]
        for key in keys:
            lines += ["", f"# {key.help}"]
            if "|" in key.kind:
                lines.append(f"# One of: {', '.join(choice or '(empty)' for choice in key.kind.split('|'))}")
            if key.example:
                lines.append(f"# Default: {key.default or 'empty'}; for example:")
            name = f"{PREFIX}{key.name}"
            lines.append(f"{name}='{given[name]}'" if name in given else f"#{name}={key.example or key.default}")
    return "\n".join(lines) + "\n"
