"""DKIM keys that receivers cannot use, or that DNS carries badly, each where it stands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "spec"))
from spec_building import accept, spec

CASES = {
    "Ed25519 alone": ("{key: ed25519}", ["dkim-ed25519-only 5:29"]),
    "Ed25519 alone in a list": ("[{key: ed25519}]", ["dkim-ed25519-only 5:23"]),
    "Ed25519 signs, and RSA lies beside it": (
        "[{selector: e, key: ed25519}, {selector: r}]", ["dkim-ed25519-only 5:43"],
    ),
    "RSA signs, and Ed25519 lies beside it": ("[{selector: r}, {selector: e, key: ed25519}]", []),
    "4096 bits": ("{key: rsa-4096}", ["dkim-large 5:29"]),
    "the second of two": (
        "[{selector: a}, {selector: b, key: rsa-4096, hashes: sha1}]",
        ["dkim-large 5:58", "dkim-hashes 5:76"],
    ),
    "2048 bits": ("{key: rsa-2048}", []),
    "no key": ("none", []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_warnings(name: str, tmp_path: Path) -> None:
    dkim, wanted = CASES[name]
    text = spec(domain=f"domains:\n  example.org: {{dkim: {dkim}}}\n")
    found = accept(tmp_path, text).warnings
    assert [f"{issue.rule} {issue.line}:{issue.column}" for issue in found] == wanted
