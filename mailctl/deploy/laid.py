"""What we once laid at paths that somebody has changed since: from the generation's own copies of
its small plain files, or from the spec where that still says the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from mailctl.bundle import Artefact
from mailctl.deploy.drift import Drifted
from mailctl.deploy.map_changes import Texts
from mailctl.deploy.records import LAID


def copy_of(one: Drifted) -> str:
    """Where the live generation keeps what it laid there, if it does."""
    return f"{LAID}/{one.source}"


def laid_texts(drift: Iterable[Drifted], artefacts: Iterable[Artefact], live: Texts) -> Texts:
    """By path in the generation the content that was laid, as far as anybody knows it. Each is
    held against the digest that our records have; `live` are files as they stand there now,
    and the copies."""
    wanted = {artefact.path: artefact.content for artefact in artefacts}
    found = {}
    for one in drift:
        candidates = (live.get(copy_of(one)), wanted.get(one.source), live.get(one.source))
        for content in candidates:
            if content is not None and hashlib.sha256(content).hexdigest() == one.laid:
                found[one.source] = content
                break
    return found
