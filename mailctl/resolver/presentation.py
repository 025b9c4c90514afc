"""dnspython's data in the form that a `Record` has: names lower-case, a TXT as one text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import dns.rdata


def presented(data: dns.rdata.Rdata) -> str:
    """The data as `Record.data`; bytes of a TXT that are no UTF-8 are shown as U+FFFD."""
    import dns.rdatatype

    write = _WRITERS.get(dns.rdatatype.to_text(data.rdtype))
    return write(data) if write else data.to_text().lower()


def _txt(data: Any) -> str:
    return b"".join(data.strings).decode(errors="replace")


def _plain(data: Any) -> str:
    return str(data.to_text())


def _tlsa(data: Any) -> str:
    """As RFC 6698, 2.2 presents it; dnspython cuts the digits into chunks."""
    return f"{data.usage} {data.selector} {data.mtype} {data.cert.hex()}"


_WRITERS = {"TXT": _txt, "CAA": _plain, "DS": _plain, "DNSKEY": _plain, "TLSA": _tlsa}
