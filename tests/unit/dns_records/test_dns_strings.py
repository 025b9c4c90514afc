"""TXT data cut into character-strings and quoted, judged by dnspython and by the bytes."""

from __future__ import annotations

import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest
from dns.rdtypes.ANY.TXT import TXT
from hypothesis import given
from hypothesis import strategies as st

from mailctl.dns.formats.strings import LONGEST, character_strings, quoted

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=1200)


def _parsed(text: str) -> tuple[bytes, ...]:
    rdata = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.TXT, quoted(text))
    assert isinstance(rdata, TXT)
    return rdata.strings


@given(TEXTS)
def test_what_dnspython_reads_back_is_the_text(text: str) -> None:
    assert b"".join(_parsed(text)) == text.encode()


@given(TEXTS)
def test_every_string_fits_and_all_but_the_last_are_full(text: str) -> None:
    strings = _parsed(text)
    assert strings == character_strings(text)
    assert all(len(string) == LONGEST for string in strings[:-1])
    assert len(strings[-1]) <= LONGEST
    assert len(strings) == max(1, -(-len(text.encode()) // LONGEST))


@given(TEXTS)
def test_the_presentation_is_one_line_of_printable_ascii(text: str) -> None:
    shown = quoted(text)
    assert all(" " <= character <= "~" for character in shown)


@pytest.mark.parametrize("length", [0, 1, 254, 255, 256, 510, 511])
def test_the_limit_counts_bytes_not_characters(length: int) -> None:
    assert [len(part) for part in character_strings("ü" * length)] == [
        min(LONGEST, 2 * length - start) for start in range(0, max(2 * length, 1), LONGEST)
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", '""'),
        ("v=spf1 -all", '"v=spf1 -all"'),
        ("a;b", '"a;b"'),
        ('say "hi"', r'"say \"hi\""'),
        ("back\\slash", r'"back\\slash"'),
        ("line\nfeed\0", r'"line\010feed\000"'),
        ("ü$(@)", r'"\195\188$(@)"'),
        ("x" * 256, f'"{"x" * 255}" "x"'),
        ("x" * 254 + '""', f'"{"x" * 254}\\"" "\\""'),
    ],
)
def test_known_presentations(text: str, shown: str) -> None:
    assert quoted(text) == shown
