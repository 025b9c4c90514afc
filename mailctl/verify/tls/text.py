"""A report for people: host by host what is wrong, then what each port speaks, then a sum.

Lines carry a tone, and whoever prints them decides on colours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from mailctl.verify.text import Line
from mailctl.verify.tls.observation import Answer, Contact, Offer, Seen
from mailctl.verify.tls.report import Report
from mailctl.verify.tls.verdict import State, Verdict

_ORDER = (State.FAULT, State.UNKNOWN, State.WARNING, State.NOTE)
_VERSIONS = (Offer.TLS_1_3, Offer.TLS_1_2, Offer.TLS_1_1, Offer.TLS_1_0)


def lines(report: Report) -> Iterator[Line]:
    """Everything that a person has to read."""
    for host in dict.fromkeys(seen.host for seen in report.seen):
        yield Line(host, "host")
        for state in _ORDER:
            yield from _of_state(report.verdicts, host, state)
        yield from _spoken(seen for seen in report.seen if seen.host == host)
    yield Line(summary(report), "sum")


def summary(report: Report) -> str:
    """One line that counts ports, and what was told of each state."""
    ports = [seen for seen in report.seen if not seen.name]
    good = sum(seen.contact is Contact.TLS for seen in ports)
    parts = [f"{good} of {len(ports)} ports speak TLS"]
    said = {
        (each.state, each.host, each.message, each.advice, each.name) for each in report.verdicts
    }
    counts = Counter(state for state, *_ in said)
    for state in (State.FAULT, State.UNKNOWN, State.WARNING):
        if count := counts[state]:
            plural = "" if count == 1 or state is State.UNKNOWN else "s"
            parts.append(f"{count} {state.value}{plural}")
    return ", ".join(parts)


def _of_state(verdicts: Iterable[Verdict], host: str, state: State) -> Iterator[Line]:
    """One line for what is the same on several ports."""
    same: dict[tuple[str, str, str], dict[str, list[int]]] = {}
    for each in verdicts:
        if each.host == host and each.state is state:
            where = same.setdefault((each.message, each.advice, each.name), {})
            where.setdefault(each.address, []).append(each.port)
    for (message, advice, name), where in same.items():
        said = f"  {state.value}: {_places(where)}{_as(name)}: {message}"
        yield Line(f"{said}; {advice}" if advice else said, state.value)


def _places(where: dict[str, list[int]]) -> str:
    """`192.0.2.1, 2001:db8::1 port 25, 465`: addresses with the same ports stand together."""
    by_ports: dict[str, list[str]] = {}
    for address, ports in where.items():
        numbers = ", ".join(map(str, sorted(set(ports))))
        by_ports.setdefault(numbers, []).append(address)
    return "; ".join(f"{', '.join(found)} port {ports}" for ports, found in by_ports.items())


def _spoken(all_seen: Iterable[Seen]) -> Iterator[Line]:
    same: dict[tuple[str, str], dict[str, list[int]]] = {}
    for seen in all_seen:
        if seen.contact is Contact.TLS:
            where = same.setdefault((_facts(seen), seen.name), {})
            where.setdefault(seen.address, []).append(seen.port.number)
    for (facts, name), where in same.items():
        yield Line(f"  {_places(where)}{_as(name)}: {facts}", "ok")


def _as(name: str) -> str:
    """The further name that was asked for."""
    return f" as {name}" if name else ""


def _facts(seen: Seen) -> str:
    spoken = [each.value for each in _VERSIONS if seen.answer(each) is Answer.ACCEPTED]
    facts = [", ".join(spoken)] if spoken else []
    if shown := seen.certificate:
        bits = f" {shown.bits}" if shown.bits else ""
        until = f"certificate until {shown.not_after:%Y-%m-%d}, {shown.key}{bits},"
        facts.append(f"{until} {shown.fingerprint[:16]}")
    return "; ".join(facts)
