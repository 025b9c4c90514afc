"""Data taken apart, and reasons made into comments."""

from __future__ import annotations

import pytest

from mailctl.dns.formats import parts
from mailctl.dns.formats.comments import one_line


def test_data_is_taken_apart() -> None:
    assert parts.mx("0 .") == parts.MX(0, ".")
    assert parts.srv("0 1 465 mail.example.org.") == parts.SRV(0, 1, 465, "mail.example.org.")
    assert parts.tlsa("3 1 1 00ff") == parts.TLSA(3, 1, 1, "00ff")
    assert parts.caa('0 issue "ca.example; a=b"') == parts.CAA(0, "issue", "ca.example; a=b")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('";"', ";"),
        ("ca.example", "ca.example"),
        (r'"a\"b\\c\059d"', r'a"b\c;d'),
        ('""', ""),
        (r'"\""', '"'),
    ],
)
def test_a_caa_value_loses_its_quotes_and_escapes(written: str, value: str) -> None:
    caa = parts.caa(f"128 issue {written}")
    assert (caa.value, caa.critical) == (value, True)
    assert not parts.caa(f"0 issue {written}").critical


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("as it is", "as it is"),
        (" two\r\n\n lines\t", "two lines"),
        ("a\u2028b\u2029c\x85d\x0be\x0cf", "a b c d e f"),
        ("a\0b\x1b[31mc\x7f\ufeffd\ud800", "a?b?[31mc??d?"),
        ("ü 邮", "ü 邮"),
        ("\n", ""),
    ],
)
def test_a_reason_is_one_line_of_what_can_be_printed(text: str, line: str) -> None:
    assert one_line(text) == line
