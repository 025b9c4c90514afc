"""services.postfix: main.cf and master.cf as options, the tables as mapFiles.

nixpkgs' module has the services of Postfix's own master.cf, none of them in a chroot, and
directories of its own; what is said here is what ours has besides, or otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.backends.base import Setting
from mailctl.backends.postfix.backend import main_cf
from mailctl.backends.postfix.maps import tables
from mailctl.backends.postfix.overrides import is_decided
from mailctl.backends.postfix.section import Section
from mailctl.backends.postfix.services import Service, services
from mailctl.emit.nixos import unbound
from mailctl.emit.nixos.layout import is_inline
from mailctl.emit.nixos.shapes import Shape
from mailctl.emit.nixos.values import (
    Applied,
    Attrs,
    Default,
    Entry,
    File,
    Heading,
    Item,
    Value,
    entry,
)
from mailctl.model.host import Host
from mailctl.model.system import System
from mailctl.render.postfix import value

OPTIONS = "options"
"""The function in the module's `let` that makes -o { name = value } of lines."""

_LISTS = frozenset(
    (
        *("mynetworks", "proxy_interfaces", "relay_domains", "smtpd_tls_chain_files"),
        *("smtpd_client_event_limit_exceptions", "smtpd_restriction_classes", "notify_classes"),
        *("smtpd_discard_ehlo_keywords", "virtual_alias_domains", "virtual_alias_maps"),
        *("virtual_mailbox_domains", "virtual_mailbox_maps", "relay_recipient_maps"),
        *("transport_maps", "smtpd_sender_login_maps", "smtpd_milters", "non_smtpd_milters"),
        *("header_checks", "mime_header_checks", "nested_header_checks", "alias_maps"),
    )
)
_WORDS: dict[str, Value] = {"yes": True, "no": False}

_NIXPKGS_DEFAULTS = frozenset(
    (
        *("smtp_tls_security_level", "sample_directory", "readme_directory", "html_directory"),
        "mail_spool_directory",
    )
)
"""Where nixpkgs' module says lib.mkDefault itself: a second one that differs is a conflict."""

_NAMES = {"587": "submission", "465": "submissions"}
"""Services that NixOS calls otherwise in its set; the port stays what it is."""

_NOT_OURS = frozenset({"postlog"})
"""The journal has Postfix's log, so that nobody writes one to a file."""


def postfix_options(system: System, host: Host, shape: Shape, folder: str) -> Attrs:
    """What services.postfix is, in the order in which it is read best."""
    main: list[Entry | Heading] = []
    sections = main_cf(system, host)
    for section in sections:
        main.append(Heading(section.title))
        main.extend(
            _setting(each, shape) for each in section.settings if not _elsewhere(each, shape)
        )
    listed = services(system, host)
    return Attrs(
        (
            *_basics(listed),
            *_trusted(sections, shape),
            entry(shape.main, Attrs(tuple(main))),
            entry(shape.master, Attrs(tuple(_master(listed, host)))),
            entry("mapFiles", Attrs(tuple(_maps(system, host, folder)))),
        )
    )


def map_files(system: System, host: Host) -> tuple[File, ...]:
    """The tables that services.postfix.mapFiles compiles, under their artefacts' names."""
    return tuple(
        File(f"postfix/{name}", content) for name, content in sorted(tables(system, host).items())
    )


def main_value(setting: Setting, *, numbers: bool) -> Value:
    """The right type for a value of main.cf: NixOS writes yes and no for booleans, and commas
    between the elements of a list."""
    text = value(setting.value)
    if setting.name in _LISTS or setting.name.endswith("_restrictions"):
        return tuple(filter(None, text.split(", ")))
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if numbers and text.isdecimal() and text == str(int(text)) else text


def _basics(listed: Iterable[Service]) -> Iterator[Entry]:
    yield entry("enable", True)
    if not any(map(_receives, listed)):
        yield entry("enableSmtp", False, "Other hosts have no business here.")
    yield entry("postmasterAlias", "", "There is no local delivery that could read /etc/aliases.")


def _receives(service: Service) -> bool:
    """Whether it is port 25's: `enableSmtp` stands for it."""
    return service.type == "inet" and service.name == "smtp"


def _elsewhere(setting: Setting, shape: Shape) -> bool:
    """Whether an option of its own decides it."""
    return setting.name == "smtp_tls_CAfile" and bool(shape.trusted)


def _trusted(sections: Iterable[Section], shape: Shape) -> Iterator[Entry]:
    for section in sections:
        for each in section.settings:
            if _elsewhere(each, shape):
                yield entry(shape.trusted, Default(each.value), each.because)


def _setting(setting: Setting, shape: Shape) -> Entry:
    chosen = main_value(setting, numbers=shape.numbers)
    plain = setting.name in _NIXPKGS_DEFAULTS or is_decided(setting.name)
    kept = chosen if plain else Default(chosen)
    because = f"{setting.because} ({setting.source})" if setting.source else setting.because
    return Entry((setting.name,), kept, because)


def _master(listed: tuple[Service, ...], host: Host) -> Iterator[Entry]:
    # enableSmtp has these two besides port 25
    missing = () if any(map(_receives, listed)) else ("smtp", "relay")
    for service in listed:
        known = service.type != "inet" and service.name not in ("submission-cleanup", *missing)
        jailed = unbound.asks(service, host)
        usual = known and not service.settings and not jailed
        if _receives(service) or service.name in _NOT_OURS or usual:
            continue
        yield _service(service, known=known, jailed=jailed)


def _service(service: Service, *, known: bool, jailed: bool) -> Entry:
    name = _NAMES.get(service.name, service.name)
    given: list[Entry | Heading] = []
    if name != service.name:
        given.append(entry("name", service.name))
    if not known:
        given += _columns(service)
    if jailed:
        given.append(entry("chroot", True, "In the chroot resolv.conf names our resolver alone."))
    if service.settings:
        lines = tuple(Item(_option(setting), setting.because) for setting in service.settings)
        given.append(entry("args", Applied(OPTIONS, lines)))
    return Entry((name,), Attrs(tuple(given)), service.because)


def _columns(service: Service) -> Iterator[Entry]:
    if service.type != "unix":
        yield entry("type", service.type)
    if service.private == "n":
        yield entry("private", False)
    if service.processes != "-":
        yield entry("maxproc", int(service.processes))
    yield entry("command", service.command)


def _option(setting: Setting) -> str:
    return f"{setting.name} = {value(setting.value)}"


def _maps(system: System, host: Host, folder: str) -> Iterator[Entry]:
    for file in map_files(system, host):
        name = file.path.removeprefix("postfix/")
        yield Entry((name,), _written(name, file, folder))


def _written(name: str, file: File, folder: str) -> Value:
    """A table as a path: of a file of the store where it is inline, else of the file beside."""
    return Applied(f'pkgs.writeText "{name}"', file) if is_inline(file, folder) else file


HELPER = 'lib.concatMap (setting: [ "-o" "{ ${setting} }" ])'
HELPER_BECAUSE = "-o { name = value } in master.cf: braces hold a value with blanks together."
"""What OPTIONS is, and why (master(5))."""
