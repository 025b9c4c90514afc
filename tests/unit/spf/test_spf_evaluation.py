"""What the suite of RFC 7208 leaves out: costs, limits at their edges, verdicts, hostile texts."""

from __future__ import annotations

import pytest
from spf_worlds import World, text

from mailctl.spf.evaluation import Verdict, check_host, check_sender
from mailctl.spf.record import All, Qualifier, Result
from mailctl.spf.resolver import FAILED, joined

CLIENT = "192.0.2.1"


def _check(record: str, world: dict[str, object] | None = None, **options: int) -> Verdict:
    names = {"d.example": text(record), **(world or {})}
    return check_host(CLIENT, "d.example", "u@d.example", "h.example", World(names), **options)  # type: ignore[arg-type]


def test_a_verdict_names_the_mechanism_and_the_record_that_it_stands_in() -> None:
    verdict = _check("v=spf1 ip4:192.0.2.9 redirect=e.example", {"e.example": text("v=spf1 ~all")})
    assert verdict == Verdict(
        Result.SOFTFAIL, mechanism=All(Qualifier.SOFTFAIL), domain="e.example", lookups=1
    )


@pytest.mark.parametrize(
    ("record", "result", "reason"),
    [
        ("other text", "none", "d.example has no SPF record"),
        ("v=spf1 moo", "permerror", "the SPF record of d.example: `moo` is no term of SPF"),
        ("v=spf1 include:e.example", "permerror", "e.example has no SPF record"),
        ("v=spf1 a:dead.example", "temperror", "no answer about the A records of dead.example"),
        ("v=spf1 a", "neutral", ""),
    ],
)
def test_a_verdict_without_a_mechanism_has_a_reason(record: str, result: str, reason: str) -> None:
    verdict = _check(record, {"dead.example": {"A": FAILED}})
    assert (verdict.result.value, verdict.reason) == (result, reason)
    assert verdict.mechanism is None


def test_the_final_dot_of_a_domain_means_nothing() -> None:
    world = World({"d.example": text("v=spf1 exists:%{d}.%{o}.%{h} -all"),
                   "d.example.d.example.h.example": {"A": ("127.0.0.1",)}})  # fmt: skip
    verdict = check_host(CLIENT, "d.example.", "u@d.example", "h.example.", world)
    assert verdict.result is Result.PASS


def test_what_is_no_address_is_said_at_once() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        check_sender("nonsense", "u@d.example", "h.example", World({}))


def test_ten_terms_may_ask_and_not_eleven() -> None:
    here = {"x.example": {"A": ("198.51.100.1",)}}
    assert _check("v=spf1 " + "a:x.example " * 10 + "-all", here).result is Result.FAIL
    verdict = _check("v=spf1 " + "a:x.example " * 11 + "-all", here)
    assert (verdict.result, verdict.reason) == (
        Result.PERMERROR,
        "more than 10 terms that ask DNS",
    )


def test_terms_that_are_not_reached_cost_nothing() -> None:
    assert _check("v=spf1 ip4:192.0.2.1 " + "a:x.example " * 20).lookups == 0


def test_the_macro_p_costs_a_lookup_and_is_asked_for_once() -> None:
    names = {
        "d.example": text("v=spf1 exists:%{p}.x.example exists:%{p}.y.example -all"),
        "1.2.0.192.in-addr.arpa": {"PTR": ("h.example.",)},
        "h.example": {"A": (CLIENT,)},
        "h.example.y.example": {"A": ("127.0.0.1",)},
    }
    world = World(names)
    verdict = check_sender(CLIENT, "u@d.example", "h.example", world)
    assert (verdict.result, verdict.lookups) == (Result.PASS, 4)
    assert world.asked.count(("1.2.0.192.in-addr.arpa", "PTR")) == 1


def test_ten_mx_records_are_taken_and_not_eleven() -> None:
    def mx(many: int) -> Verdict:
        hosts = {f"m{number}.example": {"A": (f"192.0.2.{11 - number}",)} for number in range(11)}
        names = tuple(f"10 m{number}.example." for number in range(many))
        return _check("v=spf1 mx:x.example -all", {**hosts, "x.example": {"MX": names}})

    assert mx(9).result is Result.FAIL
    assert mx(10).result is Result.FAIL
    assert mx(11).result is Result.PERMERROR


def test_void_lookups_have_a_bound_that_can_be_moved() -> None:
    record = "v=spf1 a:x.example mx:d.example exists:y.example ?all"
    assert _check(record).reason == "more than 2 void lookups"
    assert _check(record, most_voids=3).voids == 3
    assert _check(record, most_voids=1).result is Result.PERMERROR


def test_names_of_a_client_that_are_not_there_are_no_void_lookups() -> None:
    """Their owner is who connects, not who publishes the record."""
    names = tuple(f"n{number}.example." for number in range(9))
    world = {"1.2.0.192.in-addr.arpa": {"PTR": names}}
    verdict = _check("v=spf1 ptr ?all", world)
    assert (verdict.result, verdict.voids) == (Result.NEUTRAL, 0)


def test_names_that_cannot_be_asked_match_nothing() -> None:
    world = World({"d.example": text("v=spf1 exists:%{l}.x.example exists:%{l}..example -all")})
    verdict = check_sender(CLIENT, "bücher@d.example", "h.example", world)
    assert (verdict.result, verdict.voids) == (Result.FAIL, 0)
    assert world.asked == [("d.example", "TXT")]


@pytest.mark.parametrize(
    ("explanation", "told"),
    [
        ("%{s} from %{c} (%{h}) at %{t}, says %{r}",
         "u@d.example from 192.0.2.1 (h.example) at 86400, says mx.example"),
        ("100%% of%_mail", "100% of mail"),
        ("%{S}", "u%40d.example"),
        ("%{p}", "unknown"),
        ("%{z}", ""),
        ("bell \a", ""),
        (joined([b"caf", b"\xc3\xa9"]), ""),
    ],
)  # fmt: skip
def test_explanations(explanation: str, told: str) -> None:
    world = World({"d.example": text("v=spf1 -all exp=e.example"), "e.example": text(explanation)})
    verdict = check_host(
        CLIENT, "d.example", "u@d.example", "h.example", world, receiver="mx.example", at=86400
    )
    assert (verdict.result, verdict.explanation) == (Result.FAIL, told)


def test_what_a_client_says_of_itself_brings_no_control_characters_into_explanations() -> None:
    world = World({"d.example": text("v=spf1 -all exp=e.example"), "e.example": text("%{h}")})
    assert check_sender(CLIENT, "u@d.example", "h\r\n.example", world).explanation == ""


def test_only_a_failure_is_explained() -> None:
    world = World({"d.example": text("v=spf1 ~all exp=e.example"), "e.example": text("why")})
    assert check_sender(CLIENT, "u@d.example", "h.example", world).explanation == ""
    assert ("e.example", "TXT") not in world.asked


def test_names_that_grow_too_long_lose_labels_at_the_left() -> None:
    long = ".".join(["a" * 60] * 5)
    world = World({"d.example": text(f"v=spf1 exists:{long}.x.example -all")})
    check_sender(CLIENT, "u@d.example", "h.example", world)
    assert world.asked[-1] == (".".join(["a" * 60] * 4) + ".x.example", "A")
