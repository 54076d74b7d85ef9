"""Tests of servers and clients in one process: no sockets, and a clock that only the test moves."""

from rtgen_runtime.testing.failures import HandlerFailed
from rtgen_runtime.testing.heard import Heard, refused
from rtgen_runtime.testing.virtual_time import VirtualTime
from rtgen_runtime.testing.world import World

__all__ = ["HandlerFailed", "Heard", "VirtualTime", "World", "refused"]
