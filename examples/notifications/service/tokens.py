"""The application's own tokens: whoever signed in may read their inbox."""

import secrets
import time
from pathlib import Path
from typing import Final

import jwt
from rtgen_runtime.jwt import JwtAuth, secret_key

ISSUER: Final = "notifications-example"
LIFE: Final = 3600


class Tokens:
    """Signs and verifies with one secret, which is made at the first start and kept beside the database."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(secrets.token_bytes(32))
        self._secret = path.read_bytes()
        self.auth = JwtAuth(secret_key(self._secret), issuer=ISSUER, audience=ISSUER)
        """For the WebSockets: the same tokens as for the REST calls."""

    def sign(self, user_id: str) -> str:
        """A token for an hour."""
        now = int(time.time())
        claims = {"sub": user_id, "iss": ISSUER, "aud": ISSUER, "iat": now, "exp": now + LIFE}
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def subject(self, token: str) -> str:
        """Whose token it is.

        Raises:
            jwt.InvalidTokenError: It is not one of ours, or has ended.
        """
        claims = jwt.decode(token, self._secret, algorithms=["HS256"], issuer=ISSUER, audience=ISSUER)
        return str(claims["sub"])
