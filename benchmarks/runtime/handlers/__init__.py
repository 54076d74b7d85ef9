"""The handlers of the benchmark's contract, as a user of rtgen writes them."""

import bench

from .hall import Hall


def create_app() -> bench.BenchApp:
    """The app that `python -m bench` serves."""
    return bench.BenchApp(hall=Hall())
