"""The names of a client: which are believed, and which one the macro `p` stands for."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from spf_worlds import World

from mailctl.spf.ptr import best_name, is_within, validated
from mailctl.spf.resolver import FAILED, found

CLIENT = ip_address("192.0.2.1")


def test_names_are_believed_that_lead_back() -> None:
    world = World(
        {
            "good.example": {"A": ("198.51.100.1", "192.0.2.1")},
            "other.example": {"A": ("198.51.100.1",)},
            "dead.example": {"A": FAILED},
        }
    )
    names = found(
        "dead.example.", "other.example.", "x..example.", "gone.example.", "Good.Example."
    )
    assert validated(names, CLIENT, world) == ("good.example",)


def test_ten_names_are_tried_and_no_more() -> None:
    names = tuple(f"n{number}.example." for number in range(11))
    world = World({f"n{number}.example": {"A": ("192.0.2.1",)} for number in range(11)})
    assert validated(found(*names), CLIENT, world)[-1] == "n9.example"
    assert len(world.asked) == 10


@pytest.mark.parametrize(
    ("name", "domain", "within"),
    [
        ("a.example", "a.example", True),
        ("x.A.example", "a.EXAMPLE", True),
        ("xa.example", "a.example", False),
        ("example", "a.example", False),
        ("a.example", "", False),
    ],
)
def test_a_name_lies_in_a_domain_at_whole_labels(name: str, domain: str, within: bool) -> None:
    assert is_within(name, domain) is within


def test_the_macro_p_prefers_the_domain_then_what_lies_in_it() -> None:
    names = ("z.example", "x.a.example", "a.example")
    assert best_name(names, "A.example") == "a.example"
    assert best_name(names[:2], "a.example") == "x.a.example"
    assert best_name(names[:1], "a.example") == "z.example"
    assert best_name((), "a.example") == "unknown"
