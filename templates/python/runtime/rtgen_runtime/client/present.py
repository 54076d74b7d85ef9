"""Who is present in a channel, kept up to date for a Python program."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import SystemRandom
from typing import Final, Generic, TypeVar

import msgspec
from msgspec import Raw

from rtgen_runtime.client.events import Events, Received
from rtgen_runtime.client.roster import Outcome, Roster
from rtgen_runtime.errors import RealtimeError
from rtgen_runtime.presence.frames import MembersOptions, Presence, PresenceList
from rtgen_runtime.validation import Schema

AGAIN: Final = 1.0
"""Seconds after which a list is asked for again that could not be got."""

S = TypeVar("S")

_random: Final = SystemRandom()

Ask = Callable[[str, bytes], Awaitable[bytes]]
"""Sends a request of the protocol, such as `$members`, for the channel; gives the reply's text."""


@dataclass(frozen=True, slots=True)
class PresenceChange(Generic[S]):
    """One person came (`before` is `None`), shows something else, or went (`after` is `None`).

    `who` is a subject, or the session of a client without one.
    """

    who: str
    before: S | None
    after: S | None


class Present(Generic[S]):
    """The people in a channel. Several connections of one subject are one person."""

    def __init__(self, schema: Schema[S], ask: Ask) -> None:
        self._schema = schema
        self._ask = ask
        self._roster = Roster()
        self._people: dict[str, S] = {}
        self._changes: Events[PresenceChange[S]] = Events()
        self._shown: bytes | None = None
        self._listing: asyncio.Task[None] | None = None
        self._showing: asyncio.Task[None] | None = None

    @property
    def count(self) -> int:
        """How many people are there."""
        return self._roster.count

    @property
    def is_listed(self) -> bool:
        """Whether `people` is everybody: not while there are too many to tell, or the list is on its way."""
        return self._roster.is_listed

    @property
    def people(self) -> Mapping[str, S]:
        """What each person shows, by who they are."""
        return dict(self._people)

    @property
    def changes(self) -> Events[PresenceChange[S]]:
        """Each person that comes, shows something else, or goes."""
        return self._changes

    async def show(self, state: S) -> None:
        """Show something to the others, now and after each reconnect.

        Raises:
            InvalidPayload: The contract does not accept it. Nothing was sent.
            NotConnected: The channel is not joined at the moment; it is shown when it is again.
            RequestFailed: The server refused it.
            OutcomeUnknown: No answer came.
        """
        self._shown = self._schema.encode(state)
        await self._ask("$state", self._shown)

    def joined(self, listing: Raw) -> None:
        """For the client only: a join was answered."""
        if self._listing is not None:
            self._listing.cancel()
        if self._shown is not None:
            self._showing = asyncio.create_task(self._show_again(self._shown))
        self._follow(
            self._roster.begin(msgspec.json.decode(listing, type=PresenceList))
        )

    def hear(self, frame: Presence) -> None:
        """For the client only: a delta has come."""
        self._follow(self._roster.hear(frame))

    def end(self, error: RealtimeError | None) -> None:
        """For the client only: the membership is over."""
        for task in (self._listing, self._showing):
            if task is not None:
                task.cancel()
        self._changes.end(error)

    def _follow(self, outcome: Outcome) -> None:
        self._tell(outcome)
        if outcome.ask is None:
            return
        if self._listing is not None:
            self._listing.cancel()
        self._listing = asyncio.create_task(self._list(outcome))

    def _tell(self, outcome: Outcome) -> None:
        for shift in outcome.shifts:
            old = self._people.pop(shift.who, None)
            new: S | None = None
            if shift.after is not None:
                new = self._people[shift.who] = self._schema.decode(shift.after)
            self._changes.emit(Received(PresenceChange(shift.who, old, new), 0, ""))

    async def _list(self, wanted: Outcome) -> None:
        """Ask for the list, page by page; whoever joins anew gets it with that."""
        await asyncio.sleep(_random.random() * wanted.within)
        while wanted.ask is not None:
            options = msgspec.json.encode(MembersOptions(after=wanted.ask))
            try:
                page = await self._ask("$members", options)
            except RealtimeError:
                await asyncio.sleep(AGAIN * _random.uniform(0.5, 1.0))
                wanted = Outcome(ask="")
                continue
            wanted = self._roster.page(msgspec.json.decode(page, type=PresenceList))
            self._tell(wanted)

    async def _show_again(self, state: bytes) -> None:
        try:
            await self._ask("$state", state)
        except RealtimeError:
            return
