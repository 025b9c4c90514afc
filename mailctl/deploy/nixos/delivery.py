"""What travels to a host of NixOS: orders, and one archive in which the new generation is whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mailctl.bundle import Artefact, Directory, HostBundle
from mailctl.deploy.archive import archive
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.nixos.look import Seen
from mailctl.deploy.orders import orders_text
from mailctl.deploy.plan import Kind, Plan
from mailctl.deploy.records import FOLDER, LAID

_TO_ROOT_ALONE = 0o600


def delivery(plan: Plan, found: Seen, bundle: HostBundle) -> tuple[bytes, bytes]:
    """The orders, and the archive that follows them."""
    wanted = plan.wanted
    artefacts = tuple(
        replace(each, path=f"{LAID}{each.path}", mode=_TO_ROOT_ALONE, owner="root", group="root")
        for each in bundle.content.artefacts
    )
    records = (
        Artefact(f"{FOLDER}/manifest", wanted.text().encode(), mode=_TO_ROOT_ALONE),
        Artefact(f"{FOLDER}/sums", _sums(wanted).encode(), mode=_TO_ROOT_ALONE),
    )
    packed = archive((Directory(FOLDER, mode=0o700),), (*records, *artefacts))
    number, digest = plan.base
    orders = (
        f"base\t{number}\t{digest}\t{found.listing}\t{wanted.digest}",
        f"archive\t{packed.form}\t{len(packed.content)}",
        f"host\t{bundle.host}",
        *duties(wanted),
        *(f"tell\t{unit}" for unit in plan.subjects(Kind.SERVICE, "reload")),
    )
    return orders_text(orders), packed.content


def trial(bundle: HostBundle) -> tuple[bytes, bytes]:
    """The same of the module alone, to see what a switch would do: nothing of it is secret."""
    files = (
        replace(each, path=f"{LAID}{each.path}")
        for each in bundle.content.artefacts
        if not each.secret
    )
    packed = archive((), files)
    orders = (f"archive\t{packed.form}\t{len(packed.content)}", f"host\t{bundle.host}")
    return orders_text(orders), packed.content


def duties(wanted: Manifest) -> Iterable[str]:
    """Where the host has to answer."""
    return (line for line in wanted.lines() if line.startswith(("port\t", "probe\t")))


def _sums(manifest: Manifest) -> str:
    """Lines of sha256sum(1); the first one is the manifest's own."""
    files = "".join(f"{entry.digest}  {LAID}{entry.path}\n" for entry in manifest.files)
    return f"{manifest.digest}  {FOLDER}/manifest\n{files}"
