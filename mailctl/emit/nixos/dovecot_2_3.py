"""services.dovecot2 of 24.11 to 25.11, for Dovecot 2.3: options of its own for what it has any,
the rest as text of dovecot.conf."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from mailctl.backends.dovecot.lines import Line, Section
from mailctl.emit.nixos.dovecot_lines import flat, setting, text_of, without
from mailctl.emit.nixos.values import Attrs, Default, Entry, Heading, Lines, entry
from mailctl.render.dovecot import FILTERS
from mailctl.render.environment import render

_OPTIONS = {
    "mail_location": "mailLocation",
    "ssl_cert": "sslServerCert",
    "ssl_key": "sslServerKey",
    "mail_uid": "mailUser",
    "mail_gid": "mailGroup",
}
_PROTOCOLS = {"imap": "enableImap", "pop3": "enablePop3", "lmtp": "enableLmtp"}
_PLUGIN = ("plugin",)


def options(sections: tuple[Section, ...]) -> Attrs:
    """Everything that dovecot.conf says."""
    lines = tuple(line for section in sections for line in flat(section.entries))
    taken = frozenset(filter(_has_an_option, lines))
    plain = [line for line in lines if line in taken and line.name in _OPTIONS]
    rest = render(
        "dovecot-2.3/dovecot.conf",
        FILTERS,
        opening="What services.dovecot2 has no option for.",
        sections=without(sections, taken),
    ).decode()
    given: list[Entry | Heading] = [
        entry("enable", True),
        entry("enablePAM", False, "Users of the mail system are no accounts of this one."),
        entry("enableDHE", False, "No finite-field key exchange: it is slow."),
        *_protocols(next(line for line in lines if line.name == "protocols")),
        *(setting((_OPTIONS[line.name],), line, line.value) for line in plain),
        *_plugins([line for line in lines if line.name == "mail_plugins"]),
        *_mailboxes([line for line in lines if _is_folder(line)]),
        *_plugin_settings([line for line in lines if line.blocks == _PLUGIN]),
        *_extensions(lines),
        entry("extraConfig", Lines(rest)),
    ]
    return Attrs(tuple(given))


def _has_an_option(line: Line) -> bool:
    return (
        line.name in ("protocols", "mail_plugins")
        or (line.name in _OPTIONS and not line.blocks)
        or line.blocks == _PLUGIN
        or _is_folder(line)
    )


def _is_folder(line: Line) -> bool:
    return len(line.blocks) == 2 and line.blocks[1].startswith("mailbox ")


def _protocols(line: Line) -> Iterator[Entry]:
    spoken = line.value.split()
    because = line.because
    for protocol, option in _PROTOCOLS.items():
        yield entry(option, protocol in spoken, because)
        because = ""
    others = tuple(protocol for protocol in spoken if protocol not in _PROTOCOLS)
    if others:
        yield entry("protocols", others)


def _plugins(lines: list[Line]) -> Iterator[Entry]:
    """`mail_plugins`: those for all protocols, and what one of them has besides."""
    everywhere: tuple[str, ...] = ()
    for line in lines:
        names = tuple(name for name in line.value.split() if name not in everywhere)
        if line.blocks:
            protocol = line.blocks[0].removeprefix("protocol ")
            yield Entry(("mailPlugins", "perProtocol", protocol, "enable"), names, line.because)
        else:
            everywhere = names
            yield Entry(("mailPlugins", "globally", "enable"), names, line.because)


def _mailboxes(lines: list[Line]) -> Iterator[Entry]:
    if not lines:
        return
    folders: list[Entry] = []
    for head, group in groupby(lines, lambda line: line.blocks[1]):
        said = {line.name: line for line in group}
        auto, use = said["auto"], said["special_use"].value.removeprefix("\\")
        attributes = Attrs((entry("auto", auto.value), entry("specialUse", use)))
        folders.append(Entry((head.removeprefix("mailbox "),), attributes, auto.because))
    yield entry("mailboxes", Attrs(tuple(folders)))


def _extensions(lines: tuple[Line, ...]) -> Iterator[Entry]:
    if any(line.name == "sieve" for line in lines):
        yield entry(
            "sieve.extensions",
            ("fileinto",),
            "What is named here comes on top of Pigeonhole's own extensions. With nothing named "
            "the module would write an empty list, which takes all of them away.",
        )


def _plugin_settings(lines: list[Line]) -> Iterator[Entry]:
    if lines:
        given = (Entry((line.name,), Default(text_of(line)), line.because) for line in lines)
        yield entry("pluginSettings", Attrs(tuple(given)))
