"""What most commands begin with: load the spec, make missing keys, compile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.unheard import say
from mailctl.errors import Finding, Issue, Severity, SpecError

if TYPE_CHECKING:
    from mailctl.bundle import Bundle
    from mailctl.dns.record import Record
    from mailctl.keys.vault import KeyVault
    from mailctl.model.host import Host
    from mailctl.model.names import DomainName
    from mailctl.model.system import System
    from mailctl.rotation.effective import Rotations
    from mailctl.spec.load import Loaded

DEFAULT_SPEC = "mail.yaml"

spec_argument = click.argument(
    "spec", default=DEFAULT_SPEC, type=click.Path(path_type=Path), metavar="[SPEC]"
)
"""The spec's first file; left out, mail.yaml in the current folder."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A spec that holds, its secrets, and all DNS records that it asks for. `retired` are DKIM
    keys of former rotations, whose records are leftovers: domain and selector."""

    system: System
    vault: KeyVault
    records: tuple[Record, ...]
    retired: tuple[tuple[DomainName, str], ...] = ()

    def compile(self, with_secrets: bool = True) -> Bundle:
        """What shall be on the hosts; secret files are empty without secrets."""
        from mailctl.compile import compile_system
        from mailctl.keys.vault import WithheldVault

        if not with_secrets:
            return compile_system(self.system, WithheldVault(), self.records)
        self.vault.read_passwords(self.system.users.values())
        return compile_system(self.system, self.vault, self.records)


def load_system(spec: Path) -> System:
    """The model of a spec, with the keys that rotations have brought; its warnings go to
    standard error. Raises SpecError."""
    from mailctl.rotation.effective import rotations_of
    from mailctl.spec.load import examine

    loaded = examine(spec)
    return _accepted(loaded, rotations_of(loaded.system))


def load_public(spec: Path) -> System:
    """The same, without a look at keys and passwords: they need not be there."""
    from mailctl.rotation.effective import rotations_of
    from mailctl.spec.load import examine

    loaded = examine(spec, private=False)
    return _accepted(loaded, rotations_of(loaded.system), private=False)


def _accepted(
    loaded: Loaded,
    rotations: Rotations,
    vault: KeyVault | None = None,
    *,
    quiet: bool = False,
    private: bool = True,
) -> System:
    """The same of one that is loaded. A vault remembers the keys that are looked at."""
    system, findings = with_rotated_keys(loaded, rotations, vault, private=private)
    errors = tuple(issue for issue in findings if issue.severity == Severity.ERROR.value)
    if errors:
        raise SpecError(errors)
    for warning in () if quiet else sorted({*loaded.warnings, *findings}):
        say(f"warning: {warning}", err=True)
    return system


def with_rotated_keys(
    loaded: Loaded, rotations: Rotations, vault: KeyVault | None = None, *, private: bool = True
) -> tuple[System, tuple[Issue, ...]]:
    """The system with the keys that the files beside it say, and what is held against it beyond
    the spec's own rules."""
    from mailctl.pinning import effective as pinned
    from mailctl.rotation.effective import effective, findings

    pinnings = pinned.pinnings_of(loaded.system)
    system = pinned.effective(effective(loaded.system, rotations), pinnings)
    found = (
        *backend_findings(system, vault, private=private),
        *findings(loaded.system, rotations),
        *pinned.findings(loaded.system, pinnings),
    )
    return system, loaded.issues(found)


def refuse_findings(system: System, host: Host) -> None:
    """Raise MailctlError with what the daemons have against a host that was moved, by a word on
    the command line, to another platform than its spec's."""
    from mailctl.backends.reviews import REVIEWS
    from mailctl.errors import MailctlError

    found = [
        f"{finding.rule}: {finding.message}; {finding.hint}"
        for reviewed in REVIEWS
        for finding in reviewed(system, host)
        if finding.severity is Severity.ERROR
    ]
    if found:
        listed = "\n".join(found)
        raise MailctlError(f"{host.name} cannot be on {host.platform.name}:\n{listed}")


def prepare(spec: Path, *, quiet: bool = False) -> Prepared:
    """Load a spec and make the keys that it lacks; its warnings go to standard error, unless
    `quiet`. Raises SpecError and SecretError."""
    from mailctl.dns.records import records
    from mailctl.keys.certificates import key_digests
    from mailctl.keys.vault import KeyVault, public_keys
    from mailctl.rotation.effective import removed, rotations_of
    from mailctl.spec.load import examine

    loaded = examine(spec)
    rotations = rotations_of(loaded.system)
    vault = KeyVault(loaded.system.folder)
    system = _accepted(loaded, rotations, vault, quiet=quiet)
    wanted = records(system, public_keys(system, vault), key_digests(system))
    return Prepared(system, vault, wanted, tuple(removed(system, rotations)))


def backend_findings(
    system: System, vault: KeyVault | None = None, *, private: bool = True
) -> Iterator[Finding]:
    """What only the daemons' own rooms can refuse, as an override that they do not know, what
    is wrong with records, and with keys and passwords that are there already."""
    from mailctl.backends.reviews import REVIEWS
    from mailctl.dns import review as dns_review
    from mailctl.keys import review

    for host in system.hosts.values():
        for reviewed in REVIEWS:
            yield from reviewed(system, host)
    yield from dns_review.findings(system)
    if private:
        yield from review.findings(system, vault)
