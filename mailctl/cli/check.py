"""`mailctl check`: everything about a spec that needs no host; with --tls also its hosts' TLS."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from mailctl.cli.prepare import spec_argument
from mailctl.cli.report import as_json, errors_of, format_option, print_text
from mailctl.cli.tls_check import TlsOptions, refuse_without_tls, run_tls_check, tls_options
from mailctl.errors import EXIT_ERROR, EXIT_OK, Issue, SpecError

if TYPE_CHECKING:
    from mailctl.model.system import System
    from mailctl.spec.explain import Explained
    from mailctl.spec.load import Loaded


@click.command()
@spec_argument
@format_option
@click.option("--explain", metavar="NAME",
              help="Show each setting of an address or a domain, and where it was said."
              )  # fmt: skip
@click.option("--rules", is_flag=True, help="Print all rules and their sources; reads no spec.")
@tls_options
def command(
    spec: Path, form: str, explain: str | None, rules: bool,
    tls: bool, only: tuple[str, ...], ca_file: Path | None, timeout: float | None,
) -> int:  # fmt: skip
    """Check a spec: its grammar, its rules, its files, and what the daemons' backends say.

    Exits with 0 when the spec holds (warnings are no errors), with 1 when it is refused.
    With --tls the hosts are connected to: 2 when something is wrong with their TLS, 3 when
    nothing is known to be wrong but not all could be reached.
    """
    if tls and (rules or explain):
        raise click.UsageError("--tls goes with neither --rules nor --explain")
    if not tls:
        refuse_without_tls(only, ca_file, timeout)
    if rules:
        return _rules(form, explain)
    from mailctl.spec.load import examine

    try:
        loaded = examine(spec)
    except SpecError as error:
        _print(error.issues, form, None, ())
        return EXIT_ERROR
    issues = _all_issues(loaded)
    if errors_of(issues):
        _print(issues, form, None, ())
        return EXIT_ERROR
    if tls:
        print_text(issues)
        chosen = TlsOptions(form, only, ca_file)
        return run_tls_check(loaded.system, replace(chosen, timeout=timeout) if timeout else chosen)
    _print(issues, form, _summary(loaded.system), _explained(loaded, explain))
    return EXIT_OK


def _rules(form: str, explain: str | None) -> int:
    """The catalogue instead of a check; a spec or a name beside it would not be looked at."""
    from mailctl.cli.rules import as_json, as_text

    context = click.get_current_context()
    if context.get_parameter_source("spec") is not ParameterSource.DEFAULT or explain:
        raise click.UsageError("--rules reads no spec; leave SPEC and --explain out")
    click.echo(as_json() if form == "json" else as_text())
    return EXIT_OK


def _all_issues(loaded: Loaded) -> tuple[Issue, ...]:
    """Warnings of the rules, findings of all backends and of the keys, and what a local sievec
    refuses."""
    from mailctl.cli.prepare import with_rotated_keys
    from mailctl.rotation.effective import rotations_of
    from mailctl.spec.sieve_check import compile_faults

    return tuple(
        sorted(
            {
                *loaded.warnings,
                *with_rotated_keys(loaded, rotations_of(loaded.system))[1],
                *compile_faults(loaded.system),
            }
        )
    )


def _print(
    issues: tuple[Issue, ...], form: str, summary: dict[str, int] | None,
    explained: tuple[Explained, ...],
) -> None:  # fmt: skip
    if form == "json":
        click.echo(as_json(issues, summary, explained))
        return
    print_text(issues)
    if explained:
        _print_explained(explained)
    elif summary is not None:
        click.echo(", ".join(_counted(count, name) for name, count in summary.items()))


def _summary(system: System) -> dict[str, int]:
    return {
        "hosts": len(system.hosts),
        "domains": len(system.domains),
        "users": len(system.users),
        "aliases": len(system.aliases) + sum(len(user.aliases) for user in system.users.values()),
    }


def _counted(count: int, plural: str) -> str:
    singular = "alias" if plural == "aliases" else plural.removesuffix("s")
    return f"{count} {singular if count == 1 else plural}"


def _explained(loaded: Loaded, name: str | None) -> tuple[Explained, ...]:
    if not name:
        return ()
    from mailctl.spec.explain import explain

    return explain(loaded, name)


def _print_explained(rows: tuple[Explained, ...]) -> None:
    setting_width = max(len(row.setting) for row in rows)
    value_width = min(48, max(len(row.value) for row in rows))
    for row in rows:
        click.echo(f"{row.setting:<{setting_width}}  {row.value:<{value_width}}  {row.origin}")
