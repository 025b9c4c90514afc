"""`mailctl build`: everything that a spec compiles to, as a tree of files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.prepare import prepare, spec_argument

if TYPE_CHECKING:
    from mailctl.emit.tree import TreeFile
    from mailctl.model.system import System


@click.command("build")
@spec_argument
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder to write; a former tree there is replaced as a whole.",
)
@click.option(
    "--with-secrets",
    is_flag=True,
    help="Write private keys and password hashes too, apart, for their owner only.",
)
def command(spec: Path, output: Path, with_secrets: bool) -> None:
    """Write the files of every host and the DNS records into a folder.

    The same SPEC and keys give the same bytes. Makes DKIM keys that are not there yet.
    """
    from mailctl.emit.folder import refuse_what_is_not_ours, replace_folder
    from mailctl.emit.tree import tree

    refuse_what_is_not_ours(output)  # before any key is made
    prepared = prepare(spec)
    modules = _modules(prepared.system)
    files = tree(prepared.compile(with_secrets), with_secrets, modules)
    replace_folder(output, files)
    withheld = sum(file.withheld for file in files)
    kept_back = f", {withheld} secret ones withheld (--with-secrets)" if withheld else ""
    click.echo(f"{output}: {len(files) - withheld} files{kept_back}", err=True)


def _modules(system: System) -> dict[str, tuple[TreeFile, ...]]:
    """By name the hosts that are NixOS modules, and what those are."""
    chosen = [host for host in system.hosts.values() if host.platform.is_nixos]
    if not chosen:
        return {}
    from mailctl.emit.nixos import module_files  # most specs have none

    return {host.name: module_files(system, host) for host in chosen}
