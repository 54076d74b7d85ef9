"""`make walk`: does what `docs/react.md`, `docs/vue.md` and `docs/angular.md` tell a newcomer, to a page that works."""

import argparse
import asyncio
import sys
import time

from browsers.chromium import Chromium
from example_runs import ROOT
from walks.page import PAGES, written
from walks.walking import Project, WalkError, judged, made, seen

PLACE = ROOT / ".cache" / "walks"


def main() -> int:
    """Status 1 when a page could not be followed."""
    reader = argparse.ArgumentParser(prog="walks")
    reader.add_argument("--only", default=",".join(PAGES), help="pages to follow, with commas between")
    reader.add_argument("--times", type=int, default=1, help="how often to start the servers and open the windows")
    options = reader.parse_args()
    return max([_walk(name, options.times) for name in options.only.split(",")])


def _walk(name: str, times: int) -> int:
    began = time.monotonic()
    try:
        project = made(written(name), PLACE / name)
        asyncio.run(_seen(project, times))
        judged(project)
    except WalkError as error:
        print(f"FAIL  docs/{name}.md: {error}", flush=True)
        return 1
    print(f"ok    docs/{name}.md: greeted, refused, listed again; mistakes found ({time.monotonic() - began:.0f} s)")
    return 0


async def _seen(project: Project, times: int) -> None:
    async with Chromium() as browser:
        for _ in range(times):
            await seen(project, browser)


if __name__ == "__main__":
    sys.exit(main())
