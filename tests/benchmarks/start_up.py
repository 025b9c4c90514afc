"""How long the command line takes to start, against the smallest click program.

Prints medians of interleaved runs and their ratio; the goal is at most 2.
Run: python tests/benchmarks/start_up.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

HELLO = """
import click

@click.command()
@click.version_option("1")
def hello():
    click.echo("hello")

hello()
"""
COMMANDS = {
    "click hello": [sys.executable, "-c", HELLO],
    "mailctl --version": [sys.executable, "-m", "mailctl", "--version"],
    "mailctl plan --help": [sys.executable, "-m", "mailctl", "plan", "--help"],
}
RUNS = 15


def seconds(argv: list[str]) -> float:
    """Wall time of one process, in seconds."""
    start = time.perf_counter()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Interleave the commands, so that a drift of the machine hits all of them."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, argv in COMMANDS.items():
            times[name].append(seconds(argv))
    floor = statistics.median(times["click hello"])
    for name, values in times.items():
        median = statistics.median(values)
        print(f"{name:22} {median * 1000:7.1f} ms  {median / floor:5.2f} x click hello")


if __name__ == "__main__":
    main()
