"""SPF records that fail or come near to it (RFC 7208): what receivers hold against them.

DNS is not asked here, so what includes lead to is not known.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, Severity
from mailctl.model.settings import Spf
from mailctl.model.system import System
from mailctl.spf.remark import Remark
from mailctl.spf.review import review


def check(system: System) -> Iterator[Finding]:
    """What is wrong with the record of each domain; domains share policies, so once for each."""
    known: dict[Spf, tuple[Remark, ...]] = {}
    for domain in system.domains.values():
        if domain.parked:
            continue
        spf = domain.policy.spf
        if spf not in known:
            known[spf] = review(spf.record or _assembled(spf))
        yield from _findings(("domains", domain.name, "spf"), spf, known[spf])


def _assembled(spf: Spf) -> str:
    """The record as far as the policy alone makes it, closed: `all` is looked at by itself."""
    return " ".join(["v=spf1 mx", *(f"include:{name}" for name in spf.include), "-all"])


def _findings(where: tuple[str, ...], spf: Spf, remarks: tuple[Remark, ...]) -> Iterator[Finding]:
    place = (*where, "record" if spf.record else "include")
    for remark in remarks:
        message = f"{remark.message} ({remark.reference})"
        yield Finding(place, remark.rule, message, remark.hint, remark.severity)
    if not spf.record and spf.all == "neutral":
        yield Finding((*where, "all"), "spf-open", "neutral says nothing about forged mail",
                      "write `all: fail`", Severity.WARNING)  # fmt: skip
