"""The files that a spec names beside itself: they exist, and Sieve scripts are no nonsense."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mailctl.errors import Finding, Issue, SpecPath
from mailctl.model.host import SieveScripts
from mailctl.model.secret import PasswordFile
from mailctl.model.system import System


def missing_files(system: System, *, private: bool = True) -> Iterator[Finding]:
    """Secrets, Sieve scripts and certificates that are not there, at the place that names them;
    without `private` scripts alone."""
    known: dict[Path, str] = {}
    for where, path, what in _files(system):
        if not private and what != "Sieve script":
            continue
        if path not in known:
            known[path] = _fault(path, what)
        if known[path]:
            yield _missing(where, what, known[path])


def _missing(where: SpecPath, what: str, fault: str) -> Finding:
    hint = "paths are relative to the file that names them"
    if what == "secret":
        return Finding(where, "missing-secret", fault, hint)
    if what == "certificate":
        return Finding(where, "missing-certificate", fault, hint)
    return Finding(where, "missing-sieve", fault, hint)


def faults_of_scripts(system: System) -> Iterator[Issue]:
    """Scripts that cannot compile, each once, at its own file, line and column."""
    for path in scripts(system):
        if not _fault(path, "Sieve script"):
            yield from _faults(path)


def scripts(system: System) -> tuple[Path, ...]:
    """All Sieve scripts that the spec names, each once, sorted."""
    return tuple(sorted({path for _, path, what in _files(system) if what == "Sieve script"}))


def _files(system: System) -> Iterator[tuple[SpecPath, Path, str]]:
    """Where a file is named, its path, and what it is."""
    for host in system.hosts.values():
        yield from _sieve(("hosts", host.name), host.sieve)
        for index, path in enumerate(host.tlsa):
            yield ("hosts", host.name, "tlsa", index), path, "certificate"
        dns = host.dns_updates
        if dns is not None and isinstance(dns.tsig_key, PasswordFile):
            where = ("hosts", host.name, "tls", "acme", "dns", "tsig_key", "file")
            yield where, dns.tsig_key.path, "secret"
    for domain in system.domains.values():
        yield from _sieve(("domains", domain.name), domain.sieve)
    for user in system.users.values():
        if isinstance(user.password, PasswordFile):
            yield ("users", str(user.address), "password", "file"), user.password.path, "secret"
        if user.sieve is not None:
            yield ("users", str(user.address), "sieve"), user.sieve, "Sieve script"


def _sieve(where: SpecPath, scripts: SieveScripts) -> Iterator[tuple[SpecPath, Path, str]]:
    for key, paths in (("before", scripts.before), ("after", scripts.after)):
        for index, path in enumerate(paths):
            yield (*where, "sieve", key, index), path, "Sieve script"


def _fault(path: Path, what: str) -> str:
    """Why the file cannot be read, or nothing."""
    try:
        if not path.exists():
            return f"there is no {what} {str(path)!r}"
        if not path.is_file():
            return f"the {what} {str(path)!r} is no regular file"
        with path.open("rb"):
            return ""
    except OSError as error:
        return f"the {what} {str(path)!r} cannot be read: {error.strerror}"


def _faults(path: Path) -> Iterator[Issue]:
    """The first fault of a script; the others often only follow from it."""
    from mailctl.sieve.fault import ScriptError  # most specs have no script
    from mailctl.sieve.inspection import LARGEST, inspect

    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    try:
        inspect(content)
    except ScriptError as error:
        yield Issue(str(path), error.line, error.column, "sieve", error.message, error.hint)
