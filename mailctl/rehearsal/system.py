"""What a throwaway host's files say before it boots: its name, its resolver, its SSH server.

Only what a provider's installer would have written; everything else is left to `apply`.
"""

from __future__ import annotations

import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

from mailctl.errors import RehearsalError
from mailctl.model.host import CertificateFiles, Ssh
from mailctl.rehearsal.access import KeyPair
from mailctl.rehearsal.network import IpAddress

_IDLE_UNITS = (
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "console-getty.service",
    "dbus.service",
    "dbus.socket",
    "dpkg-db-backup.timer",
    "e2scrub_all.timer",
    "fstrim.timer",
    "getty.target",
    "systemd-firstboot.service",
    "systemd-logind.service",
)
"""Units that a host of some minutes does not need; without them it boots sooner."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What one host is called, where it answers, and who gets in."""

    fqdn: str
    addresses: tuple[IpAddress, ...]
    name_server: IpAddress | None
    host_key: KeyPair
    client_key: str
    ssh: Ssh


def furnish(root: Path, identity: Identity) -> None:
    """Write the files of a host into its root file system, which is not running yet."""
    short = identity.fqdn.partition(".")[0]
    _write(root, "etc/machine-id", f"{secrets.token_hex(16)}\n", mode=0o444)
    _write(root, "etc/hostname", f"{short}\n")
    _write(root, "etc/hosts", _hosts_file(identity, short))
    server = identity.name_server
    # the default is to wait for five seconds; nothing in here is far away
    lines = (f"nameserver {server}\n" if server else "") + "options timeout:1 attempts:2\n"
    _write(root, "etc/resolv.conf", lines)
    # pam_env logs an error for each login where no installer has chosen a language
    # (Debian 13 keeps the choice in locale.conf(5), and makes the other name a link to it)
    for file in ("etc/default/locale", "etc/locale.conf"):
        _write(root, file, "LANG=C.UTF-8\n")
    _furnish_ssh(root, identity)
    for unit in _IDLE_UNITS:
        link = root / "etc/systemd/system" / unit
        link.unlink(missing_ok=True)
        link.symlink_to("/dev/null")


def lay_certificate(root: Path, fqdn: str, files: CertificateFiles) -> None:
    """A self-signed certificate where the spec says that the administrator's own lies."""
    key, certificate = (root / path.lstrip("/") for path in (files.key, files.certificate))
    for path in (key, certificate):
        path.parent.mkdir(parents=True, exist_ok=True)
    _in_root(
        root,
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
        *("-nodes", "-days", "30", "-subj", f"/CN={fqdn}", "-addext", f"subjectAltName=DNS:{fqdn}"),
        *("-keyout", files.key, "-out", files.certificate),
    )
    key.chmod(0o600)


def enable(root: Path, unit: str) -> None:
    """Have systemd start a unit at boot; `unit` is the path of its file."""
    wants = root / "etc/systemd/system/multi-user.target.wants"
    wants.mkdir(parents=True, exist_ok=True)
    (wants / unit.rpartition("/")[2]).symlink_to(unit)


def trust(root: Path, anchor: bytes) -> None:
    """Have the host believe in a certification authority of ours (update-ca-certificates(8))."""
    _write(root, "usr/local/share/ca-certificates/mailctl-rehearsal.crt", anchor.decode())
    _in_root(root, "update-ca-certificates")


def own(folder: Path, owner: int) -> None:
    """Give a folder to a numeric user and group of the same number."""
    os.chown(folder, owner, owner)


def give_to(root: Path, path: str, account: str) -> None:
    """Give a file to an account that the host knows by name, and to its group."""
    _in_root(root, "chown", f"{account}:", path)


def _hosts_file(identity: Identity, short: str) -> str:
    lines = ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"]
    names = " ".join(dict.fromkeys((identity.fqdn, short)))
    lines += [f"{address} {names}" for address in identity.addresses]
    return "\n".join(lines) + "\n"


def _furnish_ssh(root: Path, identity: Identity) -> None:
    """sshd_config(5): one key of its own, one client key, no passwords."""
    _write(root, "etc/ssh/ssh_host_ed25519_key", identity.host_key.private.decode(), mode=0o600)
    _write(root, "etc/ssh/ssh_host_ed25519_key.pub", f"{identity.host_key.public}\n")
    _write(
        root,
        "etc/ssh/sshd_config.d/rehearsal.conf",
        f"Port {identity.ssh.port}\nHostKey /etc/ssh/ssh_host_ed25519_key\n"
        "PasswordAuthentication no\nUseDNS no\n",
    )
    user = identity.ssh.user
    if user == "root":
        _authorize(root, "root", identity.client_key)
        return
    # no group of its own: Debian has groups that no user is called by, as `operator`
    options = ("--create-home", "--no-user-group", "--shell", "/bin/bash")
    _in_root(root, "useradd", *options, "--", user)
    _authorize(root, f"home/{user}", identity.client_key)
    _in_root(root, "chown", "--recursive", f"{user}:", f"/home/{user}/.ssh")
    if identity.ssh.sudo:
        _write(root, "etc/sudoers.d/rehearsal", f"{user} ALL=(ALL:ALL) NOPASSWD: ALL\n", mode=0o440)


def _authorize(root: Path, home: str, key: str) -> None:
    _write(root, f"{home}/.ssh/authorized_keys", f"{key}\n", mode=0o600)
    (root / home / ".ssh").chmod(0o700)


def _write(root: Path, path: str, content: str, mode: int = 0o644) -> None:
    """Replace a file; a link in its place is replaced, not followed out of the root."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    file.touch(mode=mode)
    file.write_text(content)
    file.chmod(mode)


def _in_root(root: Path, *argv: str) -> None:
    ended = subprocess.run(
        ["chroot", str(root), *argv], capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        raise RehearsalError(f"`{argv[0]}` failed in a throwaway host: {ended.stderr.strip()}")
