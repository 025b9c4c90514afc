"""Which name answers to what, as nginx.conf lays it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailctl.backends.nginx.autoconfig import autoconfig
from mailctl.backends.nginx.autodiscover import autodiscover
from mailctl.backends.nginx.mobileconfig import mobileconfig
from mailctl.backends.tls import web_certificates
from mailctl.dns.mta_sts import policies
from mailctl.model.host import CertificateFiles, Host
from mailctl.model.names import DomainName
from mailctl.model.system import System
from mailctl.model.web import guided_domains, web_host
from mailctl.render.nginx import word

AUTODISCOVER = "/autodiscover/autodiscover.xml"
_OUTLOOK = r"~* ^/autodiscover/autodiscover\.xml$"


_POSTED = (
    "# Outlook posts the user's address, which nothing here reads.",
    "error_page 405 =200 $uri;",
)


@dataclass(frozen=True, slots=True)
class Page:
    """A file that is served: at `paths`, from `file` in the generation. `posted`: Outlook asks by
    POST, and with capital letters as it likes."""

    paths: tuple[str, ...]
    file: str
    media_type: str
    content: bytes
    posted: bool = False

    @property
    def locations(self) -> tuple[str, ...]:
        """Where it is found, as a `location` of nginx has it."""
        return (_OUTLOOK,) if self.posted else tuple(f"= {word(path)}" for path in self.paths)

    @property
    def answer(self) -> tuple[str, ...]:
        """The lines of such a location, but for that which names the file."""
        asked = _POSTED if self.posted else ("limit_except GET { deny all; }",)
        return (*asked, "types { }", f"default_type {word(self.media_type)};")


@dataclass(frozen=True, slots=True)
class Site:
    """A name, its certificate and its pages; all other paths are not found."""

    name: DomainName
    certificate: CertificateFiles
    pages: tuple[Page, ...]


def sites(system: System, host: Host) -> tuple[Site, ...]:
    """Everything that the host serves, sorted by name."""
    given = sorted((*_policy_pages(system, host), *_client_pages(system, host)))
    certificates = web_certificates(system, host)
    return tuple(Site(name, certificates[name], pages) for name, pages in given)


def _policy_pages(system: System, host: Host) -> Iterator[tuple[DomainName, tuple[Page, ...]]]:
    """RFC 8461, 3.2 and 3.3: the media type is text/plain."""
    for domain, text in policies(system):
        if web_host(system, system.domains[domain]) == host:
            page = Page(
                ("/.well-known/mta-sts.txt",),
                f"nginx/www/{domain}/mta-sts.txt",
                "text/plain",
                text.encode(),
            )
            yield DomainName(f"mta-sts.{domain}"), (page,)


def _client_pages(system: System, host: Host) -> Iterator[tuple[DomainName, tuple[Page, ...]]]:
    for domain in guided_domains(system):
        if web_host(system, domain) != host:
            continue
        folder = f"nginx/www/{domain.name}"
        thunderbird = Page(
            ("/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml"),
            f"{folder}/config-v1.1.xml",
            "text/xml",
            autoconfig(system, domain),
        )
        apple = Page(
            (f"/mail/{domain.name}.mobileconfig",),
            f"{folder}/mail.mobileconfig",
            "application/x-apple-aspen-config",
            mobileconfig(system, domain),
        )
        pages = (thunderbird, *((apple,) if apple.content else ()))
        yield DomainName(f"autoconfig.{domain.name}"), pages
        outlook = Page(
            (AUTODISCOVER,),
            f"{folder}/autodiscover.xml",
            "text/xml",
            autodiscover(system, domain),
            posted=True,
        )
        yield DomainName(f"autodiscover.{domain.name}"), (outlook,)
