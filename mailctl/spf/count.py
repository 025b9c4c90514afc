"""Counting: every branch is followed, whoever connects and whatever matches first.

What stands behind `all` is not counted: nothing gets there (RFC 7208, 5.1 and 6.1).
"""

from __future__ import annotations

from dataclasses import replace

from mailctl.spf.cost import Count, Term, Trouble, strings_of
from mailctl.spf.expansion import can_be_asked, expand, name_of
from mailctl.spf.limits import MOST_NAMES, Ended
from mailctl.spf.macros import MacroString
from mailctl.spf.published import published
from mailctl.spf.record import A, Exists, Include, Mx, Ptr, Result, SpfRecord
from mailctl.spf.resolver import NODATA, Answer, Lookup, Resolver

MOST_COUNTED = 100
"""Terms after which nothing more is followed: the record is spoilt many times over."""

_ADDRESSES = ("A", "AAAA")


def count(record: SpfRecord, domain: str, resolver: Resolver | None = None) -> Count:
    """What the record of `domain` costs. Without a resolver its own terms alone are counted,
    and `not_followed` names its includes and its redirect.

    `domain` may be empty: then nothing is known of terms that are about the domain itself.
    """
    terms = _Walk(resolver).terms(record, domain.lower(), (domain.lower(),))
    text = str(record)
    return Count(terms, len(text), strings_of(text))


class _Walk:
    def __init__(self, resolver: Resolver | None) -> None:
        self._resolver = resolver
        self._answers: dict[tuple[str, str], Lookup] = {}
        self._counted = 0

    def terms(self, record: SpfRecord, domain: str, way: tuple[str, ...]) -> tuple[Term, ...]:
        """The terms of a record; `way` are the domains whose records lead to it, and its own."""
        found = [
            self._leading(str(mechanism), mechanism.domain, domain, way)
            if isinstance(mechanism, Include)
            else self._asking(mechanism, domain)
            for mechanism in record.tried
            if isinstance(mechanism, Include | A | Mx | Ptr | Exists)
        ]
        if record.next_domain is not None:
            text = f"redirect={record.next_domain}"
            found.append(self._leading(text, record.next_domain, domain, way))
        return tuple(found)

    def _leading(self, text: str, target: MacroString, domain: str, way: tuple[str, ...]) -> Term:
        """An include or a redirect."""
        self._counted += 1
        term = Term(text, _own(target))
        name = _name(target, domain)
        if self._resolver is None:
            return replace(term, trouble=Trouble.NOT_ASKED)
        if name is None:
            return replace(term, trouble=Trouble.DEPENDS)
        if name in way:
            return replace(term, trouble=Trouble.LOOP, reason=" -> ".join((*way, name)))
        if self._counted > MOST_COUNTED:
            return replace(term, trouble=Trouble.TOO_MUCH)
        try:
            record = published(name, self._resolver)
        except Ended as end:
            failed = end.result is Result.TEMPERROR
            trouble = Trouble.FAILED if failed else Trouble.UNUSABLE
            return replace(term, trouble=trouble, reason=end.reason)
        return replace(term, below=self.terms(record, name, (*way, name)))

    def _asking(self, mechanism: A | Mx | Ptr | Exists, domain: str) -> Term:
        """A term that asks and leads to no other record."""
        self._counted += 1
        term = Term(str(mechanism), _own(mechanism.domain))
        name = _name(mechanism.domain, domain)
        if self._resolver is None or isinstance(mechanism, Ptr) or self._counted > MOST_COUNTED:
            return term
        if name is None:
            return replace(term, trouble=Trouble.DEPENDS)
        if isinstance(mechanism, Mx):
            return self._exchangers(term, name)
        if isinstance(mechanism, Exists):
            return self._of_addresses(term, [name], ("A", "A"))
        return self._of_addresses(term, [name])

    def _exchangers(self, term: Term, domain: str) -> Term:
        answer = self._ask(domain, "MX")
        if answer.answer is Answer.FAILED:
            return replace(term, trouble=Trouble.FAILED, reason=f"the MX records of {domain}")
        names = [data.rpartition(" ")[2].removesuffix(".") for data in answer.data]
        named = self._of_addresses(term, [name for name in names if name][:MOST_NAMES])
        ipv4, ipv6 = named.voids
        own = int(answer.void)
        return replace(named, mx_names=len(answer.data), voids=(ipv4 + own, ipv6 + own))

    def _of_addresses(
        self, term: Term, names: list[str], kinds: tuple[str, str] = _ADDRESSES
    ) -> Term:
        """The void lookups of either family among these names."""
        answers = [[self._ask(name, kind) for name in names] for kind in kinds]
        ipv4, ipv6 = (sum(answer.void for answer in each) for each in answers)
        if any(answer.answer is Answer.FAILED for each in answers for answer in each):
            names_asked = ", ".join(names)
            term = replace(term, trouble=Trouble.FAILED, reason=f"the addresses of {names_asked}")
        return replace(term, voids=(ipv4, ipv6))

    def _ask(self, name: str, kind: str) -> Lookup:
        """An answer, asked for once."""
        if self._resolver is None or not can_be_asked(name):
            return NODATA
        key = (name.lower(), kind)
        if key not in self._answers:
            self._answers[key] = self._resolver.lookup(name, kind)
        return self._answers[key]


def _own(domain: MacroString | None) -> int:
    """A term asks once, and once more for the macro `p` in it."""
    return 1 + (domain is not None and "p" in domain.letters)


def _name(text: MacroString | None, domain: str) -> str | None:
    """The name that a term is about, where it is the same for every client."""
    if text is None:
        return domain or None
    if text.letters - {"d"} or (text.letters and not domain):
        return None
    return name_of(expand(text, lambda _: domain)).lower()
