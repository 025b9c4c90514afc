"""`mailctl tlsa` as a user runs it, as far as no host is needed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pinning_world import SPEC, World, course, digest

from mailctl.cli import main

NEXT = (
    "mail  key 2 is shown from the next apply on: mailctl apply; then mailctl tlsa retire "
    "--host mail"
)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(world: World, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: str) -> tuple[int, str, str]:
        first, *rest = words
        with pytest.raises(SystemExit) as ended:
            main(["tlsa", first, str(world.folder / "mail.yaml"), *rest])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


def test_the_state_of_all_keys(world: World, run: Run) -> None:
    assert run("status") == (
        0,
        "mail  its key is not pinned: mailctl tlsa pin --host mail\n",
        "",
    )
    for name, step in course(world):
        step()
        if name == "show":
            break
    code, out, _ = run("status")
    assert code == 0
    assert out.splitlines() == [
        f"mail  1  retiring   2026-11-01  {digest(1)}",
        f"mail  2  shown      2026-11-01  {digest(2)}",
        NEXT,
    ]
    document = json.loads(run("status", "--format", "json")[1])
    (host,) = document["hosts"]
    assert [key["stage"] for key in host["keys"]] == ["retiring", "shown"]
    assert host["keys"][1]["lineage"] == "mail.example.org-key2"


def test_a_host_that_is_down_is_told_and_nothing_is_written(world: World, run: Run) -> None:
    spec = world.folder / "mail.yaml"
    spec.write_text(SPEC.replace("tls: acme", "tls: acme\n    ssh: {address: 127.0.0.1, port: 1}"))
    for step in ("pin", "rotate", "retire"):
        code, out, err = run(step)
        assert (code, out) == (1, "")
        assert err.startswith("mail: "), err
    assert not (world.folder / "keys/tlsa/mail/pins.json").exists()


def test_what_is_not_pinned_cannot_be_replaced(world: World, run: Run) -> None:
    (world.folder / "mail.yaml").write_text(SPEC.replace("    tlsa: automatic\n", ""))
    code, _, err = run("rotate")
    assert code == 1 and "no MX host of the spec says `tlsa: automatic`" in err
    code, _, err = run("pin", "--host", "mial")
    assert code != 0 and "tlsa: automatic" in err


def test_two_hosts_are_to_be_told_apart(world: World, run: Run) -> None:
    second = SPEC.replace(
        "domains:",
        "  more: {fqdn: more.example.org, addresses: [203.0.113.2], platform: debian-12,"
        " tls: acme, tlsa: automatic}\ndomains:",
    ).replace("{}", "{host: mail}")
    (world.folder / "mail.yaml").write_text(second)
    code, _, err = run("rotate")
    assert code == 64 and "say which: --host mail or --host more" in err
