"""Asks the source of a password, at the last moment. No message quotes what a source says."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mailctl.errors import SecretError
from mailctl.keys.command import first_output
from mailctl.keys.reading import read_regular
from mailctl.model.hash_schemes import fault_of_hash, scheme_of
from mailctl.model.names import Address
from mailctl.model.secret import (
    HashedPassword,
    Password,
    PasswordCommand,
    PasswordFile,
    PasswordVariable,
)
from mailctl.model.user import User

LARGEST = 64 * 1024
LONGEST_PASSWORD = 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Hash:
    """A password that is hashed already, as `{SCHEME}hash`."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClearText:
    """A password as its user types it."""

    text: str = field(repr=False)


def read_password(user: User, environment: Mapping[str, str] = os.environ) -> Hash | ClearText:
    """The password of a user, validated. Raises SecretError naming the user and the source."""
    return _validated(user.address, _content(user.address, user.password, environment))


def _content(address: Address, source: Password, environment: Mapping[str, str]) -> str:
    match source:
        case HashedPassword(text):
            return _a_hash(address, text)
        case PasswordFile(path):
            return _decoded(address, _file(address, path))
        case PasswordVariable(name):
            if name not in environment:
                raise _fault(address, f"the environment variable {name} is not set", "set it")
            return environment[name].split("\n", 1)[0].removesuffix("\r")
        case PasswordCommand(argv, folder):
            try:
                output = first_output(argv, folder, limit=LARGEST)
            except SecretError as error:
                raise _fault(address, error.message, error.hint) from error
            return _decoded(address, output)


def _a_hash(address: Address, text: str) -> str:
    """`hash:` holds a hash; a password written there by mistake must not become one."""
    if scheme_of(text) is None:
        raise _fault(address, *(fault_of_hash(text) or ("it is no hash", "")))
    return text


def _file(address: Address, path: Path) -> bytes:
    try:
        return read_regular(path, LARGEST)[0]
    except OSError as error:
        raise _fault(
            address,
            f"{path} cannot be read: {error.strerror}",
            "write the password into its first line",
        ) from error


def _decoded(address: Address, content: bytes) -> str:
    line = content.split(b"\n", 1)[0].removesuffix(b"\r")
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        # the cause would show the bytes
        raise _fault(address, "its first line is not UTF-8", "write it in UTF-8") from error


def _validated(address: Address, text: str) -> Hash | ClearText:
    if not text:
        raise _fault(address, "its source gives an empty first line", "write the password there")
    if len(text) > LONGEST_PASSWORD:
        raise _fault(address, f"it is longer than {LONGEST_PASSWORD} characters", "shorten it")
    if _CONTROL.search(text):
        raise _fault(address, "it has a control character in it", "leave it out")
    if scheme_of(text) is None:
        return ClearText(text)
    fault = fault_of_hash(text)
    if fault is not None:
        raise _fault(address, *fault)
    return Hash(text)


def _fault(address: Address, message: str, hint: str) -> SecretError:
    return SecretError(f"the password of {address}: {message}", hint)
