"""What must hold between the parts of a spec; one topic a module, all pure.

A rule looks at the System alone and yields Findings at paths of the spec; its id is stable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mailctl.errors import Finding
from mailctl.model.system import System

Rule = Callable[[System], Iterable[Finding]]

RULES: tuple[Rule, ...] = ()


def check_all(system: System) -> Iterator[Finding]:
    """Everything that any rule holds against the spec."""
    for rule in RULES:
        yield from rule(system)
