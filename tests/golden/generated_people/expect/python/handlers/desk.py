"""Yours: rtgen wrote this once and only adds handlers that are missing."""

# So that a handler whose event has left the contract is no reason not to start.
from __future__ import annotations

import people


class Desk(people.DeskHandler):
    """What the server does in `people/{id}`."""

    async def login(
        self, ctx: people.DeskContext, payload: people.Login
    ) -> people.Person:
        """Comes in."""
        raise NotImplementedError("desk.login")

    async def pay(self, ctx: people.DeskContext, payload: people.Cents) -> None:
        """Pays."""
        raise NotImplementedError("desk.pay")

    async def rename(self, ctx: people.DeskContext, payload: people.Nickname) -> None:
        """Takes another name.

        Deprecated.
        """
        raise NotImplementedError("desk.rename")

    async def greet(self, ctx: people.DeskContext) -> None:
        """Says hello."""
        raise NotImplementedError("desk.greet")
