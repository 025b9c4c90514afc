"""What lies on a host of NixOS: the module with the files beside it, and the secrets.

It is a HostBundle as any other, so that manifests, plans, diffs and saved plans are the same; its
paths are absolute, for nothing is a generation's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from mailctl.bundle import Artefact, Contribution, HostBundle, Service
from mailctl.model.places import MODULE, SECRETS
from mailctl.model.platform import PLATFORMS

NAME = "default"
"""What the module is called: a folder is imported by its default.nix."""


def on_nixos(
    bundle: HostBundle, module: Iterable[tuple[str, bytes]], secrets: Iterable[str]
) -> HostBundle:
    """The bundle of a NixOS host as what is brought there. `module` are the paths below MODULE
    and contents of its files, `secrets` the paths of those artefacts that the module leaves out.
    """
    files = tuple(Artefact(f"{MODULE}/{path}", content) for path, content in module)
    named = frozenset(secrets)
    kept = tuple(
        replace(each, path=f"{SECRETS}/{each.path}", secret=True)
        for each in bundle.content.artefacts
        if each.path in named
    )
    content = Contribution(
        artefacts=tuple(sorted((*files, *kept))),
        ports=bundle.content.ports,
        probes=tuple(probe for probe in bundle.content.probes if probe.kind == "loopback"),
        services=tuple(_reader(each) for each in bundle.content.services if _reads(each, named)),
        entries=tuple(
            replace(each, path=f"{SECRETS}/{each.path}")
            for each in bundle.content.entries
            if each.path in named
        ),
    )
    return replace(bundle, content=content, self_signed="")


def is_nixos(bundle: HostBundle) -> bool:
    """Whether the bundle is one for a host of NixOS."""
    return PLATFORMS[bundle.platform].is_nixos


def _reads(service: Service, secrets: frozenset[str]) -> bool:
    """Whether a unit must be told that a secret has changed; all else the system tells it."""
    return any(_below(path, service.reload_on) for path in secrets)


def _reader(service: Service) -> Service:
    prefixes = (f"{SECRETS}/{prefix}" for prefix in service.reload_on)
    return Service(service.unit, reload_on=tuple(prefixes))


def _below(path: str, prefixes: Iterable[str]) -> bool:
    return any(PurePosixPath(path).is_relative_to(prefix) for prefix in prefixes)
