"""Plain functions: they have nothing to wait for, so they run where the message is read."""

import bench


class Hall(bench.HallHandler):
    """What the server does in `hall`."""

    def echo(self, ctx: bench.HallContext, payload: bench.Message) -> bench.Message:
        """Get a message back."""
        return payload

    def say(self, ctx: bench.HallContext, payload: bench.Message) -> None:
        """Have a message told to everybody."""
        ctx.said(payload)
