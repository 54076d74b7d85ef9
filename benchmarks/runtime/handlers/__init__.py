"""The handlers of the benchmark's contract, as a user of rtgen writes them."""

import bench
from rtgen_runtime.settings import Settings

from .hall import Hall


def create_app() -> bench.BenchApp:
    """The app that `python -m bench` serves. Crowds come as fast as they can be made: that is what is measured."""
    return bench.BenchApp(hall=Hall(), settings=Settings(accept_rate=None, join_rate=None))
