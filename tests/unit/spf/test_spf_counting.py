"""What a receiver counts at worst, and which terms lead there."""

from __future__ import annotations

from spf_worlds import World, text

from mailctl.spf.cost import Trouble, strings_of
from mailctl.spf.count import count
from mailctl.spf.grammar import parse
from mailctl.spf.resolver import FAILED

_TO_C = "include:a.example -> include:b.example -> redirect=c.example"
HERE = {"A": ("192.0.2.1",), "AAAA": ("2001:db8::1",)}


def _world(**names: str) -> World:
    return World({f"{name}.example": text(record) for name, record in names.items()})


def test_terms_that_ask_are_counted_and_no_others() -> None:
    record = parse("v=spf1 a mx ptr exists:x.example ip4:192.0.2.1 ip6:::1 exp=e.x.example "
                   "x=y redirect=r.example")  # fmt: skip
    assert count(record, "d.example").lookups == 5


def test_the_macro_p_asks_once_more() -> None:
    assert count(parse("v=spf1 exists:%{p}.x.example"), "d.example").lookups == 2


def test_nothing_behind_all_is_counted() -> None:
    record = parse("v=spf1 a -all mx include:x.example redirect=y.example")
    assert [str(step) for step in count(record, "d.example").steps] == ["a costs 1"]


def test_without_a_resolver_it_is_told_what_was_not_followed() -> None:
    counted = count(parse("v=spf1 mx include:a.example redirect=b.example"), "d.example")
    assert counted.lookups == 3
    assert [(step.chain, step.term.trouble) for step in counted.not_followed] == [
        (("include:a.example",), Trouble.NOT_ASKED),
        (("redirect=b.example",), Trouble.NOT_ASKED),
    ]


def test_every_term_is_told_with_the_chain_that_leads_to_it() -> None:
    world = _world(
        a="v=spf1 include:b.example ?all",
        b="v=spf1 exists:%{i}.x.example redirect=c.example",
        c="v=spf1 ip4:192.0.2.1 exists:%{l}.x.example exists:%{s}.x.example -all",
    )
    counted = count(parse("v=spf1 include:a.example -all"), "d.example", world)
    assert counted.lookups == 6
    assert [str(step) for step in counted.steps] == [
        "include:a.example costs 6",
        "include:a.example -> include:b.example costs 5",
        "include:a.example -> include:b.example -> exists:%{i}.x.example costs 1",
        f"{_TO_C} costs 3",
        f"{_TO_C} -> exists:%{{l}}.x.example costs 1",
        f"{_TO_C} -> exists:%{{s}}.x.example costs 1",
    ]


def test_a_domain_that_is_included_twice_costs_twice() -> None:
    world = _world(
        a="v=spf1 include:c.example", b="v=spf1 include:c.example", c="v=spf1 a:c.example"
    )
    counted = count(parse("v=spf1 include:a.example include:b.example"), "d.example", world)
    assert counted.lookups == 6


def test_the_domain_is_put_into_names_and_other_macros_are_left() -> None:
    world = World({"d.example._spf.example": text("v=spf1 a:x.example")})
    record = parse("v=spf1 include:%{d}._spf.example include:%{o}._spf.example")
    counted = count(record, "D.example", world)
    assert counted.lookups == 3
    assert [(step.chain[-1], step.term.trouble) for step in counted.not_followed] == [
        ("include:%{o}._spf.example", Trouble.DEPENDS)
    ]


def test_a_loop_is_told_with_its_way() -> None:
    world = _world(a="v=spf1 include:b.example", b="v=spf1 include:D.EXAMPLE")
    (step,) = count(parse("v=spf1 include:a.example"), "d.example", world).not_followed
    assert step.term.trouble is Trouble.LOOP
    assert step.term.reason == "d.example -> a.example -> b.example -> d.example"


def test_what_cannot_be_used_or_had_is_told() -> None:
    world = World(
        {
            "two.example": text("v=spf1", "v=spf1 -all"),
            "bad.example": text("v=spf1 moo"),
            "other.example": text("something else"),
            "dead.example": {"TXT": FAILED, "A": FAILED},
        }
    )
    record = parse(
        "v=spf1 include:two.example include:bad.example include:other.example "
        "include:nowhere.example include:dead.example a:dead.example redirect=gone.example"
    )
    steps = count(record, "d.example", world).not_followed
    assert [(step.term.trouble, step.term.reason) for step in steps] == [
        (Trouble.UNUSABLE, "two.example has 2 SPF records"),
        (Trouble.UNUSABLE, "the SPF record of bad.example: `moo` is no term of SPF"),
        (Trouble.UNUSABLE, "other.example has no SPF record"),
        (Trouble.UNUSABLE, "nowhere.example has no SPF record"),
        (Trouble.FAILED, "no answer about the TXT records of dead.example"),
        (Trouble.FAILED, "the addresses of dead.example"),
        (Trouble.UNUSABLE, "gone.example has no SPF record"),
    ]


def test_void_lookups_are_counted_for_either_kind_of_client() -> None:
    world = World(
        {
            "d.example": {**HERE, "MX": ("10 four.example.", "20 gone.example.", "30 .")},
            "four.example": {"A": ("192.0.2.1",)},
            "six.example": {"AAAA": ("2001:db8::1",)},
        }
    )

    def voids(terms: str) -> tuple[int, int]:
        return count(parse(f"v=spf1 {terms}"), "d.example", world).voids

    assert voids("a") == (0, 0)
    assert voids("a:four.example") == (0, 1)
    assert voids("a:six.example") == (1, 0)
    assert voids("mx") == (1, 2)
    assert voids("mx:six.example") == (1, 1)
    assert voids("exists:six.example") == (1, 1)
    assert voids("a:gone.example a:four.example ptr") == (1, 2)


def test_mx_names_are_counted_and_asked_ten_at_most() -> None:
    names = tuple(f"10 mx{number}.example." for number in range(15))
    world = World({"d.example": {"MX": names}})
    assert count(parse("v=spf1 mx"), "d.example", world).mx_names == 15
    assert len(world.asked) == 21


def test_a_net_without_end_is_left_soon() -> None:
    class Endless(World):
        def lookup(self, name: str, kind: str):  # type: ignore[no-untyped-def]
            self.asked.append((name, kind))
            return World({name: text(f"v=spf1 include:a.{name} include:b.{name}")}).lookup(
                name, kind
            )

    world = Endless({})
    counted = count(parse("v=spf1 include:a.example"), "d.example", world)
    assert counted.lookups > 50
    assert len(world.asked) <= 100


def test_lengths() -> None:
    counted = count(parse("v=spf1 " + "ip4:192.0.2.1 " * 20), "d.example")
    assert (counted.size, counted.strings) == (286, (255, 31))
    assert strings_of("") == ()
    assert strings_of("x" * 255) == (255,)
    assert strings_of("x" * 510 + "ü") == (255, 255, 2)
