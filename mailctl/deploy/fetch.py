"""Fetch what stands in files of a host, whole or in pieces; one command, which changes nothing."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from mailctl.deploy.host import Outcome, Remote
from mailctl.deploy.lines import read, refuse_unprivileged
from mailctl.deploy.script import DEFAULT_ERRAND, Errand, agent
from mailctl.errors import Unreachable

PATIENCE = 120
"""Seconds of silence after which the client gives up."""

_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Bytes of a file: `path` is relative to the live generation, or absolute on the host.

    `length` None is all from `offset` on; a span that reaches beyond the file ends with it.
    """

    path: str
    offset: int = 0
    length: int | None = None


def fetch(
    remote: Remote, spans: Iterable[Span], errand: Errand = DEFAULT_ERRAND
) -> dict[Span, bytes]:
    """The bytes of each span; those of paths that are no plain files are missing. One exec, none
    for no span. What comes may be secret: it stays in memory, and nothing here shows it.

    Raises a HostError when the host cannot be reached or its answer is not whole.
    """
    asked = tuple(dict.fromkeys(spans))
    if not asked:
        return {}
    script = agent(("common", "fetch"), "".join(map(_question, asked)).encode(), errand)
    outcome = remote.run(script, timeout=PATIENCE)
    head, opened, packed = outcome.stdout.partition(b"\nbytes\n")
    refuse_unprivileged(remote.name, read(head), outcome)
    parts = _parts(_unpacked(packed), len(asked)) if opened else None
    if parts is None:
        raise _not_whole(remote.name, outcome)
    return {span: part for span, part in zip(asked, parts, strict=True) if part is not None}


def _question(span: Span) -> str:
    if not span.path or not span.path.isprintable():
        raise ValueError(f"no file of a generation is called {span.path!r}")
    return f"{span.offset}\t{'-' if span.length is None else span.length}\t{span.path}\n"


def _unpacked(packed: bytes) -> bytes:
    """Nothing at all where the stream is broken or cut off: its checksum is at its end."""
    stream = zlib.decompressobj(_GZIP)
    try:
        content = stream.decompress(packed)
    except zlib.error:
        return b""
    return content if stream.eof else b""


def _parts(content: bytes, count: int) -> list[bytes | None] | None:
    """The framed pieces; None when they are not what the frame says."""
    parts: list[bytes | None] = []
    place = 0
    for _ in range(count):
        size, _, _ = content[place : place + 24].partition(b"\n")
        place += len(size) + 1
        if size == b"-":
            parts.append(None)
            continue
        if not size.isdigit():
            return None
        parts.append(content[place : place + int(size)])
        place += int(size)
    return parts if content[place:] == b"end\n" else None


def _not_whole(host: str, outcome: Outcome) -> Unreachable:
    said = outcome.stderr.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
    return Unreachable(
        host,
        f"files could not be read whole (status {outcome.status}: {said[-1]})",
        "run it again",
    )
