"""Asks for a host's TSIG key where it comes from, at the last moment. No message quotes it.

The clients of ACME know fewer algorithms than RFC 8945 has: what one of them would take for
another algorithm, or refuse at the first order, is refused here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from mailctl.errors import SecretError
from mailctl.keys.command import first_output
from mailctl.keys.tsig import parse_tsig_key, read_tsig_key
from mailctl.model.secret import PasswordCommand, PasswordFile, PasswordVariable, SecretSource
from mailctl.model.tsig_key import TsigKey

LARGEST = 64 * 1024

ALGORITHMS = ("hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512")
"""Those of certbot-dns-rfc2136, in 2.1 as in 4.0; nothing truncated."""


def read_tsig_source(
    owner: str, source: SecretSource, environment: Mapping[str, str] = os.environ
) -> TsigKey:
    """The key that the source holds. Raises SecretError naming the `owner`, which is a host."""
    try:
        return _usable(_read(source, environment))
    except SecretError as error:
        raise SecretError(f"the TSIG key of {owner}: {error.message}", error.hint) from None


def _read(source: SecretSource, environment: Mapping[str, str]) -> TsigKey:
    match source:
        case PasswordFile(path):
            return read_tsig_key(path)
        case PasswordVariable(name):
            if name not in environment:
                raise SecretError(f"the environment variable {name} is not set", "set it")
            return parse_tsig_key(environment[name])
        case PasswordCommand(argv, folder):
            return parse_tsig_key(_ascii(first_output(argv, folder, limit=LARGEST)))


def _ascii(output: bytes) -> str:
    try:
        return output.decode("ascii")
    except UnicodeDecodeError:
        # the cause would show the bytes
        raise SecretError("what its command prints is no ASCII text", "print the key") from None


def _usable(key: TsigKey) -> TsigKey:
    if key.algorithm not in ALGORITHMS:
        raise SecretError(
            f"certbot does not know {key.algorithm}",
            f"make one of {', '.join(ALGORITHMS[2:])}: tsig-keygen -a hmac-sha256 NAME",
        )
    return key
