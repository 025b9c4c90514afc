"""The text that `exp=` leads to (RFC 7208, 6.2): told only where nothing is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

from mailctl.spf.expansion import can_be_asked, expand, name_of
from mailctl.spf.fault import SpfSyntaxError
from mailctl.spf.macros import LETTERS_OF_EXPLANATIONS, MacroString, macro_string
from mailctl.spf.resolver import Resolver


def explanation_text(
    domain: MacroString, value_of: Callable[[str], str], resolver: Resolver
) -> str:
    """The expanded text of the one TXT record there; empty where there is none, or several,
    or one that is not visible ASCII."""
    name = name_of(expand(domain, value_of))
    texts = resolver.lookup(name, "TXT").data if can_be_asked(name) else ()
    if len(texts) != 1 or not _is_visible(texts[0]):
        return ""
    try:
        text = macro_string(texts[0], letters=LETTERS_OF_EXPLANATIONS)
    except SpfSyntaxError:
        return ""
    explanation = expand(text, value_of)
    return explanation if _is_visible(explanation) else ""


def _is_visible(text: str) -> bool:
    """It may go into an SMTP reply, and what a client says of itself comes with it."""
    return text.isascii() and text.isprintable()
