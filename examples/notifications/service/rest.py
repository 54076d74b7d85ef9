"""Calls of the REST API, for playing it through."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody with a token."""

    user_id: str
    token: str


class Rest:
    """The API at a port of this machine."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}/api/"

    async def sign_in(self, name: str) -> SignedIn:
        """Sign in, or up."""
        found = await asyncio.to_thread(self._call, "sign-in", "", {"name": name})
        return SignedIn(found["userId"], found["token"])

    async def get(self, path: str, who: SignedIn) -> Any:
        """What a path answers."""
        return await asyncio.to_thread(self._call, path, who.token, None)

    async def post(self, path: str, who: SignedIn, **body: str) -> Any:
        """What a path answers to a body."""
        return await asyncio.to_thread(self._call, path, who.token, body)

    def _call(self, path: str, token: str, body: dict[str, str] | None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        with urlopen(Request(self._base + path, data, headers), timeout=30) as answer:  # noqa: S310 - http
            return json.load(answer)
