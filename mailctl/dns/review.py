"""What receivers would hold against the SPF records that we put together (RFC 7208, 4.6.4, 3.4).

Only here is known which hosts such a record names besides the MX. DNS is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.dns.spf import sent_texts
from mailctl.errors import Finding
from mailctl.model.system import System
from mailctl.spf.remark import Remark
from mailctl.spf.review import review


def findings(system: System) -> Iterator[Finding]:
    """A finding at the includes of each domain whose record asks too much, or is too long."""
    known: dict[str, tuple[Remark, ...]] = {}
    for name, text in sent_texts(system):
        if text not in known:
            known[text] = review(text)
        for remark in known[text]:
            if remark.rule in _FROM_PARTS:
                message = f"{remark.message} ({remark.reference})"
                yield Finding(("domains", name, "spf", "include"), remark.rule, message,
                              remark.hint, remark.severity)  # fmt: skip


_FROM_PARTS = ("spf-lookups", "spf-length")
"""What the parts that a spec names can come to; their forms are ours."""
