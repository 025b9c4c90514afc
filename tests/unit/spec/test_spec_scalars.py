"""Plain scalars are those of YAML 1.2's core schema (section 10.3.2), and no others."""

from __future__ import annotations

import math

import pytest

from mailctl.spec.nodes import Scalar
from mailctl.spec.scalars import FIRST_CHARACTERS, resolve


@pytest.mark.parametrize(
    "text",
    ["no", "No", "on", "off", "yes", "y", "1:30", "2026-11-23", "0b11", "1_000", "0o8", "0xg",
     "TrUe", "nULL", "+", "-", ".", "e5", "1e", "nan", "inf", "12345x", "9" * 400, "<<", "="],
)  # fmt: skip
def test_texts(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("", None), ("~", None), ("null", None), ("true", True), ("FALSE", False), ("0", 0),
     ("-7", -7), ("+7", 7), ("007", 7), ("0o17", 15), ("0xFf", 255), ("1.5", 1.5), (".5", 0.5),
     ("1.", 1.0), ("-1e3", -1000.0), ("1.50", 1.5), ("-.inf", -math.inf)],
)  # fmt: skip
def test_values(text: str, value: object) -> None:
    scalar = resolve(text)
    assert scalar == Scalar(text, value)  # type: ignore[arg-type]
    assert isinstance(scalar, Scalar)
    assert type(scalar.value) is type(value)
    assert not text or text[0] in FIRST_CHARACTERS
