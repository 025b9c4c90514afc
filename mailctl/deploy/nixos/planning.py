"""What apply would do to a host of NixOS, as the Plan that every host has. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from mailctl.bundle import HostBundle
from mailctl.deploy.drift import Drifted, Hand, read_by_all
from mailctl.deploy.guard import refuse_platform
from mailctl.deploy.manifest import FileEntry, Manifest
from mailctl.deploy.nixos.look import Seen
from mailctl.deploy.observation import Found
from mailctl.deploy.plan import Change, Kind, Plan
from mailctl.errors import HostError
from mailctl.model.places import SECRETS
from mailctl.model.platform import PLATFORMS

_TO_ROOT_ALONE = 0o600
_NIXOS = frozenset(name for name, platform in PLATFORMS.items() if platform.is_nixos)


def refuse_host(bundle: HostBundle, found: Seen) -> None:
    """Raise a HostError where the host cannot be what the spec says."""
    refuse_platform(bundle.host, bundle.platform, found.release)
    if not found.rebuilds:
        raise HostError(
            bundle.host,
            "there is no nixos-rebuild on the host",
            "nothing was changed; set `system.disableInstallerTools = false;` there "
            "(system.tools.nixos-rebuild.enable), or build the host elsewhere with the module "
            "that `mailctl nixos` writes",
        )
    if not found.folder:
        raise HostError(
            bundle.host,
            "there is no folder /etc/nixos on the host",
            "nothing was changed; make it with the host's configuration in it "
            "(nixos-generate-config), or import there what `mailctl nixos` writes",
        )


def make_plan(bundle: HostBundle, wanted: Manifest, found: Seen) -> Plan:
    """What is to be done so that the host is what the manifest says."""
    former = wanted if found.digest == wanted.digest else found.was
    laid = former.files if former and former.platform in _NIXOS else ()
    files = tuple(sorted(_files(wanted, found)))
    state = _state(bundle, wanted, found)
    switch = (Change(Kind.GENERATION, "NixOS", "switch", state),) if state and not files else ()
    return Plan(
        host=bundle.host,
        base=(found.generation, found.digest),
        wanted=wanted,
        changes=(*switch, *files, *_services(wanted, files)),
        reuse=(),
        drift=tuple(sorted(_drift(laid, found))) if laid else (),
        moved_from=former.platform if former and former.platform != wanted.platform else "",
    )


def _state(bundle: HostBundle, wanted: Manifest, found: Seen) -> str:
    """Why the system is to be switched although all files are right; empty where it need not."""
    if found.digest != wanted.digest:
        return "what it has to answer to is another one"
    if found.busy:
        return "an apply is at work there, or was cut off"
    if not found.confirmed:
        return "it was never confirmed"
    if found.host != bundle.host:
        return "the module is no part of the running system"
    if found.system < found.recorded:
        return f"somebody went back to system {found.system}, {found.recorded} was ours"
    return ""


def _files(wanted: Manifest, seen: Seen) -> Iterator[Change]:
    named = {entry.path for entry in wanted.files}
    for entry in wanted.files:
        found = seen.found.get(entry.path)
        if found is None:
            yield Change(Kind.FILE, entry.path, "add", "", "", entry.digest, entry.secret)
        elif found.kind != "f" or found.digest != entry.digest:
            detail = "" if found.kind == "f" else "no plain file"
            before = found.digest
            yield Change(
                Kind.FILE, entry.path, "change", detail, before, entry.digest, entry.secret
            )
        elif entry.secret and not _is_closed(entry, found):
            detail = f"{found.mode:o} to {entry.mode:o}"
            digest = entry.digest
            yield Change(Kind.FILE, entry.path, "change", detail, digest, digest, secret=True)
    for path, found in seen.found.items():
        if path not in named:
            secret = _may_be_secret(path, found)
            yield Change(Kind.FILE, path, "remove", "", found.digest, "", secret)


def _is_closed(entry: FileEntry, found: Found) -> bool:
    """Root's alone until the system knows the account, then what the module's own rules say."""
    return found.mode in (_TO_ROOT_ALONE, entry.mode)


def _may_be_secret(path: str, found: Found) -> bool:
    return path.startswith(f"{SECRETS}/") or not read_by_all(found)


def _services(wanted: Manifest, files: tuple[Change, ...]) -> Iterator[Change]:
    """Those that read a secret only when they are told to."""
    for service in wanted.services:
        told = any(
            PurePosixPath(change.subject).is_relative_to(prefix)
            for change in files
            for prefix in service.reload_on
        )
        if told:
            yield Change(Kind.SERVICE, service.unit, "reload")


def _drift(files: Iterable[FileEntry], seen: Seen) -> Iterator[Drifted]:
    """What somebody changed since it was laid."""
    laid = {entry.path: entry for entry in files}
    for path in sorted({*laid, *seen.found}):
        entry, found = laid.get(path), seen.found.get(path)
        if entry is None and found is not None:
            secret = _may_be_secret(path, found)
            yield Drifted(path, Hand.ADDED, "", "", found.digest, path, secret)
        elif entry is not None and found is None:
            yield Drifted(path, Hand.REMOVED, "", entry.digest, "", path, entry.secret)
        elif entry is not None and found is not None and found.digest != entry.digest:
            secret = entry.secret or not read_by_all(found)
            yield Drifted(path, Hand.CHANGED, "", entry.digest, found.digest, path, secret)
