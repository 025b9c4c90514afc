"""What nixpkgs makes of a module is what our own templates write for the same host, and what that
is, is what a Debian host gets, but for what is listed here with its reason."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from nixos_building import EXAMPLES, RELEASES, ROOT, example, write_module
from nixos_evaluation import Evaluated, evaluate

from mailctl.backends.dovecot.backend import dovecot_conf
from mailctl.backends.opendkim.backend import opendkim_conf
from mailctl.backends.postfix.backend import main_cf
from mailctl.backends.postfix.services import Service, services
from mailctl.backends.tls import curves
from mailctl.emit.nixos.dovecot_lines import flat
from mailctl.model.host import Host
from mailctl.model.places import DEBIAN, NIXOS
from mailctl.model.platform import PLATFORMS
from mailctl.model.system import System
from mailctl.spec.load import load

NIXPKGS_MAIN = frozenset(
    (
        *("command_directory", "daemon_directory", "data_directory", "default_privs"),
        *("html_directory", "mail_owner", "mail_spool_directory", "mailq_path"),
        *("manpage_directory", "meta_directory", "newaliases_path", "queue_directory"),
        *("readme_directory", "sample_directory", "sendmail_path", "setgid_group"),
        *("shlib_directory", "mynetworks_style", "relayhost", "relay_domains"),
    )
)
"""What nixpkgs' module says of where its Postfix is, and defaults that are Postfix' own."""

NIXPKGS_SERVICES = frozenset({"local/unix", "virtual/unix"})
"""Deliveries that nothing is routed to."""

NIXPKGS_OPTIONS = {"relay/unix": {"smtp_fallback_relay": ""}}


def _hosts(name: str, release: str, folder: Path) -> list[tuple[System, Host, Evaluated]]:
    system = example(name, release)
    return [
        (system, host, evaluate(release, write_module(folder / host.name, system, host)))
        for host in system.hosts.values()
    ]


def pairs(text: str) -> dict[str, str]:
    """Lines of `name = value` at the top of a file."""
    found = {}
    for line in text.splitlines():
        name, _, value = line.partition("=")
        assert name.strip() not in found, name
        found[name.strip()] = value.strip()
    return found


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_main_cf(tmp_path: Path, name: str, release: str) -> None:
    for system, host, done in _hosts(name, release, tmp_path):
        ours = {
            setting.name: setting.value
            for section in main_cf(system, host)
            for setting in section.settings
        }
        theirs = pairs(done.main_cf)
        assert set(theirs) - set(ours) <= NIXPKGS_MAIN
        assert ours == {key: value for key, value in theirs.items() if key in ours}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_master_cf(tmp_path: Path, name: str, release: str) -> None:
    for system, host, done in _hosts(name, release, tmp_path):
        theirs = dict(map(_read_service, re.split(r"\n(?! )", done.master_cf.strip())))
        ours = {
            f"{service.name}/{service.type}": _columns(service)
            for service in services(system, host)
            if service.name != "postlog"  # the journal has the log
        }
        for key in NIXPKGS_SERVICES:
            theirs.pop(key)
        assert sorted(theirs) == sorted(ours)
        for key, (columns, options) in ours.items():
            assert theirs[key] == (columns, {**NIXPKGS_OPTIONS.get(key, {}), **options}), key


def _columns(service: Service) -> tuple[list[str], dict[str, str]]:
    """A service's columns but for chroot, which NixOS has none of, and its options."""
    options = {setting.name: setting.value for setting in service.settings}
    columns = [service.private, service.unprivileged, service.wakeup, service.processes]
    return [*columns, service.command], options


def _read_service(text: str) -> tuple[str, tuple[list[str], dict[str, str]]]:
    line, *arguments = text.split("\n  ")
    name, kind, private, unprivileged, chroot, wakeup, processes, command = line.split()
    assert chroot == "-"
    options = {}
    for argument in arguments:
        match = re.fullmatch(r"-o (?:\{ (\S+) = (.*) \}|(\S+?)=(.*))", argument.strip())
        assert match, argument
        options[match[1] or match[3]] = (match[2] if match[1] else match[4]).strip()
    return f"{name}/{kind}", ([private, unprivileged, wakeup, processes, command], options)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_opendkim_conf(tmp_path: Path, name: str, release: str) -> None:
    for system, host, done in _hosts(name, release, tmp_path):
        lines = (line for line in (done.opendkim_conf or "").splitlines() if line)
        theirs = dict(line.split(" ", 1) for line in lines if not line.startswith("#"))
        assert theirs == {setting.name: setting.value for setting in opendkim_conf(system, host)}


# ---- and the same as on Debian

ONLY_ON_DEBIAN = {
    "meta_directory": "nixpkgs' package has its lists beside the programs",
    "to_probe": "no apply tries a NixOS host out with an account of its own",
}
ELSEWHERE = {
    "smtpd_restriction_classes": "without that account",
    "smtpd_recipient_restrictions": "without that account",
    "non_smtpd_milters": "nixpkgs' OpenDKIM has no Lua",
    "smtpd_milters": "a socket at another place",
    "smtpd_hide_client_session": "Postfix 3.10 has it",
    "default_database_type": "what services.postfix.mapFiles compiles",
    "smtpd_tls_chain_files": "security.acme keeps a key beside its certificate",
}


def _same_place(value: str) -> str:
    """A value with NixOS' places in the place of Debian's."""
    for debian, nixos in (
        (f"{DEBIAN.table_type}:{DEBIAN.tables}", f"{NIXOS.table_type}:{NIXOS.tables}"),
        (f"{DEBIAN.cache_type}:$", f"{NIXOS.cache_type}:$"),
        (DEBIAN.milter, NIXOS.milter),
        (f"local:{DEBIAN.signer}", f"local:{NIXOS.signer}"),
        (DEBIAN.tree, NIXOS.tree),
        (DEBIAN.queue, NIXOS.queue),
        (DEBIAN.sendmail, NIXOS.sendmail),
    ):
        value = value.replace(debian, nixos)
    return value


def _both(name: str, debian: str, release: str) -> list[tuple[System, Host, System, Host]]:
    nixos = example(name, release)
    plain = load(ROOT / "examples" / name / "mail.yaml")
    hosts = {key: replace(host, platform=PLATFORMS[debian]) for key, host in plain.hosts.items()}
    plain = replace(plain, hosts=hosts)
    return [(plain, host, nixos, nixos.hosts[key]) for key, host in hosts.items()]


PAIRS = [("debian-12", "24.11"), ("debian-13", "25.11"), ("debian-13", "26.05")]


@pytest.mark.parametrize(("debian", "release"), PAIRS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_postfix_is_as_on_debian(name: str, debian: str, release: str) -> None:
    for plain, host, nixos, there in _both(name, debian, release):
        ours = {s.name: _same_place(s.value) for x in main_cf(plain, host) for s in x.settings}
        theirs = {s.name: s.value for x in main_cf(nixos, there) for s in x.settings}
        assert set(ours) - set(theirs) <= set(ONLY_ON_DEBIAN)
        differing = {key for key, value in theirs.items() if ours.get(key) != value}
        if debian == "debian-12":
            differing -= {"tls_ffdhe_auto_groups"}  # Postfix 3.8 has it
        assert differing <= set(ELSEWHERE), differing
        for one, other in zip(services(plain, host), services(nixos, there), strict=True):
            assert (one.name, one.type, one.command) == (other.name, other.type, other.command)
            mine = {s.name: _same_place(s.value) for s in one.settings}
            its = {s.name: s.value for s in other.settings}
            assert {k for k in {*mine, *its} if mine.get(k) != its.get(k)} <= set(ELSEWHERE)


@pytest.mark.parametrize(("debian", "release"), [("debian-12", "25.11"), ("debian-13", "26.05")])
@pytest.mark.parametrize("name", EXAMPLES)
def test_dovecot_is_as_on_debian(name: str, debian: str, release: str) -> None:
    for plain, host, nixos, there in _both(name, debian, release):
        ours = {
            (line.blocks, line.name, _same_place(line.value))
            for section in dovecot_conf(plain, host)
            for line in flat(section.entries)
        }
        theirs = {
            (line.blocks, line.name, line.value)
            for section in dovecot_conf(nixos, there)
            for line in flat(section.entries)
        }
        moved = {(tuple(map(_same_place, blocks)), name, value) for blocks, name, value in ours}
        got = {line for line in theirs if "/var/lib/acme/" in line[2]}
        served = {line for line in moved if "/tls/served/" in line[2]}
        assert {line[:2] for line in got} == {line[:2] for line in served}
        theirs, moved = theirs - got, moved - served
        if curves(there.platform) != curves(host.platform):  # only a newer OpenSSL has ML-KEM
            theirs, moved = (
                {line for line in lines if line[1] != "ssl_curve_list"} for lines in (theirs, moved)
            )
        assert theirs <= moved
        only = {value for _, _, value in moved - theirs}
        assert all("probe" in value or value == "passwd-file" for value in only), only


@pytest.mark.parametrize("name", EXAMPLES)
def test_opendkim_is_as_on_debian(name: str) -> None:
    reasons = {
        "PidFile": "no unit asks for it",
        "UserID": "the unit starts it as its account",
        "SetupPolicyScript": "nixpkgs' OpenDKIM has no Lua",
    }
    for plain, host, nixos, there in _both(name, "debian-13", "25.11"):
        ours = {s.name: _same_place(s.value) for s in opendkim_conf(plain, host)}
        theirs = {s.name: s.value for s in opendkim_conf(nixos, there)}
        assert {key: value for key, value in ours.items() if key not in reasons} == theirs
