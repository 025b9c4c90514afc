"""check_host() (RFC 7208, 4): what a receiver makes of a client by the records in DNS."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

from mailctl.spf.client import Client, IpAddress, true_address, whole_sender
from mailctl.spf.expansion import can_be_asked, expand, name_of
from mailctl.spf.explanation import explanation_text
from mailctl.spf.limits import MOST_NAMES, MOST_VOIDS, Budget, Ended
from mailctl.spf.macros import MacroString
from mailctl.spf.ptr import best_name, is_within, validated
from mailctl.spf.published import published
from mailctl.spf.record import (
    A,
    All,
    Exists,
    Include,
    Ip,
    Mechanism,
    Mx,
    Ptr,
    Result,
    SpfRecord,
)
from mailctl.spf.resolver import NODATA, Answer, Lookup, Resolver


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check ended in, and why.

    `mechanism` is the one that matched, in the record of `domain`; without one `reason` says
    what was wrong. `explanation` is what the domain wants to be told to those who fail.
    """

    result: Result
    explanation: str = ""
    mechanism: Mechanism | None = None
    domain: str = ""
    reason: str = ""
    lookups: int = 0
    voids: int = 0


def check_host(
    ip: str | IpAddress,
    domain: str,
    sender: str,
    helo: str,
    resolver: Resolver,
    *,
    receiver: str = "unknown",
    at: int = 0,
    most_voids: int = MOST_VOIDS,
) -> Verdict:
    """May this client send as `domain`, which is that of the sender or the HELO name?

    Names are in A-labels. `receiver` and `at` (seconds since 1970) only serve the explanation.
    Raises ValueError when `ip` is no address, and nothing else.
    """
    domain = domain.removesuffix(".")
    client = Client(true_address(ip), whole_sender(sender, domain), helo, receiver, at)
    check = _Check(client, resolver, Budget(most_voids))
    try:
        decision = check.decide(domain)
    except Ended as end:
        return check.verdict(end.result, domain=domain, reason=end.reason)
    return check.verdict(
        decision.mechanism.qualifier.result if decision.mechanism else Result.NEUTRAL,
        explanation=check.explain(decision),
        mechanism=decision.mechanism,
        domain=decision.domain,
    )


def check_sender(
    ip: str | IpAddress, sender: str, helo: str, resolver: Resolver, *, receiver: str = "unknown"
) -> Verdict:
    """The same for an envelope sender; the empty one of bounces stands for the HELO name (2.4)."""
    domain = sender.rpartition("@")[2] or helo
    return check_host(ip, domain, sender, helo, resolver, receiver=receiver)


@dataclass(frozen=True, slots=True)
class _Decision:
    """The mechanism that matched, or none, and the record that it stands in."""

    domain: str
    record: SpfRecord
    mechanism: Mechanism | None = None


class _Check:
    """One check: the client, whom to ask, and what it has cost so far."""

    def __init__(self, client: Client, resolver: Resolver, budget: Budget) -> None:
        self._client = client
        self._resolver = resolver
        self._budget = budget
        self._reverse: Lookup | None = None

    def verdict(
        self,
        result: Result,
        *,
        explanation: str = "",
        mechanism: Mechanism | None = None,
        domain: str,
        reason: str = "",
    ) -> Verdict:
        cost = self._budget.lookups, self._budget.voids
        return Verdict(result, explanation, mechanism, domain, reason, *cost)

    def explain(self, decision: _Decision) -> str:
        """What is told to those who fail (6.2); it costs nothing."""
        mechanism, text = decision.mechanism, decision.record.explanation
        if mechanism is None or text is None or mechanism.qualifier.result is not Result.FAIL:
            return ""
        return explanation_text(
            text, lambda letter: self._value(letter, decision.domain), self._resolver
        )

    def decide(self, domain: str) -> _Decision:
        """The first mechanism that matches, in the domain's record or the one it hands on to."""
        record = published(domain, self._resolver)
        for mechanism in record.tried:
            if self._matches(mechanism, domain):
                return _Decision(domain, record, mechanism)
        if record.next_domain is None:
            return _Decision(domain, record)
        self._charge(record.next_domain)
        return self._elsewhere(self._target(record.next_domain, domain))

    def _elsewhere(self, domain: str) -> _Decision:
        """The record that an include or a redirect names has to be there (5.2, 6.1)."""
        try:
            return self.decide(domain)
        except Ended as end:
            if end.result is Result.NONE:
                raise Ended(Result.PERMERROR, end.reason) from None
            raise

    def _matches(self, mechanism: Mechanism, domain: str) -> bool:
        address = self._client.address
        if isinstance(mechanism, All):
            return True
        if isinstance(mechanism, Ip):
            return address.version == mechanism.network.version and address in mechanism.network
        self._charge(mechanism.domain)
        target = self._target(mechanism.domain, domain)
        if isinstance(mechanism, Include):
            inner = self._elsewhere(target).mechanism
            return inner is not None and inner.qualifier.result is Result.PASS
        if isinstance(mechanism, Exists):
            return bool(self._ask(target, "A").data)
        if isinstance(mechanism, Ptr):
            if self._pointers().void:
                self._budget.take_void()
            return any(is_within(name, target) for name in self._names())
        names = [target] if isinstance(mechanism, A) else self._exchangers(target)
        return any(self._is_at(name, mechanism) for name in names)

    def _charge(self, domain: MacroString | None) -> None:
        """A term that asks; the macro `p` in it asks once more (4.6.4)."""
        self._budget.take_lookup()
        if domain is not None and "p" in domain.letters:
            self._budget.take_lookup()

    def _ask(self, name: str, kind: str) -> Lookup:
        """An answer; what cannot be asked does not exist (4.8 leaves that open)."""
        if not can_be_asked(name):
            return NODATA
        answer = self._resolver.lookup(name, kind)
        if answer.answer is Answer.FAILED:
            raise Ended(Result.TEMPERROR, f"no answer about the {kind} records of {name}")
        if answer.void:
            self._budget.take_void()
        return answer

    def _exchangers(self, domain: str) -> list[str]:
        """The names of a domain's MX records; a null MX (RFC 7505) has none."""
        answer = self._ask(domain, "MX")
        if len(answer.data) > MOST_NAMES:
            raise Ended(Result.PERMERROR, f"{domain} has more than {MOST_NAMES} MX records")
        names = (data.rpartition(" ")[2].removesuffix(".") for data in answer.data)
        return [name for name in names if name]

    def _is_at(self, name: str, mechanism: A | Mx) -> bool:
        """Whether the client has an address of this name, or one near it."""
        client = self._client.address
        kind, prefix = ("A", mechanism.ip4) if client.version == 4 else ("AAAA", mechanism.ip6)
        apart = client.max_prefixlen - prefix
        return any(
            int(client) >> apart == int(ip_address(address)) >> apart
            for address in self._ask(name, kind).data
        )

    def _names(self) -> tuple[str, ...]:
        """The client's validated names; one whose names cannot be had has none (5.5)."""
        return validated(self._pointers(), self._client.address, self._resolver)

    def _pointers(self) -> Lookup:
        """The client's PTR records, asked for once."""
        if self._reverse is None:
            name = self._client.address.reverse_pointer
            self._reverse = self._resolver.lookup(name, "PTR")
        return self._reverse

    def _target(self, text: MacroString | None, domain: str) -> str:
        """The name that a term is about: its own, or the one that is checked (4.8)."""
        if text is None:
            return domain
        return name_of(expand(text, lambda letter: self._value(letter, domain)))

    def _value(self, letter: str, domain: str) -> str:
        if letter == "d":
            return domain
        if letter == "p":
            return best_name(self._names(), domain)
        return self._client.value(letter)
