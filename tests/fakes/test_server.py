"""What goes wrong with the readers of a fake upstream does not stay in it."""

import asyncio
import socket
import struct

import httpx
from werkzeug.wrappers import Request, Response

from tests.fakes.server import Fault, Upstream, serve
from tests.papers.waiting import eventually

_RESET = struct.pack("ii", 1, 0)
"""Of SO_LINGER: what is closed is reset."""


class Counting(Upstream):
    def __init__(self) -> None:
        super().__init__()
        self.under_way = 0

    def started(self) -> None:
        self.under_way += 1

    def finished(self) -> None:
        self.under_way -= 1

    def answer(self, request: Request) -> Response:
        return Response("here")


async def test_an_answer_is_over_however_its_reader_goes() -> None:
    upstream = Counting()
    upstream.faults.append(Fault("drip"))
    with serve(upstream) as url:
        address = httpx.URL(url)
        with socket.create_connection((address.host, address.port)) as reader:
            reader.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            assert await asyncio.to_thread(reader.recv, 1000)
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

        async def is_over() -> bool:
            return upstream.under_way == 0

        await eventually(is_over)
        assert len(upstream.asked) == 1
