"""How we prove who we are: the agent's keys, then key files, as ssh(1) does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mailctl.errors import AuthenticationFailed

if TYPE_CHECKING:
    import paramiko

_AUTHENTICATION_TIMEOUT = 30.0


def default_key_files() -> tuple[Path, ...]:
    """The names that ssh(1) tries."""
    folder = Path.home() / ".ssh"
    return tuple(folder / f"id_{kind}" for kind in ("ed25519", "ecdsa", "rsa"))


def authenticate(
    host: str, transport: paramiko.Transport, user: str, key_files: tuple[Path, ...]
) -> None:
    """Offer one key after another; raises AuthenticationFailed that says which were refused."""
    import paramiko

    transport.auth_timeout = _AUTHENTICATION_TIMEOUT
    tried: list[str] = []
    for label, key in _keys(key_files, tried):
        try:
            if not transport.auth_publickey(user, key):
                return
            tried.append(f"{label} is not enough for the host")
        except paramiko.BadAuthenticationType as error:
            allowed = ", ".join(error.allowed_types)
            raise AuthenticationFailed(
                host, f"the host takes no keys, only {allowed}", "allow PubkeyAuthentication there"
            ) from error
        except paramiko.AuthenticationException:
            tried.append(f"{label} refused")
        if not transport.is_active():
            tried.append("then the host hung up")
            break
    raise AuthenticationFailed(
        host,
        f"the host lets nobody in as {user}: {'; '.join(tried) or 'there is no key to try'}",
        f"put your public key into ~{user}/.ssh/authorized_keys there, or name the right key "
        "with --ssh-key",
    )


def _keys(key_files: tuple[Path, ...], tried: list[str]) -> Iterator[tuple[str, paramiko.PKey]]:
    """Named files alone, or the agent's keys and the usual files. Unreadable ones are noted."""
    import paramiko

    if not key_files:
        yield from (("a key of the agent", key) for key in paramiko.Agent().get_keys())
    for path in key_files or default_key_files():
        if not path.is_file():
            if key_files:
                tried.append(f"{path} is {'no file' if path.exists() else 'not there'}")
            continue
        try:
            yield str(path), paramiko.PKey.from_path(path)
        except (paramiko.PasswordRequiredException, TypeError):
            # cryptography says TypeError of an encrypted key for which no passphrase is given
            tried.append(f"{path} has a passphrase (add it to ssh-agent)")
        except OSError as error:
            tried.append(f"{path} cannot be read ({error.strerror})")
        except (paramiko.SSHException, ValueError):
            tried.append(f"{path} is no private key that we know")
