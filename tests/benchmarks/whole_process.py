"""The floor, or mailctl's apply, over ten hosts as one process of its own.

    python tests/benchmarks/whole_process.py floor|apply ADDRESS FIRST_PORT KEY KNOWN_HOSTS [TEXT]

`apply` prints, as JSON, for each host how many commands it ran there and whether it changed
anything; TEXT stands at the end of the one file that differs between runs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ten_servers import Way, all_hosts, bundle


def main(action: str, way: Way, changed: bytes) -> None:
    """As the command line would: connect to all, do it, leave."""
    if action == "floor":
        all_hosts(way.floor)
        return
    _, did = all_hosts(way.apply(bundle(changed)))
    print(json.dumps([[one.execs, one.changed] for one in did]))


if __name__ == "__main__":
    action, address, port, key, known_hosts, *text = sys.argv[1:]
    main(
        action, Way(address, int(port), Path(key), Path(known_hosts)), "".join(text).encode()
    )
