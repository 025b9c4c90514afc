"""A network that is far away: TCP connections carried to another address, each byte later.

    python tests/benchmarks/far_away.py ADDRESS PORT FIRST_LISTENING_PORT HOW_MANY SECONDS

Listens on loopback and carries each connection on to ADDRESS, with SECONDS of delay each way and
no other limit, as netem(8) does where a kernel has it. The three-way handshake (RFC 9293, 3.5)
waits too: a client's first byte leaves after one round trip.
"""

from __future__ import annotations

import asyncio
import sys

_CHUNK = 1 << 16

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def carry(source: asyncio.StreamReader, target: asyncio.Future[Ends], delay: float) -> None:
    """Every chunk as it was read, `delay` seconds later, in order; the end of it too."""
    clock = asyncio.get_running_loop().time
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def arrive() -> None:
        _, writer = await target
        while True:
            due, chunk = await under_way.get()
            await asyncio.sleep(due - clock())
            if not chunk:
                break
            writer.write(chunk)
        writer.write_eof()

    arriving = asyncio.create_task(arrive())
    chunk = b"."
    while chunk:
        try:
            chunk = await source.read(_CHUNK)
        except ConnectionError:
            chunk = b""
        under_way.put_nowait((clock() + delay, chunk))
    await arriving


async def accept(place: tuple[str, int], delay: float) -> Ends:
    """The server takes the connection when the handshake's last packet reaches it."""
    await asyncio.sleep(delay)
    return await asyncio.open_connection(*place)


async def connection(near: Ends, place: tuple[str, int], delay: float) -> None:
    """One connection of a client, until both sides have ended it."""
    await asyncio.sleep(2 * delay)  # SYN, and SYN and ACK; now the client may write
    far = asyncio.ensure_future(accept(place, delay))
    here: asyncio.Future[Ends] = asyncio.get_running_loop().create_future()
    here.set_result(near)
    outward = asyncio.ensure_future(carry(near[0], far, delay))
    server, writer = await far
    await asyncio.gather(outward, carry(server, here, delay), return_exceptions=True)
    near[1].close()
    writer.close()


async def serve(place: tuple[str, int], listening: int, delay: float) -> asyncio.Server:
    """One port of loopback, carried on to one place."""

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await connection((reader, writer), place, delay)

    return await asyncio.start_server(accepted, "127.0.0.1", listening)


async def main(address: str, port: int, listening: int, how_many: int, delay: float) -> None:
    """Serve until we are killed; says so on standard output once all ports listen."""
    servers = [await serve((address, port + n), listening + n, delay) for n in range(how_many)]
    print("listening", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
    )
