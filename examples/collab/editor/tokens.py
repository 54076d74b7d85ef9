"""Tokens for whoever asks, signed with a secret of this process: a real application has a sign-in."""

import secrets
import time

import jwt
from rtgen_runtime.jwt import JwtAuth, secret_key


class Tokens:
    """Signs what the contract's claims say."""

    def __init__(self, secret: bytes = b"") -> None:
        self._secret = secret or secrets.token_bytes(32)
        self.auth = JwtAuth(secret_key(self._secret), issuer=None, audience=None)

    def sign(self, name: str, *, can_edit: bool = True) -> str:
        """For an hour."""
        now = int(time.time())
        claims = {"sub": name.lower(), "name": name, "canEdit": can_edit, "iat": now, "exp": now + 3600}
        return jwt.encode(claims, self._secret, algorithm="HS256")
