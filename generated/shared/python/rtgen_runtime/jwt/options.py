"""How `python -m <contract>` learns which tokens to accept: from options, or from environment variables.

A secret never stands on the command line, where every user of the machine can read it: it comes from a file, or from
the environment. Only contracts with `auth.jwt` load this module, which needs PyJWT.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rtgen_runtime.errors import UsageError
from rtgen_runtime.identity import Authenticator
from rtgen_runtime.jwt.jwks import Jwks
from rtgen_runtime.jwt.keys import public_key, secret_key
from rtgen_runtime.jwt.tokens import JwtAuth

VARIABLE: Final = "RTGEN_JWT_SECRET"

_OPTIONS: Final = (
    ("jwt-secret-file", "RTGEN_JWT_SECRET_FILE", "file with the secret (HS256 …)"),
    ("jwt-public-key-file", "RTGEN_JWT_PUBLIC_KEY_FILE", "file with a public key, PEM"),
    ("jwks-url", "RTGEN_JWKS_URL", "where the identity provider publishes its keys"),
    ("jwt-algorithm", "RTGEN_JWT_ALGORITHM", "the one algorithm (HS256, else RS256)"),
    ("issuer", "RTGEN_JWT_ISSUER", "`iss` that tokens must carry"),
    ("audience", "RTGEN_JWT_AUDIENCE", "`aud` that tokens must carry"),
)


def add_token_options(parser: argparse.ArgumentParser) -> None:
    """The options, for a contract with `auth.jwt`."""
    group = parser.add_argument_group(
        "tokens",
        f"Which JSON Web Tokens to accept. The variable {VARIABLE} holds a secret itself.",
    )
    for option, variable, words in _OPTIONS:
        group.add_argument(f"--{option}", help=f"{words}; or {variable}")


def authenticator_of(
    given: argparse.Namespace, environment: Mapping[str, str]
) -> Authenticator | None:
    """What the options and variables ask for; `None` when they name no key. Options win over variables.

    Raises:
        UsageError: They contradict each other, or name a key that can't be used.
    """
    said = {
        option: getattr(given, option.replace("-", "_"), None)
        or environment.get(variable)
        for option, variable, _ in _OPTIONS
    }
    sources = ("jwt-secret-file", "jwt-public-key-file", "jwks-url")
    named = [each for each in sources if said[each]]
    secret = environment.get(VARIABLE)
    if secret and not named:
        return _of_secret(secret.encode(), said)
    if len(named) > 1:
        raise UsageError(f"one of --{' and --'.join(named)} is enough")
    match named:
        case ["jwt-secret-file"]:
            return _of_secret(_read(said["jwt-secret-file"]).strip(), said)
        case ["jwt-public-key-file"]:
            return _of_public_key(_read(said["jwt-public-key-file"]), said)
        case ["jwks-url"]:
            return _of_endpoint(said)
        case _:
            return None


def _of_secret(secret: bytes, said: Mapping[str, str | None]) -> Authenticator:
    key = secret_key(secret, said["jwt-algorithm"] or "HS256")
    return JwtAuth(key, issuer=said["issuer"], audience=said["audience"])


def _of_public_key(pem: bytes, said: Mapping[str, str | None]) -> Authenticator:
    key = public_key(pem, said["jwt-algorithm"] or "RS256")
    return JwtAuth(key, issuer=said["issuer"], audience=said["audience"])


def _of_endpoint(said: Mapping[str, str | None]) -> Authenticator:
    if not said["issuer"]:
        raise UsageError("--jwks-url needs --issuer: whose keys are they?")
    keys = Jwks(
        said["jwks-url"] or "",
        issuer=said["issuer"],
        algorithms=[said["jwt-algorithm"] or "RS256"],
    )
    return JwtAuth(keys, issuer=said["issuer"], audience=said["audience"])


def _read(path: str | None) -> bytes:
    try:
        return Path(path or "").read_bytes()
    except OSError as error:
        raise UsageError(f"can't read {path}: {error.strerror}") from None
