"""Torn HTTP handshakes on real sockets of both transports; a client that behaves is served all the while."""

import asyncio
import json
import logging
from collections import Counter
from random import Random
from typing import Final

from fuzz.material import torn
from fuzz.target import HELLO, PLAIN, Target
from rtgen_runtime import Listening, listen
from rtgen_runtime.transports.serving import TRANSPORTS
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

_RIGHT: Final = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: rtgen.v1.json, rtgen\r\n"
    b"Origin: https://app.example\r\n\r\n"
)
_PROBE: Final = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
_AT_ONCE: Final = 50
_MOMENT: Final = 0.3
"""Seconds that a client stays that may have sent too little."""
_PATIENCE: Final = 20.0


class _Errors(logging.Handler):
    """What is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


async def throw(seed: str, count: int) -> Counter[str]:
    """Throw so many, half of them at each transport; the first lines of the answers.

    Raises:
        AssertionError: A client that behaves was not served, or something was logged as an error.
    """
    dice, answers = Random(seed), Counter[str]()  # noqa: S311 - it is to be repeated
    errors = _Errors()
    logging.getLogger("rtgen").addHandler(errors)
    try:
        for number, transport in enumerate(TRANSPORTS, 1):
            enough = count * number // len(TRANSPORTS)
            async with listen(Target().app, transport=transport) as listening:
                await _throw_at(listening, dice, answers, enough)
    finally:
        logging.getLogger("rtgen").removeHandler(errors)
    assert errors.said == []
    return answers


async def _throw_at(listening: Listening, dice: Random, answers: Counter[str], enough: int) -> None:
    while answers.total() < enough:
        right = [dice.choice((_RIGHT, _RIGHT, _PROBE)) for _ in range(_AT_ONCE)]
        thrown = [right[0], *(torn(dice, each) for each in right[1:])]
        answers.update(await asyncio.gather(*[_thrown(listening.port, data) for data in thrown]))
        await _served(listening.url)


async def _thrown(port: int, data: bytes) -> str:
    """The first line of what comes back; a server that waits for more of the handshake has none."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        answer = await asyncio.wait_for(reader.readline(), _MOMENT)
        return answer.decode("latin-1").strip() or "closed"
    except TimeoutError:
        return "waits for more"
    except ConnectionError:
        return "closed"
    finally:
        writer.transport.abort()


async def _served(url: str) -> None:
    async with connect(url, subprotocols=[Subprotocol(PLAIN)]) as socket:
        await socket.send(json.dumps(["$hello", HELLO | {"client": "witness"}]))
        assert json.loads(await asyncio.wait_for(socket.recv(), _PATIENCE))[0] == "$welcome"
