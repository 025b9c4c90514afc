"""Files and folders of a generation as one compressed tar: the same content, the same bytes."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterable

from mailctl.bundle import Artefact, Directory


def archive(folders: Iterable[Directory], artefacts: Iterable[Artefact]) -> bytes:
    """A gzip-ed ustar with owners by name, sorted, without times (RFC 1952: no name, mtime 0).

    Owners are resolved by name on the host; the numbers in the archive are root's.
    """
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for folder in sorted(folders):
            tar.addfile(_header(folder, tarfile.DIRTYPE, 0))
        for artefact in sorted(artefacts):
            header = _header(artefact, tarfile.REGTYPE, len(artefact.content))
            tar.addfile(header, io.BytesIO(artefact.content))
    # a fast level: over a network of any speed the time of deflate is what counts here
    return gzip.compress(raw.getvalue(), compresslevel=3, mtime=0)


def _header(entry: Artefact | Directory, kind: bytes, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(entry.path)
    header.type = kind
    header.size = size
    header.mode = entry.mode
    header.uname, header.gname = entry.owner, entry.group
    return header
