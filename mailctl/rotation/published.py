"""Whether the world has a key: what all authoritative servers say at its name, held against it.

A key counts as published only when every server of its zone gives it, for nobody knows which of
them a receiver asks. Who could not be asked has not said that it is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.dns.dkim import PublicKey
from mailctl.dns.published_key import gives
from mailctl.resolver.answer import Answer
from mailctl.resolver.view import View

_LONGEST_CHAIN = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one record: by whom it is not given as wanted, and who was silent; both
    in words, each beginning with the server's name."""

    name: str
    wrong: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    @property
    def live(self) -> bool:
        """Every server that has a say was asked, and gives what is wanted."""
        return not self.wrong and not self.silent

    @property
    def reasons(self) -> str:
        """Why it does not count as live, on one line."""
        silent = (f"could not be asked: {reason}" for reason in self.silent)
        return "; ".join((*self.wrong, *silent))


def look(view: View, name: str, wanted: PublicKey) -> Seen:
    """What the servers that own the name say of the wanted key, or of its revocation."""
    answers = _answers(view, name)
    wrong = [
        f"{answer.server} {_fault(answer, wanted)}"
        for answer in answers
        if not answer.failed and not _fits(answer, wanted)
    ]
    silent = [answer.reason for answer in answers if answer.failed]
    return Seen(name, tuple(dict.fromkeys(wrong)), tuple(dict.fromkeys(silent)))


def _answers(view: View, name: str, steps: int = _LONGEST_CHAIN) -> tuple[Answer, ...]:
    """The answers at the end of CNAMEs: keys are often kept in somebody else's zone, whose
    servers are then the ones to ask. A chain without an end is an answer without a record."""
    found = view.ask(name, "TXT")
    leading = [answer for answer in found if answer.absent and answer.aliases]
    if not leading or steps == 0:
        return found
    targets = sorted({answer.aliases[-1] for answer in leading})
    return (
        *(answer for answer in found if answer not in leading),
        *(answer for target in targets for answer in _answers(view, target, steps - 1)),
    )


def _fits(answer: Answer, wanted: PublicKey) -> bool:
    """Of several records at one name verifiers take any or none (RFC 6376, 3.6.2.2)."""
    return len(answer.data) == 1 and gives(answer.data[0], wanted)


def _fault(answer: Answer, wanted: PublicKey) -> str:
    if answer.absent:
        return f"has {answer.status.value}"
    if len(answer.data) > 1:
        return f"has {len(answer.data)} records there, of which verifiers take any or none"
    return "has another key there" if wanted.data else "has not the revocation, but a key"
