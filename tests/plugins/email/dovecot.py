"""A real mail server (Dovecot) on this machine, with a configuration of its own, as long as a test runs.

It runs as whoever runs the tests. Where that is root, its parts that speak to strangers run as ``nobody``, since
Dovecot will not have it otherwise.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
PASSWORD = 'pä"ss\\word'
PATIENCE = 20
needs_dovecot = pytest.mark.skipif(
    PROGRAM is None, reason="Dovecot is not installed (on Debian: apt install dovecot-imapd)"
)

CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail
namespace inbox {{
  inbox = yes
  separator = /
  mailbox "My Drafts" {{
    special_use = \\Drafts
    auto = create
  }}
  mailbox "Sent Mail" {{
    special_use = \\Sent
    auto = create
  }}
}}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home allow_all_users=yes
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


@contextmanager
def dovecot() -> Generator[str, None, None]:
    """The address of the server for ``ann@example.com``, whose password is PASSWORD."""
    assert PROGRAM is not None
    account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    with TemporaryDirectory(prefix="dovecot-") as name:  # a short path, since sockets stand in it
        folder, port = Path(name), _free_port()
        words = {"folder": folder, "port": port, "user": account.pw_name, "group": grp.getgrgid(account.pw_gid).gr_name}
        (folder / "configuration").write_text(CONFIGURATION.format(**words), encoding="utf-8")
        (folder / "users").write_text(f"ann@example.com:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
        for part in ("", "home", "mail"):
            (folder / part).mkdir(exist_ok=True)
            os.chown(folder / part, account.pw_uid, account.pw_gid)
        folder.chmod(0o755)
        server = subprocess.Popen([PROGRAM, "-F", "-c", folder / "configuration"], stderr=subprocess.PIPE, text=True)
        try:
            _require_answer(server, port, folder / "log")
            yield f"imap://ann%40example.com@127.0.0.1:{port}"
        finally:
            server.terminate()
            server.communicate(timeout=PATIENCE)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _require_answer(server: subprocess.Popen[str], port: int, log: Path) -> None:
    """Wait until it greets."""
    for _ in range(PATIENCE * 20):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
                assert connection.recv(100).startswith(b"* OK")
                return
        except ConnectionRefusedError:
            try:
                _, words = server.communicate(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"Dovecot ended: {words}") from None
    raise AssertionError(f"Dovecot does not answer: {log.read_text(encoding='utf-8')}")
