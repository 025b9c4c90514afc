"""The passwd-files: one line a user, sorted, joined (100,000 lines are no matter for templates).

    user:{SCHEME}hash:uid:gid:gecos:home:shell:extra fields

uid, gid and home are the same rule for everybody and stand in dovecot.conf
(doc.dovecot.org, passwd-file). A line that began with `#` would be a comment, and `:` would
end the name: the rules refuse such names, and `_line` raises for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailctl.backends.base import Vault
from mailctl.backends.dovecot.places import SENDERS_FILE, USERS_FILE
from mailctl.bundle import Artefact, Entries
from mailctl.model.host import Host
from mailctl.model.user import User

_PARTS = ((1, "password"), (7, "quota"))
"""Places behind the name: the quota is the only extra field that is written here."""

ENTRIES = (
    Entries(USERS_FILE, "user", "users", ":", _PARTS, guarded=True),
    Entries(SENDERS_FILE.format(protocol="smtp"), "user", "users", ":", _PARTS, guarded=True),
)

_QUOTA_FIELD = {
    (2, 3): "userdb_quota_rule=*:bytes={}",
    (2, 4): "userdb_quota_storage_size={}B",
}


def passwd_file(path: str, users: Iterable[User], vault: Vault, host: Host) -> Artefact:
    """The artefact for these users; empty and withheld when the vault withholds secrets."""
    lines: list[str] = []
    withheld = False
    for user in users:
        hashed = vault.password_hash(user)
        withheld = withheld or hashed is None
        if hashed is not None:
            lines.append(_line(user, hashed, host.platform.dovecot))
    content = b"" if withheld else "".join(sorted(lines)).encode()
    group = host.platform.places.own_group
    return Artefact(path, content, group=group, mode=0o640, secret=True, withheld=withheld)


def _line(user: User, hashed: str, dovecot: tuple[int, int]) -> str:
    name = str(user.address)
    if name.startswith("#") or any(mark in name or mark in hashed for mark in ":\n\r\0"):
        raise ValueError(f"{name} cannot stand in a passwd-file")
    # Dovecot looks a name up as str_escape() writes it, with backslashes before these
    name = re.sub(r"([\\\"'])", r"\\\1", name)
    extra = "" if user.quota is None else _QUOTA_FIELD[dovecot].format(user.quota)
    return f"{name}:{hashed}::::::{extra}\n"
