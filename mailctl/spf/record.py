"""An SPF record as a value (RFC 7208, 4.6, 5 and 6).

What means the same is equal: the case of names, prefix lengths that cover everything, and
where among the terms a modifier stands. The order of the mechanisms means something.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Network, IPv6Network

from mailctl.spf.macros import MacroString

VERSION = "v=spf1"


class Result(Enum):
    """What a check ends in (2.6)."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"  # noqa: S105  no password
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class Qualifier(Enum):
    """What a mechanism says of those whom it matches (4.6.2)."""

    PASS = "+"  # noqa: S105  no password
    FAIL = "-"
    SOFTFAIL = "~"
    NEUTRAL = "?"

    @property
    def result(self) -> Result:
        return Result[self.name]

    def __str__(self) -> str:
        return "" if self is Qualifier.PASS else self.value


@dataclass(frozen=True, slots=True)
class All:
    """Everybody (5.1)."""

    qualifier: Qualifier = Qualifier.PASS

    def __str__(self) -> str:
        return f"{self.qualifier}all"


@dataclass(frozen=True, slots=True)
class Include:
    """Those who pass the record of another domain (5.2)."""

    domain: MacroString
    qualifier: Qualifier = Qualifier.PASS

    def __str__(self) -> str:
        return f"{self.qualifier}include:{self.domain}"


@dataclass(frozen=True, slots=True)
class _Hosts:
    """Addresses of a domain, or of the checked one; `ip4` and `ip6` are prefix lengths."""

    domain: MacroString | None = None
    qualifier: Qualifier = Qualifier.PASS
    ip4: int = 32
    ip6: int = 128

    def _written(self, name: str) -> str:
        ip4 = "" if self.ip4 == 32 else f"/{self.ip4}"
        ip6 = "" if self.ip6 == 128 else f"//{self.ip6}"
        return f"{self.qualifier}{name}{_of(self.domain)}{ip4}{ip6}"


class A(_Hosts):
    """The addresses of a name (5.3)."""

    __slots__ = ()

    def __str__(self) -> str:
        return self._written("a")


class Mx(_Hosts):
    """The addresses of the mail exchangers of a domain (5.4)."""

    __slots__ = ()

    def __str__(self) -> str:
        return self._written("mx")


@dataclass(frozen=True, slots=True)
class Ptr:
    """Clients whose own name lies in a domain (5.5); it should not be used."""

    domain: MacroString | None = None
    qualifier: Qualifier = Qualifier.PASS

    def __str__(self) -> str:
        return f"{self.qualifier}ptr{_of(self.domain)}"


@dataclass(frozen=True, slots=True)
class Ip:
    """Addresses, said outright: `ip4:` and `ip6:` (5.6)."""

    network: IPv4Network | IPv6Network
    qualifier: Qualifier = Qualifier.PASS

    def __str__(self) -> str:
        whole = self.network.prefixlen == self.network.max_prefixlen
        network = self.network.network_address if whole else self.network
        return f"{self.qualifier}ip{self.network.version}:{network}"


@dataclass(frozen=True, slots=True)
class Exists:
    """Everybody for whom a name has an address (5.7)."""

    domain: MacroString
    qualifier: Qualifier = Qualifier.PASS

    def __str__(self) -> str:
        return f"{self.qualifier}exists:{self.domain}"


Mechanism = All | Include | A | Mx | Ptr | Ip | Exists


@dataclass(frozen=True, slots=True)
class Unknown:
    """A modifier of no known meaning, which receivers ignore (6). Its name is lower-case."""

    name: str
    value: MacroString

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """The mechanisms in their order, and the modifiers, which have none."""

    mechanisms: tuple[Mechanism, ...] = ()
    redirect: MacroString | None = None
    explanation: MacroString | None = None
    unknown: frozenset[Unknown] = frozenset()

    @property
    def everybody(self) -> All | None:
        """The first `all`, which ends the record whatever follows."""
        return next((term for term in self.mechanisms if isinstance(term, All)), None)

    @property
    def tried(self) -> tuple[Mechanism, ...]:
        """The mechanisms that can be reached: those up to the first `all` (5.1)."""
        end = self.everybody
        if end is None:
            return self.mechanisms
        return self.mechanisms[: self.mechanisms.index(end) + 1]

    @property
    def next_domain(self) -> MacroString | None:
        """What `redirect=` names, where anything is left to it (6.1)."""
        return self.redirect if self.everybody is None else None

    def __str__(self) -> str:
        terms = [VERSION, *map(str, self.mechanisms)]
        terms += [f"redirect={self.redirect}"] if self.redirect else []
        terms += [f"exp={self.explanation}"] if self.explanation else []
        return " ".join([*terms, *sorted(map(str, self.unknown))])


def _of(domain: MacroString | None) -> str:
    return "" if domain is None else f":{domain}"
