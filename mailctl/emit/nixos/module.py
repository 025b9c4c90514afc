"""A host as a NixOS module: one file, and beside it the tables that are big.

The same decisions as on Debian, as options of nixpkgs' modules. Pure, and without secrets.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.backends.opendkim.signers import signers_of
from mailctl.bundle import Contribution
from mailctl.compile import compile_host
from mailctl.emit.nixos import certificate, nginx, opendkim
from mailctl.emit.nixos import host as hosts
from mailctl.emit.nixos.assertions import assertions, release_warning
from mailctl.emit.nixos.dovecot import dovecot_options
from mailctl.emit.nixos.layout import entries, is_inline
from mailctl.emit.nixos.opendkim import opendkim_options
from mailctl.emit.nixos.postfix import HELPER, HELPER_BECAUSE, OPTIONS, map_files, postfix_options
from mailctl.emit.nixos.secrets import secret_entries
from mailctl.emit.nixos.shapes import Shape, shape_of
from mailctl.emit.nixos.values import Attrs, Entry, File, Heading, Raw, entry
from mailctl.emit.tree import TreeFile
from mailctl.keys.vault import WithheldVault
from mailctl.model.host import Host, Role
from mailctl.model.system import System
from mailctl.render.environment import render
from mailctl.render.nix import FILTERS


def module_files(system: System, host: Host, name: str = "mail") -> tuple[TreeFile, ...]:
    """`NAME.nix`, and below `NAME/` the files that it names, sorted by path.

    `host` is on a NixOS release of SHAPES; `name` is a word of letters, digits, - and _. Without
    a name there is one file, module.nix, as far as it can hold all.
    """
    content = compile_host(system, host, WithheldVault()).content
    public = (File(each.path, each.content) for each in hosts.public_files(system, host, content))
    beside = (
        TreeFile(f"{name}/{file.path}", file.content)
        for file in (*public, *map_files(system, host))
        if not is_inline(file, name)
    )
    text = _text(system, host, content, name)
    return (TreeFile(f"{name or 'module'}.nix", text), *sorted(beside))


def _text(system: System, host: Host, content: Contribution, name: str) -> bytes:
    shape = shape_of(host.platform)
    signs = bool(signers_of(system, host))
    return render(
        "nixos/module.nix",
        FILTERS,
        host=host,
        release=shape.release,
        helpers=[
            (
                OPTIONS,
                HELPER_BECAUSE,
                HELPER,
            ),
            *([("opendkimConf", "", opendkim.configuration(shape))] if signs else []),
            *(
                [(nginx.LINES, nginx.LINES_BECAUSE, nginx.lines(host.platform))]
                if host.has(Role.WEB)
                else []
            ),
        ],
        configuration=entries(
            Attrs(tuple(_configuration(system, host, shape, content, name))), 2, name
        ),
    )


def _configuration(
    system: System, host: Host, shape: Shape, content: Contribution, name: str
) -> Iterator[Entry | Heading]:
    yield Heading("Whether it fits")
    yield entry("assertions", assertions(host, shape))
    yield entry("warnings", release_warning(shape))
    yield Heading("Files")
    yield entry(
        "services.mailctl.secretFiles",
        secret_entries(hosts.secret_files(content)),
        "Where the host's secret files lie: never in the store.",
    )
    yield entry("environment.etc", hosts.etc(system, host, content, name))
    yield entry("systemd.tmpfiles.rules", hosts.tmpfiles(host, content))
    yield Heading("Postfix")
    yield entry("services.postfix", postfix_options(system, host, shape, name))
    yield from _where("services.dovecot2", "Dovecot", dovecot_options(system, host, shape))
    if host.has(Role.STORE):
        yield entry(
            shape.modules,
            (Raw("pkgs.dovecot_pigeonhole"),),
            "Sieve and ManageSieve are a package of their own.",
        )
    yield from _where("services.opendkim", "OpenDKIM", opendkim_options(system, host, shape))
    yield from _where("services.nginx", "nginx", nginx.nginx_options(system, host))
    yield Heading("The system")
    yield entry("systemd.services", Attrs(tuple(hosts.units(system, host, shape, content))))
    yield entry("users", Attrs(tuple(hosts.users(host, content))))
    yield entry("networking.firewall.allowedTCPPorts", hosts.ports(host, content))
    yield from certificate.renewals(host, shape)
    yield from nginx.orders(system, host)


def _where(path: str, title: str, options: Attrs) -> Iterator[Entry | Heading]:
    """A daemon that the host has."""
    if options.entries:
        yield Heading(title)
        yield entry(path, options)
