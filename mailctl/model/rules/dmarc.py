"""DMARC records: what RFC 9989 has taken away, and what is no URI."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, Severity
from mailctl.model.settings import Dmarc
from mailctl.model.system import System

_REMOVED = ("pct", "rf", "ri")


def check(system: System) -> Iterator[Finding]:
    """Warnings only: a record said word for word is published as it stands."""
    for domain in system.domains.values():
        if not domain.parked:
            yield from _of(("domains", domain.name, "dmarc"), domain.policy.dmarc)


def _of(where: tuple[str, ...], dmarc: Dmarc) -> Iterator[Finding]:
    if not dmarc.record:
        if dmarc.policy == "none":
            yield _warning((*where, "policy"), "dmarc-none", "none lets forged mail through",
                           "write `policy: quarantine` or `policy: reject`")  # fmt: skip
        return
    place = (*where, "record")
    tags = tags_of(dmarc.record)
    removed = [name for name in _REMOVED if name in tags]
    if removed:
        yield _warning(place, "dmarc-obsolete-tag",
                       f"RFC 9989 has no {', '.join(removed)}; receivers ignore them",
                       "leave them out")  # fmt: skip
    if "fo" in tags and "ruf" not in tags:
        yield _warning(place, "dmarc-obsolete-tag", "fo means nothing without ruf", "leave it out")
    for name in ("rua", "ruf"):
        if any(
            not uri.strip().startswith("mailto:") for uri in tags.get(name, "mailto:").split(",")
        ):
            yield _warning(place, "dmarc-uri", f"{name} holds an address that is no URI",
                           f"write {name}=mailto:ADDRESS")  # fmt: skip
    if tags.get("p", "none") == "none":
        yield _warning(place, "dmarc-none", "p=none lets forged mail through",
                       "write p=quarantine or p=reject")  # fmt: skip


def tags_of(record: str) -> dict[str, str]:
    """The tags of a record (RFC 9989, 4.8), names in lower case."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


def _warning(where: tuple[str, ...], rule: str, message: str, hint: str) -> Finding:
    return Finding(where, rule, message, hint, Severity.WARNING)
