"""A real IMAP server of our own: Dovecot with its own configuration, on a loopback port."""

import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

PROGRAM = shutil.which("dovecot", path=f"{os.defpath}:/usr/sbin:/sbin:/usr/local/sbin") or ""
MISSING = "" if PROGRAM else "needs Dovecot (Debian's package dovecot-imapd)"
USER, PASSWORD = "ann", "canary-password"

_CONFIG = """\
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
protocols = imap
listen = 127.0.0.1
disable_plaintext_auth = no
auth_mechanisms = plain login {mechanisms}
auth_failure_delay = 0
mail_location = maildir:{base}/mail/%u
first_valid_uid = 1
{capability}
{unprivileged}
{tls}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
{tokens}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/homes/%u
}}
service imap-login {{
  {no_chroot}
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


@dataclass(slots=True)
class Dovecot:
    """One server; run by root it serves as nobody, else as who runs it.

    Attributes:
        certificate: A certificate and its key, to offer STARTTLS with.
        introspection_url: Where tokens are checked (XOAUTH2).
        capability: What it says it can, where that is less than it can.
    """

    base: Path
    certificate: tuple[Path, Path] | None = None
    introspection_url: str = ""
    capability: str = ""
    port: int = 0
    _process: "subprocess.Popen[bytes] | None" = None
    _delivered: int = 0
    _owner: pwd.struct_passwd = field(init=False)

    def start(self) -> None:
        """Start, and wait until it listens; again on the same port after a stop."""
        is_root = os.geteuid() == 0
        self._owner = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.geteuid())
        self.port = self.port or _free_port()
        for name in ("run", "state", "mail", "homes"):
            (self.base / name).mkdir(parents=True, exist_ok=True)
        for path in (self.base / "mail", self.base / "homes"):
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)
        for path in (self.base, *self.base.parents)[:-2] if is_root else ():
            path.chmod(path.stat().st_mode | 0o755)
        config = self.base / "dovecot.conf"
        config.write_text(self._configuration(is_root=is_root))
        self._process = subprocess.Popen(
            [PROGRAM, "-F", "-c", str(config)], stderr=subprocess.DEVNULL, start_new_session=True
        )
        _await_login(self.port, self.base / "log")

    def stop(self) -> None:
        """Stop, with every process that serves a connection: these would go on."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None

    def _configuration(self, *, is_root: bool) -> str:
        name = self._owner.pw_name
        unprivileged = "" if is_root else f"default_internal_user = {name}\ndefault_login_user = {name}\n"
        tls, tokens = "ssl = no", ""
        if self.certificate is not None:
            tls = f"ssl = yes\nssl_cert = <{self.certificate[0]}\nssl_key = <{self.certificate[1]}"
        if self.introspection_url:
            settings = self.base / "oauth2.conf"
            settings.write_text(
                f"introspection_mode = post\nintrospection_url = {self.introspection_url}\n"
                "username_attribute = user\nactive_attribute = active\nactive_value = true\n"
            )
            tokens = f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {settings}\n}}\n"
        return _CONFIG.format(
            base=self.base,
            mechanisms="xoauth2" if tokens else "",
            unprivileged=unprivileged,
            capability=f"imap_capability = {self.capability}" if self.capability else "",
            tls=tls,
            tokens=tokens,
            password=PASSWORD,
            uid=self._owner.pw_uid,
            gid=self._owner.pw_gid,
            no_chroot="" if is_root else "chroot =",
            port=self.port,
        )

    def folder(self, name: str) -> Path:
        """Name where a folder's mails are; "" is INBOX. It is made when it is not there."""
        path = self.base / "mail" / USER / (f".{name}" if name else "")
        for each in (path.parent, path, *(path / part for part in ("new", "cur", "tmp"))):
            each.mkdir(parents=True, exist_ok=True)
            os.chown(each, self._owner.pw_uid, self._owner.pw_gid)
        return path

    def deliver(self, data: bytes, *, folder: str, at: datetime) -> None:
        """Put a mail into a folder, as a delivery agent does."""
        path = self.folder(folder)
        self._delivered += 1
        name = f"{int(at.timestamp())}.M{self._delivered:06}.host"
        written = path / "tmp" / name
        written.write_bytes(data)
        os.chown(written, self._owner.pw_uid, self._owner.pw_gid)
        os.utime(written, (at.timestamp(), at.timestamp()))
        written.rename(path / "new" / name)

    def number_anew(self, folder: str) -> None:
        """Change UIDVALIDITY, and every mail's number, as after a repair."""
        path = self.folder(folder)
        listing = path / "dovecot-uidlist"
        first, *mails = listing.read_text().splitlines()
        validity = next(part for part in first.split() if part.startswith("V"))
        renumbered = [f"{500 + place} {mail.partition(' ')[2]}" for place, mail in enumerate(reversed(mails))]
        head = first.replace(validity, f"V{int(validity[1:]) + 7}")
        head = " ".join(f"N{500 + len(mails)}" if part.startswith("N") else part for part in head.split())
        listing.write_text("\n".join([head, *renumbered]) + "\n")
        for index in path.glob("dovecot.index*"):
            index.unlink()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_login(port: int, log: Path) -> None:
    """Wait until logging in works: the part that checks passwords comes up after the port is open."""
    for _ in range(100):
        with suppress(OSError, imaplib.IMAP4.error), imaplib.IMAP4("127.0.0.1", port, timeout=10) as probe:
            probe.login("probe", PASSWORD)
            return
        time.sleep(0.05)
    raise AssertionError(f"Dovecot does not start: {log.read_text() if log.exists() else 'it wrote no log'}")
