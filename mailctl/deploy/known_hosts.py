"""Which keys a host may show: the lines of known_hosts that speak of it (sshd(8)).

Only this host's lines are decoded, for thousands of hashed lines are common and decoding each
key costs seconds.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

SYSTEM_FILE = Path("/etc/ssh/ssh_known_hosts")


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key by its algorithm's name and its wire form; `revoked` ones must never be taken."""

    algorithm: str
    blob: bytes
    revoked: bool = False


def user_file() -> Path:
    """Where ssh(1) keeps them for the user."""
    return Path.home() / ".ssh" / "known_hosts"


def label(address: str, port: int) -> str:
    """How known_hosts names a host: `[host]:port` unless the port is 22."""
    return address.lower() if port == 22 else f"[{address.lower()}]:{port}"


def known_keys(files: Iterable[Path], address: str, port: int) -> tuple[KnownKey, ...]:
    """All keys that the files hold for the host; files that are not there hold none."""
    name = label(address, port)
    return tuple(
        key
        for path in files
        if path.is_file()
        for line in path.read_bytes().splitlines()
        if (key := _key(line, name)) is not None
    )


def fingerprint(blob: bytes) -> str:
    """As `ssh-keygen -l` prints it (RFC 4648 base64 without padding, of SHA-256)."""
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode()
    return f"SHA256:{digest.rstrip('=')}"


def _key(line: bytes, name: str) -> KnownKey | None:
    """The key of a line that speaks of this host; certificate authorities are not for us."""
    fields = line.split(None, 4)
    marker = b""
    if fields and fields[0].startswith(b"@"):
        marker, *fields = fields
    if len(fields) < 3 or fields[0].startswith(b"#") or marker == b"@cert-authority":
        return None
    hosts = fields[0].decode("utf-8", "replace")
    if not (_hashed(hosts, name) if hosts.startswith("|1|") else _listed(hosts, name)):
        return None
    try:
        blob = base64.b64decode(fields[2], validate=True)
    except binascii.Error:
        return None
    return KnownKey(fields[1].decode("ascii", "replace"), blob, marker == b"@revoked")


def _hashed(hosts: str, name: str) -> bool:
    """`|1|salt|hash`: HMAC-SHA1 of the name, keyed with the salt."""
    parts = hosts.split("|")
    if len(parts) != 4:
        return False
    try:
        salt, digest = base64.b64decode(parts[2]), base64.b64decode(parts[3])
    except binascii.Error:
        return False
    return hmac.compare_digest(hmac.digest(salt, name.encode(), "sha1"), digest)


def _listed(hosts: str, name: str) -> bool:
    """A list of patterns; one with `!` before it excludes."""
    matched = False
    for pattern in hosts.lower().split(","):
        if fnmatchcase(name, pattern.removeprefix("!").replace("[", "[[]")):
            if pattern.startswith("!"):
                return False
            matched = True
    return matched
