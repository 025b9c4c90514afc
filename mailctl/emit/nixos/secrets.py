"""The secret files of a host: the module knows their paths, never what is in them.

By default they lie below SECRETS, where an apply brings them. `services.mailctl.secretFiles` says
another place for each, as /run/agenix/NAME or /run/secrets/NAME.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from mailctl.bundle import Artefact
from mailctl.emit.nixos.values import Attrs, Default, Entry, Raw
from mailctl.model.places import SECRETS, STATE
from mailctl.render.nix import string


def secret_entries(secrets: Iterable[Artefact]) -> Attrs:
    """The default places, by the names of the files."""
    return Attrs(tuple(Entry((each.path,), Default(f"{SECRETS}/{each.path}")) for each in secrets))


def linked(secrets: Iterable[Artefact]) -> Iterator[Entry]:
    """Links to them where the daemons look, in environment.etc."""
    for each in secrets:
        source = Raw(f"config.services.mailctl.secretFiles.{string(each.path)}")
        yield Entry((f"mailctl/{each.path}", "source"), source)


def tmpfiles(secrets: Iterable[Artefact]) -> Iterator[str]:
    """Rules of tmpfiles.d(5): folders, and who may read a file that lies there."""
    listed = tuple(secrets)
    folders = {
        str(folder)
        for each in listed
        for folder in PurePosixPath(each.path).parents
        if str(folder) != "."
    }
    yield f"d {STATE} 0755 root root -"
    yield f"d {SECRETS} 0711 root root -"
    for folder in sorted(folders):
        yield f"d {SECRETS}/{folder} 0711 root root -"
    for each in listed:
        yield f"z {SECRETS}/{each.path} {each.mode:04o} {each.owner} {each.group} -"
