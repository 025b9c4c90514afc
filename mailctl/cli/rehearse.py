"""`mailctl rehearse`: a spec proved on throwaway hosts, with real mail."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.hosts import chosen
from mailctl.cli.prepare import load_system, spec_argument
from mailctl.errors import EXIT_ERROR, EXIT_OK

if TYPE_CHECKING:
    from mailctl.proofs.base import Proof
    from mailctl.rehearsal.report import Line, Report
    from mailctl.rehearsal.throwaway import ThrowawayNetwork

_MARKS = {"holds": "green", "FAILS": "bold red", "does not apply": "dim"}


@click.command("rehearse")
@spec_argument
@click.option(
    "--platform",
    type=click.Choice(["debian-12", "debian-13"]),
    default=None,
    help="Put all hosts on this platform instead of the spec's.",
)
@click.option("--host", "hosts", multiple=True, metavar="NAME", help="Prove only this host.")
@click.option("--only", "ids", multiple=True, metavar="PROOF-ID", help="Try only this proof.")
@click.option(
    "--bare", is_flag=True, help="Begin with hosts on which no mail package is installed."
)
@click.option("--keep", is_flag=True, help="Leave the hosts up, and say how to get in.")
@click.option("--remove", metavar="RUN", help="Remove a rehearsal that was kept, and do no more.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table for people, or JSON.",
)
@click.option(
    "--image-cache",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the hosts' images are kept.  [default: /var/cache/mailctl/images]",
)
def command(
    spec: Path,
    platform: str | None,
    hosts: tuple[str, ...],
    ids: tuple[str, ...],
    bare: bool,
    keep: bool,
    remove: str | None,
    form: str,
    image_cache: Path | None,
) -> int:
    """Boot the hosts of SPEC as throwaway systems, apply it, and prove it with real mail.

    Needs root on Linux. Passwords and certificates of the spec are not read; nothing leaves
    this machine, and nothing stays on it but the images.
    """
    if remove is not None:
        return _remove(remove)
    from mailctl.rehearsal.images import CACHE, Images
    from mailctl.rehearsal.run import Options, rehearsal

    system = load_system(spec)
    chosen(system, hosts)
    proofs = _chosen_proofs(ids)
    options = Options(
        platform=platform or "",
        bare=bare,
        keep=keep,
        images=CACHE if image_cache is None else Images(image_cache.absolute()),
        progress=_tell,
        when_up=_tell_way_in if keep else _say_nothing,
    )
    with rehearsal(system, options) as rehearsed:
        report = rehearsed.prove(proofs, hosts, hear=_tell_line)
    click.echo(_as_json(report) if form == "json" else _as_table(report))
    return EXIT_OK if report.holds else EXIT_ERROR


def _remove(run: str) -> int:
    from mailctl.rehearsal.ledger import Ledger

    Ledger.of(run).undo()
    _tell(f"removed the rehearsal {run}")
    return EXIT_OK


def _chosen_proofs(ids: tuple[str, ...]) -> tuple[Proof, ...]:
    from mailctl.proofs.registry import PROOFS

    known = {proof.id: proof for proof in PROOFS}
    for name in ids:
        if name not in known:
            raise click.UsageError(f"--only {name}: there is no such proof; {_list(known)}")
    return tuple(proof for proof in PROOFS if not ids or proof.id in ids)


def _list(names: dict[str, Proof]) -> str:
    return f"the proofs are {', '.join(names)}"


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _tell_line(line: Line) -> None:
    """While one waits: what was tried so far, on a terminal alone."""
    if sys.stderr.isatty():
        _tell(f"  {line.host}: {line.proof}: {line.verdict.outcome.value} ({line.seconds:.1f} s)")


def _say_nothing(_network: ThrowawayNetwork) -> None:
    """The hosts will be gone before anybody can log in."""


def _tell_way_in(network: ThrowawayNetwork) -> None:
    """How to log in to the hosts that stay, and how to be rid of them."""
    _tell("The hosts stay up. To get in:")
    for host in network.hosts.values():
        options = [f"-oUserKnownHostsFile={network.access.known_hosts}", "-oIdentitiesOnly=yes"]
        argv = ["ip", "netns", "exec", network.client, "ssh", "-i", str(network.access.identity)]
        argv += [*options, "-p", str(host.ssh.port), f"{host.ssh.user}@{host.addresses[0]}"]
        _tell(f"  {host.name}: {shlex.join(argv)}")
    _tell(f"To remove them: mailctl rehearse --remove {network.ledger.run}")


def _as_json(report: Report) -> str:
    lines = [
        {
            "host": line.host,
            "platform": line.platform,
            "proof": line.proof,
            "statement": line.statement,
            "outcome": line.verdict.outcome.value,
            "evidence": line.verdict.evidence,
            "seconds": round(line.seconds, 3),
        }
        for line in report.lines
    ]
    seconds = {name: round(value, 3) for name, value in report.seconds.items()}
    return json.dumps(
        {"version": 1, "holds": report.holds, "proofs": lines, "seconds": seconds}, indent=2
    )


def _as_table(report: Report) -> str:
    """A table on a terminal; elsewhere a line a proof, its parts separated by tabs."""
    if sys.stdout.isatty():
        return _as_rich_table(report) + report.summary
    return "\n".join((*map(_as_row, report.lines), report.summary))


def _as_row(line: Line) -> str:
    verdict = line.verdict
    cells = (verdict.outcome.value, line.host, line.proof, line.statement, verdict.evidence)
    return "\t".join(cells)


def _as_rich_table(report: Report) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("host", "", "proof", "evidence", show_lines=True, expand=True)
    for line in report.lines:
        outcome = line.verdict.outcome.value
        table.add_row(
            Text(f"{line.host}\n{line.platform}"),
            Text(outcome, style=_MARKS[outcome]),
            Text(f"{line.statement} ({line.proof})"),
            Text(line.verdict.evidence),
        )
    console = Console()
    with console.capture() as captured:
        console.print(table)
    return captured.get()
