"""What a plan says of 100,000 users of whom a few differ: seconds, from whole files and from the
lines that differ alone.

Run: python tests/benchmarks/plan_100k_users.py
"""

from __future__ import annotations

import time

from mailctl.bundle import Entries
from mailctl.deploy.entries import compare, lines_apart

COUNT = 100_000
USERS = Entries("dovecot/users", "user", "users", ":", ((1, "password"), (7, "quota")), True)


def users(changed: int) -> bytes:
    """A passwd-file with hashes of Argon2's length; every `changed`-th has another one."""
    return b"".join(
        b"user%06d@example.org:{ARGON2ID}%0100d::::::\n" % (number, not number % changed)
        for number in range(COUNT)
    )


def main() -> None:
    before, after = users(COUNT + 1), users(1000)
    start = time.perf_counter()
    apart = lines_apart(before, after)
    middle = time.perf_counter()
    delta = compare(USERS, *apart)
    end = time.perf_counter()
    if delta.counts() != ("99 passwords changed",):
        raise SystemExit(f"wrong: {delta.counts()}")
    whole = compare(USERS, before.splitlines(), after.splitlines())
    last = time.perf_counter()
    if whole != delta:
        raise SystemExit("whole files say something else than their pieces")
    print(f"{COUNT} users, {len(before) >> 20} MiB, 99 passwords differ")
    print(f"to find the lines that differ   {middle - start:7.4f} s")
    print(f"to compare these alone          {end - middle:7.4f} s")
    print(f"to compare all, line by line    {last - end:7.4f} s")


if __name__ == "__main__":
    main()
