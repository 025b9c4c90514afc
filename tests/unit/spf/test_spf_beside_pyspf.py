"""Two readers of RFC 7208 that share no line, pyspf and ours, judge the same small worlds.

Void lookups are left out: RFC 7208, 4.6.4 leaves open which questions count, and pyspf counts
those about the names of a client too, which the domain's owner has no hand in.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from spf_worlds import World

from mailctl.spf.evaluation import check_host

spf = pytest.importorskip("spf", reason="pyspf is in the extra `rehearse`")

NAMES = ("a.example", "b.a.example", "c.example")
CLIENTS = ("192.0.2.1", "192.0.2.130", "2001:db8::1", "2001:db8:0:1::1", "::ffff:192.0.2.1")
SENDERS = ("user@a.example", "x.y-z@b.a.example", "", "@c.example")

_TERMS = st.sampled_from(
    (
        *("a", "mx", "a:c.example/25", "mx:a.example//64", "a:b.a.example/24//48", "ptr"),
        *("ptr:a.example", "ip4:192.0.2.128/25", "ip4:192.0.2.1", "ip6:2001:db8::/64"),
        *("include:a.example", "include:b.a.example", "include:%{d2}", "exists:%{l1r-}.a.example"),
        *("exists:%{ir}.c.example", "exists:%{h}", "a:%{o}", "include:%{d1r}.example"),
    )
)
_ENDS = st.sampled_from(
    (
        "-all",
        "~all",
        "?all",
        "all",
        "",
        "redirect=b.a.example",
        "redirect=%{d2}",
        "-all exp=%{d}",
        "foo=%{d} ~all",
    )
)


@st.composite
def _records(draw: st.DrawFn) -> str:
    terms = draw(st.lists(st.tuples(st.sampled_from(("", "-", "~", "?")), _TERMS), max_size=3))
    signed = [f"{sign}{term}" for sign, term in terms]
    return " ".join(("v=spf1", *signed, draw(_ENDS))).strip()


def _some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)


_NAME = st.fixed_dictionaries(
    {
        "TXT": st.lists(_records(), min_size=1, max_size=1).map(tuple),
        "A": _some(("192.0.2.1", "192.0.2.130", "198.51.100.1")),
        "AAAA": _some(("2001:db8::1", "2001:db8:0:1::1")),
        "MX": _some(tuple(f"10 {name}." for name in NAMES)),
    }
)
_REVERSE = st.fixed_dictionaries({"PTR": _some(tuple(f"{name}." for name in NAMES))})
_WORLDS = st.fixed_dictionaries(
    {
        **dict.fromkeys(NAMES, _NAME),
        **{ip_address(client).reverse_pointer: _REVERSE for client in CLIENTS[:4]},
        "x.a.example": st.just({"A": ("127.0.0.2",)}),
        "1.2.0.192.c.example": st.just({"A": ("127.0.0.2",)}),
    }
)


def _theirs(names: Mapping[str, Mapping[str, tuple[str, ...]]], *about: str) -> str:
    world = World(names)

    class Query(spf.query):  # type: ignore[misc,name-defined]
        def dns(self, name: str, qtype: str, *_: object, **__: object) -> list[object]:
            answer = world.lookup(name.removesuffix("."), qtype)
            return [_for_pyspf(data, qtype) for data in answer.data]

    result, _, told = Query(*about).check()
    # pyspf refuses a record that includes itself, and counts a redirect, before it looks
    # whether either is reached
    assume("trivial recursion" not in told and "DNS lookups" not in told)
    return str(result)


def _for_pyspf(data: str, kind: str) -> object:
    """What pyspf has of its DNS libraries."""
    if kind == "TXT":
        return (data.encode(),)
    if kind == "AAAA":
        return ip_address(data).packed
    if kind == "MX":
        preference, _, name = data.partition(" ")
        return int(preference), name.removesuffix(".")
    return data.removesuffix(".")


@settings(max_examples=300, deadline=None)
@given(_WORLDS, st.sampled_from(CLIENTS), st.sampled_from(SENDERS), st.sampled_from(NAMES))
def test_both_come_to_the_same_result(
    names: dict[str, dict[str, tuple[str, ...]]], client: str, sender: str, helo: str
) -> None:
    domain = sender.rpartition("@")[2] or helo
    verdict = check_host(client, domain, sender, helo, World(names), most_voids=99)
    assert verdict.result.value == _theirs(names, client, sender, helo), verdict
