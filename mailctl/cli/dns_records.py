"""`mailctl dns-records`: what the spec asks of DNS, for people, name servers and programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from mailctl.cli.dns_check import options_of, run_check
from mailctl.cli.dns_push import PushOptions, check_push_options, run_push
from mailctl.cli.prepare import prepare, spec_argument
from mailctl.cli.resolving import resolver_option
from mailctl.dns.formats.registry import FORMATS, TABLE, ZONE, Format, Options
from mailctl.errors import EXIT_OK, MailctlError

if TYPE_CHECKING:
    from mailctl.dns.formats.zone import Zone
    from mailctl.dns.record import Record
    from mailctl.model.system import System
    from mailctl.resolver.answer import Server

_EVERY_ZONE = "*"
_CONSENT = 'TXT "v=DMARC1;"'
_FORMATS = "\n".join(f"  {form.name:21} {form.summary}" for form in FORMATS.values())


def _not_empty(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """An empty name is a variable that was not set; to take it for all zones would be a trap."""
    if not value.strip():
        raise click.BadParameter("it is empty; leave it out for all zones")
    return value


@click.command("dns-records", epilog=f"\b\nFormats:\n{_FORMATS}")
@spec_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default=TABLE.name,
    show_default=True,
    metavar="FORMAT",
    help="How to write the records; see below.",
)
@click.option(
    "--zone",
    default=_EVERY_ZONE,
    metavar="ZONE",
    callback=_not_empty,
    help="Only the records of this zone.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write files into this folder, zone files unless --format says otherwise.",
)
@click.option("--explain", is_flag=True, help="In the table, say why each record is there.")
@click.option(
    "--nameserver",
    default="",
    metavar="NAME",
    help="Write whole zones, with SOA and NS, served by this host.",
)
@click.option(
    "--serial",
    type=click.IntRange(0, 2**32 - 1),
    default=1,
    show_default=True,
    help="With --nameserver: the serial number in the SOA.",
)
@click.option("--check", is_flag=True, help="Compare the records with what is live in DNS.")
@resolver_option("With --check: ask this one, and not the servers that own each name.")
@click.option("--push", is_flag=True,
              help="Publish the records by signed dynamic updates (RFC 2136).")  # fmt: skip
@click.option("--server", default="", metavar="ADDRESS[:PORT]",
              help="With --push: the primary name server, by address or name.")  # fmt: skip
@click.option("--tsig-key", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="With --push: the key that signs, as tsig-keygen(8) writes it.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="With --push: only show what would change.")
@click.option("--force", is_flag=True,
              help="With --push: also when more than 30 % of the records would go.")  # fmt: skip
@click.option("--prune", is_flag=True,
              help="With --push: delete mail records that the spec does not ask for.")  # fmt: skip
def command(
    spec: Path,
    form: str,
    zone: str,
    output: Path | None,
    explain: bool,
    nameserver: str,
    serial: int,
    check: bool,
    resolver: Server | None,
    push: bool,
    server: str,
    tsig_key: Path | None,
    dry_run: bool,
    force: bool,
    prune: bool,
) -> int:
    """Print the DNS records that SPEC asks for; with --check or --push, hold them against DNS or
    publish them. Makes DKIM keys that are not there yet.

    Reverse names (PTR) stand in zones of their own: the provider of the addresses sets them.

    With --check, exits with 0 when all is live as the spec says, with 2 when something is
    missing or wrong, with 3 when something could not be asked. With --push, exits with 0 when
    all is done, with 1 when nothing is, with 3 when some zones failed.
    """
    push_options = PushOptions(
        server, tsig_key, dry_run, force, prune, "" if zone == _EVERY_ZONE else zone, form
    )
    _refuse_lonely_options(check, resolver, push, push_options)
    if push:
        _refuse_printing_options(output, explain, nameserver)
        return run_push(prepare(spec), push_options)
    if check:
        return run_check(prepare(spec), options_of(click.get_current_context()))
    chosen = _format(form, output)
    _refuse_idle_options(chosen, explain, nameserver)
    options = Options(explain, _name(nameserver), serial)
    prepared = prepare(spec)
    _note_missing_consents(prepared.system)
    zones = _chosen(prepared.records, zone)
    if output is None:
        click.echo(chosen.render(zones, options), nl=False)
    else:
        _write(output, chosen.files(zones, options))
    return EXIT_OK


def _refuse_lonely_options(
    check: bool, resolver: Server | None, push: bool, push_options: PushOptions
) -> None:
    """Options of --check and of --push without it, and both of them at once."""
    if check and push:
        raise click.UsageError("--check and --push go one after the other")
    if resolver is not None and not check:
        raise click.UsageError("--resolver goes with --check")
    check_push_options(push, push_options)


def _refuse_printing_options(output: Path | None, explain: bool, nameserver: str) -> None:
    if output is not None or explain or nameserver or not _by_default("serial"):
        raise click.UsageError("-o, --explain, --nameserver and --serial go without --push")


def _format(name: str, output: Path | None) -> Format:
    """The format asked for; files are zone files where nobody asked."""
    if output is not None and _by_default("form"):
        return ZONE
    return FORMATS[name]


def _refuse_idle_options(form: Format, explain: bool, nameserver: str) -> None:
    """An option that would do nothing was meant to do something."""
    if nameserver and form is not ZONE:
        raise click.UsageError("--nameserver goes with zone files: --format zone, or -o alone")
    if not nameserver and not _by_default("serial"):
        raise click.UsageError("--serial goes with --nameserver")
    if explain and form is not TABLE:
        raise click.UsageError("--explain goes with --format table; the others always explain")


def _by_default(option: str) -> bool:
    """Nobody said anything about this option."""
    context = click.get_current_context()
    return context.get_parameter_source(option) is ParameterSource.DEFAULT


def _name(nameserver: str) -> str:
    """The name as the spec would read it. Raises MailctlError."""
    from mailctl.spec.names import domain_name
    from mailctl.spec.problems import Refused

    try:
        return domain_name(nameserver.removesuffix(".")) if nameserver else ""
    except Refused as refused:
        problem = refused.problems[0]
        raise MailctlError(f"--nameserver: {problem.message}", problem.hint) from None


def _note_missing_consents(system: System) -> None:
    """Say on standard error what only others can publish."""
    from mailctl.dns.dmarc import missing_consents

    for destination, place in missing_consents(system):
        click.echo(
            f"note: for its reports {destination} has to say {_CONSENT} at {place}", err=True
        )


def _chosen(records: tuple[Record, ...], name: str) -> tuple[Zone, ...]:
    """The zones, or the one of that name. Raises MailctlError when nothing stands there."""
    from mailctl.dns.formats.zone import by_zone

    zones = by_zone(records)
    wanted = name.rstrip(".").lower()
    found = tuple(zone for zone in zones if name == _EVERY_ZONE or zone.name == wanted)
    if zones and not found:
        raise MailctlError(
            f"--zone {name}: the spec has no records there",
            f"it has some in {', '.join(zone.name for zone in zones)}",
        )
    return found


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    from mailctl.files import write_whole

    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        path = folder / name
        try:
            write_whole(path, text.encode(), mode=0o644)
        except OSError as error:
            raise MailctlError(f"{path}: cannot be written: {error.strerror}") from error
        click.echo(f"wrote {path}", err=True)
