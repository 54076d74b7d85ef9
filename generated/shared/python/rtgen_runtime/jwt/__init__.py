"""What programs import to accept JSON Web Tokens. It stands apart, since it needs PyJWT."""

from rtgen_runtime.jwt.jwks import Jwks
from rtgen_runtime.jwt.keys import Key, public_key, secret_key
from rtgen_runtime.jwt.tokens import JwtAuth

__all__ = ["Jwks", "JwtAuth", "Key", "public_key", "secret_key"]
