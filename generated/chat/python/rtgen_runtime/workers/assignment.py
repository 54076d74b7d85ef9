"""What a worker process is told when it is started: its name, and the file descriptors that it has inherited."""

import socket
from collections.abc import MutableMapping
from typing import Final

import msgspec
from msgspec import Struct

VARIABLE: Final = "RTGEN_WORKER"
"""Of the supervisor's own; nobody else sets it."""


class Assignment(Struct, frozen=True):
    """One worker's: its end of the bus, and what it listens on."""

    name: str
    bus: int
    listen: list[int]

    def text(self) -> str:
        """As it stands in the environment."""
        return msgspec.json.encode(self).decode()

    def sockets(self) -> list[socket.socket]:
        """What it listens on; call it once."""
        return [_inherited(each) for each in self.listen]

    def end(self) -> socket.socket:
        """Its end of the bus; call it once."""
        return _inherited(self.bus)


def take_assignment(environment: MutableMapping[str, str]) -> Assignment | None:
    """What this process was told, once: programs that it starts are no workers. `None` for one that is none."""
    text = environment.pop(VARIABLE, "")
    return msgspec.json.decode(text, type=Assignment) if text else None


def _inherited(number: int) -> socket.socket:
    found = socket.socket(fileno=number)
    found.set_inheritable(False)
    found.setblocking(False)
    return found
