"""Before the welcome: whom a `$hello` suits, and what waits until it is known who sent it."""

from dataclasses import dataclass, field
from typing import Final

from msgspec import UNSET

from rtgen_runtime import codes
from rtgen_runtime.arrivals import Admission
from rtgen_runtime.codes import CloseCode, ErrorCode
from rtgen_runtime.declarations import Contract
from rtgen_runtime.flags.holding import Holding
from rtgen_runtime.frames import (
    AuthInfo,
    HeartbeatInfo,
    HelloInfo,
    LimitsInfo,
    WelcomeInfo,
)
from rtgen_runtime.identity import Identity
from rtgen_runtime.versions.choosing import in_words, is_served

HELLO_DEADLINE: Final = 5.0
"""Seconds from the handshake to the welcome, checking a token included."""
HELLO_BYTES: Final = 16_384
HELD_FRAMES: Final = 320
"""What a client may send behind its `$hello` before the welcome: all its joins, and some."""


def mismatch(
    contract: Contract, info: HelloInfo
) -> tuple[ErrorCode, CloseCode, str] | None:
    """Why a client can't be served here, in words; `None` if it can."""
    if info.contract != contract.name:
        words = f"the contract {contract.name} is served here"
        return ErrorCode.WRONG_CONTRACT, codes.WRONG_CONTRACT, words
    if not is_served(contract, info.version):
        words = in_words(contract)
        return ErrorCode.WRONG_VERSION, codes.WRONG_VERSION, words
    return None


def welcome(
    contract: Contract,
    admission: Admission,
    identity: Identity,
    flags: Holding | None = None,
) -> WelcomeInfo:
    """What a client is told that may come in."""
    heartbeat, limits = contract.heartbeat, contract.limits
    return WelcomeInfo(
        session=admission.pass_,
        version=contract.version,
        auth=UNSET if identity.ttl is None else AuthInfo(ttl=identity.ttl),
        heartbeat=HeartbeatInfo(every=heartbeat.every, slack=heartbeat.slack),
        limits=LimitsInfo(
            frame=limits.frame, channels=limits.channels, outbox=limits.outbox
        ),
        last_ref=UNSET if admission.last_ref is None else admission.last_ref,
        flags=UNSET if flags is None else dict(flags.values),
    )


@dataclass(slots=True)
class Held:
    """Messages kept unread, in their order, while a token is being checked; at most `most_bytes` of them."""

    most_bytes: int
    messages: list[str | bytes] = field(default_factory=list)
    _size: int = 0

    def add(self, data: str | bytes) -> bool:
        """Keep one; false when it is too much."""
        self.messages.append(data)
        self._size += len(data)
        return self._size <= self.most_bytes and len(self.messages) <= HELD_FRAMES
