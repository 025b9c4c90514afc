"""Which hosts of a spec a command goes to: by name, by a pattern as in a shell, by what they do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mailctl.model.host import Role

_PATTERN = frozenset("*?[")

only_option = click.option(
    "--host",
    "only",
    multiple=True,
    metavar="NAME",
    help="Only this host of the spec, or those of a pattern as 'mx*'; may be given several times.",
)
role_option = click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(("mx", "submission", "store", "web")),
    help="Only hosts with this role, or one of several.",
)


def select(
    known: Mapping[str, frozenset[Role]],
    only: Iterable[str],
    roles: Iterable[str] = (),
    source: str = "the spec",
) -> tuple[str, ...]:
    """The hosts of `source` that the options choose, in its order: those that --host names, and of
    them those that have one of the roles. Raises click.UsageError when that is none."""
    named, wanted = tuple(only), frozenset(roles)
    chosen = {name for each in named for name in matching(tuple(known), each, source)}
    names = tuple(
        name
        for name, has in known.items()
        if (not named or name in chosen) and (not wanted or wanted & {role.value for role in has})
    )
    if not names and wanted:
        among = f" among {', '.join(sorted(chosen))}" if named else ""
        raise click.UsageError(f"no host{among} has the role {' or '.join(sorted(wanted))}")
    return names


def matching(names: tuple[str, ...], wanted: str, source: str) -> tuple[str, ...]:
    """The names that a name or a pattern stands for; raises click.UsageError for none."""
    pattern = bool(_PATTERN & set(wanted))
    like = fnmatchcase if pattern else str.__eq__
    if found := tuple(name for name in names if like(name, wanted)):
        return found
    what = f"no host like '{wanted}'" if pattern else f"no host '{wanted}'"
    raise click.UsageError(f"{source} has {what}; it has {', '.join(names)}")
