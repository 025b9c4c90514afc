"""Reading a record: what is taken, what is equal, and how a misspelt one is refused."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from spf_texts import records, texts_near_spf

from mailctl.spf.fault import SpfSyntaxError
from mailctl.spf.grammar import parse
from mailctl.spf.macros import Macro, MacroString
from mailctl.spf.record import A, All, Include, Mx, Qualifier, SpfRecord

CANONICAL = {
    "v=spf1": "v=spf1",
    "V=SPF1  MX   -ALL ": "v=spf1 mx -all",
    "v=spf1 +a:Mail.Example.ORG. ?all": "v=spf1 a:mail.example.org ?all",
    "v=spf1 a/32//128 mx/24 a:x.example/0//0": "v=spf1 a mx/24 a:x.example/0//0",
    "v=spf1 a//64": "v=spf1 a//64",
    "v=spf1 a:foo:bar/baz.example/24": "v=spf1 a:foo:bar/baz.example/24",
    "v=spf1 ip4:192.0.2.77/24 ip4:192.0.2.1/32": "v=spf1 ip4:192.0.2.0/24 ip4:192.0.2.1",
    "v=spf1 IP6:2001:DB8:0::1/32 ip6:::1": "v=spf1 ip6:2001:db8::/32 ip6:::1",
    "v=spf1 exists:%{LR-}.%{d02}.x.example": "v=spf1 exists:%{Lr-}.%{d2}.x.example",
    "v=spf1 exists:%{l.}.%{d=+=}": "v=spf1 exists:%{l}.%{d+=}",
    "v=spf1 exists:a%%b%_c%-d.%%20.example": "v=spf1 exists:a%%b%_c%-d.%-.example",
    "v=spf1 exp=e.x.example redirect=%{d} ptr": "v=spf1 ptr redirect=%{d} exp=e.x.example",
    "v=spf1 x= Foo=%{D}/Bar=": "v=spf1 foo=%{D}/Bar= x=",
    "v=spf1 include:x.xn--zckzah include:.9a": "v=spf1 include:x.xn--zckzah include:.9a",
}


@pytest.mark.parametrize(("text", "canonical"), CANONICAL.items())
def test_a_record_has_one_canonical_form(text: str, canonical: str) -> None:
    record = parse(text)
    assert str(record) == canonical
    assert parse(canonical) == record


def test_a_record_is_what_its_terms_say() -> None:
    assert parse("v=spf1 a:%{h2r-}.x.example/24 ~include:y.example -all") == SpfRecord(
        (
            A(
                MacroString((Macro("h", keep=2, reverse=True, delimiters="-"), ".x.example")),
                ip4=24,
            ),
            Include(MacroString(("y.example",)), Qualifier.SOFTFAIL),
            All(Qualifier.FAIL),
        )
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("v=spf1 a mx -all", "v=spf1 mx a -all"),
        ("v=spf1 a", "v=spf1 mx"),
        ("v=spf1 exists:%{l}.x.example", "v=spf1 exists:%{L}.x.example"),
        ("v=spf1 -all", "v=spf1 ~all"),
        ("v=spf1 x=A", "v=spf1 x=a"),
    ],
)
def test_what_means_something_else_is_not_equal(one: str, other: str) -> None:
    assert parse(one) != parse(other)


REFUSED = {
    "": (0, "an SPF record begins with 'v=spf1'", "v=spf1 ..."),
    "v=spf10 -all": (0, "an SPF record begins with 'v=spf1'", ""),
    " v=spf1 -all": (0, "an SPF record begins with 'v=spf1'", ""),
    "v=spf1 mx -al": (10, "`-al` is no term of SPF", "did you mean all?"),
    "v=spf1 -all.": (7, "`-all.` is no term", "nothing follows all"),
    "v=spf1 -all:x": (7, "all takes nothing after it", "write -all"),
    "v=spf1 --all": (7, "`--all` is no term", "not two"),
    "v=spf1 - all": (7, "`-` is no term", "as -all"),
    "v=spf1 -foo=bar": (7, "`-foo=bar` is no term", ""),
    "v=spf1 a mx.example.org": (9, "is no term", "mx is followed by a colon"),
    "v=spf1 ipv4:192.0.2.1": (7, "is no term", "write ip4:ADDRESS"),
    "v=spf1 2001:db8::1": (7, "is no term", "write ip6:2001:db8::1"),
    "v=spf1 include": (7, "include needs a domain", "include:DOMAIN"),
    "v=spf1 include: x.example": (7, "the domain is missing", ""),
    "v=spf1 include:x.example/24": (7, "include takes no prefix length", "leave /24 out"),
    "v=spf1 exists/24": (7, "exists takes no /24", "exists:DOMAIN"),
    "v=spf1 ptr/0": (7, "ptr takes no /0", "ptr:DOMAIN"),
    "v=spf1 a:": (7, "the domain is missing", ""),
    "v=spf1 a:localhost": (7, "`localhost` is no domain of several labels", "whole name"),
    "v=spf1 a:x.example..": (7, "does not end as a domain does", ""),
    "v=spf1 a:x.-com": (7, "does not end as a domain does", ""),
    "v=spf1 a:x.123": (7, "does not end as a domain does", ""),
    "v=spf1 a:%{d}com": (7, "is no domain of several labels", ""),
    "v=spf1 a/033": (7, "/033 is no prefix length of IPv4", "without leading zeros"),
    "v=spf1 a/64": (7, "/64 is no prefix length of IPv4", "for IPv6 follows //"),
    "v=spf1 a//129": (7, "/129 is no prefix length of IPv6", "from 0 to 128"),
    "v=spf1 a/": (7, "/ is no prefix length of IPv4", ""),
    "v=spf1 ip4": (7, "ip4 needs an address", "ip4:ADDRESS"),
    "v=spf1 ip4:192.0.2": (7, "'192.0.2' is no address of IPv4", "all of it"),
    "v=spf1 ip4:192.0.2.01": (7, "is no address of IPv4", ""),
    "v=spf1 ip4:192.0.2.1//32": (7, "//32 is no prefix length of IPv4", ""),
    "v=spf1 ip6:192.0.2.1": (7, "192.0.2.1 is an address of IPv4", "write ip4:192.0.2.1"),
    "v=spf1 ip6:fe80::1%eth0": (7, "'fe80::1%eth0' is no address of IPv6", ""),
    "v=spf1 a:%{x}.example": (7, "%{x} is no macro of SPF", "known are d, h, i"),
    "v=spf1 a:%{c}.example": (7, "%{c} is no macro here; it is meant for explanations", ""),
    "v=spf1 a:%{d0}.example": (7, "%{d0} keeps nothing", "from 1"),
    "v=spf1 a:%{d": (7, "`%{d` is no macro", "%% for a percent sign"),
    "v=spf1 x=%": (7, "`%` is no macro", ""),
    "v=spf1 exp= -all": (7, "`exp=`: the domain is missing", ""),
    "v=spf1 exp=a.b EXP=c.d": (15, "`exp=` appears twice", "keep one"),
    "v=spf1 mx\t-all": (7, "'\\t' has no place", "part the terms by spaces"),
    "v=spf1 a:bücher.example": (7, "'\\xfc' has no place", "A-labels"),
    "v=spf1 mx\N{EN DASH}all": (7, "'\\u2013' has no place", "hyphen"),
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_a_misspelt_record_is_refused_at_its_term(text: str) -> None:
    offset, message, hint = REFUSED[text]
    with pytest.raises(SpfSyntaxError) as caught:
        parse(text)
    assert caught.value.offset == offset
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.hint, "the message says what to do instead"


@given(texts_near_spf())
@example("v=spf1 a:" + "9" * 5000 + "/" + "9" * 5000)
@example("v=spf1 a:%{d" + "9" * 5000 + "}")
def test_no_text_brings_anything_but_a_record_or_a_syntax_error(text: str) -> None:
    try:
        record = parse(text)
    except SpfSyntaxError as error:
        assert 0 <= error.offset <= len(text)
        assert len(error.message) < 300
        return
    assert parse(str(record)) == record


@given(st.text())
def test_what_is_no_spf_at_all_is_refused(text: str) -> None:
    if not text.lower().startswith("v=spf1"):
        with pytest.raises(SpfSyntaxError):
            parse(text)


@given(records())
def test_every_record_reads_back(record: SpfRecord) -> None:
    assert parse(str(record)) == record


@pytest.mark.parametrize(
    "term",
    ["a:" + "a" * 60_000 + "!", "a:x." + "1" * 60_000, "a:x." + "a-" * 30_000,
     "a" + "/1" * 30_000, "x=" + "%_" * 30_000, "x" * 60_000, "ip6:" + ":" * 60_000],
)  # fmt: skip
def test_monsters_are_read_quickly(term: str) -> None:
    began = time.perf_counter()
    try:
        parse(f"v=spf1 {term}")
    except SpfSyntaxError as error:
        assert len(error.message) < 300
    assert time.perf_counter() - began < 1


def test_mechanisms_of_another_kind_are_not_equal() -> None:
    assert A() != Mx()
