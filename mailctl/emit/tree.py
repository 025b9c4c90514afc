"""A Bundle as a tree of files, still as values. The same Bundle gives the same bytes.

MANIFEST                   every file below with its digest, mode and owner
hosts/NAME/...             the host's generation: postfix/main.cf, ...
hosts/NAME/mail.nix        instead of both, a host of NixOS as a module, and mail/ beside it
hosts/NAME/host.json       what the host needs besides files: packages, accounts, services
dns/ZONE.zone              the records of a zone, to be included there
dns/records.json           all of them
mta-sts/DOMAIN/mta-sts.txt the policy to be served over HTTPS, where the spec asks for one
secrets/hosts/NAME/...     private keys and password hashes, only when asked for
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mailctl.bundle import Artefact, Bundle, HostBundle
from mailctl.dns.formats.json_text import json_text
from mailctl.dns.formats.zone import by_zone
from mailctl.dns.formats.zone_file import zone_text
from mailctl.emit.host_json import host_json

SECRETS = "secrets"
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True, order=True)
class TreeFile:
    """A file of the tree. `mode`, `owner` and `group` are what it has on its host; on disk a
    secret one is for its owner only. A `withheld` one is listed, but not written."""

    path: str
    content: bytes = field(repr=False)
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    withheld: bool = False

    @property
    def secret(self) -> bool:
        return self.path.startswith(f"{SECRETS}/")

    @property
    def mode_on_disk(self) -> int:
        return _OWNER_ONLY if self.secret else self.mode


_NO_MODULES: Mapping[str, tuple[TreeFile, ...]] = MappingProxyType({})


def tree(
    bundle: Bundle, with_secrets: bool, modules: Mapping[str, tuple[TreeFile, ...]] = _NO_MODULES
) -> tuple[TreeFile, ...]:
    """All files of the tree but its MANIFEST, sorted by path. `modules` are, by name, the hosts
    of NixOS: the files of each beside its secrets.

    Raises ValueError when two files claim one path or a path leaves the tree, which is a bug.
    """
    files = sorted([*_host_files(bundle, with_secrets, modules), *_dns_files(bundle)])
    paths = [file.path for file in files]
    if len(set(paths)) < len(paths):
        raise ValueError("two files of the tree have the same path")
    for path in paths:
        if "\n" in path or any(part in {"", ".", ".."} for part in path.split("/")):
            raise ValueError(f"not a path within the tree: {path!r}")
    return tuple(files)


def _host_files(
    bundle: Bundle, with_secrets: bool, modules: Mapping[str, tuple[TreeFile, ...]]
) -> Iterator[TreeFile]:
    for host in bundle.hosts:
        if host.host in modules:
            yield from _module_files(host, with_secrets, modules[host.host])
            continue
        yield TreeFile(f"hosts/{host.host}/host.json", host_json(host).encode())
        for artefact in host.content.artefacts:
            yield _file(host, artefact, with_secrets)


def _module_files(
    host: HostBundle, with_secrets: bool, module: tuple[TreeFile, ...]
) -> Iterator[TreeFile]:
    for file in module:
        yield replace(file, path=f"hosts/{host.host}/{file.path}")
    for artefact in host.content.artefacts:
        if artefact.is_private:
            yield _file(host, artefact, with_secrets)


def _file(host: HostBundle, artefact: Artefact, with_secrets: bool) -> TreeFile:
    withheld = artefact.withheld or (artefact.secret and not with_secrets)
    return TreeFile(
        path=f"{SECRETS + '/' if artefact.secret else ''}hosts/{host.host}/{artefact.path}",
        content=b"" if withheld else artefact.content,
        mode=artefact.mode,
        owner=artefact.owner,
        group=artefact.group,
        withheld=withheld,
    )


def _dns_files(bundle: Bundle) -> Iterator[TreeFile]:
    yield TreeFile("dns/records.json", json_text(bundle.records).encode())
    for zone in by_zone(bundle.records):
        yield TreeFile(f"dns/{zone.name}.zone", zone_text(zone).encode())
    for domain, policy in bundle.mta_sts:
        yield TreeFile(f"mta-sts/{domain}/mta-sts.txt", policy.encode())
