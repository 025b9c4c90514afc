"""Golden files: what the examples' hosts get from Postfix and OpenDKIM, on both releases.

With MAILCTL_UPDATE_GOLDEN=1 the golden files are written anew; read the difference.
"""

from __future__ import annotations

import os

import pytest
from postfix_building import DEBIANS, EXAMPLES, ROOT, example, opendkim, postfix

from mailctl.deploy.plan import is_below

GOLDEN = ROOT / "tests" / "golden" / "postfix"


def _files(name: str, platform: str) -> dict[str, bytes]:
    system = example(name, platform)
    return {
        f"{host}/{artefact.path}": artefact.content
        for host in system.hosts
        for contribution in (postfix(system, host), opendkim(system, host))
        for artefact in contribution.artefacts
        if not artefact.secret
    }


@pytest.mark.parametrize("platform", DEBIANS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_give_the_golden_files(name: str, platform: str) -> None:
    folder = GOLDEN / name / platform
    files = _files(name, platform)
    if os.environ.get("MAILCTL_UPDATE_GOLDEN"):
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    golden = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert sorted(files) == sorted(golden)
    for path, content in files.items():
        assert content.decode() == golden[path].decode(), f"{folder / path} differs"


@pytest.mark.parametrize("platform", DEBIANS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_what_a_service_waits_for_is_there(name: str, platform: str) -> None:
    system = example(name, platform)
    for host in system.hosts:
        found = postfix(system, host)
        paths = {artefact.path for artefact in found.artefacts}
        for service in found.services:
            for prefix in (*service.reload_on, *service.restart_on):
                assert is_below(paths, (prefix,)), prefix


def test_of_every_compiled_table_plans_know_what_its_lines_are() -> None:
    compiled: set[str] = set()
    declared: set[str] = set()
    for name in EXAMPLES:
        system = example(name, "debian-13")
        for host in system.hosts:
            contribution = postfix(system, host)
            words = (word for build in contribution.builds for word in build.argv)
            compiled |= {word.partition("}/")[2] for word in words if word.startswith("lmdb:")}
            declared |= {entries.path for entries in contribution.entries}
    assert compiled <= declared
