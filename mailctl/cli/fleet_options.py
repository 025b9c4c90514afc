"""How commands go through several hosts: in which order, how many at a time, and how it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mailctl.cli.selection import matching
from mailctl.deploy.fleet import PARALLEL

if TYPE_CHECKING:
    from mailctl.deploy.waves import Waves
    from mailctl.model.host import Role

    Roles = Mapping[str, frozenset[Role]]

Command = TypeVar("Command", bound=Callable[..., Any])

MOST_FAILURES = 10
"""So many broken hosts are no accident of theirs any more."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How it is told what happens."""

    form: str = "text"
    verbose: bool = False
    quiet: bool = False

    def __post_init__(self) -> None:
        if self.verbose and self.quiet:
            raise click.UsageError("--verbose and --quiet are two different wishes")


@dataclass(frozen=True, slots=True)
class Rollout:
    """How hosts follow each other. `wait` is how many seconds a lock is waited for."""

    canaries: tuple[str, ...] = ()
    at_once: bool = False
    parallel: int = PARALLEL
    max_failures: int = MOST_FAILURES
    wait: int = 0

    def __post_init__(self) -> None:
        if self.canaries and self.at_once:
            raise click.UsageError("--canary and --all-at-once are two different wishes")

    def waves(self, roles: Roles) -> Waves:
        """The chosen hosts, what each does, in the order in which they are changed; raises
        click.UsageError for a canary that is none of them."""
        from mailctl.deploy.waves import at_once, one_of_each_first

        if self.at_once:
            return at_once(roles)
        names, source = tuple(roles), "what --canary chooses from"
        first = [name for each in self.canaries for name in matching(names, each, source)]
        return one_of_each_first(roles, first)


def telling_options(command: Command) -> Any:
    """--format, --verbose and --quiet; the command is given them as `telling`."""
    return _packed(
        command,
        "telling",
        Telling,
        click.option(
            "--format", "form", type=click.Choice(("text", "json")), default="text",
            show_default=True, help="For people, or events for programs, one a line.",
        ),
        click.option("--verbose", "-v", is_flag=True, help="Every step is a line of its own."),
        click.option("--quiet", "-q", is_flag=True, help="Errors only."),
    )  # fmt: skip


def rollout_options(command: Command) -> Any:
    """--canary, --all-at-once, --parallel, --max-failures, --wait; given as `rollout`."""
    return _packed(
        command,
        "rollout",
        Rollout,
        click.option(
            "--canary", "canaries", multiple=True, metavar="HOST",
            help="Change this host before all others; may be given several times, and be a "
            "pattern. Left out, of hosts that share a role the first one of the spec.",
        ),
        click.option(
            "--all-at-once", "at_once", is_flag=True,
            help="Let no host wait until another one is well.",
        ),
        click.option(
            "--parallel", type=click.IntRange(1, 512), default=PARALLEL, show_default=True,
            metavar="N", help="Work on so many hosts at a time.",
        ),
        click.option(
            "--max-failures", type=click.IntRange(min=0), default=MOST_FAILURES,
            show_default=True, metavar="N", help="Once more than N failed, begin no further host.",
        ),
        click.option(
            "--wait", type=click.IntRange(min=0), default=0, metavar="SECONDS",
            help="Wait so long for another apply at work on the host.",
        ),
    )  # fmt: skip


def _packed(command: Command, name: str, kind: type[Any], *options: Callable[[Any], Any]) -> Any:
    """The command with the options, which it is given as one value."""

    @wraps(command)
    def call(**given: Any) -> Any:
        own = {key: given.pop(key) for key in kind.__dataclass_fields__}
        return command(**{name: kind(**own)}, **given)

    for option in reversed(options):
        call = option(call)
    return call
