"""What apply is allowed to do: its options, and the terms that they come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from mailctl.deploy.saved import SavedPlan
    from mailctl.deploy.terms import Terms

Command = TypeVar("Command", bound=Callable[..., Any])


def terms_options(command: Command) -> Command:
    """--keep-drift and --allow-removals."""
    keep = click.option(
        "--keep-drift",
        is_flag=True,
        help="Leave a host alone where somebody changed files of ours by hand.",
    )
    allow = click.option(
        "--allow-removals",
        is_flag=True,
        help="Let users, mailboxes and domains go, also more than 30 % of them, or the last.",
    )
    return keep(allow(command))


def terms(keep_drift: bool, allow_removals: bool, saved: SavedPlan | None) -> Terms:
    """What the options say, and the plan if one is applied."""
    from mailctl.deploy.terms import Terms

    hosts = {one.host: one for one in saved.hosts} if saved else {}
    return Terms(keep_drift, allow_removals, hosts)
