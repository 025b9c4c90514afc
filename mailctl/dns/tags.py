"""Lists of tags, `name=value; name=value`, as DKIM and DMARC have them (RFC 6376, 3.2)."""

from __future__ import annotations


def tag_list(text: str) -> dict[str, str]:
    """Names and values in their order, without the blanks around them.

    Raises ValueError for a list that is none, which verifiers take nothing from: a part without
    `=`, a name that comes twice, a version that is not the first.
    """
    parts = [part.partition("=") for part in text.split(";") if part.strip()]
    names = [name.strip() for name, _, _ in parts]
    if not all(equals for _, equals, _ in parts) or len(set(names)) < len(names):
        raise ValueError(text)
    if "v" in names[1:]:
        raise ValueError(text)
    return {name: value.strip() for name, (_, _, value) in zip(names, parts, strict=True)}
