"""All that was found, host by host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailctl.errors import EXIT_CHANGES, EXIT_OK, EXIT_SOME_HOSTS_FAILED
from mailctl.verify.tls.certificate_rules import Expected, certificate_verdicts
from mailctl.verify.tls.handshake_rules import contact, legacy_ciphers, new_versions, old_versions
from mailctl.verify.tls.observation import Contact, Seen
from mailctl.verify.tls.same_certificate import same_certificate
from mailctl.verify.tls.verdict import State, Verdict

_HANDSHAKE_RULES = (new_versions, old_versions, legacy_ciphers)


@dataclass(frozen=True, slots=True)
class Report:
    """What was seen, and what is thought of it, both in the order of the spec."""

    seen: tuple[Seen, ...]
    verdicts: tuple[Verdict, ...]

    def states(self) -> Mapping[State, int]:
        """How many verdicts there are of each state."""
        return Counter(verdict.state for verdict in self.verdicts)

    @property
    def exit_code(self) -> int:
        """2: something is wrong. 3: nothing is known to be, but not all is known."""
        states = self.states()
        if states.get(State.FAULT):
            return EXIT_CHANGES
        return EXIT_SOME_HOSTS_FAILED if states.get(State.UNKNOWN) else EXIT_OK


def judge(seen: Sequence[Seen], expected: Mapping[str, Expected], now: datetime) -> Report:
    """Hold what was seen against what each host is to show; `now` with a time zone."""
    verdicts: list[Verdict] = []
    for name, wanted in expected.items():
        of_host = [each for each in seen if each.host == name]
        speaking = {(each.address, each.port) for each in of_host if _speaks(each)}
        for each in of_host:
            if not each.name:
                verdicts += _of_port(each, wanted, now)
            elif (each.address, each.port) in speaking:
                verdicts += _of_further_name(each, now)
        for asked in dict.fromkeys(each.name for each in of_host):
            verdicts += same_certificate([each for each in of_host if each.name == asked])
    return Report(tuple(seen), tuple(verdicts))


def _speaks(seen: Seen) -> bool:
    """Whether the port speaks TLS to who asks for the fqdn; if not, that is told once."""
    return not seen.name and seen.contact is Contact.TLS


def _of_further_name(seen: Seen, now: datetime) -> Iterable[Verdict]:
    yield from contact(seen)
    if seen.contact is Contact.TLS:
        yield from certificate_verdicts(seen, Expected((seen.name,)), now)


def _of_port(seen: Seen, expected: Expected, now: datetime) -> Iterable[Verdict]:
    yield from contact(seen)
    if seen.contact is Contact.TLS:
        for rule in _HANDSHAKE_RULES:
            yield from rule(seen)
        yield from certificate_verdicts(seen, expected, now)
