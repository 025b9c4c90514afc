"""A resolver that makes up addresses for names that cannot exist.

Nothing is ever registered below `invalid`, and resolvers say NXDOMAIN for it (RFC 6761, 6.4).
One that leads people to its own pages instead hides what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.resolver.answer import Status
from mailctl.verify.check import Check
from mailctl.verify.ground import Ground
from mailctl.verify.observation import Observation, Weight

_NO_NAME = "no-such-name.invalid"


def _names(_ground: Ground) -> Iterable[str]:
    return (_NO_NAME,)


def _look(ground: Ground, name: str) -> Iterator[Observation]:
    answer = ground.view.recursive(name, "A")
    if answer.status is Status.FOUND:
        yield Observation(
            "lying-resolver",
            Weight.WARNING,
            "",
            name,
            f"the resolver {answer.server} answers {answer.data[0]} for {name}, which cannot"
            " exist: it may hide what is missing; name another with --resolver",
            "RFC 6761, 6.4",
        )


LYING_RESOLVER = Check(_names, _look)
