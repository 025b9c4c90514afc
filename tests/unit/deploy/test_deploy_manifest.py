"""The manifest: what the host keeps of a generation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from deploy_values import KEY, MAIN, bundle

from mailctl.bundle import Artefact, Command, Directory
from mailctl.deploy.manifest import Manifest, parse
from mailctl.errors import MailctlError


def test_parse_undoes_text() -> None:
    manifest = Manifest.of(bundle())
    again = parse(manifest.text().splitlines())
    assert again.text() == manifest.text()
    assert again.digest == manifest.digest
    assert again.services == manifest.services
    assert [command.argv for command in again.checks] == [c.argv for c in manifest.checks]


def test_the_text_holds_no_content() -> None:
    assert KEY.content.decode() not in Manifest.of(bundle()).text()


@pytest.mark.parametrize(
    "changed",
    [
        replace(MAIN, content=b"other\n"),
        replace(MAIN, mode=0o600),
        replace(MAIN, owner="postfix"),
        replace(MAIN, path="postfix/other.cf"),
    ],
)
def test_the_digest_notices_every_property_of_a_file(changed: Artefact) -> None:
    assert Manifest.of(bundle(MAIN)).digest != Manifest.of(bundle(changed)).digest


def test_every_parent_is_a_folder_and_a_named_one_keeps_its_mode() -> None:
    deep = Artefact("sieve/users/a/b.sieve", b"keep;")
    named = Directory("sieve/users", "root", "vmail", 0o750)
    manifest = Manifest.of(bundle(deep, directories=(named,)))
    assert manifest.folders == (
        Directory("sieve"),
        Directory("sieve/users", "root", "vmail", 0o750),
        Directory("sieve/users/a"),
    )


@pytest.mark.parametrize("path", ["a\tb", "a\nb", "a\\b", "a\x00b", ""])
def test_a_name_that_would_break_the_format_is_refused(path: str) -> None:
    with pytest.raises(MailctlError, match="cannot name"):
        Manifest.of(bundle(Artefact(path, b""))).text()
    with pytest.raises(MailctlError, match="cannot name"):
        Manifest.of(bundle(MAIN, checks=(Command(("true", path), "x"),))).text()


def test_another_version_is_told_apart() -> None:
    with pytest.raises(MailctlError, match="version '9'"):
        parse(["mailctl\t9", "platform\tdebian-12"])
