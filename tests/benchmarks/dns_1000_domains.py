"""1,000 domains: records, lint and zone files by mailctl, beside octodns-validate on the same
zones.

Both are whole processes, interleaved; medians and their ratio are printed. The goal is half a
second. Run: python tests/benchmarks/dns_1000_domains.py
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DOMAINS = 1000
RUNS = 7

_HEAD = """\
mailctl: 1
hosts:
  mail: {fqdn: mail.host.example, addresses: [203.0.113.10, "2001:db8::10"], platform: debian-13}
policies:
  default:
    dmarc: {policy: reject, reports: dmarc@d0.example}
    tls_reports: dmarc@d0.example
domains:
"""
_OCTODNS = """\
---
providers:
  config:
    class: octodns.provider.yaml.YamlProvider
    directory: {folder}
    escaped_semicolons: true
    populate_should_replace: false
zones:
{zones}
"""


def write_spec(folder: Path) -> Path:
    """A spec in which each domain has a user with the addresses that everybody must have. All
    domains share one key, whose making is not what is measured."""
    names = [f"d{number}.example" for number in range(DOMAINS)]
    domains = "".join(f"  {name}: {{}}\n" for name in names)
    users = "".join(
        f"  info@{name}:\n    password: {{env: PASSWORD}}\n"
        f"    aliases: [postmaster@{name}, abuse@{name}]\n"
        for name in names
    )
    alias = "aliases:\n  dmarc@d0.example: [info@d0.example]\n"
    spec = folder / "mail.yaml"
    spec.write_text(f"{_HEAD}{domains}users:\n{users}{alias}")
    subprocess.run([sys.executable, "-c", _MAKE_KEYS, str(folder), *names], check=True)
    return spec


_MAKE_KEYS = """
import shutil, sys
from pathlib import Path
from mailctl.keys.dkim import signing_key
from mailctl.keys.places import key_path
from mailctl.model.settings import DkimSelector
folder, first, *others = Path(sys.argv[1]), *sys.argv[2:]
signing_key(folder, first, DkimSelector())
made = key_path(folder, first, "s1")
for name in others:
    place = key_path(folder, name, "s1")
    place.parent.mkdir(mode=0o700)
    shutil.copy2(made, place)
"""


def write_octodns(spec: Path, folder: Path) -> Path:
    """The same zones for octoDNS, and a configuration that has nothing else in it."""
    zones = folder / "zones"
    subprocess.run(
        [sys.executable, "-m", "mailctl", "dns-records", str(spec), "--format", "octodns",
         "-o", str(zones)],
        check=True, capture_output=True,
    )  # fmt: skip
    names = sorted(path.name.removesuffix(".yaml") for path in zones.iterdir())
    listed = "\n".join(f"  {name}.:\n    sources: [config]\n    targets: []" for name in names)
    config = folder / "octodns.yaml"
    config.write_text(_OCTODNS.format(folder=zones, zones=listed))
    return config


def seconds(argv: list[str]) -> float:
    """Wall time of one process, in seconds."""
    start = time.perf_counter()
    subprocess.run(argv, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Interleave the two, so that a drift of the machine hits both."""
    folder = Path(tempfile.mkdtemp(prefix="mailctl-benchmark-"))
    try:
        spec = write_spec(folder)
        config = write_octodns(spec, folder)
        validate = Path(sys.executable).with_name("octodns-validate")
        commands = {
            "mailctl dns-records --format zone": [
                *(sys.executable, "-m", "mailctl", "dns-records", str(spec), "--format", "zone")
            ],
            "octodns-validate": [str(validate), "--config-file", str(config)],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, argv in commands.items():
                times[name].append(seconds(argv))
    finally:
        shutil.rmtree(folder)
    medians = {name: statistics.median(values) for name, values in times.items()}
    peer = medians["octodns-validate"]
    for name, median in medians.items():
        print(f"{name:36} {median:6.2f} s  {peer / median:5.1f} x octodns-validate's speed")


if __name__ == "__main__":
    main()
