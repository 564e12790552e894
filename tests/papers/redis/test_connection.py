"""PAPERBOY_REDIS_URL: any Redis with the Query Engine serves; one without is refused."""

import asyncio
import shutil
from pathlib import Path

import pytest
from redis.asyncio import Redis, RedisCluster

from papers.errors import StoreError, StoreUnavailable
from papers.redis.connection import open_redis, redis_url
from papers.redis.failures import store_failures
from papers.redis.inspection import describe
from papers.settings import Settings
from tests.fakes.ports import free_port
from tests.papers.redis.servers import at, cluster_node, running, self_signed, take_all_slots, tls_before

SECRET = "s3cret-p:ss@w/rd"
ENCODED = "s3cret-p%3Ass%40w%2Frd"


async def refused(settings: Settings) -> str:
    with pytest.raises(StoreError) as caught:
        async with open_redis(settings):
            pass
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert SECRET not in sentence
    assert ENCODED not in sentence
    return sentence


async def test_answers_are_bytes_in_the_documented_shape(redis: Redis) -> None:
    await redis.execute_command("FT.CREATE", "index", "PREFIX", 1, "doc:", "SCHEMA", "text", "TEXT")
    await redis.hset("doc:1", mapping={"text": "attention", "vector": b"\x00\xff"})
    found = await redis.execute_command("FT.SEARCH", "index", "attention")
    assert found == [1, b"doc:1", [b"text", b"attention", b"vector", b"\x00\xff"]]


async def test_the_redis_of_a_test_starts_empty(redis: Redis) -> None:
    assert await redis.dbsize() == 0
    assert await redis.execute_command("FT._LIST") == []


async def test_another_library_finds_the_same_embedded_redis(redis: Redis, settings: Settings) -> None:
    await redis.set("key", "value")
    url = redis_url(settings)
    assert url.startswith("unix:///")
    async with Redis.from_url(url, protocol=2) as other:
        assert await other.get("key") == b"value"


async def test_the_embedded_redis_tells_how_it_fares(redis: Redis, redis_server: Path) -> None:
    lines = await describe(redis)
    assert lines["server"].startswith("Redis 8.")
    assert lines["query engine"].startswith("2.10")
    assert lines["data"] == str(redis_server / "redis")
    assert lines["append-only file"].startswith("on, last write ok")
    assert lines["eviction"] == "noeviction"


async def test_the_embedded_redis_listens_on_no_port_and_evicts_nothing(redis: Redis) -> None:
    asked = await redis.config_get("port", "maxmemory-policy", "appendonly", "save", "hash-max-listpack-value")
    assert asked == {
        "port": "0",
        "maxmemory-policy": "noeviction",
        "appendonly": "yes",
        "save": "",
        "hash-max-listpack-value": "8192",
    }


async def test_a_server_by_url_serves_and_is_not_stopped(data_dir: Path) -> None:
    async with running(data_dir) as port:
        settings = at(f"redis://127.0.0.1:{port}/0")
        async with open_redis(settings) as redis:
            await redis.set("key", b"\xff")
        async with open_redis(settings) as redis:
            assert await redis.get("key") == b"\xff"
        assert redis_url(settings) == f"redis://127.0.0.1:{port}/0"


async def test_a_redis_without_the_query_engine_is_refused_with_what_to_install(data_dir: Path) -> None:
    async with running(data_dir, search=False) as port:
        sentence = await refused(at(f"redis://127.0.0.1:{port}"))
    assert f"the Redis at 127.0.0.1:{port} has no Query Engine" in sentence
    assert "use Redis 8 with its search module or Redis Stack" in sentence


async def test_user_and_password_are_used_and_never_shown(data_dir: Path) -> None:
    async with running(data_dir, *f"--user reader on >{SECRET} ~* +@all --user default off".split()) as port:
        async with open_redis(at(f"redis://reader:{ENCODED}@127.0.0.1:{port}")) as redis:
            assert await redis.acl_whoami() == "reader"
            assert SECRET not in repr(redis)
        assert "refuses the user or the password" in await refused(at(f"redis://reader:{ENCODED}x@127.0.0.1:{port}"))
        assert "or wants one" in await refused(at(f"redis://127.0.0.1:{port}"))


async def test_a_user_who_may_do_little_is_told_what_is_missing(data_dir: Path) -> None:
    rules = ["--user", "reader", "on", "nopass", "~*", "-@all", "+ping", "+get"]
    async with (
        running(data_dir, *rules) as port,
        open_redis(at(f"redis://reader:x@127.0.0.1:{port}")) as redis,
    ):
        with pytest.raises(StoreError, match="the Redis user may not do this"), store_failures():
            await redis.set("key", "value")


async def test_nobody_at_the_address_is_told_at_once(data_dir: Path) -> None:
    port = free_port()
    with pytest.raises(StoreUnavailable, match=f"no Redis answers at 127.0.0.1:{port}: start it, or correct"):
        async with asyncio.timeout(20), open_redis(at(f"redis://:{ENCODED}@127.0.0.1:{port}")):
            pass
    assert "no Redis answers at /nowhere" in await refused(at("unix:///nowhere"))


async def test_somebody_who_never_answers_is_waited_for_no_longer_than_set() -> None:
    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    async with server, asyncio.timeout(20):
        port = server.sockets[0].getsockname()[1]
        assert "did not answer in time: check address and TLS" in await refused(
            at(f"redis://127.0.0.1:{port}", timeout=0.2)
        )


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
async def test_tls_with_a_private_authority_serves_and_an_unknown_one_is_refused(data_dir: Path) -> None:
    certificate, key = self_signed(data_dir)
    async with running(data_dir) as plain, tls_before(plain, certificate, key) as port:
        async with open_redis(at(f"rediss://127.0.0.1:{port}?ssl_ca_certs={certificate}")) as redis:
            assert await redis.ping()
        sentence = await refused(at(f"rediss://127.0.0.1:{port}"))
        assert f"the TLS certificate of Redis at 127.0.0.1:{port} is not trusted" in sentence
        assert "Redis" in await refused(at(f"redis://127.0.0.1:{port}", timeout=1.0))
        assert "check address and TLS" in await refused(at(f"rediss://127.0.0.1:{plain}", timeout=0.5))


async def test_the_primary_that_a_sentinel_names_serves(data_dir: Path) -> None:
    async with running(data_dir, "--requirepass", SECRET) as primary:
        config = data_dir / "sentinel.conf"
        config.write_text(f'sentinel monitor papers 127.0.0.1 {primary} 1\nsentinel auth-pass papers "{SECRET}"\n')
        async with running(data_dir, str(config), "--sentinel", search=False) as sentinel:
            url = f"redis+sentinel://:{ENCODED}@127.0.0.1:{free_port()},127.0.0.1:{sentinel}"
            async with open_redis(at(f"{url}/papers/0")) as redis:
                await redis.set("key", "value")
                assert await redis.get("key") == b"value"
            sentence = await refused(at(f"{url}/others"))
            assert "the Sentinels know no primary for others of Sentinel 127.0.0.1:" in sentence


async def test_a_cluster_serves(data_dir: Path) -> None:
    async with cluster_node(data_dir) as port:
        assert "the Redis Cluster is down" in await refused(at(f"redis+cluster://127.0.0.1:{port}"))
        await take_all_slots(port)
        async with open_redis(at(f"redis+cluster://127.0.0.1:{free_port()},127.0.0.1:{port}")) as redis:
            assert isinstance(redis, RedisCluster)
            await redis.hset("pb:paper:{1}", mapping={"text": "attention"})
            assert await redis.hgetall("pb:paper:{1}") == {b"text": b"attention"}
            assert (await describe(redis))["server"].endswith("cluster, master")


async def test_loading_is_waited_for(data_dir: Path) -> None:
    folder = data_dir / "data"
    folder.mkdir()
    options = ("--appendonly", "yes", "--key-load-delay", "500", "--loading-process-events-interval-bytes", "1024")
    async with running(folder, "--appendonly", "yes") as port, open_redis(at(f"redis://127.0.0.1:{port}")) as redis:
        await redis.mset({f"key{number}": "x" * 100 for number in range(2000)})
        await redis.bgrewriteaof()
        for _ in range(200):
            if not (await redis.info("persistence"))["aof_rewrite_in_progress"]:
                break
            await asyncio.sleep(0.02)
    async with running(folder, *options) as port, open_redis(at(f"redis://127.0.0.1:{port}")) as redis:
        assert await redis.dbsize() == 2000
