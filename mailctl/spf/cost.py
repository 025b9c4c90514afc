"""What the terms of a record cost a receiver, as values (RFC 7208, 4.6.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

STRING = 255
"""Bytes that one string of a TXT record holds (RFC 1035, 3.3)."""


class Trouble(Enum):
    """Why a term is not, or not wholly, in the count."""

    NOT_ASKED = "nobody was asked"
    DEPENDS = "its name depends on the sender or the client"
    FAILED = "DNS gave no answer"
    UNUSABLE = "no usable SPF record is there"
    LOOP = "it leads back to where it stands"
    TOO_MUCH = "more than is worth following"


@dataclass(frozen=True, slots=True)
class Term:
    """A term that asks DNS, itself alone, and those of the record that it leads to.

    `voids` are the void lookups of a client with IPv4 and of one with IPv6.
    """

    text: str
    own: int = 1
    voids: tuple[int, int] = (0, 0)
    mx_names: int = 0
    trouble: Trouble | None = None
    reason: str = ""
    below: tuple[Term, ...] = ()

    @property
    def lookups(self) -> int:
        """With all that it leads to."""
        return self.own + sum(term.lookups for term in self.below)


@dataclass(frozen=True, slots=True)
class Step:
    """A term with the terms that lead to it, from the counted record down: `chain` ends in
    its own text, `lookups` is what it costs with all below it."""

    chain: tuple[str, ...]
    term: Term
    lookups: int

    def __str__(self) -> str:
        return f"{' -> '.join(self.chain)} costs {self.lookups}"


@dataclass(frozen=True, slots=True)
class Count:
    """What a receiver counts at worst, and how long the record is.

    `terms` are the record's own, with what they lead to. `size` is in bytes, of the record in
    canonical form; `strings` are the sizes of the strings that it takes.
    """

    terms: tuple[Term, ...]
    size: int
    strings: tuple[int, ...]

    @property
    def lookups(self) -> int:
        """Terms that ask DNS, through all includes and redirects."""
        return sum(term.lookups for term in self.terms)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every term, each before those that it leads to."""
        return tuple(_steps(self.terms, ()))

    @property
    def voids(self) -> tuple[int, int]:
        """Void lookups, for a client with IPv4 and for one with IPv6."""
        each = [step.term.voids for step in self.steps]
        return sum(ipv4 for ipv4, _ in each), sum(ipv6 for _, ipv6 in each)

    @property
    def mx_names(self) -> int:
        """The most that one `mx` has."""
        return max((step.term.mx_names for step in self.steps), default=0)

    @property
    def not_followed(self) -> tuple[Step, ...]:
        """Terms whose cost is not wholly known."""
        return tuple(step for step in self.steps if step.term.trouble is not None)


def strings_of(text: str) -> tuple[int, ...]:
    """The sizes in bytes of the strings that a text takes in a TXT record."""
    size = len(text.encode())
    whole, rest = divmod(size, STRING)
    return (STRING,) * whole + ((rest,) if rest else ())


def _steps(terms: tuple[Term, ...], above: tuple[str, ...]) -> Iterator[Step]:
    for term in terms:
        chain = (*above, term.text)
        yield Step(chain, term, term.lookups)
        yield from _steps(term.below, chain)
