"""`mailctl nixos`: a host of the spec as a NixOS module."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.prepare import load_public, spec_argument

if TYPE_CHECKING:
    from mailctl.model.host import Host
    from mailctl.model.system import System


@click.command("nixos")
@spec_argument
@click.option("--host", "name", metavar="NAME", help="Which host; needed where there are several.")
@click.option(
    "--release",
    metavar="RELEASE",
    help="A NixOS release, as 25.11, instead of the one that the spec says.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE.nix",
    help="Where to write it; big tables go into a folder beside it. Left out: standard output.",
)
def command(spec: Path, name: str | None, release: str | None, output: Path | None) -> None:
    """Write a host as a module that its NixOS configuration can import.

    Holds no secret: password hashes and keys are named by their paths on the host.
    """
    from mailctl.emit.nixos import module_files
    from mailctl.emit.nixos.beside import refuse_stem, to_standard_output, write_module

    if output is not None:
        refuse_stem(output)
    system = load_public(spec)
    system, host = _on_nixos(system, _chosen(system, name), release)
    if output is None:
        click.echo(to_standard_output(module_files(system, host, "")), nl=False)
        return
    count = write_module(output, module_files(system, host, output.stem))
    files = "1 file" if count == 2 else f"{count - 1} files"
    beside = f", and {files} in {output.parent / output.stem}" if count > 1 else ""
    click.echo(f"{output}: {host.name} for {host.platform.name}{beside}", err=True)


def _chosen(system: System, name: str | None) -> Host:
    from mailctl.errors import MailctlError
    from mailctl.spec.suggest import did_you_mean

    if name is None and len(system.hosts) == 1:
        return next(iter(system.hosts.values()))
    if name is None:
        listed = ", ".join(system.hosts)
        raise click.UsageError(f"the spec has several hosts ({listed}); say which with --host")
    if name not in system.hosts:
        raise MailctlError(f"the spec has no host {name!r}", did_you_mean(name, system.hosts))
    return system.hosts[name]


def _on_nixos(system: System, host: Host, release: str | None) -> tuple[System, Host]:
    """The host on the release asked for, with whatever the daemons there have against it."""
    from dataclasses import replace

    from mailctl.cli.prepare import refuse_findings
    from mailctl.emit.nixos.shapes import platform_of

    if release is None and not host.platform.is_nixos:
        from mailctl.errors import MailctlError

        raise MailctlError(
            f"{host.name} is on {host.platform.name}, which is no NixOS",
            "write `platform: nixos-25.11` at this host, or say --release 25.11 here",
        )
    if release is None:
        return system, host
    moved = replace(host, platform=platform_of(release))
    moved_system = replace(system, hosts={**system.hosts, host.name: moved})
    refuse_findings(moved_system, moved)
    return moved_system, moved
