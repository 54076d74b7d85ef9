"""Which tokens `python -m <contract>` accepts: from files and the environment, never from the command line itself."""

import argparse
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from rtgen_runtime.errors import UsageError
from rtgen_runtime.identity import Authenticator, Handshake, NotAuthenticated
from rtgen_runtime.jwt import JwtAuth
from rtgen_runtime.jwt.options import add_token_options, authenticator_of
from small_identity import SECRET, token

FUTURE = 4_000_000_000


def chosen(*arguments: str, **environment: str) -> Authenticator | None:
    parser = argparse.ArgumentParser()
    add_token_options(parser)
    return authenticator_of(parser.parse_args(arguments), environment)


async def subject(it: Authenticator | None, text: str) -> str | None:
    assert isinstance(it, JwtAuth)
    return (await it.authenticate(text, Handshake())).subject


@pytest.fixture
def secret_file(tmp_path: Path) -> str:
    path = tmp_path / "secret"
    path.write_bytes(SECRET + b"\n")
    return str(path)


async def test_a_secret_from_a_file(secret_file: str) -> None:
    text = token(exp=FUTURE, iss=..., aud=...)
    assert await subject(chosen("--jwt-secret-file", secret_file), text) == "ada"
    assert await subject(chosen(RTGEN_JWT_SECRET_FILE=secret_file), text) == "ada"


async def test_a_secret_from_the_environment() -> None:
    it = chosen(RTGEN_JWT_SECRET=SECRET.decode(), RTGEN_JWT_ISSUER="https://id.example", RTGEN_JWT_AUDIENCE="small")
    assert await subject(it, token(exp=FUTURE)) == "ada"
    with pytest.raises(NotAuthenticated):
        await subject(it, token(exp=FUTURE, aud="other"))


async def test_options_win_over_variables(secret_file: str) -> None:
    it = chosen(
        "--audience",
        "small",
        "--issuer",
        "https://id.example",
        "--jwt-secret-file",
        secret_file,
        RTGEN_JWT_AUDIENCE="x",
    )
    assert await subject(it, token(exp=FUTURE)) == "ada"


async def test_a_public_key_and_its_algorithm(tmp_path: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    path = tmp_path / "key.pem"
    path.write_bytes(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    it = chosen("--jwt-public-key-file", str(path), "--jwt-algorithm", "ES256")
    assert await subject(it, token(private, "ES256", exp=FUTURE, iss=..., aud=...)) == "ada"


def test_published_keys() -> None:
    assert isinstance(chosen("--jwks-url", "https://id.example/keys", "--issuer", "https://id.example"), JwtAuth)


def test_nothing_named_is_nothing_chosen() -> None:
    assert chosen() is None
    assert chosen("--audience", "x") is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--jwks-url", "https://id.example/keys"], "--issuer"),
        (["--jwks-url", "http://id.example/keys", "--issuer", "x"], "https"),
        (["--jwks-url", "https://id.example/keys", "--issuer", "x", "--jwt-algorithm", "HS256"], "published keys"),
        (["--jwt-secret-file", "/nowhere/secret"], "/nowhere/secret"),
        (["--jwt-secret-file", "/nowhere", "--jwks-url", "https://x/"], "one of"),
        (["--jwt-secret-file", "/dev/null"], "at least 32 bytes"),
        (["--jwt-public-key-file", "/dev/null"], "no key"),
    ],
)
def test_what_can_not_work_is_said(arguments: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        chosen(*arguments)


def test_no_option_takes_a_secret() -> None:
    parser = argparse.ArgumentParser()
    add_token_options(parser)
    text = " ".join(parser.format_help().split())
    assert "--jwt-secret-file" in text
    assert "--jwt-secret " not in text
    assert "RTGEN_JWT_SECRET" in text
