"""What cannot break out of Postfix's grammars; the daemons' own tests try the same for real."""

from __future__ import annotations

import pytest
from postfix_building import a_host, a_system, a_user, at

from mailctl.backends.postfix.backend import Postfix
from mailctl.render import postfix as grammar
from mailctl.render.opendkim import field, word


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\0b", "a\vb", "a\u2028b", "\n"])
def test_line_ends_are_refused_everywhere(text: str) -> None:
    for escape in (grammar.literal, grammar.value, grammar.table_value):
        with pytest.raises(ValueError, match=r"cannot hold|can hold"):
            escape(text)


def test_a_dollar_of_the_spec_is_data() -> None:
    assert grammar.literal("$mynetworks") == "$$mynetworks"
    assert grammar.literal("  a b ") == "a b"


@pytest.mark.parametrize("key", ["#x@a.example", "a b@c.example", '"a"@c.example', "", "a\u00a0b"])
def test_keys_that_a_table_would_lose_are_refused(key: str) -> None:
    with pytest.raises(ValueError, match="cannot hold the key"):
        grammar.table_key(key)


def test_braces_that_do_not_match_would_end_a_value_of_master_cf() -> None:
    assert grammar.braced("a", "x {y} z") == "{ a = x {y} z }"
    for text in ("}", "{", "a } { b"):
        with pytest.raises(ValueError, match="unbalanced"):
            grammar.braced("a", text)


def test_an_address_that_begins_like_a_comment_is_refused_at_its_place() -> None:
    system = a_system(
        (a_user("alice@example.org", aliases=("#a@example.org",)), a_user("#u@example.org")),
        {"#t@example.org": ("alice@example.org",)},
    )
    found = list(Postfix().review(system, a_host()))
    assert [finding.where for finding in found] == [
        ("users", "alice@example.org", "aliases", 0),
        ("users", str(at("#u@example.org"))),
        ("aliases", "#t@example.org"),
    ]


@pytest.mark.parametrize("text", ["", "a#b", "a\nb", " a", "a\0"])
def test_opendkim_s_values_are_single_lines_without_comments(text: str) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        word(text)


@pytest.mark.parametrize("text", ["", "a:b", "a b", "%", "*", "#a", "a,b"])
def test_opendkim_s_fields_are_words(text: str) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        field(text)
