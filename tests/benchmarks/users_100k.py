"""100,000 users on one real host: the first apply, one changed password, and nothing to do.

Prints the bytes that left the client, the seconds of `mailctl apply` as a whole process, and when,
counted from its start, the password logs in by IMAP and the former one is refused.
Run as root: python tests/benchmarks/users_100k.py [USERS]
"""

from __future__ import annotations

import base64
import hashlib
import imaplib
import ssl
import sys
import tempfile
import time
from pathlib import Path

from measured import measure

from mailctl.keys.hashing import argon2id
from mailctl.rehearsal.throwaway import ThrowawayNetwork, throwaway_network

ADDRESS = "203.0.113.1"
DOMAINS = 100
USER = "changing@d0.example"
SALT = b"0123456789abcdef"
PATIENCE = 30
"""Seconds after an apply until its password must work."""
_HOSTS = f"""\
mailctl: 1
hosts:
  mail:
    fqdn: mail.example.org
    addresses: [{ADDRESS}]
    platform: debian-12
policies:
  default: {{dkim: none}}
domains:
"""


def write(spec: Path, users: int, password: str) -> None:
    """All users with two aliases, a quota and a forward; the password is that of the last. No two
    hashes are alike, for what repeats itself costs nothing on the wire."""
    form = argon2id("of nobody", SALT).rsplit("$", 2)[0]
    with spec.open("w") as file:
        file.write(_HOSTS)
        file.writelines(f"  d{number}.example: {{}}\n" for number in range(DOMAINS))
        file.write("users:\n")
        for number in range(users - 1):
            domain = f"d{number % DOMAINS}.example"
            file.write(
                f'  user{number}@{domain}:\n    password: {{hash: "{form}{_digest(number)}"}}\n'
                f"    aliases: [first.last{number}@{domain}, info{number}@{domain}]\n"
                f"    quota: {1 + number % 9}G\n"
                f"    forward: {{to: [user{number}@elsewhere.example], keep: true}}\n"
            )
        file.write(f'  {USER}:\n    password: {{hash: "{argon2id(password, SALT)}"}}\n')


def _digest(number: int) -> str:
    """A salt and a hash of the usual sizes, of no password."""
    bits = hashlib.blake2b(str(number).encode(), digest_size=48).digest()
    salt, digest = (base64.b64encode(part).decode().rstrip("=") for part in (bits[:16], bits[16:]))
    return f"${salt}${digest}"


def sent() -> int:
    """Bytes that have left this network namespace, headers and all (proc_net(5): dev)."""
    _, _, *lines = Path("/proc/thread-self/net/dev").read_text().splitlines()
    counts = dict(line.split(":") for line in lines)
    return sum(int(of.split()[8]) for name, of in counts.items() if name.strip() != "lo")


def logs_in(password: str) -> bool:
    """Whether the server takes it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    client = imaplib.IMAP4_SSL(ADDRESS, ssl_context=context)
    try:
        client.login(USER, password)
    except imaplib.IMAP4.error:
        return False
    finally:
        client.shutdown()
    return True


def until(begun: float, password: str, answer: bool) -> float:
    """Seconds from `begun` until a login with the password is taken, or refused."""
    end = time.perf_counter() + PATIENCE
    while logs_in(password) is not answer:
        if time.perf_counter() > end:
            raise SystemExit(f"a password is {'refused' if answer else 'taken'} that should not be")
    return time.perf_counter() - begun


def apply(net: ThrowawayNetwork, spec: Path, expected: str) -> str:
    """One apply: the beginning of a row, of what it sent and took."""
    access = net.access
    before = sent()
    ran = measure(
        [
            *(sys.executable, "-m", "mailctl", "apply", str(spec), "--no-dns-check"),
            *("--ssh-key", str(access.identity), "--known-hosts", str(access.known_hosts)),
        ],
        spec.parent,
    )
    if expected not in ran.output:
        raise SystemExit(f"expected '{expected}', not:\n{ran.output}")
    return f"{(sent() - before) / 1e6:9.3f} MB {ran.seconds:7.2f} s {ran.mib:6.0f} MiB"


def main(users: int) -> None:
    with tempfile.TemporaryDirectory() as folder, throwaway_network() as net:
        spec = Path(folder) / "mail.yaml"
        net.boot("mail", platform="debian-12", addresses=[ADDRESS], fqdn="mail.example.org")
        with net.inside():
            print(f"{users} users; sent, seconds, memory, and until the logins are as they should")
            for what, password, former, expected in (
                ("first apply", "the first", "no password", "generation 1 is live"),
                ("one password changed", "the second", "the first", "generation 2 is live"),
                ("nothing to do", "the second", "the first", "nothing to do"),
            ):
                write(spec, users, password)
                begun = time.perf_counter()
                row = apply(net, spec, expected)
                works, refused = until(begun, password, True), until(begun, former, False)
                print(f"{what:22}{row}; new works {works:.2f} s, old refused {refused:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
