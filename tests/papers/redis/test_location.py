import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.errors import BadInput
from papers.redis.location import Kind, parse_location


@pytest.mark.parametrize(
    ("url", "hosts", "options"),
    [
        ("redis://localhost", (("localhost", 6379),), {}),
        ("REDIS://localhost:6380/2", (("localhost", 6380),), {"db": 2}),
        ("redis://user:p%40ss@host", (("host", 6379),), {"username": "user", "password": "p@ss"}),
        ("redis://:pass@[::1]:7000?health_check_interval=5", (("::1", 7000),), {"password": "pass"}),
    ],
)
def test_a_server(url: str, hosts: object, options: dict[str, object]) -> None:
    location = parse_location(url)
    assert (location.kind, location.tls, location.hosts) == (Kind.SERVER, False, hosts)
    assert location.options.items() >= options.items()


def test_a_socket_with_a_database_and_a_password() -> None:
    location = parse_location("unix://:pass@/run/my%20redis.sock?db=3")
    assert location.path == "/run/my redis.sock"
    assert location.options == {"password": "pass", "db": 3}
    assert str(location) == "/run/my redis.sock"


def test_sentinels_with_passwords_of_their_own_and_tls() -> None:
    location = parse_location("rediss+sentinel://u:p@a:1,b,[::1]:3/papers/4?sentinel_password=q&sentinel_username=s")
    assert (location.kind, location.tls, location.service) == (Kind.SENTINEL, True, "papers")
    assert location.hosts == (("a", 1), ("b", 26379), ("::1", 3))
    assert location.options == {"username": "u", "password": "p", "db": 4}
    assert location.sentinel_options == {"username": "s", "password": "q"}
    assert str(location) == "papers of Sentinel a:1, b:26379, ::1:3"


def test_a_cluster_with_several_first_nodes() -> None:
    location = parse_location("redis+cluster://a,b:7001")
    assert (location.kind, location.hosts) == (Kind.CLUSTER, (("a", 6379), ("b", 7001)))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "it must start with redis://"),
        ("http://host", "it must start with redis://"),
        ("localhost:6379", "it must start with redis://"),
        ("unix+cluster:///path", "it must start with redis://"),
        ("redis://", "this is no Redis URL"),
        ("redis://host:port", "this is no Redis URL"),
        ("redis://host:99999", "this is no Redis URL"),
        ("redis://[::1", "this is no Redis URL"),
        ("redis://:secret#x@host", "this is no Redis URL"),
        ("redis://a,b", "several hosts need redis+sentinel:// or redis+cluster://"),
        ("redis://host/papers", "after the host comes a database number"),
        ("redis+sentinel://host", "the Sentinels' name of the service is missing"),
        ("redis+cluster://host/1", "a Redis Cluster has no database numbers"),
        ("unix://", "needs the path of a socket"),
        ("redis://host?db=one", "wrong value of ?db="),
        ("redis://host?ssl_ca_cert=x", "unknown option ?ssl_ca_cert="),
        ("rediss://host?ssl_ca_certs=/nowhere/ca.pem", "?ssl_ca_certs= names /nowhere/ca.pem, which is no file"),
    ],
)
def test_what_is_wrong_is_named_with_the_setting(url: str, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_location(url)
    assert str(caught.value).startswith("setting PAPERBOY_REDIS_URL: ")
    assert sentence in str(caught.value)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Zs"]), min_size=8), st.text())
def test_no_password_is_ever_shown_however_it_is_written(password: str, rest: str) -> None:
    for url in (f"redis://user:{password}@host{rest}", f"redis+sentinel://:{password}@host/{rest}"):
        try:
            location = parse_location(url)
            shown = f"{location} {location!r}"
        except BadInput as error:
            shown = str(error)
        if password not in "Location(kind=<Kind.SERVER: 'server'>, tls=False, hosts=" and password not in rest:
            assert password not in shown
