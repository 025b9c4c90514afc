"""What receivers hold against one record; with a resolver also what it leads to."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Severity
from mailctl.spf.complaints import odd_modifier
from mailctl.spf.cost import Count, Step, Trouble
from mailctl.spf.count import count
from mailctl.spf.fault import SpfSyntaxError
from mailctl.spf.grammar import parse
from mailctl.spf.limits import MOST_LOOKUPS, MOST_NAMES, MOST_VOIDS
from mailctl.spf.record import Ptr, Qualifier, SpfRecord
from mailctl.spf.remark import Remark
from mailctl.spf.resolver import Resolver

NEAR = 8
"""Lookups from which on the next include spoils the record."""

ADVISED_SIZE = 450
MOST_SIZE = 512
"""Bytes that an answer over UDP has always had room for: of its texts, and of all of it (3.4).
Beyond, receivers that ask neither with EDNS nor over TCP get nothing."""


def review(text: str, resolver: Resolver | None = None, domain: str = "") -> tuple[Remark, ...]:
    """All remarks on the record that `domain` has; the gravest of one kind only."""
    try:
        record = parse(text)
    except SpfSyntaxError as error:
        return (Remark("spf-syntax", placed(error), error.hint, "12", Severity.ERROR),)
    return tuple(_remarks(text, record, count(record, domain, resolver), domain))


def placed(error: SpfSyntaxError) -> str:
    """What is wrong, and at which character of the record where that is not the first."""
    return f"character {error.offset + 1}: {error.message}" if error.offset else error.message


def _remarks(text: str, record: SpfRecord, cost: Count, domain: str) -> Iterator[Remark]:
    yield from _lookups(cost)
    yield from _voids(cost)
    yield from _mx_names(cost)
    yield from _leading(cost)
    yield from _length(len(text) + len(domain))
    yield from _end(record)
    yield from _terms(record)


def _lookups(cost: Count) -> Iterator[Remark]:
    loops = [step for step in cost.steps if step.term.trouble is Trouble.LOOP]
    if loops:
        yield Remark(
            "spf-lookups",
            f"{_chain(loops[0])} includes itself: receivers ask on until they stop at "
            f"{MOST_LOOKUPS} lookups",
            "take one of these terms out",
            "4.6.4",
            Severity.ERROR,
        )
    elif cost.lookups > MOST_LOOKUPS:
        yield Remark(
            "spf-lookups",
            f"the record asks DNS {cost.lookups} times, and receivers stop at {MOST_LOOKUPS}"
            f"{_dearest(cost)}",
            "name fewer domains",
            "4.6.4",
            Severity.ERROR,
        )
    elif cost.lookups >= NEAR:
        yield Remark(
            "spf-lookups",
            f"the record asks DNS {cost.lookups} times of the {MOST_LOOKUPS} that are allowed"
            f"{_unfollowed(cost)}{_dearest(cost)}",
            "name fewer domains",
            "4.6.4",
        )


def _unfollowed(cost: Count) -> str:
    asked = all(step.term.trouble is not Trouble.NOT_ASKED for step in cost.steps)
    return "" if asked else ", before what its includes add"


def _dearest(cost: Count) -> str:
    """The chain that costs most, as far down as one term makes most of it."""
    dear = [step for step in cost.steps if step.term.below and step.lookups * 2 > cost.lookups]
    return f": {dear[-1]}" if dear else ""


def _voids(cost: Count) -> Iterator[Remark]:
    ipv4, ipv6 = cost.voids
    if max(ipv4, ipv6) <= MOST_VOIDS:
        return
    clients = "" if ipv4 == ipv6 else f" by clients with IPv{4 if ipv4 > ipv6 else 6}"
    empty = [_chain(step) for step in cost.steps if any(step.term.voids)]
    # names without IPv6 are no error as long as nobody sends by IPv6 either
    severity = Severity.ERROR if ipv4 > MOST_VOIDS else Severity.WARNING
    yield Remark(
        "spf-void-lookups",
        f"{max(ipv4, ipv6)} questions find nothing when asked{clients}, and receivers stop after "
        f"{MOST_VOIDS}: {', '.join(empty)}",
        "take the names out that are not there",
        "4.6.4",
        severity,
    )


def _mx_names(cost: Count) -> Iterator[Remark]:
    for step in cost.steps:
        if step.term.mx_names > MOST_NAMES:
            yield Remark(
                "spf-mx-names",
                f"{_chain(step)} has {step.term.mx_names} MX records, and receivers take "
                f"{MOST_NAMES}",
                "name the addresses instead",
                "4.6.4",
                Severity.ERROR,
            )


def _leading(cost: Count) -> Iterator[Remark]:
    for step in cost.not_followed:
        if step.term.trouble is Trouble.UNUSABLE:
            yield Remark(
                "spf-include-missing",
                f"{_chain(step)} spoils the record: {step.term.reason}",
                "take it out, or have that record published",
                "6.1" if step.chain[-1].startswith("redirect") else "5.2",
                Severity.ERROR,
            )
        elif step.term.trouble is Trouble.FAILED:
            yield Remark(
                "spf-not-followed",
                f"{_chain(step)} is not known to the end: {step.term.reason}",
                "try again later",
                "4.4",
            )


def _length(size: int) -> Iterator[Remark]:
    if size <= ADVISED_SIZE:
        return
    surely = f"{ADVISED_SIZE} that surely fit into an answer over UDP"
    yield Remark(
        "spf-length",
        f"the record and its name have {size} bytes, more than the "
        + (f"{MOST_SIZE} of an answer over UDP" if size > MOST_SIZE else surely),
        "name networks by fewer and shorter terms",
        "3.4",
    )


def _end(record: SpfRecord) -> Iterator[Remark]:
    end = record.everybody
    if end is None and record.redirect is None:
        yield Remark("spf-open", "the record does not end in -all or ~all", "end it in -all", "4.7")
    elif end is not None and end.qualifier is Qualifier.PASS:
        yield Remark("spf-open", "+all lets everybody send", "end it in -all", "5.1",
                     Severity.ERROR)  # fmt: skip
    elif end is not None and end.qualifier is Qualifier.NEUTRAL:
        yield Remark("spf-open", f"{end} says nothing about forged mail", "end it in -all", "8.2")


def _terms(record: SpfRecord) -> Iterator[Remark]:
    if len(record.tried) < len(record.mechanisms):
        lost = " ".join(map(str, record.mechanisms[len(record.tried) :]))
        yield Remark("spf-after-all", f"`{lost}` stands after {record.everybody} and is ignored",
                     f"write it before {record.everybody}", "5.1")  # fmt: skip
    if record.redirect is not None and record.everybody is not None:
        yield Remark("spf-redirect-with-all",
                     f"redirect={record.redirect} is ignored beside {record.everybody}",
                     "keep one of them", "6.1")  # fmt: skip
    for mechanism in record.mechanisms:
        if isinstance(mechanism, Ptr):
            yield Remark("spf-ptr", f"{mechanism} is slow and unsure, and should not be used",
                         "name the hosts with a: or ip4:", "5.5")  # fmt: skip
    for unknown in sorted(record.unknown, key=str):
        yield Remark("spf-unknown-modifier", f"`{unknown}` means nothing to receivers",
                     odd_modifier(unknown.name), "6")  # fmt: skip


def _chain(step: Step) -> str:
    return " -> ".join(step.chain)
