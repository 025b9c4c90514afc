"""What can be said against one SPF record."""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.errors import Severity


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding: what is wrong, what to write instead, and where RFC 7208 says so.

    `rule` is stable: people and scripts refer to it.
    """

    rule: str
    message: str
    hint: str
    section: str
    severity: Severity = Severity.WARNING

    @property
    def reference(self) -> str:
        return f"RFC 7208, {self.section}"
