"""What every server does, broken: effects that come once, events for all, what was missed, who is there, and rights."""

import itertools
from typing import Any, Final

from chaos.mutation import Mutations, replace
from delivery.report import Invariant

mutation: Final = Mutations()


@mutation(Invariant.EFFECT_ONCE, "clients-reset", "clients-cut")
def effects_again() -> None:
    """Nobody remembers which requests have taken effect."""
    from rtgen_runtime.outcomes import Once

    async def answer(_self: Once, *asked: Any, **_more: Any) -> Any:
        return await asked[-1]()

    replace(Once, "answer", answer)


@mutation(Invariant.NO_SILENT_LOSS, "clients-reset")
def deliveries_skipped() -> None:
    """Now and then what is kept is told to nobody at this node."""
    from rtgen_runtime.hub import Hub

    deliver, turn = Hub.deliver, itertools.count(1)

    def skipping(self: Hub, address: str, tag: str, kept: Any) -> None:
        if next(turn) % 40:
            deliver(self, address, tag, kept)

    replace(Hub, "deliver", skipping)


@mutation(Invariant.NO_SILENT_LOSS, "clients-reset", "clients-reset", "clients-cut")
def missed_is_nothing() -> None:
    """Who comes back is told that nothing was missed."""
    import dataclasses

    from rtgen_runtime.history.tails import Tails

    replay = Tails.replay

    def nothing(self: Tails, address: str, since: Any) -> Any:
        page = replay(self, address, since)
        return page if page is None else dataclasses.replace(page, entries=())

    replace(Tails, "replay", nothing)


@mutation(Invariant.PRESENCE, "redis-emptied", "redis-emptied")
def people_shown_once() -> None:
    """Where Redis has lost who is there, nodes don't say it again."""
    from rtgen_runtime.presence.board import Board

    replace(Board, "show_again", lambda _self, _concerns: None)


@mutation(Invariant.REALM, "clients-slow", seconds=70.0)
def time_never_over() -> None:
    """Who has a token goes on when its time is over."""
    from rtgen_runtime import identity

    replace(identity, "GRACE", 10_000.0)
