"""The archive: the same files, the same bytes."""

from __future__ import annotations

import io
import tarfile

from deploy_values import KEY, MAIN

from mailctl.bundle import Directory
from mailctl.deploy.archive import archive


def test_order_does_not_matter_and_nothing_of_this_machine_is_in_it() -> None:
    folders = (Directory("postfix"), Directory("dkim", "opendkim", "opendkim", 0o750))
    one = archive(folders, (MAIN, KEY))
    assert one == archive(folders[::-1], (KEY, MAIN))
    with tarfile.open(fileobj=io.BytesIO(one.content)) as tar:
        members = {member.name: member for member in tar}
    key = members["dkim/s1.pem"]
    assert (key.mode, key.uname, key.gname, key.mtime) == (0o600, "opendkim", "opendkim", 0)
    assert members["dkim"].isdir()
    assert members["dkim"].mode == 0o750


def test_long_names_survive() -> None:
    name = "/".join(["sieve", "users", "a" * 120, "b" * 200])
    with tarfile.open(fileobj=io.BytesIO(archive((Directory(name),), ()).content)) as tar:
        assert tar.getnames() == [name]
