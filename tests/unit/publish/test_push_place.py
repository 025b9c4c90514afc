"""Where the server is, as people write it."""

from __future__ import annotations

import socket

import pytest

from mailctl.errors import PublishError
from mailctl.publish.place import parse_place, servers_at
from mailctl.resolver.answer import Server


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("192.0.2.1", ("192.0.2.1", 53)),
        ("192.0.2.1:5353", ("192.0.2.1", 5353)),
        ("2001:db8::53", ("2001:db8::53", 53)),
        ("[2001:db8::53]", ("2001:db8::53", 53)),
        ("[2001:db8::53]:5353", ("2001:db8::53", 5353)),
        ("ns1.office.example", ("ns1.office.example", 53)),
        ("ns1.office.example:5353", ("ns1.office.example", 5353)),
    ],
)
def test_places(text: str, place: tuple[str, int]) -> None:
    assert parse_place(text) == place


@pytest.mark.parametrize("text", ["", ":53", "ns:", "ns:0", "ns:65536", "ns:dns", "[ns]:53", "::x"])
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(ValueError, match=r"neither an address nor a name|is no port"):
        parse_place(text)


def test_a_name_leads_to_its_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Server("127.0.0.1", 5353, "localhost") in servers_at("localhost", 5353)
    assert servers_at("192.0.2.1", 53) == (Server("192.0.2.1"),)
    with pytest.raises(PublishError, match="this name has no address"):
        servers_at(f"{'x' * 64}.example", 53)

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(PublishError, match=r"--server ns\.example: this name has no address"):
        servers_at("ns.example", 53)
