"""Which keys a host may show: the lines of known_hosts that speak of it (sshd(8)).

Thousands of hashed lines are common, so each file is read once a run and each name is looked up
once, whatever the number of hosts; and only a host's own lines are decoded.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

SYSTEM_FILE = Path("/etc/ssh/ssh_known_hosts")

_REVOKED, _AUTHORITY = b"@revoked", b"@cert-authority"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key by its algorithm's name and its wire form, and the name and the line of a file that
    it was found by; `revoked` ones must never be taken, and an `authority` is no host's key, but
    signs them."""

    algorithm: str
    blob: bytes
    name: str
    file: Path
    line: int
    revoked: bool = False
    authority: bool = False


def user_file() -> Path:
    """Where ssh(1) keeps them for the user."""
    return Path.home() / ".ssh" / "known_hosts"


def label(address: str, port: int) -> str:
    """How known_hosts names a host: `[host]:port` unless the port is 22."""
    return address.lower() if port == 22 else f"[{address.lower()}]:{port}"


def fingerprint(blob: bytes) -> str:
    """As `ssh-keygen -l` prints it (RFC 4648 base64 without padding, of SHA-256)."""
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode()
    return f"SHA256:{digest.rstrip('=')}"


@dataclass(slots=True)
class KnownHosts:
    """The files of a run, and what was found in them so far; for all threads."""

    _files: dict[Path, tuple[_Line, ...]] = field(default_factory=dict)
    _found: dict[tuple[Path, str], tuple[KnownKey, ...]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def usual_files(self) -> tuple[Path, Path]:
        """Those of the user and of the system."""
        return user_file(), SYSTEM_FILE

    def keys(self, files: Iterable[Path], name: str) -> tuple[KnownKey, ...]:
        """All keys that the files hold for a name as of `label`; files that are not there hold
        none."""
        return tuple(key for path in files for key in self._keys(path, name))

    def _keys(self, path: Path, name: str) -> tuple[KnownKey, ...]:
        with self._lock:
            if path not in self._files:
                self._files[path] = _lines(path)
            if (path, name) not in self._found:
                lines = self._files[path]
                keys = (line.key(path, name) for line in lines if line.speaks_of(name))
                self._found[path, name] = tuple(key for key in keys if key is not None)
            return self._found[path, name]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that holds a key: whose, as patterns or as `salt` and `digest`, and which."""

    number: int
    marker: bytes
    patterns: tuple[str, ...]
    salt: bytes
    digest: bytes
    algorithm: bytes
    encoded: bytes

    def speaks_of(self, name: str) -> bool:
        """HMAC-SHA1 of the name, keyed with the salt; or a pattern, where one with `!` excludes."""
        if self.salt:
            return hmac.digest(self.salt, name.encode(), "sha1") == self.digest
        matched = False
        for pattern in self.patterns:
            if _fits(pattern.removeprefix("!"), name):
                if pattern.startswith("!"):
                    return False
                matched = True
        return matched

    def key(self, file: Path, name: str) -> KnownKey | None:
        try:
            blob = base64.b64decode(self.encoded, validate=True)
        except binascii.Error:
            return None
        algorithm = self.algorithm.decode("ascii", "replace")
        revoked, authority = self.marker == _REVOKED, self.marker == _AUTHORITY
        return KnownKey(algorithm, blob, name, file, self.number, revoked, authority)


def _fits(pattern: str, name: str) -> bool:
    if "*" not in pattern and "?" not in pattern:
        return pattern == name
    # brackets stand for themselves here, not for a set of letters
    return fnmatchcase(name, pattern.replace("[", "[[]"))


def _lines(path: Path) -> tuple[_Line, ...]:
    try:
        data = path.read_bytes() if path.is_file() else b""
    except OSError:
        return ()
    found = (_line(number, text) for number, text in enumerate(data.splitlines(), 1))
    return tuple(line for line in found if line is not None)


def _line(number: int, text: bytes) -> _Line | None:
    fields = text.split(None, 4)
    marker = b""
    if fields and fields[0].startswith(b"@"):
        marker, *fields = fields
    if len(fields) < 3 or fields[0].startswith(b"#") or marker not in (b"", _REVOKED, _AUTHORITY):
        return None
    hosts, algorithm, encoded = fields[:3]
    if not hosts.startswith(b"|1|"):
        patterns = hosts.decode("utf-8", "replace").lower().split(",")
        return _Line(number, marker, tuple(patterns), b"", b"", algorithm, encoded)
    try:
        salt, digest = map(base64.b64decode, hosts.split(b"|")[2:])
    except (ValueError, binascii.Error):
        return None
    return _Line(number, marker, (), salt, digest, algorithm, encoded) if salt else None
