"""A burst of 10,000 events in Chromium: for how long is the page blocked at a time?

    PYTHONPATH=tests:templates/python/runtime python benchmarks/burst.py

The generated server posts all of them at once, each in a frame of its own. A panel keeps the newest 100 and shows them;
`core` is the client with one listener and nothing to show; `WebSocket` is the platform's, whose frames are parsed and
counted, and nothing more. Long tasks are those of 50 ms and more, as the page itself observes them. Since other
programs may have had the processor meanwhile, Chromium's trace also tells for how long the longest task had it.
Subjects take turns; the median and the worst of all rounds.
"""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from browsers.chromium import Chromium, ChromiumTab
from browsers.pages import build, page_served
from browsers.served import WatchedServer
from browsers.served import write as write_server
from generated_chat import imported
from record import Row, write

EVENTS = 10_000
ROUNDS = 3
GOAL = 50.0
SUBJECTS = ("WebSocket", "core", "React", "Vue", "Angular")

PLAIN = """new Promise((done) => {
  globalThis.plain = 0;
  const socket = new WebSocket(%s, "rtgen.v1.json");
  socket.onopen = () => {
    socket.send('["$hello", {"contract": "chat", "version": "1.0.0", "client": "plain"}]');
    socket.send('["$join", 1, "rooms/general", {}]');
  };
  socket.onmessage = ({ data }) => {
    const [tag] = JSON.parse(data);
    if (tag === "$joined") done(null);
    if (tag === "room.posted") globalThis.plain++;
  };
})"""

PAINTED = """new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100)));
})"""
"""What came last is painted, and the observer has been told of it."""

Post = Callable[[int], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Seen:
    """One burst, in milliseconds."""

    observed: float
    """The longest of the long tasks; 0 without any."""
    worked: float
    """For how long the longest task had the processor."""


async def burst(tab: ChromiumTab, page: str, url: str, subject: str, post: Post) -> Seen:
    """Open the page, join, and take the burst."""
    shown = "" if subject == "WebSocket" else subject.capitalize()
    await tab.goto(f"{page}?{urlencode({'ws': url, 'show': shown})}")
    if subject == "WebSocket":
        await tab.evaluate(PLAIN % json.dumps(url))
        count = "globalThis.plain"
    else:
        room = f"proof.stories.{shown}.client.room({{ roomId: 'general' }})"
        await tab.until(f"{room}.state.getSnapshot().status === 'joined'")
        count = f"proof.stories.{shown}.heard.length"
    await tab.evaluate("void (proof.longTasks.length = 0)")
    await tab.trace()
    await post(EVENTS)
    look = f"const look = () => {count} < {EVENTS} ? setTimeout(look, 50) : done(null); look();"
    await tab.evaluate(f"new Promise((done) => {{ {look} }})")
    await tab.evaluate(PAINTED)
    traced = await tab.traced()
    observed = await tab.evaluate("proof.longTasks")
    return Seen(max(observed, default=0.0), max((worked for _, worked in traced), default=0.0))


async def play(page: str, server: WatchedServer, chat: Any, browser: Chromium) -> dict[str, list[Seen]]:
    """All rounds of each subject."""
    found: dict[str, list[Seen]] = {subject: [] for subject in SUBJECTS}
    for subject in SUBJECTS * ROUNDS:
        tab = await browser.tab()
        async with chat.ChatClient(server.url) as client:
            room = await client.room(room_id="general")

            def post(count: int, room: Any = room) -> Awaitable[object]:
                sent: Awaitable[object] = room.send(chat.RoomSendPayload(name="Burst", body=f"{count}*"))
                return sent

            found[subject].append(await burst(tab, page, server.url, subject, post))
        await tab.close()
    return found


async def measure() -> tuple[dict[str, list[Seen]], str]:
    """What was seen, and by which Chromium."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "page", "production")
        write_server(folder / "chat", more="limits: { outbox: 64MiB }\n")
        chat = imported(folder / "chat", "chat")
        server = WatchedServer(folder / "chat", folder / "none", store="memory")
        with page_served(folder / "page") as page:
            async with server, Chromium() as browser:
                return await play(page, server, chat, browser), browser.version


def rows(found: dict[str, list[Seen]]) -> Iterator[Row]:
    """Two of each."""
    plain = median(seen.worked for seen in found["WebSocket"])
    for subject, rounds in found.items():
        work = f"{EVENTS:,} events at once, {subject}"
        worked, observed = ([getattr(seen, name) for seen in rounds] for name in ("worked", "observed"))
        is_ours = subject != "WebSocket"
        goal, against = (f"≤ {GOAL:g} ms", "WebSocket") if is_ours else ("", "")
        yield Row(
            work,
            "longest task, of a processor",
            median(worked),
            "ms",
            against,
            median(worked) / plain if is_ours else None,
            goal,
            median(worked) <= GOAL if is_ours else None,
        )
        yield Row(work, "the same, worst round", max(worked), "ms")
        yield Row(work, "longest long task, as observed", median(observed), "ms")


if __name__ == "__main__":
    results, chromium = asyncio.run(measure())
    stated = f"Medians of {ROUNDS} rounds; 0 where no task took 50 ms"
    write("burst", list(rows(results)), [], {"chromium": chromium}, figures=stated)
