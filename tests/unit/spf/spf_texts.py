"""Records, and texts that are nearly records, for properties that hold of all of them."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from hypothesis import strategies as st

from mailctl.spf.macros import Macro, MacroString
from mailctl.spf.record import (
    A,
    All,
    Exists,
    Include,
    Ip,
    Mechanism,
    Mx,
    Ptr,
    Qualifier,
    SpfRecord,
    Unknown,
)

_PIECES = (
    *("v=spf1", " ", "  ", "all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists", "redirect"),
    *(
        "exp",
        ":",
        "/",
        "//",
        "=",
        "+",
        "-",
        "~",
        "?",
        "%{",
        "}",
        "%%",
        "%_",
        "%-",
        "%",
        "d",
        "l2r-",
    ),
    *(
        "example.org",
        ".",
        "x",
        "192.0.2.1",
        "2001:db8::1",
        "24",
        "0",
        "129",
        "foo",
        "\n",
        "ü",
        "\0",
    ),
)


def texts_near_spf() -> st.SearchStrategy[str]:
    """What comes out when words of SPF are shaken."""
    return st.lists(st.sampled_from(_PIECES), max_size=20).map(lambda words: _led("".join(words)))


def _led(text: str) -> str:
    return text if text.startswith("v=spf1") else f"v=spf1 {text}"


_QUALIFIERS = st.sampled_from(Qualifier)
_MACROS = st.builds(
    Macro,
    st.sampled_from("slodipvh"),
    st.booleans(),
    st.integers(0, 130),
    st.booleans(),
    st.sets(st.sampled_from(".-+,/_="), min_size=1).map(lambda found: "".join(sorted(found))),
)
_LITERALS = st.text("abcdefghijklmnopqrstuvwxyz0123456789._-!/:% ", min_size=1, max_size=10)


def _alternating(parts: list[str | Macro]) -> MacroString:
    """Without two texts in a row."""
    kept = [
        part
        for place, part in enumerate(parts)
        if place == 0 or isinstance(part, Macro) or isinstance(parts[place - 1], Macro)
    ]
    return MacroString(tuple(kept))


def _named(text: MacroString) -> MacroString:
    return _alternating([*text.parts, Macro("d")])


_STRINGS = st.lists(st.one_of(_LITERALS, _MACROS), max_size=4).map(_alternating)
_DOMAINS = st.one_of(
    _STRINGS.map(_named),
    st.sampled_from(["x.example", "_spf.a-b.c9"]).map(lambda n: MacroString((n,))),
)
_NETWORKS = st.one_of(
    st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)).map(
        lambda pair: IPv4Network(pair, strict=False)
    ),
    st.tuples(st.integers(0, 2**128 - 1), st.integers(0, 128)).map(
        lambda pair: IPv6Network(pair, strict=False)
    ),
)
_MECHANISMS: st.SearchStrategy[Mechanism] = st.one_of(
    st.builds(All, _QUALIFIERS),
    st.builds(Include, _DOMAINS, _QUALIFIERS),
    st.builds(A, st.none() | _DOMAINS, _QUALIFIERS, st.integers(0, 32), st.integers(0, 128)),
    st.builds(Mx, st.none() | _DOMAINS, _QUALIFIERS, st.integers(0, 32), st.integers(0, 128)),
    st.builds(Ptr, st.none() | _DOMAINS, _QUALIFIERS),
    st.builds(Ip, _NETWORKS, _QUALIFIERS),
    st.builds(Exists, _DOMAINS, _QUALIFIERS),
)


def records() -> st.SearchStrategy[SpfRecord]:
    """Any record."""
    unknown = st.builds(Unknown, st.sampled_from(["foo", "v", "a.b_c-d"]), _STRINGS)
    return st.builds(
        SpfRecord,
        st.lists(_MECHANISMS, max_size=4).map(tuple),
        st.none() | _DOMAINS,
        st.none() | _DOMAINS,
        st.frozensets(unknown, max_size=2),
    )
