"""Whatever the bytes of a spec are, it is accepted or refused; nothing else can happen."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from spec_building import spec

from mailctl.errors import SpecError
from mailctl.spec.load import examine

VALID = spec(
    domain="policies:\n  default: {quota: 5G, dkim: [{selector: a}, {selector: b}]}\n"
    "domains:\n  example.org: {catch_all: alice@example.org, dmarc: {policy: reject}}\n",
    more="    forward: {to: [x@y.example], keep: true}\n"
    "aliases:\n  t@example.org: [a@example.org]\n",
).encode()
TOKENS = st.sampled_from(
    [b"mailctl: 1\n", b"hosts:", b"users:", b"domains:", b"include: ", b"\n", b"  ", b"- ", b"? ",
     b": ", b"{", b"}", b"[", b"]", b"&a ", b"*a", b"!!int ", b"!x ", b"|\n", b">-\n", b"'", b'"',
     b"%YAML 1.2\n", b"---\n", b"...\n", b"#", b"<<: ", b"a@b.example", b"5G", b"~", b"\\u0000",
     b"\xff", b"\x00", b"\xc2\x85", b"\t", b"1e999", b"-.inf", b".nan", b"mail.yaml", b"/dev/zero"]
)  # fmt: skip


def _load(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "mail.yaml"
    path.write_bytes(data)
    try:
        examine(path)
    except SpecError as error:
        assert error.issues
        for issue in error.issues:
            assert issue.line >= 1
            assert issue.column >= 1
            assert issue.rule
            assert "\n" not in str(issue)


SETTINGS = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SETTINGS
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    _load(tmp_path, data)


@SETTINGS
@given(st.lists(TOKENS, max_size=25).map(b"".join))
@example(b"mailctl: 1\nhosts: {mail: {addresses: [.nan, 1e999], ssh: {port: .inf}}}\n")
@example(b"mailctl: 1\nusers: {a@b.example: {quota: -.inf, forward: [], password: []}}\n")
@example(b"include: [[a], {b: c}, 5, ~]\n")
@example(b"include: /dev/zero\n")
def test_any_tokens(tmp_path: Path, data: bytes) -> None:
    _load(tmp_path, data)


@SETTINGS
@given(
    st.integers(0, len(VALID) - 1), st.integers(0, 30), st.lists(TOKENS, max_size=3).map(b"".join)
)
def test_a_valid_spec_with_a_wound(tmp_path: Path, at: int, length: int, new: bytes) -> None:
    _load(tmp_path, VALID[:at] + new + VALID[at + length :])
