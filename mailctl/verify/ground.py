"""What every check stands on: the spec, the questions, and a view of DNS that remembers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mailctl.dns.places import Selector
from mailctl.dns.record import Record
from mailctl.model.names import DomainName
from mailctl.model.system import System
from mailctl.resolver.answer import Answer, Status
from mailctl.resolver.view import View
from mailctl.verify.live import live
from mailctl.verify.question import Question, questions


@dataclass(frozen=True, slots=True)
class Ground:
    """`questions` are those of each zone that is looked at; other zones are left alone."""

    system: System
    view: View
    questions: Mapping[str, tuple[Question, ...]]

    @property
    def domains(self) -> tuple[DomainName, ...]:
        """The spec's domains that are looked at."""
        return tuple(name for name in self.system.domains if name in self.questions)

    def live(self, question: Question) -> tuple[Answer, ...]:
        """What each server says. Most domains have no services in DNS, and where `_tcp` does
        not exist nothing does below it (RFC 8020, 2)."""
        if question.type == "SRV" and not question.wanted:
            above = self.view.ask(question.name.partition(".")[2], "SRV")
            if all(answer.status is Status.NXDOMAIN and not answer.aliases for answer in above):
                return above
        return live(self.view, question.name, question.type)

    def look_up(self, name: str, kind: str) -> tuple[Answer, ...]:
        """Of our hosts what their owners say, of all others what a resolver says."""
        if any(name == host.fqdn for host in self.system.hosts.values()):
            return live(self.view, name, kind)
        return (self.view.recursive(name, kind),)

    def gone(self, zone: str) -> bool:
        """A domain of the spec that the world does not know at all.

        What is missing in another domain of the spec is only missing: it can be added there.
        """
        if zone not in self.system.domains:
            return False
        answer = self.view.recursive(zone, "SOA")
        return (
            answer.status is Status.NXDOMAIN
            and not answer.aliases
            and answer.zone not in self.system.domains
        )


def ground(
    system: System,
    records: Iterable[Record],
    view: View,
    retired: Iterable[Selector] = (),
    zone: str = "",
) -> Ground:
    """All that the records ask for; with `zone` only what belongs to that one."""
    found: dict[str, list[Question]] = {}
    for question in questions(system, records, retired):
        if not zone or question.zone == zone:
            found.setdefault(question.zone, []).append(question)
    return Ground(system, view, {name: tuple(members) for name, members in found.items()})
