"""`mailctl check --tls`: the TLS that the spec's servers speak, seen by a client of the world.

Exits with 0 when all is well, with 2 when something is wrong, with 3 when nothing is known to be
wrong but something could not be reached or tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mailctl.cli.selection import only_option
from mailctl.cli.unheard import say

if TYPE_CHECKING:
    from mailctl.model.system import System

Command = TypeVar("Command", bound=Callable[..., Any])

_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """`only` are names or patterns of hosts, none for all; `ca_file` stands in the place of the
    system's CAs; `timeout` is in seconds, for each step of a connection."""

    form: str = "text"
    only: tuple[str, ...] = ()
    ca_file: Path | None = None
    timeout: float = _TIMEOUT


def tls_options(command: Command) -> Command:
    """The options that go with --tls, and --tls itself."""
    for option in (
        click.option("--timeout", type=click.FloatRange(0.1, 600), metavar="SECONDS",
                     help=f"With --tls: for each step of a connection; {_TIMEOUT:g} if not said."),
        click.option("--ca-file", type=click.Path(path_type=Path), metavar="FILE",
                     help="With --tls: trust these CAs, in PEM, instead of the system's."),
        only_option,
        click.option("--tls", is_flag=True,
                     help="Connect to the hosts and check the TLS of their ports."),
    ):  # fmt: skip
        command = option(command)
    return command


def run_tls_check(system: System, options: TlsOptions) -> int:
    """Connect, print, and say with which code to exit. Raises MailctlError for files that cannot
    be used, and click.UsageError for an unknown host."""
    from mailctl.cli.dns_check import styled
    from mailctl.cli.selection import select
    from mailctl.keys.certificates import key_digests
    from mailctl.verify.tls.offers import offers
    from mailctl.verify.tls.report import judge
    from mailctl.verify.tls.survey import expected_of, survey, targets

    known = {host.name: host.roles for host in system.hosts.values()}
    chosen = set(select(known, options.only))
    hosts = [host for host in system.hosts.values() if host.name in chosen]
    expected = expected_of(hosts, key_digests(system))
    seen = survey(targets(hosts), offers(options.ca_file), options.timeout)
    report = judge(seen, expected, datetime.now(UTC))
    if options.form == "json":
        from mailctl.verify.tls.json_text import json_text

        say(json_text(report), nl=False)
        return report.exit_code

    from mailctl.verify.tls.text import lines

    for line in lines(report):
        say(styled(line.text, line.tone))
    return report.exit_code


def refuse_without_tls(only: tuple[str, ...], ca_file: Path | None, timeout: float | None) -> None:
    """Raises click.UsageError for an option that would do nothing."""
    given = {"--host": bool(only), "--ca-file": ca_file is not None, "--timeout": timeout}
    for option, there in given.items():
        if there:
            raise click.UsageError(f"{option} goes with --tls only")
