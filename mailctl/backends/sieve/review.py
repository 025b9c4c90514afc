"""Findings about the Sieve files that the spec names: unreadable, or no Sieve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from mailctl.backends.sieve.inspection import inspect
from mailctl.backends.sieve.placement import AFTER, BEFORE
from mailctl.backends.sieve.tokens import ScriptError
from mailctl.errors import Finding, SpecPath
from mailctl.model.host import Host, Role, SieveScripts
from mailctl.model.system import System

_RULE = "sieve-script"


def review(system: System, host: Host) -> Iterable[Finding]:
    """One finding for each place in the spec whose file cannot be used."""
    verdicts: dict[Path, str] = {}
    for where, path in named_scripts(system, host):
        if path not in verdicts:
            verdicts[path] = _verdict(path)
        if verdicts[path]:
            yield Finding(
                where,
                _RULE,
                f"{path.name}: {verdicts[path]}",
                "correct the script (RFC 5228), or take it out of the spec",
            )


def named_scripts(system: System, host: Host) -> Iterator[tuple[SpecPath, Path]]:
    """Every Sieve file that the spec names for a host, and where it does."""
    yield from _around(("hosts", host.name), host.sieve)
    if not host.has(Role.STORE):
        return
    for domain in system.stored_on(host):
        yield from _around(("domains", domain.name), domain.sieve)
    for user in system.users_of(host):
        if user.sieve is not None:
            yield ("users", str(user.address), "sieve"), user.sieve


def _around(where: SpecPath, scripts: SieveScripts) -> Iterator[tuple[SpecPath, Path]]:
    for when, files in ((BEFORE, scripts.before), (AFTER, scripts.after)):
        for index, path in enumerate(files):
            yield (*where, "sieve", when, index), path


def _verdict(path: Path) -> str:
    """What is wrong with the file, or an empty string."""
    try:
        inspect(path.read_bytes())
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except ScriptError as error:
        return str(error)
    return ""
