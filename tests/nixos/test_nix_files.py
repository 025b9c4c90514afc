"""The Nix files of the checkout: all are read by Nix, and the module that takes a spec makes the
same system as the module that `mailctl nixos` writes."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from nix_expressions import evaluated, parse
from nixos_building import EXAMPLES, RELEASES, ROOT, all_modules, example, write_module
from nixos_evaluation import Evaluated, evaluate

from mailctl.emit.nixos import module_files
from mailctl.model.host import CertificateFiles, Host
from mailctl.model.system import System
from mailctl.spec.load import examine

MODULE = ROOT / "nix" / "module.nix"


@pytest.mark.parametrize(
    "file", sorted((ROOT / "nix").rglob("*.nix")), ids=lambda file: str(file.relative_to(ROOT))
)
def test_nix_reads_it(file: Path) -> None:
    parse(file)


def _taken(folder: Path, release: str, system: System, host: Host) -> tuple[Evaluated, Evaluated]:
    """What is evaluated of the module with the spec, and of the one that is written."""
    written = write_module(folder, system, host)
    spec = folder / "mail.yaml"
    spec.write_text("mailctl: 1\n")
    extra = (
        f"{{ services.mailctl = {{ enable = true; spec = {spec}; "
        f'host = "{host.name}"; generated = "{folder}"; }}; }}'
    )
    return evaluate(release, MODULE, extra), evaluate(release, written)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_spec_as_an_option_makes_the_same_system(tmp_path: Path, name: str, release: str) -> None:
    system = example(name, release)
    for host in system.hosts.values():
        taken, written = _taken(tmp_path / host.name, release, system, host)
        assert taken == written


@pytest.mark.parametrize("release", RELEASES)
def test_so_does_one_with_a_certificate_of_acme(tmp_path: Path, release: str) -> None:
    system = example("office", release)
    place = "/var/lib/acme/mail.office.example"
    tls = CertificateFiles(f"{place}/fullchain.pem", f"{place}/key.pem")
    host = replace(system.hosts["mail"], tls=tls)
    taken, written = _taken(tmp_path, release, replace(system, hosts={"mail": host}), host)
    assert list(taken.certificates) == ["mail.office.example"]
    assert taken == written


def test_a_host_that_is_no_mail_server_may_import_it(tmp_path: Path) -> None:
    """There is no spec, so that whatever looked for one would fail."""
    done = evaluate("25.11", MODULE)
    assert (done.etc, done.units, done.ports, done.failed) == ({}, {}, [], [])
    assert (done.dovecot_conf, done.opendkim_conf) == (None, None)


def test_the_frame_has_a_place_for_all_that_is_generated(tmp_path: Path) -> None:
    """A part without a place would be lost without a word."""
    frame = re.findall(r"part (\[(?: \"\w+\")+ \])", MODULE.read_text())
    lib = f'import {ROOT}/tests/nixos/declarations/lib.nix {{ release = "25.11"; }}'
    for *_, host, file in all_modules(tmp_path):
        generated = f"(import {file} {{ lib = {lib}; config = {{ }}; pkgs = {{ }}; }}).config"
        lost = evaluated(
            f"let frame = [ {' '.join(frame)} ]; lib = {lib}; {_LOST} in lost [ ] {generated}"
        )
        assert lost == [], host.name


_LOST = """
  leads = path: lib.any (place: builtins.length path < builtins.length place
    && path == builtins.genList (builtins.elemAt place) (builtins.length path)) frame;
  lost = path: set: lib.concatMap (name: let here = path ++ [ name ]; in
    if lib.elem here frame then [ ]
    else if leads here then lost here set.${name}
    else [ (lib.concatStringsSep "." here) ]) (lib.attrNames set);
"""


def _part(beginning: str, end: str) -> str:
    """Definitions of the module, with our lib before them."""
    text = MODULE.read_text()
    lib = ROOT / "tests" / "nixos" / "declarations" / "lib.nix"
    part = text[text.index(f"  {beginning} =") : text.index(f"  {end} =")]
    return f'lib = import {lib} {{ release = "25.11"; }}; {part}'


def test_hashes_in_a_spec_do_not_reach_the_store(tmp_path: Path) -> None:
    spec = tmp_path / "mail.yaml"
    spec.write_text('users: {a@b.example: {password: {hash: "{ARGON2ID}$argon2id$v=19$x"}}}\n')
    with pytest.raises(subprocess.CalledProcessError) as refused:
        evaluated(f"let cfg.spec = {spec}; {_part('isPublic', 'made')} in source")
    assert "has password hashes in it, and would lie in the store" in refused.value.stderr


def test_only_what_a_spec_consists_of_is_public() -> None:
    files = {
        "/s/mail.yaml": True,
        "/s/users.yml": True,
        "/s/sieve/anna.sieve": True,
        "/s/keys/dkim/b.example/rotation.json": True,
        "/s/keys/dkim/b.example/s1.pem": False,
        "/s/keys/salt": False,
        "/s/keys/odd.yaml": False,
        "/s/rotation.json": False,
        "/s/secrets/anna": False,
        "/s/alice.password": False,
    }
    asked = " ".join(f'(isPublic "{path}" "regular")' for path in files)
    public = f"let cfg.spec = /s/mail.yaml; {_part('isPublic', 'hashes')} in"
    assert evaluated(f"{public} [ {asked} ]") == list(files.values())
    folders = {"/s/sieve": True, "/s/keys": True, "/s/secrets": False, "/s/.git": False}
    asked = " ".join(f'(isPublic "{path}" "directory")' for path in folders)
    assert evaluated(f"{public} [ {asked} ]") == list(folders.values())


def test_the_spec_of_the_vm_test_holds() -> None:
    loaded = examine(ROOT / "nix" / "test" / "mail.yaml", private=False)
    # a network of virtual machines
    assert {warning.rule for warning in loaded.warnings} <= {"private-address"}
    assert module_files(loaded.system, loaded.system.hosts["mail"])
