"""A generated contract with `auth`, as people run it: `python -m club` with tokens, and its generated client."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import jwt
import pytest
from generated_chat import generated, imported, write
from rtgen_runtime import ConnectionClosed, RequestFailed, listen
from rtgen_runtime.jwt import JwtAuth, secret_key
from small_identity import SECRET

from rtgen.api import load_contract
from rtgen.targets.target import TargetRequest
from rtgen.targets.typescript.target import TARGET as TYPESCRIPT

SPEC = Path(__file__).parents[1] / "golden" / "generated_identity" / "contract.yaml"
ESBUILD = Path(__file__).parents[1] / "web" / "node_modules" / ".bin" / "esbuild"
HANDLERS = """\
import club


class Room(club.RoomHandler):
    def join(self, ctx: club.RoomContext) -> None:
        if ctx.params.name == "members" and ctx.claims is None:
            raise club.Refused("members only")

    def say(self, ctx: club.RoomContext, payload: club.RoomSayPayload) -> None:
        if payload == "who":
            raise RuntimeError(f"{ctx.subject} {ctx.claims}")

    def may(self, ctx: club.RoomContext, event: club.RoomEventName) -> bool:
        return event != "say" or (ctx.claims is not None and ctx.claims.name == "Ada")


def create_app() -> club.ClubApp:
    return club.ClubApp(room=Room())
"""


def token(name: str = "Ada", lasts: float = 300, **more: Any) -> str:
    now = int(time.time())
    return jwt.encode({"sub": name.lower(), "name": name, "iat": now, "exp": now + lasts, **more}, SECRET, "HS256")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated package, the runtime and handlers."""
    made = tmp_path_factory.mktemp("club")
    write(generated(SPEC), made)
    (made / "handlers" / "__init__.py").write_text(HANDLERS, encoding="utf-8")
    (made / "secret").write_bytes(SECRET)
    return made


@pytest.fixture(scope="module")
def club(folder: Path) -> ModuleType:
    return imported(folder, "club")


@contextmanager
def running(folder: Path, *options: str, **environment: str) -> Iterator[str]:
    """The URL of a server in a process of its own."""
    command = [sys.executable, "-m", "club", "--port", "0", *options]
    variables = {**os.environ, **environment, "PYTHONPATH": str(folder)}
    with subprocess.Popen(command, cwd=folder, env=variables, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"listens on (ws://\S+)", process.stdout.readline())
            assert found is not None
            yield found.group(1)
        finally:
            process.terminate()
            assert process.wait(20) == 0


def refusal(folder: Path, *options: str, **environment: str) -> str:
    """What a server says that does not start."""
    command = [sys.executable, "-m", "club", "--port", "0", *options]
    variables = {**os.environ, **environment, "PYTHONPATH": str(folder)}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    return done.stderr


async def test_members_and_guests(club: ModuleType, folder: Path) -> None:
    with running(folder, "--jwt-secret-file", "secret") as url:
        async with club.ClubClient(url, token=token(), encoding="msgpack") as ada, club.ClubClient(url) as guest:
            room = await ada.room(name="members")
            await room.say("hello")
            with pytest.raises(RequestFailed, match="refused"):
                await guest.room(name="members")
            hall = await guest.room(name="hall")
            with pytest.raises(RequestFailed, match="forbidden"):
                await hall.say("hello")
        with pytest.raises(ConnectionClosed, match="4200"):
            async with club.ClubClient(url, token="bad"):
                pass


def test_a_wrong_choice_is_said_at_the_start(folder: Path) -> None:
    assert "at least 32 bytes" in refusal(folder, RTGEN_JWT_SECRET="short")
    assert "--issuer" in refusal(folder, "--jwks-url", "https://id.example/keys")


class Tokens:
    """Gives tokens, and counts."""

    def __init__(self, *given: str) -> None:
        self.given = list(given)
        self.asked = 0
        self.exhausted = asyncio.Event()

    async def __call__(self) -> str:
        self.asked += 1
        if len(self.given) == 1:
            self.exhausted.set()
            return self.given[0]
        return self.given.pop(0)


def app_of(club: ModuleType, **options: Any) -> Any:
    class Room(club.RoomHandler):  # type: ignore[name-defined, misc]
        def say(self, ctx: Any, payload: Any) -> None:
            """Say nothing."""

    return club.ClubApp(room=Room(), auth=JwtAuth(secret_key(SECRET), issuer=None, audience=None), **options)


async def test_a_client_renews_its_token_before_the_end(club: ModuleType) -> None:
    tokens = Tokens(token(lasts=2), token(lasts=300))
    async with listen(app_of(club)) as listening, club.ClubClient(listening.url, token=tokens) as client:
        room = await client.room(name="a")
        await asyncio.wait_for(tokens.exhausted.wait(), 10)
        await room.say("still here")
        assert tokens.asked == 2


async def test_a_client_asks_once_for_another_token_when_it_is_refused(club: ModuleType) -> None:
    tokens = Tokens("bad", token())
    async with listen(app_of(club)) as listening:
        async with club.ClubClient(listening.url, token=tokens) as client:
            await (await client.room(name="a")).say("hello")
        assert tokens.asked == 2
        with pytest.raises(ConnectionClosed):
            async with club.ClubClient(listening.url, token=Tokens("bad", "worse", "worst")):
                pass


async def test_a_revoked_client_with_nothing_new_is_closed_for_good(club: ModuleType) -> None:
    app = app_of(club)
    async with listen(app) as listening, club.ClubClient(listening.url, token=token()) as client:
        room = await client.room(name="a")
        ends = asyncio.ensure_future(anext(aiter(room.wave_events)))
        await asyncio.sleep(0)
        await app.revoke(subject="ada")
        with pytest.raises(ConnectionClosed, match="4202"):
            await asyncio.wait_for(ends, 10)


PROGRAM = """
import { createClubClient } from "./typescript/club/index.js";

const [url = "", ...tokens] = process.argv.slice(2);
const asked = [];
const client = createClubClient({
  url,
  token: async () => {
    asked.push(tokens[0]);
    return tokens.length > 1 ? tokens.shift() : tokens[0];
  },
});
const room = client.room({ name: "a" });
const release = room.retain();
await room.joined();
await room.say("hello");
console.log(JSON.stringify({ asked: asked.length, session: client.session }));
release();
client.close();
"""


async def test_the_typescript_client_is_known_after_a_second_token(club: ModuleType, tmp_path: Path) -> None:
    request = TargetRequest(load_contract(SPEC, SPEC.parent), "0.0.0", {"package": False, "extension": ".js"})
    write(TYPESCRIPT.generate(request), tmp_path / "typescript")
    (tmp_path / "program.ts").write_text(PROGRAM, encoding="utf-8")
    bundle = tmp_path / "program.mjs"
    run = asyncio.create_subprocess_exec
    options = ["--bundle", "--format=esm", "--platform=node", f"--outfile={bundle}", "--log-level=error"]
    built = await run(ESBUILD, "program.ts", *options, cwd=tmp_path)
    assert await built.wait() == 0
    async with listen(app_of(club)) as listening:
        given = [listening.url, "bad", token()]
        node = await run("node", bundle, *given, stdout=asyncio.subprocess.PIPE)
        out, _ = await asyncio.wait_for(node.communicate(), 30)
        assert node.returncode == 0
        told = json.loads(out)
        assert told["asked"] == 2
        assert "." not in told["session"]
