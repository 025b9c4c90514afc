"""What we once laid at paths that somebody has changed since: from the generation's own copy of
its small files, or from the spec where that still says the same.

A generation that an older mailctl made has no such copy.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterable

from mailctl.bundle import Artefact
from mailctl.deploy.drift import Drifted
from mailctl.deploy.map_changes import Texts

COPY = ".mailctl/laid.tar.gz"
"""Of files of at most LARGEST bytes; made by the agent when it lays a generation."""
LARGEST = 256 * 1024


def laid_texts(
    drift: Iterable[Drifted], copy: bytes, artefacts: Iterable[Artefact], live: Texts
) -> dict[str, bytes]:
    """By path in the generation the content that was laid, as far as anybody knows it. Each is
    held against the digest that our records have; `live` are files as they stand there now."""
    wanted = {artefact.path: artefact.content for artefact in artefacts}
    digests = {one.source: one.laid for one in drift if one.laid}
    kept = _unpacked(copy, digests.keys())
    found = {}
    for path, digest in digests.items():
        for source in (kept, wanted, live):
            if path in source and hashlib.sha256(source[path]).hexdigest() == digest:
                found[path] = source[path]
                break
    return found


def _unpacked(copy: bytes, paths: Iterable[str]) -> dict[str, bytes]:
    """The files of the archive that are asked for; nothing where it is missing or damaged."""
    asked = frozenset(paths)
    found: dict[str, bytes] = {}
    if not copy or not asked:
        return found
    try:
        with tarfile.open(fileobj=io.BytesIO(copy), mode="r:gz") as tar:
            for member in tar:
                path = member.name.removeprefix("./")
                if path in asked and member.isreg() and member.size <= LARGEST:
                    file = tar.extractfile(member)
                    found[path] = file.read() if file else b""
    except (tarfile.TarError, EOFError, OSError, zlib.error):
        return {}
    return found
