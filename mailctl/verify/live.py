"""What is live at a name, as receivers get it: to the end of its aliases."""

from __future__ import annotations

from dataclasses import replace

from mailctl.dns.places import LONGEST_NAME
from mailctl.resolver.answer import Answer, Server, Status
from mailctl.resolver.view import View


def live(view: View, name: str, kind: str) -> tuple[Answer, ...]:
    """What each server says. Where an alias leads out of a server, a resolver follows it.

    A long domain may ask for a name below it that no server could have.
    """
    if len(name) > LONGEST_NAME:
        reason = f"{name} is longer than a name may be (RFC 1035, 2.3.4)"
        return (Answer(name, kind, Status.FAILED, Server(""), reason=reason),)
    return tuple(_followed(view, answer) for answer in view.ask(name, kind))


def _followed(view: View, answer: Answer) -> Answer:
    if not answer.aliases or not answer.absent:
        return answer
    end = view.recursive(answer.aliases[-1], answer.type)
    return replace(
        answer,
        status=end.status,
        data=end.data,
        aliases=answer.aliases + end.aliases,
        reason=end.reason,
    )
