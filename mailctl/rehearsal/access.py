"""How we get into throwaway hosts: keys made for one run, which nothing of the user's touches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An ed25519 key in the formats of ssh-keygen(1)."""

    private: bytes
    public: str


def make_key() -> KeyPair:
    """A new key."""
    key = Ed25519PrivateKey.generate()
    return KeyPair(
        private=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        ),
        public=key.public_key()
        .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        .decode(),
    )


@dataclass(frozen=True, slots=True)
class Access:
    """A client key and a known_hosts file in a folder that only root reads."""

    folder: Path
    public: str

    @classmethod
    def make(cls, folder: Path) -> Access:
        """Lay a new client key into the folder."""
        folder.mkdir(mode=0o700)
        pair = make_key()
        access = cls(folder, pair.public)
        access.identity.touch(mode=0o600)
        access.identity.write_bytes(pair.private)
        access.known_hosts.touch(mode=0o600)
        return access

    @property
    def identity(self) -> Path:
        """The private key, as for `ssh -i`."""
        return self.folder / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        """The host keys of all hosts that were booted (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT)."""
        return self.folder / "known_hosts"

    def trust(self, names: Iterable[str], port: int, public: str) -> None:
        """Remember a host's key under all of its names and addresses."""
        shown = ",".join(name if port == 22 else f"[{name}]:{port}" for name in names)
        with self.known_hosts.open("a") as known:
            known.write(f"{shown} {public}\n")
