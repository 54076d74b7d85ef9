"""Where the microseconds of a request and of a delivery go, stage by stage, without sockets.

It is the generated server that `make bench` measures, in this process: real protocol objects of the native transport,
on transports that take everything. Processor time, the least of many rounds, since others use the machine; a stage is
measured by itself, and what is left of the whole is a stage, too.
"""

import argparse
import asyncio
import importlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import jwt
import record
from connections import Transport
from rtgen_runtime import Settings
from rtgen_runtime.garbage import seldom_searched
from rtgen_runtime.jwt import JwtAuth, secret_key
from rtgen_runtime.transports.half_open import HalfOpen
from rtgen_runtime.transports.native.listener import Listener
from rtgen_runtime.transports.native.opening import Opening
from runtime import building, loading
from transport_server import SECRET
from transports import HEAD, frame

Times = dict[str, float]
"""Microseconds by stage."""

ASKING: Final = 50
HEARING: Final = 1000
EACH: Final = 20
"""Requests of each client in a round."""
SETTLED: Final = 8
"""Turns of the loop after which nothing is under way."""
WHOLE: Final = "together"


class Crowd:
    """So many clients in the hall."""

    def __init__(self, count: int) -> None:
        package, handlers = importlib.import_module("bench"), importlib.import_module("handlers.hall")
        auth = JwtAuth(secret_key(SECRET), issuer=None, audience=None)
        self.app: Any = package.BenchApp(hall=handlers.Hall(), auth=auth, settings=Settings(metrics=True))
        listener = Listener(self.app, None, 5.0, 1 << 20, HalfOpen(None))
        self.transports = [Transport() for _ in range(count)]
        for transport in self.transports:
            opening = Opening(listener)
            opening.connection_made(transport)  # type: ignore[arg-type]  # as far as it is used
            opening.data_received(bytes(HEAD))

    async def leave(self) -> None:
        """Stop the server, of which nobody may have had an error."""
        assert not self.app.tally.errors
        await self.app.stop()

    async def enter(self) -> None:
        """All of them join."""
        for number, transport in enumerate(self.transports):
            claims = {"sub": f"u-{number}", "name": "Ada", "exp": int(time.time()) + 3600}
            hello = {"contract": "bench", "version": "1.0.0", "token": jwt.encode(claims, SECRET, "HS256")}
            transport.protocol.data_received(frame(json.dumps(["$hello", hello]).encode()))
        await settled()
        for transport in self.transports:
            transport.protocol.data_received(frame(b'["$join",1,"hall"]'))
        await settled()
        assert self.app.hub.count("hall") == len(self.transports)


async def settled() -> None:
    """Nothing is under way any more."""
    for _ in range(SETTLED):
        await asyncio.sleep(0)


def message(tag: str, ref: int) -> bytes:
    """The message of `make bench`, of 400 bytes."""
    return loading.message(f'["hall.{tag}",{ref},"hall",', "]").encode()


def least(rounds: int, times: int, work: Callable[[], object]) -> float:
    """Microseconds that it takes, in the quickest round."""
    found = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(times):
            work()
        found = min(found, (time.process_time() - began) / times)
    return found * 1e6


async def request(rounds: int) -> Times:
    """One request with its reply, of fifty clients that ask in each turn of the loop."""
    crowd = Crowd(ASKING)
    await crowd.enter()
    whole, ref = float("inf"), 1_000_000_000
    for _ in range(rounds):
        asked = [frame(message("echo", ref := ref + 1)) for _ in range(EACH)]
        began = time.process_time()
        for each in asked:
            for transport in crowd.transports:
                transport.protocol.data_received(each)
            await asyncio.sleep(0)
        whole = min(whole, (time.process_time() - began) / (EACH * ASKING) * 1e6)
    found = _parts(crowd, asked[0], rounds)
    await crowd.leave()
    return {**found, "session, context, the handler's call, metrics": whole - sum(found.values()), WHOLE: whole}


def _parts(crowd: Crowd, asked: bytes, rounds: int) -> Times:
    socket = crowd.transports[0].protocol
    plan, flusher = crowd.app.quick.plans["hall.echo"], crowd.app.flusher
    text = socket._reader.whole_text(asked)
    payload = plan.decode(text).payload
    reply = b'["$reply",1000000000,%b]' % plan.encode(payload)
    boxes = [each.protocol._connection.outbox for each in crowd.transports]

    def written() -> None:
        for box in boxes:
            box.add(bytes(bytearray(reply)))  # each client has a reply of its own
        flusher.flush()

    return {
        "frame read, unmasked, text decoded": least(rounds, 2000, lambda: socket._reader.whole_text(asked)),
        "JSON to the payload's type": least(rounds, 2000, lambda: plan.decode(text)),
        "judged by the contract: spelling, depth": least(rounds, 2000, lambda: plan.accepts(payload, text)),
        "the reply judged and encoded": least(rounds, 2000, lambda: plan.encode(payload)),
        "reply framed, written once a turn": least(rounds, 20, written) / ASKING,
    }


async def delivery(rounds: int, together: int) -> Times:
    """One delivery to one of a thousand members, so many events in each turn of the loop."""
    crowd = Crowd(HEARING)
    await crowd.enter()
    asked = frame(message("say", 0))
    told = crowd.transports[0].protocol.data_received
    flusher, part = crowd.app.flusher, HEARING * together
    queued = flushed = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(together):
            told(asked)
        between = time.process_time()
        flusher.flush()
        ended = time.process_time()
        queued = min(queued, (between - began) / part * 1e6)
        flushed = min(flushed, (ended - between) / part * 1e6)
    await settled()
    await crowd.leave()
    return {
        "the event decoded, told, encoded; queued for each member": queued,
        "framed once, written to each": flushed,
        WHOLE: queued + flushed,
    }


async def main() -> None:
    """Write `results/stages`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    with seldom_searched():
        works = {
            "a request with its reply": await request(rounds),
            "a delivery, one event a turn": await delivery(rounds, 1),
            "a delivery, two events a turn": await delivery(rounds, 2),
        }
    rows = [
        record.Row(work, stage, round(value, 3), "µs")
        for work, stages in works.items()
        for stage, value in stages.items()
    ]
    record.write("stages", rows, ["msgspec"], figures="The least")


if __name__ == "__main__":
    building.build(peers=False)
    sys.path[:0] = [str(building.HERE), str(building.OURS)]
    asyncio.run(main())
