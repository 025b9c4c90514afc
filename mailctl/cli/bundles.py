"""What is brought to each host of a spec: a generation's files, or the module of a NixOS host."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailctl.bundle import HostBundle
    from mailctl.cli.prepare import Prepared
    from mailctl.model.host import Host
    from mailctl.model.system import System


def bundles_of(prepared: Prepared) -> dict[str, HostBundle]:
    """By name, in the spec's order. Raises SecretError."""
    hosts = prepared.system.hosts
    return {
        bundle.host: _as_brought(prepared.system, hosts[bundle.host], bundle)
        for bundle in prepared.compile().hosts
    }


def _as_brought(system: System, host: Host, bundle: HostBundle) -> HostBundle:
    if not host.platform.is_nixos:
        return bundle
    from mailctl.deploy.nixos.content import NAME, on_nixos
    from mailctl.emit.nixos import module_files  # most specs have none

    module = ((file.path, file.content) for file in module_files(system, host, NAME))
    secrets = (each.path for each in bundle.content.artefacts if each.is_private)
    return on_nixos(bundle, module, secrets)
