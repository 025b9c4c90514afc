"""The same work on several hosts at once, in threads that nobody has to wait for.

They are daemons: after Ctrl-C the hosts go away under them, and so does the process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def on_all(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """The results in the order of the items; the first failure is raised when all have ended.

    Threads stand in the network namespace of the caller.
    """
    given = list(items)
    results: dict[int, Result] = {}
    failures: dict[int, BaseException] = {}

    def run(number: int) -> None:
        try:
            results[number] = work(given[number])
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            failures[number] = error

    threads = [
        threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(given))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in sorted(failures):
        raise failures[number]
    return [results[number] for number in range(len(given))]
