"""`mailctl dns-records`: what the spec asks of DNS, for people, name servers and programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from mailctl.cli.prepare import prepare, spec_argument
from mailctl.errors import EXIT_OK, MailctlError

if TYPE_CHECKING:
    from mailctl.dns.formats.zone import Zone

_EVERY_ZONE = "*"
_CONSENT = 'TXT "v=DMARC1;"'


@click.command("dns-records")
@spec_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "zone", "json"]),
    default="table",
    show_default=True,
    help="A table, zone files (RFC 1035), or JSON.",
)
@click.option("--zone", default=_EVERY_ZONE, help="Only the records of this zone.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a zone file for each zone into this folder.",
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
@click.option(
    "--resolver",
    default="",
    metavar="ADDRESS[:PORT]",
    help="With --check: ask this one, and not the servers that own each name.",
)
def command(
    spec: Path,
    form: str,
    zone: str,
    output: Path | None,
    explain: bool,
    nameserver: str,
    serial: int,
    check: bool,
    resolver: str,
) -> int:
    """Print the DNS records that SPEC asks for; makes DKIM keys that are not there yet.

    Reverse names (PTR) stand in zones of their own: the provider of the addresses sets them.

    With --check, exits with 0 when all is live as the spec says, with 2 when something is
    missing or wrong, with 3 when something could not be asked.
    """
    if check:
        from mailctl.cli.dns_check import options_of, run_check

        options = options_of(click.get_current_context())
        return run_check(prepare(spec), options)
    if resolver:
        raise click.UsageError("--resolver goes with --check")

    from mailctl.dns.dmarc import missing_consents
    from mailctl.dns.formats.zone import by_zone
    from mailctl.dns.formats.zone_file import zone_file

    _refuse_idle_options(form if output is None else "zone", explain, nameserver)
    nameserver = _name(nameserver)
    prepared = prepare(spec)
    for destination, place in missing_consents(prepared.system):
        click.echo(
            f"note: for its reports {destination} has to say {_CONSENT} at {place}", err=True
        )
    zones = _chosen(by_zone(prepared.records), zone)
    if output is not None:
        _write(output, {z.name: zone_file(z.name, z.records, nameserver, serial) for z in zones})
    elif form == "zone":
        texts = (zone_file(z.name, z.records, nameserver, serial) for z in zones)
        click.echo("\n".join(texts), nl=False)
    else:
        click.echo(_shown(zones, form, explain), nl=False)
    return EXIT_OK


def _refuse_idle_options(form: str, explain: bool, nameserver: str) -> None:
    """An option that would do nothing was meant to do something."""
    context = click.get_current_context()
    if nameserver and form != "zone":
        raise click.UsageError("--nameserver goes with --format zone or -o")
    if not nameserver and context.get_parameter_source("serial") is not ParameterSource.DEFAULT:
        raise click.UsageError("--serial goes with --nameserver")
    if explain and form != "table":
        raise click.UsageError("--explain goes with --format table; the others always explain")


def _name(nameserver: str) -> str:
    """The name as the spec would read it. Raises MailctlError."""
    from mailctl.spec.names import domain_name
    from mailctl.spec.problems import Refused

    try:
        return domain_name(nameserver.removesuffix(".")) if nameserver else ""
    except Refused as refused:
        problem = refused.problems[0]
        raise MailctlError(f"--nameserver: {problem.message}", problem.hint) from None


def _shown(zones: tuple[Zone, ...], form: str, explain: bool) -> str:
    from mailctl.dns.formats.json_text import json_text
    from mailctl.dns.formats.table import table

    records = [record for zone in zones for record in zone.records]
    return json_text(records) if form == "json" else table(records, explain)


def _chosen(zones: tuple[Zone, ...], name: str) -> tuple[Zone, ...]:
    wanted = name.rstrip(".").lower()
    found = tuple(zone for zone in zones if name == _EVERY_ZONE or zone.name == wanted)
    if zones and not found:
        raise MailctlError(
            f"--zone {name}: the spec has no records there",
            f"it has some in {', '.join(zone.name for zone in zones)}",
        )
    return found


def _write(folder: Path, texts: dict[str, str]) -> None:
    from mailctl.emit.files import write_whole

    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        path = folder / f"{name}.zone"
        write_whole(path, text.encode(), mode=0o644)
        click.echo(f"wrote {path}", err=True)
