"""Writes down what happens, for the checker: at Python clients, whatever carries their bytes, and at a publisher."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import msgspec
from delivery.checker import check
from delivery.history import TWIN, Kind, Op, Record, hashed
from delivery.report import Report
from rtgen_runtime.client.client import Client
from rtgen_runtime.client.effects import (
    ClientEffect,
    Ended,
    EventArrived,
    Greeted,
    HangUp,
    JoinPostponed,
    JoinSettled,
    RequestSettled,
    Transmit,
)
from rtgen_runtime.declarations import Channel, RelayEvent, RequestEvent, ServerEvent
from rtgen_runtime.errors import RealtimeError
from rtgen_runtime.history.interface import Position
from rtgen_runtime.newest import name_of

C = TypeVar("C", bound=Client)


@dataclass(slots=True)
class Log:
    """The history of one process."""

    proc: str = "p1"
    clock: Callable[[], float] | None = None
    """By default the event loop's, which a world for tests moves; several processes need `time.time`."""
    records: list[Record] = field(default_factory=list)
    digest: Callable[[bytes], str] = hashed
    """What tells payloads apart; that of two versions must give the same for one event in both."""
    wire: bool = False
    """Whether what comes over the wire is followed too, as if each client had a twin that trusts the server."""
    prefix: str = ""
    """Of its clients' names, where they meet those of other processes."""
    names: int = 0
    keep: Callable[[Record], object] = lambda _record: None
    """Takes each record; by default they are held."""

    def __post_init__(self) -> None:
        self.keep = self.records.append

    def write(self, op: Op, **what: Any) -> Record:
        """One more record, of this moment."""
        now = self.clock() if self.clock is not None else asyncio.get_running_loop().time()
        record = Record(now, op, self.proc, **what)
        self.keep(record)
        return record

    @contextmanager
    def into(self, path: Path) -> Iterator[None]:
        """Records go into a file as they come, and none is held."""
        encode = msgspec.json.Encoder().encode
        with path.open("wb", buffering=1 << 20) as file:
            self.keep = lambda record: file.write(encode(record) + b"\n")
            yield
            self.keep = self.records.append

    async def published(
        self,
        address: str,
        payload: bytes,
        publish: Callable[[], Awaitable[int | None]],
        position: Callable[[], Awaitable[Position]] | None = None,
        *,
        kind: Kind = Kind.RECORDED,
        slot: str = "",
    ) -> None:
        """Publish, and write down how that ended. `position` tells the epoch of a recorded event."""
        self.names += 1
        key, digest = f"{self.proc}-{self.names}", self.digest(payload)
        self.write(Op.PUBLISH, address=address, key=key, hash=digest, kind=kind, slot=slot)
        try:
            offset = await publish() or 0
        except RealtimeError:
            self.write(Op.FAIL, address=address, key=key)
            return
        epoch = (await position()).epoch if position is not None and offset else ""
        self.write(Op.ACK, address=address, key=key, epoch=epoch, offset=offset)

    def save(self, path: Path) -> None:
        """As JSON lines."""
        path.write_text("".join(f"{record.line()}\n" for record in self.records), encoding="utf-8")

    def check(self, *, grace: float = 10.0) -> Report:
        """Judge it."""
        return check(self.records, grace=grace)


class _Taps(Client):
    """A client that writes down what its listeners get, between the machine and them."""

    log: Log

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.log.names += 1
        self.name = f"{self.log.prefix}c{self.log.names}"
        self.who = ""
        self.is_called = False
        """Whether it has a name beyond that of its session."""
        self._line = 0
        """That which its memberships are on; another one may be opened, and lost, beside it."""
        self._joins_sent: dict[str, int] = {}
        self._leaving: dict[int, str] = {}
        self._epochs: dict[str, str] = {}
        self._seen: dict[int, str] = {}
        self._shown: dict[str, set[str]] = {}
        self._inside: set[str] = set()

    def received(self, line: int, message: str | bytes) -> None:
        """What the server says of continuity is known before what follows from it."""
        if not (self.log.wire or _is_control(message)):
            super().received(line, message)
            return
        frame = json.loads(self._codec.to_json(message) or b"[]")
        match frame:
            case ["$resync", address, {"reason": reason}, *_]:
                self._write(Op.RESYNC, address=address, reason=reason)
            case ["$left", ref, address, {"again": again}, *_] if self._joins_sent.get(address) == ref:
                self._write(Op.LEFT, address=address, reason=again)
                self._out(address, reason="left")
            case ["$joined", ref, address, info, *_] if self._joins_sent.get(address) == ref:
                self._wire(Op.JOINED, address=address, **{name: info[name] for name in _JOINED if name in info})
                self._epochs[address] = info["epoch"]
            case ["$reply", ref, *_] if ref in self._leaving:
                self._wire(Op.LEFT, address=self._leaving.pop(ref))
            case [str(tag), offset, address, payload, *_] if not tag.startswith("$"):
                epoch, text = self._epochs.get(address, "") if offset else "", json.dumps(payload).encode()
                kind, slot = _slot(self._contract.events.get(tag), text)
                about = {"address": address, "hash": self.log.digest(text), "kind": kind, "slot": slot}
                self._wire(Op.RECV, epoch=epoch, offset=offset, **about)
            case _:
                pass
        super().received(line, message)
        self.look()

    def lost(self, line: int, code: int, reason: str) -> None:
        """Memberships wait, if it was the newest connection."""
        self._ended(line, code)
        super().lost(line, code, reason)

    def leave(self, address: str) -> None:
        """It leaves, wherever it stands."""
        self.log.write(Op.LEFT, client=self.name, address=address)
        if not self._line:
            self._wire(Op.LEFT, address=address)  # offline, no frame says it; online, its frame does
        self._out(address, reason="left")
        super().leave(address)

    async def close(self) -> None:
        """It leaves everything."""
        for address in self._joins_sent:
            self._write(Op.LEFT, address=address)
            self._out(address, reason="lost")
        await super().close()

    def look(self) -> None:
        """Write down whom it sees that it did not, and the reverse."""
        for address, channel in self._joins.channels.items():
            present = channel._presence
            if present is None or not present.is_listed:
                continue
            now, before = set(present.people), self._shown.get(address, set())
            for who in sorted(now ^ before):
                self._write(Op.PRESENCE, address=address, key=who, reason="came" if who in now else "went")
            self._shown[address] = now

    def _ended(self, line: int, code: int) -> None:
        self._left_behind(line)
        if line == self._line:
            self._line = 0
            self._write(Op.LOST, reason=str(code))
            for address in self._leaving.values():  # nobody will answer, and nothing is asked again
                self._wire(Op.LEFT, address=address)
            self._leaving.clear()
            for address in tuple(self._inside):
                self._out(address, reason="lost")

    def _left_behind(self, line: int) -> None:
        """A line that was moved from; one that nobody came to yet is younger."""
        if line < self._line:
            self._write(Op.MOVED)

    def _leaves_behind(self, effects: list[ClientEffect]) -> None:
        """It is known before what follows from it."""
        for effect in effects:
            if isinstance(effect, HangUp):
                self._left_behind(effect.link)

    def _apply(self, effects: list[ClientEffect]) -> None:
        self._leaves_behind(effects)
        for effect in effects:
            match effect:
                case HangUp(link, code):
                    self._ended(link, code)
                case Greeted(session):
                    self.who = self.who if self.is_called else session
                case Transmit(_, frame):
                    self._sent(json.loads(frame))
                case JoinSettled():
                    self._settled(effect)
                case EventArrived():
                    self._arrived(effect)
                case Ended():
                    for address in self._joins_sent:
                        self._write(Op.LEFT, address=address)
                case RequestSettled(ref, payload, error) if ref in self._seen:
                    why = "ok" if payload is not None else "error" if error is not None else str(effect.lost)
                    self._write(Op.OUTCOME, ref=ref, key=self._seen[ref], reason=why)
                case _:
                    pass
        super()._apply(effects)
        for effect in effects:
            if isinstance(effect, JoinPostponed) and effect.address not in self._machine.conversing.members.by_address:
                self._write(Op.LEFT, address=effect.address, reason="never")  # whoever asked was told why

    def _write(self, op: Op, **what: Any) -> None:
        self.log.write(op, client=self.name, **what)
        if op in {Op.JOIN, Op.LEFT, Op.LOST, Op.RESYNC}:
            self._wire(op, **what)

    def _wire(self, op: Op, **what: Any) -> None:
        if self.log.wire:
            self.log.write(op, client=self.name + TWIN, **what)

    def _sent(self, frame: list[Any]) -> None:
        match frame:
            case ["$join", ref, address, options, *_]:
                self._joins_sent[address] = ref
                epoch, offset = options.get("since") or ("", -1)
                self._write(Op.JOIN, address=address, ref=ref, epoch=epoch, offset=offset)
            case ["$leave", ref, address, *_]:
                self._leaving[ref] = address
            case [tag, ref, address, payload, *_] if not tag.startswith("$") and ref not in self._seen:
                event = self._contract.events[tag][1]
                digest = self.log.digest(json.dumps(payload).encode())
                if isinstance(event, RelayEvent):
                    self._write(Op.PUBLISH, address=address, key=f"{self.name}-{ref}-{digest}", hash=digest)
                if ref:
                    self._seen[ref] = digest
                    kind = Kind.IDEMPOTENT if isinstance(event, RequestEvent) and event.idempotent else Kind.NORMAL
                    self._write(Op.SEND, address=address, ref=ref, kind=kind, key=digest)

    def _settled(self, settled: JoinSettled) -> None:
        address, info = settled.address, settled.info
        if info is None:
            self._write(Op.LEFT, address=address, reason="never")
            self._out(address, reason="left")
            return
        self._write(
            Op.JOINED,
            address=address,
            epoch=info.epoch,
            offset=info.offset,
            replay=info.replay,
            recovered=info.recovered,
            reason=info.reason or "",
        )
        self._line = self._machine.conversing.members.by_address[address].link
        channel = self._joins.channels.get(address)
        if channel is not None and channel._presence is not None:
            self._inside.add(address)
            self._write(Op.HERE, address=address, key=self.who)

    def _out(self, address: str, reason: str = "") -> None:
        if address in self._inside:
            self._inside.discard(address)
            self._write(Op.GONE, address=address, key=self.who, reason=reason)

    def _arrived(self, arrived: EventArrived) -> None:
        incoming = arrived.event
        known = self._contract.events.get(incoming.tag)
        kind, slot = _slot(known, bytes(incoming.payload))
        self._write(
            Op.RECV,
            address=incoming.address,
            epoch=arrived.position[0] if arrived.position is not None else "",
            offset=incoming.offset,
            hash=self.log.digest(bytes(incoming.payload)),
            kind=kind,
            slot=slot,
        )


def _is_control(message: str | bytes) -> bool:
    """Whether it is none of a contract's events, which say nothing of memberships nor of who is there.

    In both encodings two bytes stand before the tag; before a tag of 32 bytes or more MessagePack has three, and what
    this says then costs time only.
    """
    return message[2:3] in {"$", b"$"}


_JOINED: Final = ("epoch", "offset", "replay", "recovered", "reason")


def recorded(kind: type[C], log: Log) -> type[C]:
    """The same client class, of which every client writes to a log."""
    return cast("type[C]", type(f"Recorded{kind.__name__}", (_Taps, kind), {"log": log}))


def called(client: Client, who: str) -> None:
    """How others see a recorded client: the subject of its token. Without, it is its session."""
    taps = cast("_Taps", client)
    taps.who, taps.is_called = who, True


def named(client: Client) -> str:
    """A recorded client's name in the history."""
    return cast("_Taps", client).name


def slot_of(event: ServerEvent[Any], payload: bytes) -> str:
    """What a conflated or latest event replaces."""
    if event.latest is not None:
        return "/".join(name_of(event.tag, event.latest, payload))
    by = "" if event.conflate is None or not event.conflate.key else str(json.loads(payload).get(event.conflate.key))
    return f"{event.tag}/{by}"


def _slot(known: tuple[Channel, Any] | None, payload: bytes) -> tuple[Kind, str]:
    event = known[1] if known is not None else None
    if not isinstance(event, ServerEvent) or (event.latest is None and event.conflate is None):
        return Kind.NORMAL, ""
    return (Kind.LATEST if event.latest is not None else Kind.CONFLATED), slot_of(event, payload)


def together(*logs: Log) -> list[Record]:
    """The history of several processes, told apart by their names."""
    return [
        msgspec.structs.replace(record, client=record.client and f"{log.proc}/{record.client}")
        for log in logs
        for record in log.records
    ]


WALL: Callable[[], float] = time.time
"""The clock that several processes share."""
