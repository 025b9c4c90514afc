"""What a generation keeps about itself in its folder .mailctl, besides its manifest.

`sums` and `modes` stand there in the form in which the host compares them, so that looking for
changes is one sha256sum(1) and one find(1). `laid/` are copies of small plain files as they were
sent, so that a change by hand can be shown. `pieces` says which runs of lines big files consist
of, so that later only runs that differ need to travel.
"""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.bundle import Artefact, Directory
from mailctl.deploy.manifest import FileEntry, Manifest
from mailctl.deploy.pieces import BIG, pieces, pieces_text

FOLDER = ".mailctl"
LAID = f"{FOLDER}/laid"


def records(manifest: Manifest, artefacts: Iterable[Artefact]) -> tuple[Artefact, ...]:
    """All that travels with every apply, whatever has changed."""
    contents = {
        "manifest": manifest.text(),
        "sums": _sums(manifest),
        "modes": "".join(f"{line}\n" for line in modes(manifest)),
        "built": "",
        "pieces": pieces_text(
            {a.path: pieces(a.content) for a in sorted(artefacts) if len(a.content) >= BIG}
        ),
    }
    return tuple(
        Artefact(f"{FOLDER}/{name}", text.encode(), mode=0o600)
        for name, text in sorted(contents.items())
    )


def laid(artefacts: Iterable[Artefact]) -> Iterable[Artefact]:
    """The copies of those that are small and no secrets."""
    for artefact in artefacts:
        if not artefact.secret and len(artefact.content) < BIG:
            yield Artefact(f"{LAID}/{artefact.path}", artefact.content, mode=0o600)


def _sums(manifest: Manifest) -> str:
    """Lines of sha256sum(1); the first one is the manifest's own."""
    files = "".join(f"{entry.digest}  {entry.path}\n" for entry in manifest.files)
    return f"{manifest.digest}  {FOLDER}/manifest\n{files}"


def modes(manifest: Manifest) -> list[str]:
    """Mode, owner, group and path of every file and folder, sorted as by LC_ALL=C sort(1)."""
    entries: tuple[FileEntry | Directory, ...] = (*manifest.files, *manifest.folders)
    lines = (f"{entry.mode:o}\t{entry.owner}\t{entry.group}\t{entry.path}" for entry in entries)
    return sorted(lines, key=str.encode)
