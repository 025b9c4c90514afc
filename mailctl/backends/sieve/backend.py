"""Sieve on one host: the scripts of the spec, and the release's own verdict on each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from mailctl.backends.base import Vault
from mailctl.backends.dovecot.places import CONFIGURATION
from mailctl.backends.sieve.placement import (
    AFTER,
    BEFORE,
    domain_file,
    has_subaddress_policy,
    host_file,
    user_file,
)
from mailctl.backends.sieve.subaddress import subaddress_script
from mailctl.bundle import TREE, Artefact, Command, Contribution
from mailctl.errors import Finding, MailctlError
from mailctl.model.host import Host, Role, SieveScripts
from mailctl.model.system import System


class Sieve:
    """Puts scripts beside Dovecot on hosts that keep mail."""

    name = "sieve"

    def contribute(self, system: System, host: Host, vault: Vault) -> Contribution:
        """The scripts, and the commands that let sievec judge them within the generation."""
        del vault  # scripts are no secrets
        if not host.has(Role.STORE):
            return Contribution()
        scripts = tuple(_scripts(system, host))
        folders = sorted({str(PurePosixPath(script.path).parent) for script in scripts})
        return Contribution(artefacts=scripts, builds=tuple(map(_compilation, folders)))

    def review(self, system: System, host: Host) -> Iterable[Finding]:
        """Nothing: what can be said against scripts without a host, the spec layer says."""
        del system, host
        return ()


def _scripts(system: System, host: Host) -> Iterator[Artefact]:
    yield from _around(host.sieve, host_file)
    for domain in system.stored_on(host):
        yield from _around(domain.sieve, partial(domain_file, domain.name))
        if has_subaddress_policy(domain):
            yield subaddress_script(domain)
    for user in system.users_of(host):
        if user.sieve is not None and not user.send_only:
            yield _copied(user_file(user.address), user.sieve)


def _around(scripts: SieveScripts, place: Callable[[str, int], str]) -> Iterator[Artefact]:
    for when, files in ((BEFORE, scripts.before), (AFTER, scripts.after)):
        for index, file in enumerate(files, 1):
            yield _copied(place(when, index), file)


def _copied(path: str, source: Path) -> Artefact:
    try:
        return Artefact(path, source.read_bytes())
    except OSError as error:
        message = f"the Sieve script {source} cannot be read: {error.strerror}"
        raise MailctlError(message, "correct its path in the spec") from error


def _compilation(folder: str) -> Command:
    """sievec takes whole folders; what it leaves there nobody reads (`compiled_folder`)."""
    return Command(
        ("sievec", "-c", f"{TREE}/{CONFIGURATION}", f"{TREE}/{folder}"),
        "sievec of this very release takes every script",
    )
