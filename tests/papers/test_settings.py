import re
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from papers.errors import BadInput
from papers.settings import Settings, load_settings, variables

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def documented() -> dict[str, str]:
    return dict(re.findall(r"^(PAPERBOY_\w+)=(.*)$", EXAMPLE.read_text(), re.M))


def test_every_setting_is_in_the_example_and_nothing_else_is() -> None:
    assert documented().keys() == variables()


def test_the_example_shows_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = load_settings()
    for name, value in documented().items():
        monkeypatch.setenv(name, value)
    assert load_settings() == bare


def test_every_setting_has_a_line_on_what_it_does() -> None:
    assert re.findall(r"^(?!#).*\nPAPERBOY_(\w+)=", EXAMPLE.read_text(), re.M) == []


def test_secrets_show_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_REDIS_URL", "redis://user:s3cret@host/0")
    monkeypatch.setenv("PAPERBOY_HUGGINGFACE_TOKEN", "hf_s3cret")
    settings = load_settings()
    assert "s3cret" not in f"{settings!r} {settings.model_dump()!r} {settings}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PAPERBOY_HUGGINGFACE_URL", "nonsense"),
        ("PAPERBOY_ARXIV_API_URL", "ftp://example.org"),
        ("PAPERBOY_HUGGINGFACE_TOKEN", "hf_ümlaut"),
        ("PAPERBOY_ARXIV_INTERVAL", "soon"),
        ("PAPERBOY_NOW", "someday"),
        ("PAPERBOY_EMBEDDING_BATCH_SIZE", "-1"),
    ],
)
def test_a_wrong_value_is_named_by_its_variable_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadInput, match=name) as caught:
        load_settings()
    assert value not in str(caught.value).replace(name, "")


def test_spaces_around_a_token_are_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_DISCORD_TOKEN", "  MTAw.a.token ")
    token = load_settings().discord.token
    assert token is not None
    assert token.get_secret_value() == "MTAw.a.token"


def test_lists_are_comma_separated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_ARXIV_CATEGORIES", " cs.CL, stat.ML ,")
    assert load_settings().arxiv.categories == ("cs.CL", "stat.ML")


def test_a_dotenv_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PAPERBOY_EMBEDDING_MODEL=some/other-model\n")
    assert load_settings().embedding.model == "some/other-model"


def test_every_group_is_a_group_of_settings() -> None:
    groups = [info.annotation for info in Settings.model_fields.values()]
    assert sum(isinstance(group, type) and issubclass(group, BaseSettings) for group in groups) >= 8
