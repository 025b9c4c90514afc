"""The one place that finds templates/ and schemas/: in the wheel, or at the checkout's root."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `templates` or `schemas`.

    A wheel carries them inside the package; an editable install does not see such folders,
    so there they are looked for beside it.
    """
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
