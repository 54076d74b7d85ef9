"""Flags of one app: what they are for each client, how they are set, and who has to be told.

app.flags.set("newEditor", percent=25)
app.flags.kill("newEditor")
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from functools import partial
from itertools import islice
from typing import Any, Final, Protocol, TypeVar

from rtgen_runtime.broker.interface import Broker
from rtgen_runtime.declarations import Contract
from rtgen_runtime.errors import UsageError
from rtgen_runtime.flags.counting import FlagCounts
from rtgen_runtime.flags.declaring import Value
from rtgen_runtime.flags.evaluating import Evaluator, Person
from rtgen_runtime.flags.holding import Holding, Holdings
from rtgen_runtime.flags.openfeature import evaluator_of, plain_claims
from rtgen_runtime.flags.switchboard import Setting, Switchboard
from rtgen_runtime.identity import NOBODY, Identity

K = TypeVar("K")

SLICE: Final = 256
"""Connections that are looked at again before others get a turn."""


class Flagged(Protocol):
    """A connection, as far as flags are concerned."""

    @property
    def session(self) -> str:
        """Its public name."""

    @property
    def identity(self) -> Identity:
        """Who it is."""

    @property
    def flags(self) -> Holding | None:
        """What is on for it; `None` before its welcome."""

    def use_flags(self, held: Holding) -> None:
        """Something else is on for it."""


class Rollout:
    """See above. Of a contract without flags it does nothing, and costs nothing."""

    def __init__(
        self,
        contract: Contract,
        wall: Callable[[], float],
        connections: Collection[Flagged],
        loop: Callable[[], asyncio.AbstractEventLoop | None],
        broker: Callable[[], Broker],
    ) -> None:
        declared = contract.flags
        self._contract = contract
        self._connections = connections
        self._loop = loop
        self.board = Switchboard(() if declared is None else declared.flags, wall)
        """How they are set."""
        self.board.changed = lambda _flag: self.look_again()
        self.board.tell = lambda word: broker().control(word)
        self.counts: FlagCounts = FlagCounts()
        self._held = (
            None if declared is None else Holdings(contract, declared, self.counts)
        )
        self._evaluator: Evaluator | None = None
        if declared is not None:
            self._evaluator = evaluator_of(
                contract.name, self.board, self.changed_elsewhere
            )
        self._looking: asyncio.Task[None] | None = None

    def set(
        self,
        flag: str,
        *,
        percent: float | None = None,
        variants: Mapping[str, float] | None = None,
    ) -> Setting:
        """Set a flag everywhere, and tell the clients for whom it is another one now.

        `variants` are weights; a variant that is left out has none. What isn't given stays as it is, and a killed flag
        killed. It holds until the last process ends.

        Raises:
            UsageError: There is no such flag or variant, or a number is none that it can be.
        """
        return self.board.set(flag, percent=percent, variants=variants)

    def kill(self, flag: str) -> Setting:
        """Off for everybody at once, whoever decides about it otherwise.

        Raises:
            UsageError: There is no such flag.
        """
        return self.board.set(flag, killed=True)

    def revive(self, flag: str) -> Setting:
        """As it was before it was killed.

        Raises:
            UsageError: There is no such flag.
        """
        return self.board.set(flag, killed=False)

    def reset(self, flag: str) -> Setting:
        """As it was when the server started.

        Raises:
            UsageError: There is no such flag.
        """
        return self.board.reset(flag)

    def of(
        self, kind: type[K], *, subject: str | None = None, session: str | None = None
    ) -> K:
        """What is on for somebody who need not be connected; `kind` is the `Flags` of the contract.

        Raises:
            UsageError: Not exactly one of them was named, or the contract has no such flags.
        """
        if (subject is None) == (session is None):
            raise UsageError("name a session or a subject")
        held = self._of(Person(session or "", subject))
        if held is None or not isinstance(held.kind, kind):
            raise UsageError(f"{self._contract.name} has no {kind.__name__}")
        return held.kind

    def welcome(self, identity: Identity, session: str) -> Holding | None:
        """What is on for a client that comes in; `None` in a contract without flags."""
        held = self.held(identity, session)
        if held is not None:
            held.given(held.values)
        return held

    def held(self, identity: Identity, session: str) -> Holding | None:
        """What is on for a client."""
        if self._held is None:
            return None
        claims = partial(self._claims, identity)
        return self._of(Person(session, identity.subject, claims))

    def holdings(self) -> Mapping[Holding, int]:
        """What clients have now, each with how many of them."""
        if self._held is None:
            return {}
        return Counter(each.flags for each in self._connections if each.flags)

    def look_again(self) -> None:
        """Tell every client for whom something else is on now: some at once, many in the turns that follow."""
        if self._held is None:
            return
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        rest = iter(tuple(self._connections))
        if self._look_at(rest):
            loop = asyncio.get_running_loop()
            self._looking = loop.create_task(self._go_on(rest))

    def look_at(self, connection: Flagged) -> None:
        """The same of one client, which is another one now by its token."""
        if connection.flags is not None:
            held = self.held(connection.identity, connection.session)
            if held is not None and held is not connection.flags:
                connection.use_flags(held)

    def changed_elsewhere(self) -> None:
        """A provider has other answers; called from any thread."""
        loop = self._loop()
        if loop is not None:
            loop.call_soon_threadsafe(self.look_again)

    def _look_at(self, rest: Any) -> bool:
        """Look at some; false when there are no more."""
        some = tuple(islice(rest, SLICE))
        for connection in some:
            self.look_at(connection)
        return len(some) == SLICE

    async def _go_on(self, rest: Any) -> None:
        while True:
            await asyncio.sleep(0)
            if not self._look_at(rest):
                return

    def _of(self, person: Person) -> Holding | None:
        if self._held is None or self._evaluator is None:
            return None
        values: dict[str, Value] = {}
        for name, setting in self.board.settings.items():
            values[name] = (
                setting.flag.off
                if setting.killed
                else self._evaluator.value(setting, person)
            )
        return self._held.of(values)

    def _claims(self, identity: Identity) -> Mapping[str, Any]:
        auth = self._contract.auth
        if identity is NOBODY or auth is None or auth.claims is None:
            return {}
        return plain_claims(identity.claims, auth.claims.plain)
