"""Did you mean: the known word that is nearest to an unknown one."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like this one, or an empty string."""
    from difflib import get_close_matches  # only spoilt specs need it

    by_plain_form = {_plain(candidate): candidate for candidate in known}
    matches = get_close_matches(_plain(word[:80]), by_plain_form, n=1, cutoff=0.6)
    return by_plain_form[matches[0]] if matches else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint: the nearest known word, or all of them where none is near and they are few."""
    words = sorted(known)
    match = nearest(word, words)
    if match:
        return f"did you mean {match!r}?"
    return f"known are {', '.join(words)}" if len(words) <= 16 else ""


def _plain(word: str) -> str:
    return word.lower().replace("-", "_")
