"""services.opendkim: nixpkgs' module signs one domain with one key; our tables know them all."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.opendkim.backend import opendkim_conf
from mailctl.backends.opendkim.overrides import is_decided
from mailctl.backends.opendkim.signers import signers_of
from mailctl.emit.nixos.shapes import Shape
from mailctl.emit.nixos.values import Applied, Attrs, Default, Entry, Forced, Lines, Raw, entry
from mailctl.model.host import Host
from mailctl.model.system import System
from mailctl.render.nix import comment
from mailctl.render.opendkim import word


def opendkim_options(system: System, host: Host, shape: Shape) -> Attrs:
    """What services.opendkim is; nothing where the host signs no mail."""
    settings = opendkim_conf(system, host)
    if not settings:
        return Attrs(())
    socket = f"local:{host.platform.places.signer}/opendkim.sock"
    return Attrs(
        (
            entry("enable", True, _INSECURE if shape.opendkim_settings else ""),
            entry("socket", socket, "In the folder that systemd makes for the service."),
            entry(
                "selector",
                Default(signers_of(system, host)[0][1].selector),
                "The module wants one; the tables say which signs for which domain.",
            ),
            _as_set(settings) if shape.opendkim_settings else _as_file(settings),
        )
    )


_INSECURE = (
    "Between January and May 2026 nixpkgs called OpenDKIM insecure: a system of that time asks for "
    'nixpkgs.config.permittedInsecurePackages = [ "opendkim-2.11.0-Beta2" ].'
)


def _as_set(settings: tuple[Setting, ...]) -> Entry:
    given = (
        Entry(
            (setting.name,),
            word(setting.value) if is_decided(setting.name) else Default(word(setting.value)),
            f"{setting.because} ({setting.source})" if setting.source else setting.because,
        )
        for setting in settings
    )
    return entry("settings", Attrs(tuple(given)))


def _as_file(settings: tuple[Setting, ...]) -> Entry:
    lines = (
        f"{comment(setting.because)}\n{setting.name} {word(setting.value)}\n"
        for setting in settings
    )
    text = Applied('pkgs.writeText "opendkim.conf"', Lines("\n".join(lines)))
    return entry("configFile", Default(text))


def unit() -> tuple[Entry, ...]:
    """What is otherwise in systemd.services.opendkim."""
    return (
        entry(
            "serviceConfig.ExecStart",
            Forced(Raw('"${pkgs.opendkim}/bin/opendkim -f -l -x ${opendkimConf}"')),
            "Without the one domain, key and selector that the module gives on the command line, "
            "which would take the place of the tables.",
        ),
        entry(
            "preStart",
            Forced(""),
            "The module would make a key of its own here, with a selector that it is not told.",
        ),
    )


def configuration(shape: Shape) -> str:
    """What `opendkimConf` is in the module's `let`: the file, with whatever the host's own
    configuration has changed in it."""
    if not shape.opendkim_settings:
        return "config.services.opendkim.configFile"
    return (
        'pkgs.writeText "opendkim.conf" (\n'
        "    lib.concatStrings (\n"
        '      lib.mapAttrsToList (name: value: "${name} ${value}\\n") '
        "config.services.opendkim.settings\n"
        "    )\n"
        "  )"
    )
