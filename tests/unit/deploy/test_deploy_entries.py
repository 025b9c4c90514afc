"""What changes in maps, entry by entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from mailctl.backends.dovecot.accounts import ENTRIES as PASSWD_FILES
from mailctl.bundle import Artefact, Contribution, Entries
from mailctl.deploy.entries import Delta, compare, lines_apart
from mailctl.deploy.removals import excess

ALIASES = Entries("postfix/virtual_aliases", "alias", "aliases")
USERS = PASSWD_FILES[0]
OTHER_USERS = PASSWD_FILES[1]


def of(entries: Entries, before: bytes, after: bytes) -> Delta:
    return compare(entries, *lines_apart(before, after))


def test_keys_come_go_and_change() -> None:
    delta = of(ALIASES, b"# one\na@x 1\nb@x 2\nc@x 3\n", b"# two\n\nb@x 2\nc@x 4, 5\nd@x 6\n")
    assert (delta.added, delta.removed, delta.changed) == (("d@x",), ("a@x",), (("c@x", ""),))
    assert delta.counts() == ("1 alias added", "1 alias removed", "1 alias changed")


def test_lines_on_both_sides_are_no_change() -> None:
    whole = [b"a@x 1", b"b@x 2"]
    assert compare(ALIASES, whole, reversed(whole)).is_empty
    assert of(ALIASES, b"a@x 1\n", b"# head\na@x 1\n").is_empty


@pytest.mark.parametrize(
    ("after", "how"),
    [
        (b"a@x:H2::::::\n", ["password"]),
        (b"a@x:H1::::::userdb_quota_rule=*:bytes=5\n", ["quota"]),
        (b"a@x:H1::::::userdb_quota_storage_size=5B\n", ["quota"]),
        (b"a@x:H2::::::userdb_quota_storage_size=5B\n", ["password", "quota"]),
        (b"a@x:H1:::::/bin/sh:\n", [""]),
        (b"a@x:H1:5:::::q\n", ["", "quota"]),
        (b"a@x:H1\n", [""]),
    ],
)
def test_of_a_passwd_file_it_says_which_part(after: bytes, how: list[str]) -> None:
    assert [what for _, what in of(USERS, b"a@x:H1::::::\n", after).changed] == how


def test_parts_are_counted_apart() -> None:
    before = b"a@x:1::::::\nb@x:1::::::\nc@x:1::::::\n"
    after = b"a@x:2::::::\nb@x:2::::::q\nc@x:1:9:::::\n"
    assert of(USERS, before, after).counts() == (
        "2 passwords changed",
        "1 quota changed",
        "1 user changed otherwise",
    )


def test_the_work_is_that_of_the_lines_given() -> None:
    """Whoever knows which pieces of a map differ pays for these pieces alone."""
    taken = 0

    def pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
        nonlocal taken
        for line in lines:
            taken += 1
            yield line

    delta = compare(USERS, pieces([b"a@x:1::::::"]), pieces([b"a@x:2::::::", b"b@x:1::::::"]))
    assert delta.counts() == ("1 user added", "1 password changed")
    assert taken == 3


def users(*names: str) -> bytes:
    return b"".join(f"{name}@x:H::::::\n".encode() for name in names)


def removed(before: bytes, after: bytes, *others: tuple[Entries, bytes, bytes]) -> tuple[str, ...]:
    maps = ((USERS, before, after), *others)
    content = Contribution(
        artefacts=tuple(Artefact(entries.path, wanted) for entries, _, wanted in maps),
        entries=(*PASSWD_FILES, ALIASES, Entries("postfix/d", "domain", "domains", guarded=True)),
    )
    return excess(content, [of(*each) for each in maps])


TEN = tuple(f"u{number}" for number in range(10))


def test_from_ten_on_three_tenths_may_go_and_no_more() -> None:
    assert removed(users(*TEN), users(*TEN[3:])) == ()
    assert removed(users(*TEN), users(*TEN[4:])) == ("4 of 10 users (40 %)",)
    assert removed(users(*TEN[1:]), users(*TEN[8:])) == ()


def test_who_comes_does_not_make_up_for_those_who_go() -> None:
    renamed = tuple(f"new-{name}" for name in TEN[:5])
    assert removed(users(*TEN), users(*TEN[5:], *renamed)) == ("5 of 10 users (50 %)",)


def test_the_last_of_a_kind_never_goes_without_a_word() -> None:
    assert removed(users("a", "b"), b"") == ("all 2 users",)
    assert removed(users("a"), b"") == ("the only user",)
    assert removed(users("a"), users("b")) == ()


def test_who_goes_to_another_map_of_the_kind_is_not_gone() -> None:
    assert removed(users(*TEN), b"", (OTHER_USERS, b"", users(*TEN))) == ()
    assert removed(users(*TEN), b"", (OTHER_USERS, users("z"), users("z"))) == (
        "10 of 11 users (90 %)",
    )


def test_several_kinds_are_told_together_and_aliases_not_at_all() -> None:
    domains = Entries("postfix/d", "domain", "domains", guarded=True)
    gone = (domains, b"x stored\n", b"")
    aliases = (ALIASES, b"a@x b@x\n", b"")
    assert removed(users("a", "b"), b"", gone, aliases) == ("the only domain", "all 2 users")
