"""How we prove who we are: certificates and keys of the agent and of files, in ssh(1)'s order.

That is: certificates; the agent's keys that the configuration names; the agent's other keys,
unless IdentitiesOnly; and keys that only files have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mailctl.deploy.hop import Hop
from mailctl.deploy.key_files import (
    CERTIFICATE,
    KeyFiles,
    Unusable,
    certificate,
    certified_key,
    public_blob,
)
from mailctl.errors import AuthenticationFailed

if TYPE_CHECKING:
    import paramiko

_AUTHENTICATION_TIMEOUT = 30.0


def default_key_files() -> tuple[Path, ...]:
    """The names that ssh(1) tries."""
    folder = Path.home() / ".ssh"
    return tuple(folder / f"id_{kind}" for kind in ("ed25519", "ecdsa", "rsa"))


def authenticate(host: str, transport: paramiko.Transport, hop: Hop, files: KeyFiles) -> None:
    """Offer one key after another; raises AuthenticationFailed that says which were refused."""
    from mailctl.deploy.agent_keys import agent_keys
    from mailctl.deploy.lean import paramiko

    transport.auth_timeout = _AUTHENTICATION_TIMEOUT
    tried: list[str] = []
    with agent_keys(hop.agent) as held:
        for label, key in _Offer(hop, files, held, tried).in_order():
            try:
                if not transport.auth_publickey(hop.user, key):
                    return
                tried.append(f"{label} is not enough for the host")
            except paramiko.BadAuthenticationType as error:
                allowed = ", ".join(error.allowed_types)
                raise AuthenticationFailed(
                    host, f"the host takes no keys, only {allowed}",
                    "allow PubkeyAuthentication there",
                ) from error  # fmt: skip
            except (paramiko.SSHException, OSError) as error:
                refused = isinstance(error, paramiko.AuthenticationException)
                tried.append(f"{label} refused" if refused else f"{label} cannot sign ({error})")
            if not transport.is_active():
                tried.append("then the host hung up")
                break
    raise AuthenticationFailed(
        host,
        f"the host lets nobody in as {hop.user}: {'; '.join(tried) or 'there is no key to try'}",
        f"put your public key into ~{hop.user}/.ssh/authorized_keys there, or name the right key "
        "with --ssh-key",
    )


@dataclass(slots=True)
class _Offer:
    """The keys for one hop. What cannot be used is noted in `tried`."""

    hop: Hop
    files: KeyFiles
    held: tuple[paramiko.AgentKey, ...]
    tried: list[str]
    _unusable: set[Path] = field(default_factory=set)

    def in_order(self) -> Iterator[tuple[str, paramiko.PKey]]:
        named = self.hop.identities is not None
        paths = self.hop.identities if self.hop.identities is not None else default_key_files()
        there = [path for path in paths if self._is_there(path, named=named)]
        by_blob = {key.blob: key for key in self.held}
        publics = {path: public_blob(path) for path in there}
        yield from self._certified(there, by_blob)
        mine = [by_blob[blob] for blob in publics.values() if blob in by_blob]
        yield from ((_label(key), key) for key in mine)
        if not self.hop.identities_only:
            bare = (key for key in self.held if not _is_certificate(key) and key not in mine)
            yield from ((_label(key), key) for key in bare)
        for path in there:
            if publics[path] not in by_blob and (key := self._private(path)) is not None:
                yield str(path), key

    def _is_there(self, path: Path, *, named: bool) -> bool:
        """A public key alone is one too: the agent may hold its other half."""
        if path.is_file() or Path(f"{path}.pub").is_file():
            return True
        if named:
            self.tried.append(f"{path} is {'no file' if path.exists() else 'not there'}")
        return False

    def _certified(
        self, paths: list[Path], by_blob: dict[bytes, paramiko.AgentKey]
    ) -> Iterator[tuple[str, paramiko.PKey]]:
        """Certificates: those of files, for which either the agent or a file has the key, and
        those that the agent holds itself."""
        beside = (Path(f"{path}-cert.pub") for path in paths)
        for place in dict.fromkeys((*self.hop.certificates, *beside)):
            found = certificate(place)
            if found is None:
                if place in self.hop.certificates:
                    self.tried.append(f"{place} is no certificate")
                continue
            key = self._half_of(certified_key(found), paths, by_blob)
            if key is not None:
                yield f"the certificate {place}", _with(key, found)
        if not self.hop.identities_only:
            yield from ((_label(key), key) for key in self.held if _is_certificate(key))

    def _half_of(
        self, public: bytes, paths: list[Path], by_blob: dict[bytes, paramiko.AgentKey]
    ) -> paramiko.PKey | None:
        """The private half of a public key."""
        if public in by_blob:
            return by_blob[public]
        path = next((path for path in paths if public_blob(path) == public), None)
        return self._private(path) if path is not None else None

    def _private(self, path: Path) -> paramiko.PKey | None:
        try:
            return self.files.private(path)
        except Unusable as reason:
            if path not in self._unusable:
                self.tried.append(f"{path} {reason}")
            self._unusable.add(path)
            return None


def _with(key: paramiko.PKey, certificate: paramiko.pkey.PublicBlob) -> paramiko.PKey:
    """The key, showing the certificate; the key itself may be offered bare, too."""
    import copy

    from mailctl.deploy.agent_keys import twin
    from mailctl.deploy.lean import paramiko

    certified = twin(key) if isinstance(key, paramiko.AgentKey) else copy.copy(key)
    certified.public_blob = certificate
    return certified


def _is_certificate(key: paramiko.AgentKey) -> bool:
    return key.get_name().endswith(CERTIFICATE)


def _label(key: paramiko.AgentKey) -> str:
    what = "certificate" if _is_certificate(key) else "key"
    return f"the agent's {what} {key.comment}".rstrip()
