"""What the file beside the spec makes of the host: its records, what it is told, what is warned."""

from __future__ import annotations

from pathlib import Path

import pytest
from pinning_world import FQDN, SPEC, World, build, course, digest

from mailctl.compile import compile_host
from mailctl.keys.vault import WithheldVault
from mailctl.pinning.effective import effective, findings, pinnings_of
from mailctl.verify.tls.survey import expected_of


def _settings(world: World) -> list[str]:
    bundle = compile_host(world.held, world.host, WithheldVault())
    (text,) = (
        each.content.decode()
        for each in bundle.content.artefacts
        if each.path == "certificates/settings"
    )
    kinds = ("shown\t", "waiting\t", "gone\t")
    return [line for line in text.splitlines() if line.startswith(kinds)]


def test_the_host_is_told_which_key_to_show_and_which_to_make(world: World) -> None:
    told = {}
    for name, step in course(world):
        step()
        told[name] = _settings(world)
    first = [f"shown\t{FQDN}\t{FQDN}\t{digest(1)}"]
    second = f"shown\t{FQDN}\t{FQDN}-key2\t{digest(2)}"
    waiting = [*first, f"waiting\t{FQDN}-key2\t{FQDN}"]
    assert told == {
        "pin": first,
        "begin": waiting,
        "take note": waiting,
        "see it published": waiting,
        "show": [second],
        "retire": [second, f"gone\t{FQDN}"],
    }


def test_a_host_that_nobody_has_pinned_shows_what_it_has(world: World) -> None:
    assert _settings(world) == []
    assert world.wanted() == ()
    (finding,) = findings(world.system, pinnings_of(world.system))
    assert finding.rule == "tlsa-unpinned"
    world.pin()
    assert not list(findings(world.system, pinnings_of(world.system)))


def test_twice_is_as_once(world: World) -> None:
    world.pin()
    pinnings = pinnings_of(world.system)
    once = effective(world.system, pinnings)
    assert effective(once, pinnings) == once


def test_a_host_with_another_name_has_left_its_file_behind(world: World) -> None:
    world.pin()
    spec = world.folder / "mail.yaml"
    spec.write_text(spec.read_text().replace("mail.example.org", "mx.example.org"))
    assert world.host.tls_keys == ()
    (finding,) = findings(world.system, pinnings_of(world.system))
    assert "is about mail.example.org, but the host is mx.example.org" in finding.message


def test_a_host_whose_keys_are_in_files_is_left_alone(tmp_path: Path) -> None:
    world = build(tmp_path)
    world.pin()
    (tmp_path / "mail.yaml").write_text(SPEC.replace("    tlsa: automatic\n", ""))
    assert pinnings_of(world.system) == {}
    assert world.host.tls_keys == ()


@pytest.mark.parametrize(
    ("last", "pinned"), [("pin", (1,)), ("take note", (1, 2)), ("retire", (2,))]
)
def test_the_check_of_live_tls_knows_the_records(
    world: World, last: str, pinned: tuple[int, ...]
) -> None:
    for name, step in course(world):
        step()
        if name == last:
            break
    expected = expected_of([world.host], {})["mail"]
    assert set(expected.tlsa) == {digest(number) for number in pinned}
