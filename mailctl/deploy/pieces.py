"""Big files in pieces, so that of a map with a hundred thousand entries only what changed travels.

A piece ends after a line whose checksum says so, not after a number of lines: a line that comes
or goes changes the piece that it is in, and no other. Both sides cut alike, for the host keeps
the list of the pieces that it was sent.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BIG = 256 * 1024
"""Bytes from which on a file is cut; smaller ones travel whole."""

_LINES = 512
"""A power of two: how many lines a piece has on average. With lines of 100 bytes a map of
100,000 has 200 pieces of 50 KiB."""

MOST_RUNS = 64
"""Each costs a process on the host; a file that has changed all over travels whole."""


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """A run of bytes of a file, and its SHA-256."""

    offset: int
    length: int
    digest: str


@dataclass(frozen=True, slots=True)
class Run:
    """A part of the new file: `length` bytes at `offset` of the old one, or of the new one where
    `new` is true."""

    new: bool
    offset: int
    length: int


def pieces(content: bytes) -> tuple[Piece, ...]:
    """The content cut after every line whose CRC-32 is a multiple of _LINES."""
    crc32 = zlib.crc32
    ends: list[int] = []
    end = 0
    for line in content.splitlines(keepends=True):
        end += len(line)
        if not crc32(line) % _LINES:
            ends.append(end)
    if not ends or ends[-1] != len(content):
        ends.append(len(content))
    view = memoryview(content)
    return tuple(
        Piece(start, stop - start, hashlib.sha256(view[start:stop]).hexdigest())
        for start, stop in zip((0, *ends), ends, strict=False)
    )


def runs(old: Iterable[Piece], new: Iterable[Piece]) -> tuple[Run, ...]:
    """How the new file is put together; neighbours of one kind are one run."""
    there = {(piece.digest, piece.length): piece.offset for piece in old}
    found: list[Run] = []
    for piece in new:
        at = there.get((piece.digest, piece.length))
        run = Run(at is None, piece.offset if at is None else at, piece.length)
        last = found[-1] if found else None
        if last and last.new == run.new and last.offset + last.length == run.offset:
            found[-1] = Run(run.new, last.offset, last.length + run.length)
        else:
            found.append(run)
    return tuple(found)


def apart(old: Iterable[Piece], new: bytes) -> tuple[tuple[Piece, ...], bytes]:
    """The pieces of the old file that the new one has not, and what of the new one is in none of
    the old: lines that differ are in these alone."""
    before, after = tuple(old), pieces(new)
    known, wanted = ({piece.digest for piece in cut} for cut in (before, after))
    gone = tuple(piece for piece in before if piece.digest not in wanted)
    fresh = (piece for piece in after if piece.digest not in known)
    return gone, b"".join(new[one.offset : one.offset + one.length] for one in fresh)


def worth_while(found: Sequence[Run]) -> bool:
    """Whether putting it together beats sending it whole."""
    return len(found) <= MOST_RUNS and any(not run.new for run in found)


def pieces_text(of_files: Mapping[str, Iterable[Piece]]) -> str:
    """As the host keeps them: path, offset, length and digest, separated by tabs."""
    return "".join(
        f"{path}\t{piece.offset}\t{piece.length}\t{piece.digest}\n"
        for path, cut in of_files.items()
        for piece in cut
    )


def read_pieces(rows: Iterable[tuple[str, ...]]) -> dict[str, tuple[Piece, ...]]:
    """The lines that a host has kept, split at their tabs."""
    found: dict[str, list[Piece]] = {}
    for path, offset, length, digest in rows:
        found.setdefault(path, []).append(Piece(int(offset), int(length), digest))
    return {path: tuple(cut) for path, cut in found.items()}
