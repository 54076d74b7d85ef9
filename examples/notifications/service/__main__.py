"""`make example EXAMPLE=notifications`: the page. With `--once`: played through without a person."""

import argparse
import asyncio
import sys
from pathlib import Path

from service.once import play
from service.serving import serve


def main() -> int:
    """The exit code: 0 when all that should happen did."""
    parser = argparse.ArgumentParser(prog="service", description="A REST application with real-time notifications.")
    parser.add_argument("--once", action="store_true", help="play it through and exit")
    parser.add_argument("--port", type=int, default=8081, help="0 for a free one")
    parser.add_argument("--folder", type=Path, default=Path("artifacts/notifications"), help="where the databases lie")
    parser.add_argument("--no-page", action="store_true", help="serve no page, and so need no bundler")
    options = parser.parse_args()
    if options.once:
        return asyncio.run(play())
    serve(options.port, options.folder, with_page=not options.no_page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
