import asyncio
from collections.abc import Callable

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from papers import keys
from papers.addresses import AddressBook
from papers.destinations import parse_destination
from papers.errors import NotFound, SecretsUnavailable
from papers.scripts import Script
from papers.vault import Vault

KEY, NEWER = Fernet.generate_key(), Fernet.generate_key()
ADA = parse_destination("email:ada.lovelace@example.org")
SLACK = parse_destination("slack:T024BE7LD/C0123ABCD")


def book(redis: Redis, *vault_keys: bytes) -> AddressBook:
    return AddressBook(redis, lambda: Vault(vault_keys or (KEY,)))


def nobody_opens_it() -> Vault:
    raise AssertionError("no e-mail address is concerned")


async def everything_in(redis: Redis) -> bytes:
    """Names and values of all that lies in Redis, as RDB dumps would not show them."""
    found = b""
    async for key in redis.scan_iter():
        kind = await redis.type(key)
        value = await (redis.hgetall(key) if kind == b"hash" else redis.get(key))
        found += key + repr(value).encode()
    return found


async def test_an_address_is_known_by_a_reference_and_found_again(redis: Redis) -> None:
    reference = await book(redis).refer(ADA)
    assert reference.startswith("email:")
    assert len(reference) == len("email:") + 26
    assert await book(redis).refer(ADA) == reference == await book(redis).lookup(ADA)
    assert await book(redis).resolve(reference) == ADA
    assert await book(redis).lookup(parse_destination("email:bob@example.org")) != reference


async def test_processes_that_need_the_first_pepper_at_once_agree_on_it(redis: Redis) -> None:
    assert len(set(await asyncio.gather(*(book(redis).refer(ADA) for _ in range(20))))) == 1


async def test_no_address_lies_in_redis(redis: Redis) -> None:
    await book(redis).refer(ADA)
    found = await everything_in(redis)
    assert found.count(b"email:") == 1
    assert not any(part in found.lower() for part in (b"ada", b"lovelace", b"example"))


async def test_looking_an_address_up_keeps_nothing_of_it(redis: Redis) -> None:
    reference = await book(redis).lookup(ADA)
    assert not await redis.exists(keys.ADDRESSES)
    with pytest.raises(NotFound, match="was erased, or never kept"):
        await book(redis).resolve(reference)


async def test_references_of_two_installations_have_nothing_in_common(redis: Redis) -> None:
    before = await book(redis).lookup(ADA)
    await redis.delete(keys.PEPPER)
    assert await book(redis).lookup(ADA) != before


@pytest.mark.parametrize("text", ["console:me", "file:/tmp/a:b.jsonl", "slack:T024BE7LD/C0123ABCD", "discord:12345678"])
async def test_other_destinations_are_their_own_references_and_need_no_key(text: str, redis: Redis) -> None:
    addresses = AddressBook(redis, nobody_opens_it)
    destination = parse_destination(text)
    assert await addresses.refer(destination) == await addresses.lookup(destination) == text
    assert await addresses.resolve(text) == destination
    assert await redis.dbsize() == 0


@pytest.mark.parametrize("text", ["", "email", "email:", "pigeon:post", "slack:", "email:ada.lovelace@example.org"])
async def test_what_is_no_reference_is_not_found(text: str, redis: Redis) -> None:
    with pytest.raises(NotFound):
        await book(redis).resolve(text)


async def test_many_are_resolved_at_once_without_those_forgotten(redis: Redis) -> None:
    addresses = book(redis)
    people = [parse_destination(f"email:reader{n}@example.org") for n in range(3)]
    references = [await addresses.refer(person) for person in people]
    assert await addresses.forget(references[1])
    assert not await addresses.forget(references[1])
    found = await addresses.resolve_many([*references, str(SLACK), *references])
    assert found == {references[0]: people[0], references[2]: people[2], str(SLACK): SLACK}
    assert await addresses.resolve_many([]) == {}


async def test_rotation_seals_everything_with_the_newest_key(redis: Redis) -> None:
    references = [await book(redis).refer(parse_destination(f"email:r{n}@example.org")) for n in range(700)]
    assert await book(redis, NEWER, KEY).rotate() >= 700
    newest_only = book(redis, NEWER)
    assert len(await newest_only.resolve_many(references)) == 700
    assert await newest_only.lookup(parse_destination("email:r5@example.org")) == references[5]


@pytest.mark.parametrize("ask", [lambda b: b.lookup(ADA), lambda b: b.rotate()])
async def test_the_wrong_key_is_told_and_changes_nothing(ask: Callable[[AddressBook], object], redis: Redis) -> None:
    reference = await book(redis).refer(ADA)
    with pytest.raises(SecretsUnavailable):
        await ask(book(redis, NEWER))  # type: ignore[misc]
    assert await book(redis).resolve(reference) == ADA


async def test_resealing_leaves_alone_what_was_changed_or_forgotten_meanwhile(redis: Redis) -> None:
    reseal = Script("reseal_address")
    await redis.hset("h", "f", "now")
    assert await reseal.run(redis, ["h"], ["before", "after", "f"]) == 0
    assert await reseal.run(redis, ["h"], ["before", "after", "gone"]) == 0
    assert await reseal.run(redis, ["s"], ["before", "after"]) == 0
    assert await redis.hgetall("h") == {b"f": b"now"}
    assert await reseal.run(redis, ["h"], ["now", "after", "f"]) == 1
    assert not await redis.exists("s")
