"""`mailctl dns-records`: what the spec asks of DNS, for people, name servers and programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from mailctl.cli.dns_push import PushOptions, check_push_options, run_push
from mailctl.cli.prepare import prepare, spec_argument
from mailctl.errors import MailctlError

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
    push: bool,
    server: str,
    tsig_key: Path | None,
    dry_run: bool,
    force: bool,
    prune: bool,
) -> int | None:
    """Print the DNS records that SPEC asks for; makes DKIM keys that are not there yet.

    Reverse names (PTR) stand in zones of their own: the provider of the addresses sets them.
    """
    push_options = PushOptions(
        server, tsig_key, dry_run, force, prune, "" if zone == _EVERY_ZONE else zone, form
    )
    check_push_options(push, push_options)
    if push:
        _refuse_printing_options(output, explain, nameserver)
        return run_push(prepare(spec), push_options)

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
    return None


def _refuse_printing_options(output: Path | None, explain: bool, nameserver: str) -> None:
    if output is not None or explain or nameserver:
        raise click.UsageError("-o, --explain and --nameserver print records: not with --push")


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
