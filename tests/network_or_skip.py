"""Throwaway hosts for a test, where this machine can make them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from mailctl.errors import RehearsalError
from mailctl.rehearsal.recipe import Recipe
from mailctl.rehearsal.throwaway import ThrowawayNetwork, throwaway_network


@contextmanager
def network_or_skip(
    recipes: Iterable[Recipe] = (),
    client_addresses: Iterable[str] = ("192.0.2.1", "2001:db8:ffff::1"),
) -> Iterator[ThrowawayNetwork]:
    """A network, its images built; skipped, and why, where this machine cannot do that. What
    fails later, as a host that does not boot, is a failure."""
    with ExitStack() as stack:
        try:
            net = stack.enter_context(
                throwaway_network(recipes=recipes, client_addresses=client_addresses)
            )
        except RehearsalError as lacking:
            pytest.skip(str(lacking))
        yield net
