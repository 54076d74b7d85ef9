"""Yours: rtgen wrote this once and only adds handlers that are missing."""

# So that a handler whose event has left the contract is no reason not to start.
from __future__ import annotations

import help_desk


class Desk(help_desk.DeskHandler):
    """What the server does in `desks/{name}`."""

    async def split(
        self, ctx: help_desk.DeskContext, payload: help_desk.Text
    ) -> help_desk.Text:
        """Open a second ticket.

        Behind the flag `splitView`: refused with `flag_off` where that is off.
        """
        raise NotImplementedError("desk.split")
