"""Nodes with one mechanism broken each: the checker must notice, or it would not notice a fault of ours either.

A node applies what `CHAOS_MUTATION` names before it serves. `needs` are the faults that bring it to light.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Mutation:
    """One of them."""

    apply: Callable[[], None]
    needs: Sequence[str]


MUTATIONS: Final[dict[str, Mutation]] = {}
"""By name."""


def _mutation(*needs: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def note(apply: Callable[[], None]) -> Callable[[], None]:
        MUTATIONS[apply.__name__.replace("_", "-")] = Mutation(apply, needs)
        return apply

    return note


@_mutation("clients-reset", "clients-cut")
def effects_again() -> None:
    """Nobody remembers which requests have taken effect."""
    from rtgen_runtime.outcomes import Once

    async def answer(
        _self: object, _key: object, _tag: str, _window: float, _most: float, work: Callable[[], Awaitable[Any]]
    ) -> Any:
        return await work()

    Once.answer = answer  # type: ignore[method-assign, assignment]


@_mutation("clients-reset")
def deliveries_skipped() -> None:
    """Now and then what is kept is told to nobody at this node."""
    from rtgen_runtime.hub import Hub

    deliver, turn = Hub.deliver, itertools.count(1)

    def skipping(self: Hub, address: str, tag: str, kept: Any) -> None:
        if next(turn) % 40:
            deliver(self, address, tag, kept)

    Hub.deliver = skipping  # type: ignore[method-assign]


@_mutation("subscribers-killed", "subscribers-killed")
def never_heard_again() -> None:
    """A new wire to Redis hears nothing, and nobody asks whether it does."""
    from rtgen_runtime.redis.hearing import Hearing
    from rtgen_runtime.redis.watching import Watch

    use, known = Hearing._use, set[int]()

    def first(self: Hearing, wire: Any) -> None:
        if id(self) in known:
            self._wanted = {}
        known.add(id(self))
        use(self, wire)

    async def never(self: Watch) -> None:
        await asyncio.Event().wait()

    Hearing._use = first  # type: ignore[method-assign]
    Watch._tick = never  # type: ignore[method-assign]


@_mutation("redis-emptied", "redis-emptied")
def epoch_forgotten() -> None:
    """An address begins again from 1 in what seems to be the same epoch."""
    from rtgen_runtime.redis.shard import Shard

    def fresh(self: Shard) -> str:
        return "0000cafe"

    Shard.fresh = fresh  # type: ignore[method-assign]


@_mutation("clients-reset")
def acknowledged_without_keeping() -> None:
    """Now and then something is acknowledged that Redis never got."""
    from rtgen_runtime.history.interface import Position
    from rtgen_runtime.redis.history import RedisHistory

    append, turn = RedisHistory.append, itertools.count(1)

    def pretending(self: RedisHistory, *arguments: Any, **options: Any) -> Any:
        future = append(self, *arguments, **options)
        if next(turn) % 40:
            return future

        async def further() -> Position:
            position = await future
            return Position(position.epoch, position.offset + 1_000_000)

        return asyncio.ensure_future(further())

    RedisHistory.append = pretending  # type: ignore[method-assign]


@_mutation("clients-reset", "clients-reset", "clients-cut")
def missed_is_nothing() -> None:
    """Who comes back is told that nothing was missed."""
    from dataclasses import replace

    from rtgen_runtime.history.tails import Tails

    replay = Tails.replay

    def nothing(self: Tails, address: str, since: Any) -> Any:
        page = replay(self, address, since)
        return page if page is None else replace(page, entries=())

    Tails.replay = nothing  # type: ignore[method-assign]
