"""Further names of hosts: each leads to one host, and clients are told only names that do."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, Severity, SpecPath
from mailctl.model.client_settings import login_hosts
from mailctl.model.domain import Domain
from mailctl.model.host import CertificateFiles, Host, SelfSigned, ServerName
from mailctl.model.names import DomainName
from mailctl.model.system import System
from mailctl.model.web import web_names


def check(system: System) -> Iterator[Finding]:
    """Names that are something else already, certificates that fit no host, and what domains tell
    their clients."""
    if any(host.names for host in system.hosts.values()):
        yield from _taken(system)
    for host in system.hosts.values():
        for name in host.names:
            yield from _certificate(host, name)
    for domain in system.domains.values():
        if domain.policy.server_name and domain.store in system.hosts:
            yield from _told(system, domain)


def _taken(system: System) -> Iterator[Finding]:
    hosts = system.hosts.values()
    owners = {host.fqdn: f"the fqdn of {host.name}" for host in hosts}
    for host in hosts:
        owners.update(
            (name, f"served over HTTPS by {host.name}") for name in web_names(system, host)
        )
    for host in hosts:
        for each in host.names:
            if each.name in owners:
                yield Finding(_place(host, each), "server-name-taken",
                              f"{each.name} is {owners[each.name]} already",
                              "leave it out, or choose another one",
                              on_key=isinstance(each.place, str))  # fmt: skip
            owners.setdefault(each.name, f"a name of {host.name}")


def _certificate(host: Host, each: ServerName) -> Iterator[Finding]:
    if each.files is not None and not isinstance(host.tls, CertificateFiles):
        by = (
            "makes its own certificate" if isinstance(host.tls, SelfSigned) else "asks an authority"
        )
        yield Finding(_place(host, each), "server-name-files",
                      f"{each.name} has files, and {host.name} {by}",
                      "name files in `tls:` too, or leave these out")  # fmt: skip
    elif isinstance(host.tls, SelfSigned):
        yield Finding(_place(host, each), "server-name-self-signed",
                      f"{host.name} shows a self-signed certificate for {host.fqdn} under the name "
                      f"{each.name} too",
                      "write `tls: acme`, or bring certificates", Severity.WARNING)  # fmt: skip


def _told(system: System, domain: Domain) -> Iterator[Finding]:
    """Each name is one of a host where the domain's users log in, and no host has two of them."""
    hosts = login_hosts(system, domain)
    known = ", ".join(dict.fromkeys(name for host in hosts for name in host.all_names))
    first: dict[str, DomainName] = {}
    for index, name in enumerate(domain.policy.server_name):
        where = ("domains", domain.name, "server_name", index)
        host = next((host for host in hosts if name in host.all_names), None)
        if host is None:
            yield Finding(where, "server-name-unknown",
                          f"users of {domain.name} log in at no host that is called {name}",
                          f"add it to the host's `names:`, or write one of {known}")  # fmt: skip
        elif host.name in first:
            yield Finding(where, "server-name-unknown",
                          f"{name} and {first[host.name]} are both names of {host.name}",
                          "tell clients one name of a host")  # fmt: skip
        else:
            first[host.name] = name


def _place(host: Host, each: ServerName) -> SpecPath:
    return ("hosts", host.name, "names", each.place)
