"""services.nginx: our names as virtual hosts, beside those that the administrator may have.

What is said on Debian for the whole server is said here in each virtual host of ours, for the
rest of the server is not ours. nixpkgs' module has the redirect to HTTPS, the place of an
authority's challenges, and the order in which nginx and security.acme start.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.backends.nginx.settings import HASH_BUCKET, HASH_SIZE, settings
from mailctl.backends.nginx.sites import Page, Site, sites
from mailctl.backends.tls import acme_certificates, certificate_of
from mailctl.emit.nixos import certificate
from mailctl.emit.nixos.values import Applied, Attrs, Default, Entry, Lines, Raw, entry
from mailctl.model.host import Acme, Host, Role
from mailctl.model.names import DomainName
from mailctl.model.platform import Platform
from mailctl.model.system import System
from mailctl.render.nginx import word, words
from mailctl.render.nix import comment, indented, string

LINES = "webServer"
"""What the module's `let` calls the lines that all our virtual hosts have."""
LINES_BECAUSE = "What every virtual host of ours says; other ones of the server say their own."

_NOBODY = "mailctl"
"""The virtual host that answers to no name that anybody has."""


def nginx_options(system: System, host: Host) -> Attrs:
    """What services.nginx is; nothing where the host has not the role."""
    if not host.has(Role.WEB):
        return Attrs(())
    names = {str(site.name): _site(host, site) for site in sites(system, host)}
    own = (_own_name(host, name) for name in host.all_names if name not in names)
    hosts = (_nobody(), *own, *(Entry((name,), site) for name, site in names.items()))
    return Attrs(
        (
            entry("enable", True),
            entry(
                "serverNamesHashBucketSize",
                Default(HASH_BUCKET),
                "Names in DNS are that long, and a host may have the names of many domains.",
            ),
            entry("serverNamesHashMaxSize", Default(HASH_SIZE)),
            entry("virtualHosts", Attrs(hosts)),
        )
    )


def lines(platform: Platform) -> str:
    """The string that LINES is."""
    said = (
        f"{comment(f'{each.because} ({each.source})' if each.source else each.because)}\n"
        f"{each.name} {words(each.value)};\n"
        for each in settings(platform)
    )
    return indented("".join(said), 1)


def _nobody() -> Entry:
    others = f'lib.attrValues (removeAttrs config.services.nginx.virtualHosts [ "{_NOBODY}" ])'
    return Entry(
        (_NOBODY,),
        Attrs(
            (
                entry(
                    "default",
                    Default(Raw(f"(!lib.any (site: site.default) ({others}))")),
                    "Unless the host has another one that says so.",
                ),
                entry("rejectSSL", True),
                Entry(("locations", "/", "return"), "444"),
                entry("extraConfig", Raw(LINES)),
            )
        ),
        "Whoever asks for a name that is not served here gets no answer.",
    )


def _own_name(host: Host, name: DomainName) -> Entry:
    return Entry(
        (str(name),),
        Attrs((*_challenges(host, name), Entry(("locations", "/"), Default(_NOTHING), _NOT_FOUND))),
        "There is nothing under the host's own names, unless its configuration has it.",
    )


_NOTHING = Attrs((entry("return", "404"),))
_NOT_FOUND = "A location of the host's own takes its place."


def _challenges(host: Host, name: DomainName) -> Iterator[Entry]:
    """Where the authority finds what it asks of a name of the host itself (RFC 8555, 8.3)."""
    if host.answers_by_http:
        own = f"config.services.nginx.virtualHosts.{string(name)}"
        answer = Attrs(
            (
                entry("root", certificate.webroot_of(host)),
                entry("extraConfig", Lines("default_type text/plain;\n")),
            )
        )
        yield Entry(
            ("locations", "^~ /.well-known/acme-challenge/"),
            Applied(f"lib.mkIf (!{own}.enableACME && {own}.useACMEHost == null)", answer),
            "The authority comes to port 80. With either of the two nixpkgs has this itself.",
        )


def _site(host: Host, site: Site) -> Attrs:
    pages = (
        Entry(("locations", location), _page(host, page))
        for page in site.pages
        for location in page.locations
    )
    return Attrs(
        (
            entry("forceSSL", True),
            *_certificate(host, site),
            *pages,
            Entry(("locations", "/", "return"), "404"),
            entry("extraConfig", Raw(LINES)),
        )
    )


def _page(host: Host, page: Page) -> Attrs:
    file = f"{host.platform.places.tree}/{word(page.file)}"
    text = "".join(f"{line}\n" for line in page.answer)
    return Attrs((entry("alias", file), entry("extraConfig", Lines(text))))


def _certificate(host: Host, site: Site) -> Iterator[Entry]:
    """One of security.acme by its name, for nixpkgs knows then who waits for whom; another one as
    a credential of the unit."""
    if name := certificate.acme_name(site.certificate.certificate):
        yield entry("useACMEHost", name)
        if isinstance(host.tls, Acme):
            yield entry("acmeRoot", certificate.webroot_of(host) or Raw("null"))
    else:
        yield entry("sslCertificate", f"{_CREDENTIALS}/{_CHAIN}")
        yield entry("sslCertificateKey", f"{_CREDENTIALS}/{_KEY}")


_CREDENTIALS = "/run/credentials/nginx.service"
_CHAIN, _KEY = "mailctl-chain.pem", "mailctl-key.pem"


def unit(host: Host) -> Iterator[Entry]:
    """What is otherwise in systemd.services.nginx."""
    if not host.has(Role.WEB):
        return
    brought = certificate_of(host)
    if isinstance(host.tls, Acme):
        before = tuple(
            f"acme-{order}{name}.service"
            for name in host.all_names
            for order in ("", "order-renew-")
        )
        yield entry("nginx.before", before, _FIRST)
    elif not certificate.acme_name(brought.certificate):
        files = ((_CHAIN, brought.certificate), (_KEY, brought.key))
        loaded = tuple(f"{name}:{path.replace('%', '%%')}" for name, path in files)
        yield entry("nginx.serviceConfig.LoadCredential", loaded, _READ_BY_ROOT)


_READ_BY_ROOT = (
    "nginx runs as an account of its own, and the key is for root alone: systemd hands both files "
    "over when it starts the unit. After a renewal the unit has to be restarted."
)
_FIRST = "It answers what the authority asks of the host's own names, too."


def orders(system: System, host: Host) -> Iterator[Entry]:
    """What security.acme gets besides the host's own certificate: one for each domain."""
    for each in acme_certificates(system, host):
        if each.of_the_web and isinstance(host.tls, Acme):
            path = ("security", "acme", "certs", str(each.name))
            yield from certificate.order(path, host, host.tls)
            if others := tuple(str(name) for name in each.names if name != each.name):
                yield Entry((*path, "extraDomainNames"), others)
            yield Entry((*path, "group"), Default(Raw("config.services.nginx.group")), _READS)
            yield Entry((*path, "reloadServices"), ("nginx.service",))


_READS = "nginx reads the key as an account of its own."
