"""An app that was generated for browsers from the old contract, and never since, at the new server."""

import asyncio
import json
import subprocess
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Final

import pytest
from asgi_servers import listen_asgi
from generated_chat import write
from rtgen_runtime import App, Listening, listen
from versioned_rooms import ADDED, HINT, SUNG, TOPIC, Guest, Note, Shown, emit, keep, serving

from rtgen.api import load_contract
from rtgen.targets.target import TargetRequest
from rtgen.targets.typescript.target import TARGET as TYPESCRIPT

SPEC: Final = Path(__file__).with_name("old_club.yaml")
ESBUILD: Final = Path(__file__).parents[2] / "web" / "node_modules" / ".bin" / "esbuild"

Serve = Callable[[App], AbstractAsyncContextManager[Listening]]

PROGRAM: Final = """
import { createClubClient, isErrorOf, readHistory } from "./typescript/club/index.js";

const said = (what) => console.log(JSON.stringify(what));
const unfit = [];
const client = createClubClient({
  url: process.argv[2],
  onInvalid: (problem) => unfit.push(["invalid", String(problem.message ?? problem)]),
  onUnknown: (frame) => unfit.push(["unknown", JSON.stringify(frame)]),
});
const room = client.chamber({ id: "a" });
room.on("put_in", (note, { offset }) => said({ heard: note, offset }));
room.on("topic", (note) => said({ topic: note }));
room.on("wave", (shown) => said({ wave: shown }));
const release = room.retain();
await room.joined();
said({ reply: await room.put({ words: "hi", parts: [{ text: "p" }] }) });
for (const words of ["full", "asleep", "much too long"]) {
  try {
    await room.put({ words });
  } catch (error) {
    said({ code: error.code, data: error.data, declared: isErrorOf(room, "put", error) && error.code === "no_room" });
  }
}
for await (const page of readHistory(room)) said({ page: page.map((each) => [each.event, each.payload, each.offset]) });
room.presence.show({ mood: "loud" });
await new Promise((resolve) => {
  const look = () => {
    if ([...room.presence.getSnapshot().members.values()].some((state) => state.mood === "loud")) resolve();
  };
  room.presence.subscribe(look);
  look();
});
said({ present: [...room.presence.getSnapshot().members.values()] });
room.wave({ mood: "quiet" });
for await (const line of process.stdin) break;
said({ unfit });
release();
client.close();
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old")
    request = TargetRequest(load_contract(SPEC, SPEC.parent), "0.0.0", {"package": False, "extension": ".js"})
    write(TYPESCRIPT.generate(request), folder / "typescript")
    (folder / "program.ts").write_text(PROGRAM, encoding="utf-8")
    bundle = folder / "program.mjs"
    options = ["--bundle", "--format=esm", "--platform=node", f"--outfile={bundle}", "--log-level=error"]
    subprocess.run([ESBUILD, "program.ts", *options], cwd=folder, check=True)
    return bundle


class Talk:
    """What the program says."""

    def __init__(self, node: asyncio.subprocess.Process) -> None:
        assert node.stdout is not None
        self._lines = node.stdout

    async def next(self) -> dict[str, Any]:
        line = await asyncio.wait_for(self._lines.readline(), 30)
        told: dict[str, Any] = json.loads(line)
        return told


async def heard(guest: Guest, tag: str) -> Any:
    """The payload of the next event of a kind."""
    while (frame := await guest.next())[0] != tag:
        pass
    return frame[3]


@pytest.mark.parametrize("serve", [listen, listen_asgi])
async def test_an_old_typescript_client_is_served_in_its_own_words(program: Path, serve: Serve) -> None:
    server = serving()
    async with serve(server) as listening:
        await keep(server, ADDED, Note(text="one", mood="wild"))
        await keep(server, SUNG, Shown(mood="wild"))
        await keep(server, TOPIC, Note(text="t", mood="calm"))
        other = Guest(server)
        await other.enter()
        await other.inside("rooms/a")
        pipe = asyncio.subprocess.PIPE
        node = await asyncio.create_subprocess_exec("node", program, listening.url, stdin=pipe, stdout=pipe)
        try:
            talk = Talk(node)
            assert await talk.next() == {"topic": {"words": "t", "parts": []}}
            assert await talk.next() == {"reply": {"words": "hi", "parts": [{"text": "p"}]}}
            assert await talk.next() == {"code": "no_room", "data": {"limit": 3}, "declared": True}
            assert (await talk.next())["code"] == "refused"
            invalid = await talk.next()
            assert invalid["code"] == "invalid"
            assert [each["pointer"] for each in invalid["data"]["issues"]] == ["/words"]
            assert await talk.next() == {"page": [["put_in", {"words": "one", "parts": []}, 1]]}
            assert await talk.next() == {"present": [{"mood": "loud"}]}
            assert await heard(other, "room.wave") == {"mood": "calm"}
            emit(server, HINT, Shown(mood="wild"))
            await keep(server, ADDED, Note(text="two", mood="wild"))
            assert await talk.next() == {"heard": {"words": "two", "parts": []}, "offset": 3}
            assert node.stdin is not None
            node.stdin.write(b"end\n")
            assert await talk.next() == {"unfit": []}
            assert await node.wait() == 0
        finally:
            other.drop()
            if node.returncode is None:
                node.kill()
                await node.wait()
