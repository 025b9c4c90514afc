"""What a proof is: a statement, a way to try it, and the evidence that it holds.

The rehearsal runs all of them, `apply` those that are quick and harmless.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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

    @property
    def id(self) -> str:
        """Stable and short, as `submission-587`."""

    @property
    def statement(self) -> str:
        """One sentence in the present tense, as `mail is submitted on 587 after STARTTLS`."""

    @property
    def harmless(self) -> bool:
        """Whether it may be tried on a live server: quick, sends no mail, needs no password,
        no console and nothing of the world outside but a resolver."""

    def try_on(self, ground: Ground, host: Host) -> str:
        """Try it for one host; the evidence, or raise Refuted or NotApplicable."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A Proof made of a function: what every module of this package exports as PROOF."""

    id: str
    statement: str
    attempt: Callable[[Ground, Host], str] = field(repr=False)
    harmless: bool = False

    def try_on(self, ground: Ground, host: Host) -> str:
        return self.attempt(ground, host)
