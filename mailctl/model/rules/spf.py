"""SPF records that are said word for word (RFC 7208): what receivers hold against them.

Those that we put together know more of the spec than a rule does; `dns.review` looks at them.
DNS is not asked here, so what includes lead to is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailctl.errors import Finding, Severity
from mailctl.model.settings import Spf
from mailctl.model.system import System

if TYPE_CHECKING:
    from mailctl.spf.remark import Remark


def check(system: System) -> Iterator[Finding]:
    """What is wrong with the record of each domain; domains share policies, so once for each."""
    known: dict[str, tuple[Remark, ...]] = {}
    for domain in system.domains.values():
        spf = domain.policy.spf
        if domain.parked:
            continue
        if spf.record and spf.record not in known:
            known[spf.record] = _reviewed(spf.record)
        yield from _findings(("domains", domain.name, "spf"), spf, known.get(spf.record, ()))


def _reviewed(record: str) -> tuple[Remark, ...]:
    from mailctl.spf.review import review  # most specs have no such record

    return review(record)


def _findings(where: tuple[str, ...], spf: Spf, remarks: tuple[Remark, ...]) -> Iterator[Finding]:
    for remark in remarks:
        message = f"{remark.message} ({remark.reference})"
        yield Finding((*where, "record"), remark.rule, message, remark.hint, remark.severity)
    if not spf.record and spf.all == "neutral":
        yield Finding((*where, "all"), "spf-open", "neutral says nothing about forged mail",
                      "write `all: fail`", Severity.WARNING)  # fmt: skip
