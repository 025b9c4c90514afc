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
        for each in of_host:
            verdicts += _of_port(each, wanted, now)
        verdicts += same_certificate(of_host)
    return Report(tuple(seen), tuple(verdicts))


def _of_port(seen: Seen, expected: Expected, now: datetime) -> Iterable[Verdict]:
    yield from contact(seen)
    if seen.contact is Contact.TLS:
        for rule in _HANDSHAKE_RULES:
            yield from rule(seen)
        yield from certificate_verdicts(seen, expected, now)
