"""`make demo`: the chat in one page. `make demo ONCE=1`: played through without a person."""

import argparse
import asyncio
import contextlib
import sys

from demo.once import play
from demo.page import serve


def main() -> int:
    """The exit code: 0 when all that should happen did."""
    parser = argparse.ArgumentParser(prog="demo", description="The chat, in React, Vue and Angular.")
    parser.add_argument("--once", action="store_true", help="play it through and exit")
    parser.add_argument("--port", type=int, default=8080, help="the page's port; 0 for a free one")
    parser.add_argument("--open", action="store_true", help="open the page in a browser")
    options = parser.parse_args()
    if options.once:
        return asyncio.run(play())
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.port, open_browser=options.open))
    return 0


if __name__ == "__main__":
    sys.exit(main())
