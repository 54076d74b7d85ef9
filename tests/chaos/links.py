"""The links of a cluster, each through a fault proxy."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from faults.proxy import FaultProxy


@dataclass(slots=True)
class Balancer(FaultProxy):
    """Before all nodes: a connection goes to the next one that takes it, as a load balancer has it."""

    nodes: Callable[[], Sequence[int]] = tuple
    """Ports of those that are there."""
    turn: int = 0

    async def dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The next node, or the one after it."""
        ports = self.nodes()
        for _ in range(len(ports)):
            self.turn += 1
            try:
                return await asyncio.open_connection("127.0.0.1", ports[self.turn % len(ports)])
            except OSError:
                continue
        raise ConnectionRefusedError
