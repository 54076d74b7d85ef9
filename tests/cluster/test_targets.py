"""The URLs of Redis servers, and what is said of those that make no sense."""

import argparse
from pathlib import Path

import pytest
from certificates import certified
from rtgen_runtime.errors import UsageError
from rtgen_runtime.redis.target import is_local, is_redis, targets_of
from rtgen_runtime.stores.options import add_store_options, store_of


def test_what_a_url_says() -> None:
    (target,) = targets_of("redis://me:s%40cret@cache.example:7000/3?prefix=x&lease=5&epoch=keep&strict=yes", {})
    assert target.hosts == (("cache.example", 7000),)
    assert (target.username, target.password, target.database) == ("me", "s@cret", 3)
    assert (target.prefix, target.lease, target.keeps_epoch, target.strict) == ("x", 5.0, True, True)
    assert target.tls is None
    assert not is_local("cache.example")


def test_no_secret_is_shown() -> None:
    (target,) = targets_of("rediss://me:secret@127.0.0.1", {})
    assert target.name == "rediss://127.0.0.1:6379/0"
    assert "secret" not in repr(target)
    assert is_local("127.0.0.1")


@pytest.mark.parametrize(
    "text",
    [
        "redis://me:secret@host/x",
        "redis://me:a/secret@host",
        "redis://me:a?secret@host",
        "redis://me:a#secret@host",
        "redis://me:1/secret@host",
        "redis://me:1?secret@host",
        "redis://me:1#secret@host",
        "redis://me:secret/a@host",
        "redis+sentinel://host/name?sentinel_password=secret&lease=0",
    ],
)
def test_no_part_of_a_secret_is_shown_when_a_url_makes_no_sense(text: str) -> None:
    with pytest.raises(UsageError) as problem:
        targets_of(text, {})
    assert "secret" not in str(problem.value)


@pytest.mark.parametrize("text", ["redis:/me:secret@host", "Redis://me:secret@host", "rediss:me:secret@host"])
def test_nor_when_it_is_taken_for_none(text: str) -> None:
    parser = argparse.ArgumentParser()
    add_store_options(parser)
    with pytest.raises(UsageError) as problem:
        store_of(parser.parse_args(["--store", text]))
    assert "secret" not in str(problem.value)
    assert "host" in str(problem.value)


def test_an_address_in_brackets_is_shown_in_them() -> None:
    (target,) = targets_of("redis://[::1]:7000", {})
    assert target.name == "redis://[::1]:7000/0"


def test_a_password_of_sentinels_is_any() -> None:
    (target,) = targets_of("redis+sentinel://a/b?sentinel_password=p@ss&prefix=x", {})
    assert (target.sentinel_password, target.prefix) == ("p@ss", "x")


def test_a_certificate_of_our_own_is_shown(tmp_path: Path) -> None:
    file = certified(tmp_path).file
    (target,) = targets_of(f"rediss://host?ca={file}&cert={file}&key={file}", {})
    assert target.tls is not None


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
        ("redis://a/x", "number of a database"),
        ("redis://a/-1", "number of a database"),
        ("redis://a:p/b@c", "%2F %3F %23 %40"),
        ("redis://a?patience=long", "patience is 0.1"),
        ("redis://a?strict=true", "`no` or `yes`"),
        ("redis://a?cert=/x", "cert belongs to rediss"),
        ("rediss://a?key=/x", "key belongs to cert"),
        ("rediss://a?cert=/nowhere/x.pem", "can't use /nowhere/x.pem: No such file"),
        ("redis://a,redis://a:6379/0", "redis://a:6379/0 more than once"),
        ("redis://a?lease=0", "lease is 0.1"),
        ("redis://a?leas=1", "knows no option leas"),
        ("redis://a?epoch=maybe", "`change` or `keep`"),
        ("redis://a?ca=/x", "belongs to rediss"),
        ("rediss://a?ca=/nowhere/x.pem", "can't use /nowhere/x.pem: No such file"),
        ("redis://a:port", "number up to 65535"),
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
