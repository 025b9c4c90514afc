"""The key that signs updates (RFC 8945), as tsig-keygen(8) writes it into a file:

    key "name" { algorithm hmac-sha256; secret "..."; };

or in one line, `hmac-sha256:name:secret`, as nsupdate(1) and kdig(1) take it. Nothing that is
said about a file quotes from it, for a secret may stand anywhere in a file that is broken.
"""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path

from mailctl.errors import SecretError
from mailctl.keys.keyfolder import read_private
from mailctl.model.tsig_key import TsigKey

ALGORITHMS = (
    "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha256-128",
    "hmac-sha384", "hmac-sha384-192", "hmac-sha512", "hmac-sha512-256",
)  # fmt: skip
"""Those of RFC 8945, 6 that may be used; HMAC-MD5 MUST NOT be."""

_FORBIDDEN = ("hmac-md5", "hmac-md5.sig-alg.reg.int")

SHORTEST = 16
"""Bytes: what is shorter than 128 bits can be guessed, whatever the hash (RFC 2104, 3)."""

_DEFAULT = "hmac-sha256"
_SYNTAX = 'write it as tsig-keygen does: key "name" { algorithm hmac-sha256; secret "..."; };'
_TOKENS = re.compile(
    r"""
      "([^"\n]*)"                  # a text; base64 may well hold a // there
    | /\*(?s:.*?)\*/ | (?://|\#)[^\n]*
    | ([{};])
    | ((?:[^\s{};"/\#] | /(?![/*]))+)
    """,
    re.VERBOSE,
)
"""Comments are known only together with texts: neither begins inside of the other."""

_NAME = re.compile(r"[A-Za-z0-9._*-]{1,253}", re.ASCII)


def read_tsig_key(path: Path) -> TsigKey:
    """The one key in a file that only its owner may read. Raises SecretError."""
    try:
        content = read_private(path)
    except FileNotFoundError:
        raise SecretError(
            f"{path}: there is no such file", "make it on the name server: tsig-keygen NAME"
        ) from None
    try:
        return parse_tsig_key(content.decode("ascii"))
    except UnicodeDecodeError:
        raise SecretError(f"{path}: is no TSIG key; it is no ASCII text", _SYNTAX) from None
    except SecretError as error:
        raise SecretError(f"{path}: {error.message}", error.hint) from None


def parse_tsig_key(text: str) -> TsigKey:
    """The key that a file's text holds. Raises SecretError."""
    words = text.split()
    if len(words) == 1 and ":" in words[0] and "{" not in text:
        return _one_line(words[0])
    return _statement(text)


def _one_line(text: str) -> TsigKey:
    *algorithm, name, secret = text.split(":")
    if len(algorithm) > 1:
        raise SecretError("is no TSIG key", "write it as hmac-sha256:name:secret")
    return _key(name, algorithm[0] if algorithm else _DEFAULT, secret)


def _statement(text: str) -> TsigKey:
    """named.conf(5): the clauses of a key in any order, each once."""
    found = (match[1] or match[2] or match[3] or "" for match in _TOKENS.finditer(text))
    tokens = [token for token in found if token]
    if _TOKENS.sub("", text).strip() or tokens[:1] != ["key"] or tokens[2:3] != ["{"]:
        raise SecretError("is no TSIG key", _SYNTAX)
    if tokens.count("key") > 1:
        raise SecretError("holds more than one key", "leave the one that updates are signed with")
    end = tokens.index("}") if "}" in tokens else 0
    clauses = tokens[3:end]
    pairs = list(zip(clauses[::3], clauses[1::3], clauses[2::3], strict=False))
    values = {word: value for word, value, mark in pairs if mark == ";"}
    whole = len(clauses) == 6 and tokens[end + 1 :] in ([";"], [])
    if not whole or values.keys() != {"algorithm", "secret"}:
        raise SecretError("is no TSIG key", _SYNTAX)
    return _key(tokens[1], values["algorithm"], values["secret"])


def _key(name: str, algorithm: str, secret: str) -> TsigKey:
    plain = name.removesuffix(".").lower()
    if not _NAME.fullmatch(plain) or not all(0 < len(label) < 64 for label in plain.split(".")):
        raise SecretError("the key's name is no name that DNS could have", _SYNTAX)
    return TsigKey(plain, _algorithm(algorithm), _secret(secret))


def _algorithm(text: str) -> str:
    plain = text.removesuffix(".").lower()
    if plain in _FORBIDDEN:
        raise SecretError(
            "hmac-md5 must not be used any more (RFC 8945, 6)",
            "make a new key: tsig-keygen -a hmac-sha256 NAME",
        )
    if plain not in ALGORITHMS:
        raise SecretError("the algorithm is unknown", f"it may be {', '.join(ALGORITHMS)}")
    return plain


def _secret(text: str) -> bytes:
    try:
        secret = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise SecretError("the secret is no base64", "copy it whole, with its = signs") from None
    if len(secret) < SHORTEST:
        raise SecretError(
            f"the secret has {len(secret)} bytes, which can be guessed (RFC 2104, 3)",
            f"it must have {SHORTEST} at least; tsig-keygen makes good ones",
        )
    return secret
