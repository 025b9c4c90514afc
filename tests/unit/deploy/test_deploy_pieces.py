"""Big files in pieces: what changes is little, and what is put together is the new file."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.deploy.pieces import Run, pieces, pieces_text, read_pieces, runs, worth_while


def lines(count: int, seed: int = 1) -> list[bytes]:
    chance = random.Random(seed)  # noqa: S311 - no secret
    return [b"user%06d@example.org:%032x\n" % (n, chance.getrandbits(128)) for n in range(count)]


def put_together(old: bytes, new: bytes, found: tuple[Run, ...]) -> bytes:
    return b"".join(
        (new if run.new else old)[run.offset : run.offset + run.length] for run in found
    )


MANY = lines(20_000)


@pytest.mark.parametrize(
    "changed",
    [
        [*MANY[:7000], b"changed\n", *MANY[7001:]],
        [*MANY[:7000], b"came\n", *MANY[7000:]],
        [*MANY[:7000], *MANY[7001:]],
        [b"first\n", *MANY],
        [*MANY, b"last, without an end"],
        MANY[1:],
        MANY[:-1],
    ],
)
def test_one_line_is_one_piece(changed: list[bytes]) -> None:
    old, new = b"".join(MANY), b"".join(changed)
    found = runs(pieces(old), pieces(new))
    assert put_together(old, new, found) == new
    assert sum(run.length for run in found if run.new) < len(new) / 5
    assert len(found) <= 3
    assert worth_while(found)


def test_a_file_that_changed_all_over_travels_whole() -> None:
    assert not worth_while(runs(pieces(b"".join(MANY)), pieces(b"".join(lines(20_000, 2)))))


def test_pieces_cover_the_file() -> None:
    content = b"".join(MANY)
    cut = pieces(content)
    assert len(cut) > 10
    assert [piece.offset for piece in cut] == [
        sum(before.length for before in cut[:n]) for n in range(len(cut))
    ]
    assert sum(piece.length for piece in cut) == len(content)


@given(st.lists(st.binary(max_size=9)), st.lists(st.binary(max_size=9)))
def test_any_bytes_are_put_together(old: list[bytes], new: list[bytes]) -> None:
    before, after = b"\n".join(old), b"\n".join(new)
    assert put_together(before, after, runs(pieces(before), pieces(after))) == after


def test_the_host_keeps_them_as_lines() -> None:
    cut = {"dovecot/users": pieces(b"".join(MANY)), "postfix/aliases": pieces(b"x\n" * 9)}
    rows = [tuple(line.split("\t")) for line in pieces_text(cut).splitlines()]
    assert read_pieces(rows) == cut
