"""What the module says against a host that does not fit it, before anything is built."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.backends.dovecot.review import serves
from mailctl.emit.nixos.shapes import Shape
from mailctl.emit.nixos.values import Attrs, Entry, Item, Raw, Value, entry
from mailctl.model.host import Host


def assertions(host: Host, shape: Shape) -> tuple[Value | Item, ...]:
    """The list `assertions`: each a condition and what to do where it does not hold."""
    return tuple(Attrs(pair) for pair in _pairs(host, shape))


def _pairs(host: Host, shape: Shape) -> Iterator[tuple[Entry, Entry]]:
    yield (
        entry(
            "assertion",
            Raw(
                "lib.all (file: !lib.hasPrefix builtins.storeDir file) "
                "(lib.attrValues config.services.mailctl.secretFiles)"
            ),
        ),
        entry(
            "message",
            "services.mailctl.secretFiles names a file in the Nix store, which everybody on the "
            "host can read; name one outside of it, as agenix and sops-nix place them.",
        ),
    )
    if serves(host) and shape.dovecot_settings:
        yield (
            entry(
                "assertion",
                Raw('lib.versionAtLeast config.services.dovecot2.package.version "2.4"'),
            ),
            entry(
                "message",
                "This module has Dovecot 2.4's settings; set services.dovecot2.package to a "
                "Dovecot of 2.4, or leave it out.",
            ),
        )


def release_warning(shape: Shape) -> Raw:
    """The list `warnings`: one where the system is of another release."""
    return Raw(
        f'lib.optional (lib.trivial.release != "{shape.release}")\n'
        f'      "mailctl wrote this module for NixOS {shape.release}, and this is '
        "${lib.trivial.release}: set the host's platform in the spec\""
    )
