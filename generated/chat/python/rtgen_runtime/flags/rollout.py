"""Flags of one app: what they are for each client, how they are set, and who has to be told.

app.flags.set("newEditor", percent=25)
app.flags.kill("newEditor")
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any, Final, Protocol, TypeVar

from rtgen_runtime.broker.words import Switched
from rtgen_runtime.declarations import Contract
from rtgen_runtime.errors import UsageError
from rtgen_runtime.flags.counting import FlagCounts
from rtgen_runtime.flags.declaring import Value
from rtgen_runtime.flags.evaluating import Evaluator, Person
from rtgen_runtime.flags.holding import Holding, Holdings
from rtgen_runtime.flags.openfeature import evaluator_of, plain_claims
from rtgen_runtime.flags.switchboard import Setting, Switchboard
from rtgen_runtime.hub import Hub
from rtgen_runtime.identity import NOBODY, Identity
from rtgen_runtime.life import Life

K = TypeVar("K")

SLICE: Final = 64
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


class Served(Protocol):
    """The app, as far as it is needed once it serves."""

    @property
    def hub(self) -> Hub:
        """Whose broker tells other processes."""

    @property
    def life(self) -> Life:
        """Whose loop serves."""


class Rollout:
    """See above. Of a contract without flags it does nothing, and costs nothing."""

    def __init__(
        self,
        contract: Contract,
        wall: Callable[[], float],
        connections: Collection[Flagged],
        served: Served,
    ) -> None:
        declared = contract.flags
        self._contract = contract
        self._connections = connections
        self._served = served
        self.board = Switchboard(() if declared is None else declared.flags, wall)
        """How they are set."""
        self.board.changed = self.look_again
        self.board.tell = self._tell
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
        self._changed: set[str] = set()
        """Flags for which not all clients have been looked at."""

    def set(
        self,
        flag: str,
        *,
        percent: float | None = None,
        variants: Mapping[str, float] | None = None,
    ) -> Setting:
        """Set a flag everywhere, and tell the clients for whom it is another one now.

        `variants` are weights; a variant that is left out has none. What isn't given stays as it is, and a killed flag
        killed. It holds until the last process ends. Before the server runs, as in `create_app`, it is how this process
        begins.

        Raises:
            UsageError: There is no such flag or variant, or a number is none that it can be.
        """
        return self._setting()(flag, percent=percent, variants=variants)

    def kill(self, flag: str) -> Setting:
        """Off for everybody at once, whoever decides about it otherwise.

        Raises:
            UsageError: There is no such flag.
        """
        return self._setting()(flag, killed=True)

    def revive(self, flag: str) -> Setting:
        """As it was before it was killed.

        Raises:
            UsageError: There is no such flag.
        """
        return self._setting()(flag, killed=False)

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

    def look_again(self, flag: str | None = None) -> None:
        """Tell every client for whom a flag, or any, is something else now: some at once, many in later turns."""
        if self._held is None:
            return
        if self._looking is not None:  # who was not looked at yet, is now, and for both
            self._looking.cancel()
            self._looking = None
        self._changed |= set(self.board.settings) if flag is None else {flag}
        rest = iter(tuple(self._connections))
        if self._look_at(rest):
            loop = asyncio.get_running_loop()
            self._looking = loop.create_task(self._go_on(rest))

    def look_at(self, connection: Flagged) -> None:
        """The same of one client, which is another one now by its token."""
        self._look(connection, self.board.settings)

    def _look(self, connection: Flagged, flags: Iterable[str]) -> None:
        before = connection.flags
        if before is None or self._held is None:
            return
        identity = connection.identity
        claims = partial(self._claims, identity)
        person = Person(connection.session, identity.subject, claims)
        values = {**before.values, **self._values(person, flags)}
        if values != before.values:
            connection.use_flags(self._held.of(values))

    def changed_elsewhere(self) -> None:
        """A provider has other answers; called from any thread."""
        loop = self._served.life.loop
        if loop is not None:
            loop.call_soon_threadsafe(self.look_again)

    def _setting(self) -> Callable[..., Setting]:
        """Every process of a server makes its app: what it sets then must not undo what operators have said since."""
        if not self._served.life.is_new:
            return self.board.set
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return self.board.begin
        return self.board.set

    def _look_at(self, rest: Iterator[Flagged]) -> bool:
        """Look at some; false when there are no more."""
        some = tuple(islice(rest, SLICE))
        for connection in some:
            self._look(connection, self._changed)
        if len(some) == SLICE:
            return True
        self._changed = set()
        return False

    async def _go_on(self, rest: Iterator[Flagged]) -> None:
        while True:
            await asyncio.sleep(0)
            if not self._look_at(rest):
                return

    def _of(self, person: Person) -> Holding | None:
        if self._held is None:
            return None
        return self._held.of(self._values(person, self.board.settings))

    def _values(self, person: Person, flags: Iterable[str]) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for name in flags:
            setting = self.board.settings[name]
            if setting.killed or self._evaluator is None:
                values[name] = setting.flag.off
            else:
                values[name] = self._evaluator.value(setting, person)
        return values

    def _tell(self, word: Switched) -> None:
        self._served.hub.broker.control(word)

    def _claims(self, identity: Identity) -> Mapping[str, Any]:
        auth = self._contract.auth
        if identity is NOBODY or auth is None or auth.claims is None:
            return {}
        return plain_claims(identity.claims, auth.claims.plain)
