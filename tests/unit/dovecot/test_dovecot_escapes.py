"""Values in dovecot.conf: what stands as it is, what is quoted, what cannot be said."""

from __future__ import annotations

import pytest

from mailctl.render.dovecot import comment, head, path, value


@pytest.mark.parametrize(
    "text",
    ["yes", "20", "/var/vmail", "plain login", "postmaster@mail.example", "~/Maildir", "%Lu"],
)
def test_plain_values_stand_as_they_are(text: str) -> None:
    assert value(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a # b", '"a # b"'),
        ('say "x"', '"say \\"x\\""'),
        ("back\\slash", '"back\\\\slash"'),
        ("$mail_plugins", '"$mail_plugins"'),
        ("</etc/shadow", '"</etc/shadow"'),
        ("{", '"{"'),
        (" x", '" x"'),
        ("a  b", '"a  b"'),
        ("%{user | lower}", '"%{user | lower}"'),
    ],
)
def test_values_with_meaning_are_quoted(text: str, written: str) -> None:
    assert value(text) == written


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\0b", "\x1b", "\x7f"])
def test_what_no_quoting_can_hold_is_refused(text: str) -> None:
    for write in (value, head, path):
        with pytest.raises(ValueError, match=r"dovecot\.conf"):
            write(f"x {text}")


@pytest.mark.parametrize("text", ["relative", "/with blank", "/x#y", '/"x"', "/x$y", "/x{y"])
def test_a_path_without_quotes_must_be_plain(text: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        path(text)


def test_a_block_is_named_in_quotes_where_its_name_has_blanks() -> None:
    assert head("service auth") == "service auth"
    assert head("quota User quota") == 'quota "User quota"'
    assert head("plugin") == "plugin"


def test_a_comment_cannot_end_early() -> None:
    assert comment("one\nssl = no\n") == "# one ssl = no"
    assert all(line.startswith("    # ") for line in comment("word " * 100, depth=2).split("\n"))
