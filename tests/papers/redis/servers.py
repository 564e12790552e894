"""Real Redis servers that Paperboy did not start, for tests of PAPERBOY_REDIS_URL."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

from pydantic import SecretStr
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from papers.redis.binaries import find_binaries
from papers.settings import RedisSettings, Settings, load_settings
from tests.fakes.ports import free_port

CERTIFY = (
    "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
    "-addext subjectAltName=DNS:localhost,IP:127.0.0.1"
)


def at(url: str, **redis: float) -> Settings:
    return load_settings(redis=RedisSettings(url=SecretStr(url), **redis))  # type: ignore[arg-type]


@asynccontextmanager
async def running(folder: Path, *options: str, search: bool = True) -> AsyncIterator[int]:
    """A server on a port of 127.0.0.1, which is yielded."""
    binaries = find_binaries(RedisSettings())
    port = free_port()
    command = [str(binaries.server), *options, "--port", str(port), "--dir", str(folder), "--save", ""]
    if search:
        command += ["--loadmodule", str(binaries.module)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
    try:
        await answering(port)
        yield port
    finally:
        process.kill()
        await process.wait()


def cluster_node(folder: Path) -> AbstractAsyncContextManager[int]:
    """A node of a cluster that has no slots yet, so that the cluster is down."""
    # Its own choice of a second port, 10,000 above the first, may not exist.
    second = ("--cluster-port", str(free_port()))
    return running(folder, "--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1", *second)


async def take_all_slots(port: int) -> None:
    async with Redis(port=port, protocol=2) as node:
        await node.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16383)
        for _ in range(400):
            if (await node.cluster("INFO"))["cluster_state"] == "ok":
                return
            await asyncio.sleep(0.05)
    raise AssertionError("the cluster does not come up")


@asynccontextmanager
async def cluster_of_one(folder: Path) -> AsyncIterator[int]:
    """A cluster of a single node with all slots."""
    async with cluster_node(folder) as port:
        await take_all_slots(port)
        yield port


async def answering(port: int) -> None:
    async with Redis(port=port, protocol=2, retry=Retry(NoBackoff(), 0)) as client:
        for _ in range(1000):
            try:
                await client.ping()
            except RedisError as error:
                if "NOAUTH" in str(error) or "Authentication" in str(error):
                    return
                await asyncio.sleep(0.02)
            else:
                return
    raise AssertionError("the server does not come up")


@asynccontextmanager
async def tls_before(port: int, certificate: Path, key: Path) -> AsyncIterator[int]:
    """A TLS port in front of a server: the wheel's redis-server is built without TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
        with suppress(ConnectionError):
            await asyncio.gather(pump(reader, there_writer), pump(there_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Certificate and key for localhost and 127.0.0.1."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [*CERTIFY.split(), "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    return certificate, key
