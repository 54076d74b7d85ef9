"""`make example-collab`: the page. With `--once`: played through without a person."""

import argparse
import asyncio
import contextlib
import sys

from editor.once import play
from editor.serving import serve


def main() -> int:
    """The exit code: 0 when all that should happen did."""
    parser = argparse.ArgumentParser(prog="editor", description="A document that many edit at once.")
    parser.add_argument("--once", action="store_true", help="play it through and exit")
    parser.add_argument("--port", type=int, default=8082, help="0 for a free one")
    options = parser.parse_args()
    if options.once:
        return asyncio.run(play())
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
