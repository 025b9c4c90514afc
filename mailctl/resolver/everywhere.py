"""Whether the world has a record: what all authoritative servers say at its name.

It counts as there only when every server of its zone gives it, for nobody knows which of them
somebody asks. Who could not be asked has not said that it is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailctl.resolver.answer import Answer
from mailctl.resolver.view import View

_LONGEST_CHAIN = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen at a name: by whom it is not given as wanted, and who was silent; both in
    words, each beginning with the server's name. `ttl` is the longest that anybody gave, in
    seconds."""

    name: str
    wrong: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    ttl: int = 0

    @property
    def live(self) -> bool:
        """Every server that has a say was asked, and gives what is wanted."""
        return not self.wrong and not self.silent

    @property
    def reasons(self) -> str:
        """Why it does not count as live, on one line."""
        silent = (f"could not be asked: {reason}" for reason in self.silent)
        return "; ".join((*self.wrong, *silent))


def look_everywhere(view: View, name: str, kind: str, fault: Callable[[Answer], str]) -> Seen:
    """What the servers that own the name say. `fault` is given each answer that did not fail, and
    says what it lacks; empty where it is as wanted."""
    answers = _answers(view, name, kind)
    wrong = [
        f"{answer.server} {said}"
        for answer in answers
        if not answer.failed and (said := fault(answer))
    ]
    silent = [answer.reason for answer in answers if answer.failed]
    return Seen(
        name,
        tuple(dict.fromkeys(wrong)),
        tuple(dict.fromkeys(silent)),
        max((answer.ttl for answer in answers), default=0),
    )


def _answers(view: View, name: str, kind: str, steps: int = _LONGEST_CHAIN) -> tuple[Answer, ...]:
    """The answers at the end of CNAMEs: such records are often kept in somebody else's zone, whose
    servers are then the ones to ask. A chain without an end is an answer without a record."""
    found = view.ask(name, kind)
    leading = [answer for answer in found if answer.absent and answer.aliases]
    if not leading or steps == 0:
        return found
    targets = sorted({answer.aliases[-1] for answer in leading})
    return (
        *(answer for answer in found if answer not in leading),
        *(answer for target in targets for answer in _answers(view, target, kind, steps - 1)),
    )
