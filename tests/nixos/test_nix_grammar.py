"""Texts as strings of Nix: whatever stands in them comes out again, read by Nix itself."""

from __future__ import annotations

import json
import random

import pytest
from nix_expressions import evaluated

from mailctl.emit.nixos.layout import expression
from mailctl.emit.nixos.values import (
    Applied,
    Attrs,
    Default,
    Entry,
    File,
    Heading,
    Item,
    Lines,
    Raw,
    entry,
)
from mailctl.render.nix import attribute, comment, fits_indented, indented, string

HOSTILE = (
    "",
    "plain",
    "${builtins.abort 1}",
    "$${x}",
    "\\${x}",
    "\\",
    '"; builtins.abort "x',
    "''; x = ''",
    "a\nb\tc\rd",
    "# no comment",
    "/* none */ ../etc",
    "\u00fc\u2028\U0001f4a3",
    "$",
    "''$",
    "'",
    "''''",
)
PIECES = ("'", "''", "$", "{", "}", "${", "\\", '"', "\n", "\n\n", " ", "\t", "x", "#", "\\n", ";")


def _random_texts(count: int, ending: str = "") -> list[str]:
    chance = random.Random(2)  # noqa: S311 - the same texts each time
    return ["".join(chance.choices(PIECES, k=chance.randint(0, 12))) + ending for _ in range(count)]


def test_a_string_means_its_text() -> None:
    texts = [*HOSTILE, *_random_texts(400)]
    assert evaluated("[ " + " ".join(map(string, texts)) + " ]") == texts


def test_an_indented_string_means_its_text() -> None:
    texts = [text for text in _random_texts(3000, "\n") if fits_indented(text)]
    assert len(texts) > 400
    written = (f"({indented(text, depth % 4)})" for depth, text in enumerate(texts))
    assert evaluated("[\n" + "\n".join(written) + "\n]") == texts


@pytest.mark.parametrize("text", ["no end", " all\n  begin with blanks\n", "a\n  \nb\n", "a\rb\n"])
def test_what_an_indented_string_would_change_is_no_such_string(text: str) -> None:
    assert not fits_indented(text)
    with pytest.raises(ValueError, match="would not hold"):
        indented(text, 1)
    assert evaluated(expression(Lines(text), 1, "x")) == text


@pytest.mark.parametrize("text", ["a\0b", "\x1b[2J", "\x7f"])
def test_control_characters_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        string(text)


def test_names_stand_in_quotes_where_they_must() -> None:
    names = ["plain", "with-dash", "with'", "if", "in", "a.b", "", "${x}", "1x", 'q"', "-x"]
    written = " ".join(f"{attribute(name)} = 1;" for name in names)
    assert sorted(evaluated(f"{{ {written} }}")) == sorted(names)
    assert [name for name in names if attribute(name) == name] == ["plain", "with-dash", "with'"]


def test_a_comment_ends_nothing() -> None:
    text = comment("${x} */ '' ; " + "word " * 60 + "\n builtins.abort", 2)
    assert evaluated(f"[ 1\n{text}\n2 ]") == [1, 2]


def test_values_are_laid_out_so_that_nix_reads_them() -> None:
    value = Attrs(
        (
            Heading("First"),
            entry("a.b", 1, "because of one"),
            Entry(("x.y",), (Item("one", "why"), "two", True)),
            entry("numbers", (1, 2)),
            entry("empty", ()),
            entry("nothing", Attrs(())),
            entry("called", Applied("toString", Applied("builtins.length", (1, 2)))),
            entry("raw", Raw("1 + 1")),
            entry("deep.er", Attrs((entry("still", Attrs((entry("set", "x"),))),))),
            entry("text", Lines("one\n  two\n")),
            entry("inline", File("f", b"# short\n")),
        )
    )
    assert evaluated(expression(value, 0, "mail")) == {
        "a": {"b": 1},
        "x.y": ["one", "two", True],
        "numbers": [1, 2],
        "empty": [],
        "nothing": {},
        "called": "2",
        "raw": 2,
        "deep": {"er": {"still": {"set": "x"}}},
        "text": "one\n  two\n",
        "inline": "# short\n",
    }


def test_a_default_of_a_call_stands_in_parentheses() -> None:
    lib = "let lib.mkDefault = value: { inherit value; }; in "
    value = Default(Applied("builtins.length", (1, 2)))
    assert evaluated(lib + expression(value, 0, "mail")) == {"value": 2}


def test_a_big_file_stands_beside_whatever_its_name_is() -> None:
    big = b"line\n" * 200
    plain = expression(File("postfix/aliases", big), 0, "mail")
    assert plain == './mail + "/postfix/aliases"'
    odd = expression(File("sieve/o'brien ${x}.sieve", big), 0, "mail")
    assert json.dumps("/sieve/o'brien \\${x}.sieve").replace("\\\\", "\\") in odd
    assert "builtins.path" in odd
    assert expression(File("postfix/aliases", big), 0, "").startswith("''\n")
