"""Loading and checking 100,000 users, against PyYAML's SafeLoader, in one run.

    python tests/benchmarks/load_100k_users.py [USERS]

Each contestant runs in a process of its own and prints its CPU seconds and its peak memory.
Goals: at least 15 times faster than SafeLoader, at most 250 MB. It prints, and never fails.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

DOMAINS = 100
HASH = (
    "{ARGON2ID}$argon2id$v=19$m=19456,t=2,p=1"
    "$b2ZmaWNlLmV4YW1wbGU$ByzPM39EJiztwMyn18KUCoiXednXtRpuYv4tcUR+bg0"
)


def write_spec(path: Path, users: int) -> None:
    """A spec with this many users in a hundred domains; 100,000 are about 28 MB."""
    with path.open("w") as file:
        file.write("mailctl: 1\nhosts:\n  mail:\n    fqdn: mail.big.example\n")
        file.write("    addresses: [203.0.113.1]\n    platform: debian-13\n")
        file.write("policies:\n  default: {dkim: none}\ndomains:\n")
        file.writelines(f"  d{number}.example: {{}}\n" for number in range(DOMAINS))
        file.write("users:\n")
        for number in range(users):
            domain = f"d{number % DOMAINS}.example"
            file.write(
                f"  user{number}@{domain}:\n"
                f'    password: {{hash: "{HASH}"}}\n'
                f"    aliases: [first.last{number}@{domain}, info{number}@{domain}]\n"
                f"    quota: {1 + number % 9}G\n"
                f"    forward: {{to: [user{number}@elsewhere.example], keep: true}}\n"
            )


def safe_loader(path: Path) -> None:
    """What most tools would do: values without positions, and nothing checked."""
    import yaml

    with path.open("rb") as file:
        yaml.load(file, yaml.SafeLoader)


def mailctl(path: Path) -> None:
    """Load, read by the table, build the model, hold all rules, place all warnings."""
    from mailctl.spec.load import examine

    examine(path)


def mailctl_refusing(path: Path) -> None:
    """The same, where the last user is wrong and has to be found in the file."""
    from mailctl.errors import SpecError
    from mailctl.spec.load import examine

    with path.open("a") as file:
        file.write("  last@d0.example: {password: {env: A}, forward: {to: [none@d1.example]}}\n")
    try:
        examine(path)
    except SpecError as error:
        assert "none@d1.example" in str(error.issues[-1])


def compiling(path: Path) -> None:
    """From the model to all files of the host; what comes before is not counted."""
    from mailctl.compile import compile_system
    from mailctl.dns.records import records
    from mailctl.keys.vault import WithheldVault
    from mailctl.spec.load import load

    system = load(path)
    begun = time.process_time()
    bundle = compile_system(system, WithheldVault(), records(system, {}))
    size = sum(len(file.content) for file in bundle.hosts[0].content.artefacts)
    print(json.dumps({"seconds": time.process_time() - begun, "bytes": size}))


CONTESTANTS: dict[str, Callable[[Path], None]] = {
    "SafeLoader": safe_loader,
    "mailctl": mailctl,
    "mailctl, refusing": mailctl_refusing,
    "compiling": compiling,
}


def measure(name: str, spec: Path) -> dict[str, float]:
    """CPU seconds and peak MB of one contestant, in a fresh process."""
    done = subprocess.run(
        (sys.executable, __file__, "--run", name, str(spec)),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.stderr.write(done.stderr)
        return {}
    result: dict[str, float] = {}
    for line in done.stdout.splitlines():
        result = {**json.loads(line), **result}
    return result


def run(name: str, spec: Path) -> None:
    """In the fresh process: do it, and print what it took."""
    begun = time.process_time()
    CONTESTANTS[name](spec)
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": round(seconds, 2), "peak": round(peak)}))


def main(users: int) -> None:
    """Write the spec, let all run, print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "mail.yaml"
        write_spec(spec, users)
        print(f"{users} users, {spec.stat().st_size / 1e6:.1f} MB of YAML")
        results = {}
        for name in ("mailctl", "SafeLoader", "compiling", "mailctl, refusing"):
            results[name] = measure(name, spec)
            if results[name]:
                print(
                    f"{name:>18}: {results[name]['seconds']:6.2f} s {results[name]['peak']:5.0f} MB"
                )
    if results["mailctl"] and results["SafeLoader"]:
        ratio = results["SafeLoader"]["seconds"] / results["mailctl"]["seconds"]
        print(f"ratio {ratio:.1f} (goal: 15), peak {results['mailctl']['peak']:.0f} MB (goal: 250)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2], Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
