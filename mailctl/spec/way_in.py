"""How to reach one host, from a spec of which nothing else need be right.

Whoever must roll a host back in a hurry may have a spec that is broken in the middle of an
edit. So only the host's own `fqdn`, `addresses` and `ssh` are read, and those of the hosts to
jump through; where a file is no YAML as a whole, the entry alone is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailctl.errors import Issue, MailctlError, SpecError, SpecPath
from mailctl.model.destination import Destination, route
from mailctl.model.host import ALL_ROLES, Role, Ssh
from mailctl.spec.compose import compose
from mailctl.spec.excerpt import entry_of, section_of
from mailctl.spec.files import MOST_FILES
from mailctl.spec.positions import find_in
from mailctl.spec.problems import Problem, Refused
from mailctl.spec.source import MOST_BYTES, explained
from mailctl.spec.table.file import INCLUDE_KIND
from mailctl.spec.table.hosts import HOST

INSTEAD = "or give its address instead of its name, as root@203.0.113.10"

_KEYS = ("fqdn", "addresses", "ssh")


def way_in(path: Path, name: str) -> tuple[Destination, ...]:
    """The hosts to go through, and at the end the one that the spec calls `name`.

    Raises MailctlError: one line that says what to do instead.
    """
    files = tuple(_files(path))
    return route(name, lambda each: _find(files, each))


def roles_of_hosts(path: Path) -> dict[str, frozenset[Role]]:
    """All hosts of a spec and what they do, in its order, from a spec of which nothing else need
    be right. A host whose `roles:` cannot be read has all of them, as one that says none.

    Raises MailctlError when no host can be found.
    """
    found: dict[str, frozenset[Role]] = {}
    for file in _files(path):
        for part in _parts(file):
            hosts = part.value.get("hosts") if isinstance(part.value, dict) else None
            for name, entry in hosts.items() if isinstance(hosts, dict) else ():
                found.setdefault(name, _roles(entry))
    if not found:
        raise MailctlError(f"{path}: no host can be read in it", "name it, " + INSTEAD)
    return found


def _roles(entry: object) -> frozenset[Role]:
    if not isinstance(entry, dict) or "roles" not in entry:
        return ALL_ROLES
    try:
        return frozenset(HOST.keys["roles"].kind.read(entry["roles"]))
    except Refused:
        return ALL_ROLES


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the spec; `value` is None when it is no YAML, and `fault` says why."""

    name: str
    data: bytes
    value: object
    fault: Issue | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A host's entry as plain values, and the part of the file that it was read from."""

    value: object
    name: str
    data: bytes


def _files(path: Path) -> Iterator[_File]:
    """The first file, which must be there, and those that are included, if they are."""
    waiting, seen = [path], {path}
    while waiting and len(seen) <= MOST_FILES:
        current = waiting.pop(0)
        try:
            data = _content(current)
        except (OSError, ValueError) as error:
            if current is path:
                raise _unreadable(path, error) from None
            continue
        file = _composed(str(current), data)
        yield file
        fresh = [each for each in _included(file, current.parent) if each not in seen]
        seen.update(fresh)
        waiting += fresh


def _content(path: Path) -> bytes:
    if path.exists() and not path.is_file() and not path.is_dir():
        raise ValueError("this is no regular file")  # a pipe would be waited for
    with path.open("rb") as stream:
        return stream.read(MOST_BYTES)


def _unreadable(path: Path, error: OSError | ValueError) -> MailctlError:
    what = explained(error)[0] if isinstance(error, OSError) else str(error)
    return MailctlError(f"{path}: {what}", f"name the spec by --spec, {INSTEAD}")


def _composed(name: str, data: bytes) -> _File:
    try:
        value, issues = compose(data, name)
    except SpecError as error:
        return _File(name, data, None, error.issues[-1])
    return _File(name, data, None if issues else value, issues[0] if issues else None)


def _included(file: _File, folder: Path) -> list[Path]:
    value = file.value
    if file.fault is not None:
        value = _composed(file.name, section_of(file.data, "include")).value
    if not isinstance(value, dict) or "include" not in value:
        return []
    try:
        paths = [folder / each for each in INCLUDE_KIND.read(value["include"])]
        return [each for each in paths if each.is_file()]
    except (Refused, OSError, ValueError):
        return []


def _find(files: tuple[_File, ...], name: str) -> Destination:
    faults: list[Issue] = []
    known: dict[str, None] = {}
    for file in files:
        for part in _parts(file, name):
            hosts = part.value.get("hosts") if isinstance(part.value, dict) else None
            if isinstance(hosts, dict) and name in hosts:
                return _read(_Entry(hosts[name], file.name, part.data), name)
            if isinstance(hosts, dict):
                known.update(dict.fromkeys(hosts))
            elif part.fault:
                faults.append(part.fault)
    if faults and not known:
        fault = faults[-1]
        raise _refused(fault.path, (fault.line, fault.column), fault.rule, fault.message)
    has = f"it has {', '.join(known)}; " if known else ""
    raise MailctlError(f"the spec has no host '{name}'", f"{has}name one of the spec, {INSTEAD}")


def _parts(file: _File, name: str = "") -> Iterator[_File]:
    """The file, or if it is broken what can be read of it alone: its hosts, the one host."""
    yield file
    if file.fault is not None:
        yield _composed(file.name, section_of(file.data, "hosts"))
        if name:
            yield _composed(file.name, entry_of(file.data, "hosts", name))


def _read(entry: _Entry, name: str) -> Destination:
    """The destination that an entry describes; raises SpecError."""
    if not isinstance(entry.value, dict):
        raise _at(entry, Problem("wrong-type", "this is no host", "", ("hosts", name)))
    given: dict[str, Any] = {}
    for key in _KEYS:
        if key in entry.value:
            try:
                given[key] = HOST.keys[key].kind.read(entry.value[key])
            except Refused as error:
                raise _at(entry, error.problems[0].below("hosts", name, key)) from None
    ssh = Ssh(**given.get("ssh", {}))
    addresses = tuple(map(str, given.get("addresses", ())))
    dialled = (ssh.address,) if ssh.address else (*filter(None, (given.get("fqdn"),)), *addresses)
    if not dialled:
        raise _at(entry, Problem("missing-key", "the host has no `fqdn:` and no address", "",
                                 ("hosts", name)))  # fmt: skip
    return Destination(name, dialled[0], ssh, dialled[1:])


def _at(entry: _Entry, problem: Problem) -> SpecError:
    wanted: tuple[SpecPath, bool] = (problem.where, problem.on_key)
    place = find_in(entry.data, entry.name, (wanted,))[wanted][1]
    return _refused(entry.name, (place.line, place.column), problem.rule, problem.message)


def _refused(name: str, place: tuple[int, int], rule: str, message: str) -> SpecError:
    line, column = place
    return SpecError(
        (Issue(name, line, column, rule, message, f"correct the host's entry, {INSTEAD}"),)
    )
