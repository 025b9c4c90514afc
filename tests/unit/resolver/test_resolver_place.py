"""Addresses of name servers, as people write them."""

from __future__ import annotations

import pytest

from mailctl.resolver.answer import Server
from mailctl.resolver.place import server_at


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("192.0.2.1", Server("192.0.2.1")),
        ("192.0.2.1:5353", Server("192.0.2.1", 5353)),
        ("2001:db8::1", Server("2001:db8::1")),
        ("2001:DB8:0::1", Server("2001:db8::1")),
        ("[2001:db8::1]", Server("2001:db8::1")),
        ("[2001:db8::1]:5353", Server("2001:db8::1", 5353)),
    ],
)
def test_addresses(text: str, server: Server) -> None:
    assert server_at(text) == server


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dns.example", "'dns.example' is no IP address"),
        ("192.0.2.1:", "'' is no port"),
        ("192.0.2.1:0", "'0' is no port"),
        ("192.0.2.1:65536", "'65536' is no port"),
        ("192.0.2.1:0000053", "'0000053' is no port"),
        ("[2001:db8::1", "'[2001:db8::1' is no IP address"),
        ("[2001:db8::1]x", "'[2001:db8::1]x' is no IP address"),
        ("[ns]:53", "'[ns]:53' is no IP address"),
        ("192.0.2.1:²", "'²' is no port"),
        ("", "'' is no IP address"),
        ("x" * 80, f"'{'x' * 59} is no IP address"),
    ],
)
def test_what_is_no_server(text: str, message: str) -> None:
    with pytest.raises(ValueError, match="is no") as refused:
        server_at(text)
    assert str(refused.value) == message
