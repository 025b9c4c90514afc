"""How this room asks DNS: whoever evaluates a record brings something that answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Answer(Enum):
    """How a question to DNS ended."""

    FOUND = "found"
    NODATA = "no data"  # the name exists, without records of this type
    NXDOMAIN = "no such name"
    FAILED = "no answer"  # a time-out, SERVFAIL, a loop of CNAMEs: it may be known later


@dataclass(frozen=True, slots=True)
class Lookup:
    """An answer, with the records' data in presentation form where there are any.

    A and AAAA: the address. MX: `10 mail.example.org.`. PTR: the name. Final dots may be left
    out. TXT: the strings of each record joined, see `joined`.
    """

    answer: Answer
    data: tuple[str, ...] = ()

    @property
    def void(self) -> bool:
        """What RFC 7208, 4.6.4 counts as a void lookup."""
        return self.answer in (Answer.NODATA, Answer.NXDOMAIN)


NODATA = Lookup(Answer.NODATA)
NXDOMAIN = Lookup(Answer.NXDOMAIN)
FAILED = Lookup(Answer.FAILED)


def found(*data: str) -> Lookup:
    """An answer with these records; NODATA where there are none."""
    return Lookup(Answer.FOUND, data) if data else NODATA


def joined(strings: Iterable[bytes]) -> str:
    """The strings of one TXT record as a text, without anything between them (3.3).

    Bytes that are not ASCII become characters that are not ASCII, whatever they were.
    """
    return b"".join(strings).decode("latin-1")


class Resolver(Protocol):
    """Something that asks DNS."""

    def lookup(self, name: str, kind: str) -> Lookup:
        """The records of type `kind` (TXT, A, AAAA, MX, PTR) at `name`, CNAMEs followed.

        `name` has no final dot, and labels of 1 to 63 ASCII characters, 253 at most in all;
        its case means nothing. It is no presentation form: every dot parts labels, and a
        backslash, a quote or a blank stands for itself.
        Never raises: what cannot be known is FAILED.
        """
