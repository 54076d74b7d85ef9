"""The URLs of Redis servers, and what is said of those that make no sense."""

import pytest
from rtgen_runtime.errors import UsageError
from rtgen_runtime.redis.target import is_redis, targets_of


def test_what_a_url_says() -> None:
    (target,) = targets_of("redis://me:s%40cret@cache.example:7000/3?prefix=x&lease=5&epoch=keep&strict=yes", {})
    assert target.hosts == (("cache.example", 7000),)
    assert (target.username, target.password, target.database) == ("me", "s@cret", 3)
    assert (target.prefix, target.lease, target.keeps_epoch, target.strict) == ("x", 5.0, True, True)
    assert target.tls is None
    assert not target.is_local


def test_no_secret_is_shown() -> None:
    (target,) = targets_of("rediss://me:secret@127.0.0.1", {})
    assert target.name == "rediss://127.0.0.1:6379/0"
    assert "secret" not in repr(target)
    assert target.is_local
    with pytest.raises(UsageError) as problem:
        targets_of("redis://me:secret@host/x", {})
    assert "secret" not in str(problem.value)


def test_credentials_may_stand_in_the_environment() -> None:
    environment = {"RTGEN_REDIS_USERNAME": "me", "RTGEN_REDIS_PASSWORD": "secret"}
    (target,) = targets_of("redis://host", environment)
    assert (target.username, target.password) == ("me", "secret")
    (target,) = targets_of("redis://you:other@host", environment)
    assert (target.username, target.password) == ("you", "other")


def test_sentinels_and_several_servers() -> None:
    found = targets_of("redis+sentinel://a:1,b/main,rediss://c:3/1,redis://[::1]:4", {})
    assert [each.hosts for each in found] == [(("a", 1), ("b", 26379)), (("c", 3),), (("::1", 4),)]
    assert [each.master for each in found] == ["main", "", ""]
    assert found[1].tls is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("redis://", "names no host"),
        ("redis://a,b", "several URLs"),
        ("redis+sentinel://a", "name the master"),
        ("redis://a/x", "invalid literal"),
        ("redis://a?lease=0", "lease is 0.1"),
        ("redis://a?leas=1", "knows no option leas"),
        ("redis://a?epoch=maybe", "`change` or `keep`"),
        ("redis://a?ca=/x", "belongs to rediss"),
        ("rediss://a?ca=/nowhere/x.pem", "No such file"),
        ("redis://a:port", "Port could not be cast"),
    ],
)
def test_what_makes_no_sense_is_said(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        targets_of(text, {})


def test_what_names_a_redis() -> None:
    assert [is_redis(each) for each in ("redis://x", "rediss+sentinel://x/y", "sqlite:redis://x", "redis:x", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]
