"""Files and folders of a generation as one compressed tar: the same content, the same bytes."""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass

from mailctl.bundle import Artefact, Directory

SMALL = 24 * 1024
"""Bytes up to which it is sent as it is: behind the agent's own text they are no further round
trip (that fills ten segments and more, RFC 6928), and to unpack costs the host more."""


@dataclass(frozen=True, slots=True)
class Packed:
    """An archive; `form` is `gzip` or `plain`."""

    content: bytes
    form: str


def archive(folders: Iterable[Directory], artefacts: Iterable[Artefact]) -> Packed:
    """A ustar with owners by name, sorted, without times, gzip-ed unless it is small (RFC 1952:
    no name, mtime 0).

    Owners are resolved by name on the host; the numbers in the archive are root's.
    """
    # member by member: the module's own writer copies each header and fills up its last ten KiB
    parts = [_header(folder, tarfile.DIRTYPE, 0) for folder in sorted(folders)]
    for artefact in sorted(artefacts):
        size = len(artefact.content)
        rest = bytes(-size % tarfile.BLOCKSIZE)
        parts += [_header(artefact, tarfile.REGTYPE, size), artefact.content, rest]
    content = b"".join((*parts, bytes(2 * tarfile.BLOCKSIZE)))
    if len(content) <= SMALL:
        return Packed(content, "plain")
    # a fast level: over a network of any speed the time of deflate is what counts here
    return Packed(gzip.compress(content, compresslevel=3, mtime=0), "gzip")


def _header(entry: Artefact | Directory, kind: bytes, size: int) -> bytes:
    header = tarfile.TarInfo(entry.path)
    header.type = kind
    header.size = size
    header.mode = entry.mode
    header.uname, header.gname = entry.owner, entry.group
    return header.tobuf(tarfile.GNU_FORMAT)
