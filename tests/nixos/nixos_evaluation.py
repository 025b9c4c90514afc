"""A module as NixOS evaluates it, against the option declarations of this folder."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from nix_expressions import nix_instantiate

_EVALUATE = Path(__file__).with_name("declarations") / "evaluate.nix"


class Refused(Exception):
    """The module does not evaluate; says what Nix says."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A systemd service, as far as the module has to do with it."""

    after: list[str]
    wants: list[str]
    before: list[str]
    preStart: str  # noqa: N815 - as the option is called
    script: str
    start: str
    settings: Mapping[str, object]
    triggers: int


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What a built system would have. A file is `text`, a `file` beside the module, or a `link`
    out of the store."""

    failed: list[str]
    warnings: list[str]
    main_cf: str
    master_cf: str
    maps: Mapping[str, Mapping[str, str]]
    dovecot_conf: str | None
    opendkim_conf: str | None
    nginx_conf: str | None
    etc: Mapping[str, Mapping[str, str]]
    ports: list[int]
    tmpfiles: list[str]
    users: Mapping[str, Mapping[str, object]]
    groups: list[str]
    units: Mapping[str, Unit]
    certificates: Mapping[str, list[str]]
    orders: Mapping[str, Mapping[str, object]]
    renewals_at_once: int
    secrets: Mapping[str, str]

    def etc_text(self, path: str) -> str:
        """The content of a file in /etc."""
        return content(self.etc[path])


def content(given: Mapping[str, str]) -> str:
    """What a file holds that is in the store."""
    return given["text"] if "text" in given else Path(given["file"]).read_bytes().decode()


def evaluate(
    release: str, module: Path, extra: str = "{ }", nixpkgs: Path | None = None
) -> Evaluated:
    """The module, and beside it `extra`, what an administrator's own configuration says; by the
    modules of a checkout of `nixpkgs`, where there is one. Raises Refused."""
    real = () if nixpkgs is None else ("--arg", "nixpkgs", str(nixpkgs))
    try:
        said = nix_instantiate(
            *("--eval", "--strict", "--json", "--argstr", "release", release),
            *("--arg", "module", str(module), "--arg", "extra", extra, *real),
            str(_EVALUATE),
        )
    except subprocess.CalledProcessError as error:
        raise Refused(error.stderr) from error
    found = json.loads(said)
    found["units"] = {name: Unit(**unit) for name, unit in found["units"].items()}
    return Evaluated(**{each.name: found[each.name] for each in fields(Evaluated)})
