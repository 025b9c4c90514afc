"""Clear-text passwords to hashes: Argon2id, with the parameters that OWASP gives as its first
choice for little memory (19 MiB, two passes), which Dovecot's auth process can afford too."""

from __future__ import annotations

MEMORY_KIB = 19456
PASSES = 2
LANES = 1
_HASH_BYTES = 32


def argon2id(password: str, salt: bytes) -> str:
    """`{ARGON2ID}$argon2id$...` of a password (RFC 9106). The same salt gives the same hash."""
    from argon2.low_level import Type, hash_secret

    hashed = hash_secret(
        password.encode(),
        salt,
        time_cost=PASSES,
        memory_cost=MEMORY_KIB,
        parallelism=LANES,
        hash_len=_HASH_BYTES,
        type=Type.ID,
    )
    return "{ARGON2ID}" + hashed.decode("ascii")
