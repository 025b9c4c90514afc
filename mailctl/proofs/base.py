"""What a proof is: a statement, a way to try it, and the evidence that it holds.

The rehearsal runs all of them, `apply` those that are quick and harmless.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from mailctl.model.host import Host
from mailctl.proofs.ground import Ground


class Outcome(Enum):
    HOLDS = "holds"
    FAILS = "FAILS"
    DOES_NOT_APPLY = "does not apply"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`evidence` is one line that a postmaster would accept: a reply code, a header, a folder."""

    outcome: Outcome
    evidence: str


class Refuted(Exception):
    """The statement does not hold; the text is the evidence against it."""


class NotApplicable(Exception):
    """The spec has nothing to try this on; the text says what is missing."""


class Proof(Protocol):
    """One statement a module; the module's docstring names its source."""

    id: str
    """Stable and short, as `submission-587`."""
    statement: str
    """One sentence in the present tense, as `mail is submitted on 587 after STARTTLS and AUTH`."""

    def try_on(self, ground: Ground, host: Host) -> str:
        """Try it for one host; the evidence, or raise Refuted or NotApplicable."""
