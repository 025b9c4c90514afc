"""keys/salt: random bytes, made once, from which each user's password salt is derived.

A hash that we make must come out the same on every run, or every run would change the
hosts; so its salt is derived from the address and from these bytes, which no other spec has.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from mailctl.errors import SecretError
from mailctl.keys.keyfolder import read_or_create
from mailctl.keys.places import FOLDER, SALT
from mailctl.model.names import Address

_BYTES = 32
_SALT_BYTES = 16  # RFC 9106, 4: enough for password hashing


def read_salt(folder: Path) -> bytes:
    """The bytes of keys/salt beside the spec, made when there are none. Raises SecretError."""
    salt = read_or_create(folder / FOLDER, SALT, lambda: secrets.token_bytes(_BYTES))
    if len(salt) < _BYTES:
        raise SecretError(
            f"{folder / FOLDER / SALT}: is shorter than {_BYTES} bytes",
            "bring the former file back, or remove it to have a new one made",
        )
    return salt


def salt_for(salt: bytes, address: Address) -> bytes:
    """The salt of one user's password, 16 bytes."""
    import hashlib  # where passwords are hashes already nobody asks

    return hashlib.sha256(salt + str(address).encode()).digest()[:_SALT_BYTES]
