"""SPF records that fail or come near to it (RFC 7208, 4.6.4 and 5)."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, Severity
from mailctl.model.settings import Spf
from mailctl.model.system import System

MOST_LOOKUPS = 10
_NEAR = 8
_QUERYING = ("include:", "a:", "a/", "mx:", "mx/", "ptr:", "exists:")
_ENDS = ("-all", "~all")


def check(system: System) -> Iterator[Finding]:
    """Too many lookups, or an end that lets everybody send."""
    for domain in system.domains.values():
        if not domain.parked:
            yield from _of(("domains", domain.name, "spf"), domain.policy.spf)


def _of(where: tuple[str, ...], spf: Spf) -> Iterator[Finding]:
    place = (*where, "record" if spf.record else "include")
    lookups = _lookups(spf.record.lower()) if spf.record else 1 + len(spf.include)
    if lookups > MOST_LOOKUPS:
        yield Finding(place, "spf-lookups", f"the record asks DNS {lookups} times, and "
                      f"receivers stop at {MOST_LOOKUPS}", "name fewer domains")  # fmt: skip
    elif lookups >= _NEAR:
        yield Finding(place, "spf-lookups", f"the record asks DNS {lookups} times of the "
                      f"{MOST_LOOKUPS} that are allowed, before what its includes add",
                      "name fewer domains", Severity.WARNING)  # fmt: skip
    if spf.record and not _is_closed(spf.record.lower()):
        yield Finding(place, "spf-open", "the record does not end in -all or ~all",
                      "end it in -all", Severity.WARNING)  # fmt: skip
    if not spf.record and spf.all == "neutral":
        yield Finding((*where, "all"), "spf-open", "neutral says nothing about forged mail",
                      "write `all: fail`", Severity.WARNING)  # fmt: skip


def _lookups(record: str) -> int:
    """The terms of a record that make a receiver ask DNS."""
    terms = [term.lstrip("+-~?") for term in record.split()[1:]]
    return sum(
        term in ("a", "mx", "ptr") or term.startswith((*_QUERYING, "redirect=")) for term in terms
    )


def _is_closed(record: str) -> bool:
    terms = record.split()
    return terms[-1] in _ENDS or any(term.startswith("redirect=") for term in terms)
