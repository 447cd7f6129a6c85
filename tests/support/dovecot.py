"""A real Dovecot 2.3 on free loopback ports, with TLS, IDLE, UIDPLUS, password and OAuth logins.

Runs as root or as an ordinary user, in the foreground, so that its pid is ours and nothing outlives the test run.
"""

import base64
import grp
import hashlib
import hmac
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import imapclient

from intake_bot import clock
from tests.support.certificates import Certificates, make_certificates

ISSUER = "https://idp.example.test"
_SPARE_USERS = 2_000
_SECRET = b"the secret with which test tokens are signed"

_CONFIG = """\
base_dir = {dir}/run
state_dir = {dir}/run
log_path = {dir}/dovecot.log
listen = 127.0.0.1
protocols = imap
first_valid_uid = 1
first_valid_gid = 1
{identity}
mail_location = maildir:{dir}/mail/%n
mail_home = {dir}/home/%n
mail_fsync = never
mail_max_userip_connections = 100
auth_mechanisms = plain login xoauth2 oauthbearer
auth_username_format = %Lu
auth_failure_delay = 0
auth_verbose = yes
disable_plaintext_auth = {tls_only}
auth_master_user_separator = *
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
ssl_min_protocol = TLSv1.2
mailbox_idle_check_interval = 1s
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {dir}/oauth2.conf.ext
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  master = yes
  args = scheme=PLAIN username_format=%u {dir}/masters
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {dir}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {dir}/users
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  {chroot}
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  {chroot}
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  {chroot}
}}
"""


def dovecot_binary() -> str | None:
    """The path of the dovecot binary, None when it is not installed."""
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _account() -> pwd.struct_passwd:
    """The system account that owns the mail: Dovecot refuses to let root own any."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class DovecotServer:
    """A running server. `password` is that of every user; `master_user` may log in as any of them (SASL authzid)."""

    password = "secret"
    master_user = "delegate@example.test"

    def __init__(
        self,
        users: tuple[str, ...] = ("info@example.test",),
        *,
        tls_only: bool = False,
        hosts: tuple[str, ...] = ("localhost", "127.0.0.1"),
    ) -> None:
        self.users = users
        self.tls_only = tls_only
        self._fresh = iter(range(_SPARE_USERS))
        self.host = "127.0.0.1"
        self.port = free_port()
        self.tls_port = free_port()
        # A short path: a Unix socket name has at most 107 octets.
        self.dir = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.certificates: Certificates = make_certificates(self.dir / "tls", hosts)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def user(self) -> str:
        return self.users[0]

    @property
    def log(self) -> str:
        path = self.dir / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until the port answers: under a second."""
        binary = dovecot_binary()
        if binary is None:
            raise FileNotFoundError("dovecot is not installed: apt install dovecot-imapd")
        self._write_files()
        self._process = subprocess.Popen(
            [binary, "-F", "-c", str(self.dir / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=(self.dir / "stderr").open("wb"),
        )
        deadline = time.monotonic() + 20
        while True:
            try:
                with socket.create_connection((self.host, self.port), timeout=5) as probe:
                    if probe.recv(4) == b"* OK":
                        return
            except OSError:
                pass
            if self._process.poll() is not None or time.monotonic() > deadline:
                stderr = (self.dir / "stderr").read_text(errors="replace")
                self.stop()
                raise RuntimeError(f"dovecot did not start: {stderr} {self.log}")
            time.sleep(0.01)

    def stop(self) -> None:
        """End the server and remove its folder."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None
        shutil.rmtree(self.dir, ignore_errors=True)

    def token(
        self, user: str | None = None, *, lifetime: timedelta = timedelta(hours=1), secret: bytes = _SECRET
    ) -> str:
        """A signed access token (JWT, HS256) for a user; a negative lifetime gives an expired one."""
        issued = int(clock.now().timestamp()) - 60
        header = _base64url(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        claims = {"sub": user or self.user, "email": user or self.user, "iss": ISSUER, "iat": issued}
        claims["exp"] = int((clock.now() + lifetime).timestamp())
        signed = f"{header}.{_base64url(json.dumps(claims).encode())}"
        return f"{signed}.{_base64url(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"

    def new_user(self) -> str:
        """A user with empty folders, so that tests do not see each other's mail."""
        return f"user{next(self._fresh)}@example.test"

    def connect(self, user: str | None = None) -> imapclient.IMAPClient:
        """A logged-in connection for arranging a mailbox by hand; the caller logs out."""
        client = imapclient.IMAPClient(self.host, self.port, ssl=False, timeout=30)
        client.login(user or self.user, self.password)
        return client

    def deliver(
        self,
        mails: Iterable[bytes],
        user: str | None = None,
        folder: str = "INBOX",
        *,
        received: datetime | None = None,
        flags: tuple[bytes, ...] = (),
    ) -> None:
        """Put mails into a folder. `received` becomes their INTERNALDATE (aware)."""
        with self.connect(user) as client:
            client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            messages = [{"msg": mail, "flags": flags, **({"date": received} if received else {})} for mail in mails]
            for start in range(0, len(messages), 100):
                answer = client.multiappend(folder, messages[start : start + 100])
                if answer[0] != "OK":
                    raise RuntimeError(f"Dovecot refused the mails: {answer}")

    def maildir(self, user: str | None = None, folder: str = "INBOX") -> Path:
        """The Maildir of a folder: what the server keeps, for comparing byte by byte."""
        root = self.dir / "mail" / (user or self.user).partition("@")[0]
        return root if folder == "INBOX" else root / ("." + folder.replace("/", "."))

    def _write_files(self) -> None:
        as_root = os.geteuid() == 0
        account = _account()
        group = account.pw_gid
        os.chmod(self.dir, 0o755)
        identity = chroot = ""
        if not as_root:
            identity = (
                f"default_login_user = {account.pw_name}\n"
                f"default_internal_user = {account.pw_name}\n"
                f"default_internal_group = {grp.getgrgid(group).gr_name}"
            )
            chroot = "chroot ="
        for name in ("mail", "home", "run"):
            (self.dir / name).mkdir()
            if as_root and name != "run":
                os.chown(self.dir / name, account.pw_uid, group)
        key_folder = self.dir / "jwt" / "default" / "HS256"
        key_folder.mkdir(parents=True)
        (key_folder / "default").write_text(base64.b64encode(_SECRET).decode())
        (self.dir / "oauth2.conf.ext").write_text(
            "introspection_mode = local\n"
            f"local_validation_key_dict = fs:posix:prefix={self.dir}/jwt/\n"
            f"username_attribute = email\nissuers = {ISSUER}\n"
        )
        # All users are there from the start: Dovecot reads the file again only when a second has passed.
        names = (*self.users, *(f"user{number}@example.test" for number in range(_SPARE_USERS)))
        lines = [
            f"{name}:{self.password}:{account.pw_uid}:{group}::{self.dir}/home/{name.partition('@')[0]}::\n"
            for name in names
        ]
        (self.dir / "users").write_text("".join(lines))
        (self.dir / "masters").write_text(f"{self.master_user}:{self.password}\n")
        config = _CONFIG.format(
            dir=self.dir,
            identity=identity,
            chroot=chroot,
            tls_only="yes" if self.tls_only else "no",
            cert=self.certificates.cert,
            key=self.certificates.key,
            port=self.port,
            tls_port=self.tls_port,
        )
        (self.dir / "dovecot.conf").write_text(config)
