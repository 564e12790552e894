import multiprocessing
import stat
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.errors import BadInput, SecretsUnavailable
from papers.settings import load_settings
from papers.vault import Vault, open_vault
from papers.vault_key import key_file, made_key

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
OLD, NEW = urlsafe_b64encode(b"old " * 8), urlsafe_b64encode(b"new " * 8)
VAULT = Vault([NEW])
_ALPHABET = ascii_letters + digits + "-_"


def test_what_is_sealed_is_opened_again_and_not_readable_meanwhile() -> None:
    sealed = VAULT.seal_text("ada@example.org")
    assert b"ada@" not in sealed
    assert VAULT.unseal_text(sealed) == "ada@example.org"
    assert VAULT.unseal(VAULT.seal(b"\x00\xff")) == b"\x00\xff"


def test_a_new_key_in_front_seals_and_the_old_one_still_opens() -> None:
    sealed = Vault([OLD]).seal(b"x")
    both = Vault([NEW, OLD])
    assert both.unseal(sealed) == b"x"
    assert VAULT.unseal(both.rotate(sealed)) == b"x"


@pytest.mark.parametrize("step", [VAULT.unseal, VAULT.rotate])
def test_a_secret_of_another_key_is_refused_with_advice(step: object) -> None:
    assert callable(step)
    with pytest.raises(SecretsUnavailable, match="add the earlier key to PAPERBOY_SECRET_KEYS"):
        step(Vault([OLD]).seal(b"x"))


def test_a_token_says_what_was_signed_until_it_expires() -> None:
    token = VAULT.sign("confirm", {"of": "s1 s2", "to": "ü"}, now=NOW)
    assert set(token) <= set(_ALPHABET)
    assert VAULT.read(token, "confirm", now=NOW + WEEK, max_age=WEEK) == {"of": "s1 s2", "to": "ü"}
    assert VAULT.read(token, "confirm", now=NOW + 500 * WEEK, max_age=None)["of"] == "s1 s2"
    with pytest.raises(BadInput, match="has expired"):
        VAULT.read(token, "confirm", now=NOW + WEEK + timedelta(seconds=1), max_age=WEEK)


def test_a_clock_that_was_set_back_does_not_make_a_token_a_forgery() -> None:
    token = VAULT.sign("confirm", {}, now=NOW)
    assert VAULT.read(token, "confirm", now=NOW - timedelta(hours=1), max_age=WEEK) == {}


def test_a_token_is_good_for_its_purpose_only() -> None:
    token = VAULT.sign("confirm", {}, now=NOW)
    with pytest.raises(BadInput, match="not whole, or not ours"):
        VAULT.read(token, "unsubscribe", now=NOW, max_age=None)
    sealed = VAULT.seal(b'{"confirm": {}}').decode()
    with pytest.raises(BadInput, match="not whole, or not ours"):
        VAULT.read(sealed, "confirm", now=NOW, max_age=None)


@given(st.text() | st.text(st.characters(max_codepoint=127), min_size=80))
def test_forged_tokens_are_refused_with_a_sentence(token: str) -> None:
    with pytest.raises(BadInput, match="not whole, or not ours"):
        VAULT.read(token, "confirm", now=NOW, max_age=None)


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 63))
def test_a_changed_token_is_a_forgery(place: float, shift: int) -> None:
    token = VAULT.sign("confirm", {"of": "s1"}, now=NOW)
    at = int(place * (len(token) - 1))  # the last character has bits that carry nothing
    other = _ALPHABET[(_ALPHABET.index(token[at]) + shift) % 64]
    with pytest.raises(BadInput):
        VAULT.read(token[:at] + other + token[at + 1 :], "confirm", now=NOW, max_age=None)


def test_the_embedded_store_makes_a_key_for_its_owner_alone(data_dir: Path) -> None:
    settings = load_settings(data_dir=data_dir / "new")
    sealed = open_vault(settings).seal(b"x")
    assert open_vault(settings).unseal(sealed) == b"x"
    assert [f.name for f in (data_dir / "new").iterdir()] == ["secret.key"]
    assert stat.S_IMODE(key_file(data_dir / "new").stat().st_mode) == 0o600


def test_keys_that_are_set_later_still_open_what_the_key_file_sealed(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = open_vault(load_settings(data_dir=data_dir)).seal(b"x")
    monkeypatch.setenv("PAPERBOY_SECRET_KEYS", NEW.decode())
    vault = open_vault(load_settings(data_dir=data_dir))
    assert vault.unseal(sealed) == b"x"
    assert VAULT.unseal(vault.seal(b"y")) == b"y"


def test_processes_that_come_at_once_agree_on_the_key(data_dir: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(made_key, [data_dir] * 16, chunksize=1))) == 1
    assert [f.name for f in data_dir.iterdir()] == ["secret.key"]


def test_a_shared_redis_needs_keys_that_are_set(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_REDIS_URL", "redis://redis.example")
    with pytest.raises(SecretsUnavailable, match=r"set PAPERBOY_SECRET_KEYS.*Fernet.generate_key"):
        open_vault(load_settings(data_dir=data_dir))
    assert list(data_dir.iterdir()) == []


@pytest.mark.parametrize(
    "bad",
    ["hunter2", f"{NEW.decode()},hunter2", "hünter2", NEW.decode()[:-2]],
    ids=["short", "second", "umlaut", "cut"],
)
def test_a_bad_key_is_named_by_its_variable_and_never_shown(
    bad: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERBOY_SECRET_KEYS", bad)
    with pytest.raises(BadInput, match="PAPERBOY_SECRET_KEYS") as caught:
        open_vault(load_settings(data_dir=data_dir))
    assert not any(part in str(caught.value) for part in bad.split(","))


def test_a_damaged_key_file_is_told(data_dir: Path) -> None:
    key_file(data_dir).write_text("scribble")
    with pytest.raises(SecretsUnavailable, match=r"secret.key holds no key any more"):
        open_vault(load_settings(data_dir=data_dir))


def test_a_folder_that_cannot_be_used_is_told(data_dir: Path) -> None:
    (data_dir / "file").touch()
    with pytest.raises(SecretsUnavailable, match=r"secret.key: not a directory; mend it, or set PAPERBOY_SECRET_KEYS"):
        open_vault(load_settings(data_dir=data_dir / "file"))


def test_a_vault_shows_nothing() -> None:
    assert NEW.decode() not in repr(VAULT) + str(VAULT)
