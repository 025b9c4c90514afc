"""What a generation is, as text without the files' content: its manifest.

The host keeps it beside the files; its SHA-256 is the generation's digest, so two hosts or two
moments can be compared by one line. Fields are separated by tabs; the agent reads it with sed(1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from mailctl.bundle import (
    Account,
    Artefact,
    Command,
    Directory,
    HostBundle,
    Link,
    Port,
    Probe,
    Service,
)
from mailctl.errors import MailctlError

_VERSION = "1"
_ABSENT = "-"


@dataclass(frozen=True, slots=True, order=True)
class FileEntry:
    """A file of a generation; `digest` is the SHA-256 of its content in hexadecimal."""

    path: str
    digest: str
    mode: int
    owner: str
    group: str
    secret: bool = False

    @classmethod
    def of(cls, artefact: Artefact) -> FileEntry:
        return cls(
            path=artefact.path,
            digest=hashlib.sha256(artefact.content).hexdigest(),
            mode=artefact.mode,
            owner=artefact.owner,
            group=artefact.group,
            secret=artefact.secret,
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that a generation is and needs, sorted; `parse()` undoes `text()`."""

    platform: str
    certificate: str = ""
    provisional: tuple[str, ...] = ()
    files: tuple[FileEntry, ...] = ()
    folders: tuple[Directory, ...] = ()
    directories: tuple[Directory, ...] = ()
    links: tuple[Link, ...] = ()
    packages: tuple[str, ...] = ()
    accounts: tuple[Account, ...] = ()
    builds: tuple[Command, ...] = ()
    checks: tuple[Command, ...] = ()
    services: tuple[Service, ...] = ()
    ports: tuple[Port, ...] = ()
    probes: tuple[Probe, ...] = ()

    @classmethod
    def of(cls, bundle: HostBundle) -> Manifest:
        """The manifest of a compiled host."""
        content = bundle.content
        makes = bundle.self_signed or content.provisional
        own = {"openssl"} if makes or any(port.tls for port in content.ports) else ()
        return cls(
            platform=bundle.platform,
            certificate=bundle.self_signed,
            provisional=content.provisional,
            files=tuple(sorted(map(FileEntry.of, content.artefacts))),
            folders=_folders(content.artefacts, content.directories),
            directories=tuple(sorted(d for d in content.directories if d.path.startswith("/"))),
            links=tuple(sorted(content.links)),
            packages=tuple(sorted({*content.packages, *own})),
            accounts=tuple(sorted(content.accounts)),
            builds=content.builds,
            checks=content.checks,
            services=content.services,
            ports=tuple(sorted(content.ports)),
            probes=tuple(sorted(content.probes)),
        )

    def text(self) -> str:
        """The canonical form, one entry a line; raises MailctlError for a name that breaks it."""
        return "".join(f"{line}\n" for line in self.lines())

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form: the generation's name across hosts and moments."""
        return hashlib.sha256(self.text().encode()).hexdigest()

    def lines(self) -> Iterable[str]:
        """Every line of the canonical form, without its end."""
        yield _line("mailctl", _VERSION)
        yield _line("platform", self.platform)
        yield from self.questions()
        for entry in self.files:
            secrecy = "secret" if entry.secret else "plain"
            yield _line("file", entry.digest, *_modes(entry), secrecy, entry.path)
        for folder in self.folders:
            yield _line("folder", *_modes(folder), folder.path)
        for kind, commands in (("build", self.builds), ("check", self.checks)):
            for command in commands:
                yield _line(kind, "quiet" if command.quiet else "loud", *command.argv)
        for port in self.ports:
            kind, expect = "tls" if port.tls else "plain", port.expect or _ABSENT
            yield _line("port", str(port.number), kind, expect)
        for probe in self.probes:
            yield _line("probe", probe.kind, probe.value)

    def questions(self) -> Iterable[str]:
        """The lines about the host itself, which are also what the agent is asked to look at."""
        if self.certificate:
            yield _line("certificate", self.certificate)
        for name in self.provisional:
            yield _line("provisional", name)
        for name in self.packages:
            yield _line("package", name)
        for account in self.accounts:
            groups = ",".join(account.groups) or _ABSENT
            create = "yes" if account.create else "no"
            yield _line("account", account.name, account.home, groups, create)
        for directory in self.directories:
            yield _line("directory", *_modes(directory), directory.path)
        for link in self.links:
            yield _line("link", link.path, link.target)
        for service in self.services:
            yield _line(
                "service", service.unit, _joined(service.reload_on), _joined(service.restart_on)
            )


def parse(lines: Iterable[str]) -> Manifest:
    """A manifest from the lines that a host keeps; unknown kinds are an error of versions."""
    rows: dict[str, list[list[str]]] = {}
    for line in lines:
        kind, *fields = line.split("\t")
        rows.setdefault(kind, []).append(fields)
    version = rows.get("mailctl", [[""]])[0][0]
    if version != _VERSION:
        raise MailctlError(
            f"the host's manifest has version '{version}', this mailctl reads {_VERSION}",
            "use the mailctl that made it, or a newer one",
        )
    return Manifest(
        platform=rows["platform"][0][0],
        certificate=rows.get("certificate", [[""]])[0][0],
        provisional=tuple(name for (name,) in rows.get("provisional", ())),
        files=tuple(
            FileEntry(path, digest, int(mode, 8), owner, group, secrecy == "secret")
            for digest, mode, owner, group, secrecy, path in rows.get("file", ())
        ),
        folders=tuple(map(_directory, rows.get("folder", ()))),
        directories=tuple(map(_directory, rows.get("directory", ()))),
        links=tuple(Link(path, target) for path, target in rows.get("link", ())),
        packages=tuple(name for (name,) in rows.get("package", ())),
        accounts=tuple(
            Account(name, home, _split(groups, ","), create == "yes")
            for name, home, groups, create in rows.get("account", ())
        ),
        builds=tuple(map(_command, rows.get("build", ()))),
        checks=tuple(map(_command, rows.get("check", ()))),
        services=tuple(
            Service(unit, _split(reload_on, ":"), _split(restart_on, ":"))
            for unit, reload_on, restart_on in rows.get("service", ())
        ),
        ports=tuple(
            Port(int(number), "" if expect == _ABSENT else expect, tls == "tls")
            for number, tls, expect in rows.get("port", ())
        ),
        probes=tuple(Probe(kind, value) for kind, value in rows.get("probe", ())),
    )


def _folders(
    artefacts: tuple[Artefact, ...], directories: tuple[Directory, ...]
) -> tuple[Directory, ...]:
    """Every folder of the generation: those that are named, and the parents of all else. Files of
    the host itself (NixOS) have theirs there."""
    named = {d.path: d for d in directories if not d.path.startswith("/")}
    paths = {
        str(parent)
        for path in (*(artefact.path for artefact in artefacts), *named)
        if not path.startswith("/")
        for parent in PurePosixPath(path).parents
    }
    return tuple(sorted(named.get(path, Directory(path)) for path in paths - {"."} | set(named)))


def _line(*fields: str) -> str:
    """Fields that hold a tab, a line break or nothing would shift the others: refused."""
    for value in fields:
        if not value or "\\" in value or not value.isprintable():
            raise MailctlError(f"a host's manifest cannot name {value!r}")
    return "\t".join(fields)


def _modes(entry: FileEntry | Directory) -> tuple[str, str, str]:
    return format(entry.mode, "o"), entry.owner, entry.group


def _joined(prefixes: tuple[str, ...]) -> str:
    return ":".join(prefixes) or _ABSENT


def _split(joined: str, separator: str) -> tuple[str, ...]:
    return () if joined == _ABSENT else tuple(joined.split(separator))


def _directory(row: list[str]) -> Directory:
    mode, owner, group, path = row
    return Directory(path, owner, group, int(mode, 8))


def _command(row: list[str]) -> Command:
    quiet, *argv = row
    return Command(tuple(argv), why="", quiet=quiet == "quiet")
