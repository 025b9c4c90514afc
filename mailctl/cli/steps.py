"""Steps of a rotation that several domains or hosts take, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from mailctl.cli.unheard import say
from mailctl.errors import EXIT_ERROR, EXIT_OK, MailctlError


class _Told(Protocol):
    """What came of a step, in words; `refused`: it is not to be taken yet."""

    @property
    def refused(self) -> bool: ...


def take_each(names: Iterable[str], step: Callable[[str], _Told]) -> int:
    """One step for each name, and with which code to exit; what ails one does not stop the
    others."""
    code = EXIT_OK
    for name in names:
        try:
            told = step(name)
        except MailctlError as error:
            say(str(error), err=True)
            code = EXIT_ERROR
            continue
        say(str(told), err=told.refused)
        code = EXIT_ERROR if told.refused else code
    return code
