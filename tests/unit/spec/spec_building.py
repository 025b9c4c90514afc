"""Small specs for the tests of the spec layer."""

from __future__ import annotations

from pathlib import Path

from mailctl.errors import Issue, SpecError
from mailctl.spec.load import Loaded, examine

HOST = "hosts:\n  mail: {fqdn: mail.example.org, addresses: [203.0.113.10], platform: debian-13}\n"
DOMAIN = "domains:\n  example.org: {}\n"
USER = (
    "users:\n  alice@example.org:\n    password: {env: ALICE}\n"
    "    aliases: [postmaster@example.org, abuse@example.org]\n"
)


def write(folder: Path, text: str, name: str = "mail.yaml") -> Path:
    """A file of a spec."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def accept(folder: Path, text: str) -> Loaded:
    """A spec that must be accepted."""
    return examine(write(folder, text))


def spec(host: str = HOST, domain: str = DOMAIN, user: str = USER, more: str = "") -> str:
    """A whole spec from its parts."""
    return f"mailctl: 1\n{host}{domain}{user}{more}"


def issues(folder: Path, text: str) -> tuple[Issue, ...]:
    """Everything said about a spec, whether it is accepted or not."""
    try:
        return accept(folder, text).warnings
    except SpecError as error:
        return error.issues
